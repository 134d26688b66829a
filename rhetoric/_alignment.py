"""Two statements aligned sentence by sentence.

1. Every pair of sentences has a similarity: twice the longest common subsequence of words over the words of
   both.
2. Pairs are taken from the most similar down, each sentence once, to a least similarity.
3. Of the pairs, the longest series in the order of both statements stands still; the others have moved.
4. What has no partner was dropped or added; it keeps its place behind its neighbour.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel, LCSseq
from rapidfuzz.process import cdist

from rhetoric._tokens import sequence_hashes, tokenize

MIN_SIMILARITY = 0.5
"""Below, half of the words of two sentences differ: they share a topic, not a wording."""
MAX_WORDS = 1 << 14
"""A sentence of more is the same as another or it is not: comparing word by word takes the square of its length."""

Span = tuple[int, int]


@dataclass(frozen=True)
class Row:
    """A sentence of each statement, side by side.

    Attributes
    ----------
    earlier, later : int or None
        Which sentence, counted from 0; None where a side has none.
    similarity : float
        0 to 1; 0 where a side has none.
    has_moved : bool
        Whether it stands at another place among its neighbours.
    dropped, added : tuple of (int, int)
        Spans of the words that only the earlier, only the later sentence has, in code points.
    """

    earlier: int | None
    later: int | None
    similarity: float
    has_moved: bool
    dropped: tuple[Span, ...]
    added: tuple[Span, ...]


def align(earlier: Sequence[str], later: Sequence[str], min_similarity: float = MIN_SIMILARITY) -> list[Row]:
    """Return the rows that set two statements side by side, in the order of the later one.

    Parameters
    ----------
    earlier, later : sequence of str
        Sentences.
    min_similarity : float, default=0.5
        Least similarity of two sentences in one row, in (0, 1].

    Examples
    --------
    >>> rows = align(["We will win.", "Talks are open."], ["Talks remain open.", "It rains."])
    >>> [(row.earlier, row.later, row.dropped, row.added) for row in rows]
    [(0, None, (), ()), (1, 0, ((6, 9),), ((6, 12),)), (None, 1, (), ())]
    """
    a, b = [_words(text) for text in earlier], [_words(text) for text in later]
    pairs = _pairs([words for words, _ in a], [words for words, _ in b], min_similarity)
    still = _longest_series([partner for _, partner in sorted((at, pairs[at][0]) for at in pairs)])
    rows = []
    for at in range(len(later)):
        if at not in pairs:
            rows.append(Row(None, at, 0.0, False, (), ()))
            continue
        partner, similarity = pairs[at]
        dropped, added = _changes(a[partner], b[at])
        rows.append(Row(partner, at, similarity, partner not in still, dropped, added))
    return _with_dropped(rows, len(earlier))


def _words(text: str) -> tuple[list[int], list[Span]]:
    """Return the hashes of the words of a sentence, and their spans; one for all words of a very long one."""
    tokens = tokenize([text])
    if len(tokens.hashes) > MAX_WORDS:
        return sequence_hashes(tokens.hashes, tokens.first).tolist(), [(int(tokens.starts[0]), int(tokens.ends[-1]))]
    return tokens.hashes.tolist(), list(zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True))


def _pairs(a: list[list[int]], b: list[list[int]], min_similarity: float) -> dict[int, tuple[int, float]]:
    """Return for each later sentence with a partner the earlier one and their similarity."""
    similarity: NDArray[np.float32] = cdist(a, b, scorer=Indel.normalized_similarity, score_cutoff=min_similarity)
    similarity[[not words for words in a], :] = 0.0
    rows, columns = np.nonzero(similarity)
    values = similarity[rows, columns]
    # equally similar ones: those whose places differ least belong together
    order = np.lexsort((columns, np.abs(rows - columns), -values))
    found: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for row, column, value in zip(rows[order].tolist(), columns[order].tolist(), values[order].tolist(), strict=True):
        if row not in taken and column not in found:
            taken.add(row)
            found[column] = (row, value)
    return found


def _longest_series(values: Sequence[int]) -> set[int]:
    """Return the longest rising subsequence of different numbers, by patience sorting."""
    ends: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for at, value in enumerate(values):
        pile = bisect_left(ends, value)
        before.append(places[pile - 1] if pile else -1)
        ends[pile : pile + 1] = [value]
        places[pile : pile + 1] = [at]
    series = set()
    at = places[-1] if places else -1
    while at >= 0:
        series.add(values[at])
        at = before[at]
    return series


def _changes(
    earlier: tuple[list[int], list[Span]], later: tuple[list[int], list[Span]]
) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return the spans of the words that only one of two sentences has."""
    dropped, added = [], []
    for step in LCSseq.opcodes(earlier[0], later[0]):
        if step.tag in ("delete", "replace"):
            dropped.append((earlier[1][step.src_start][0], earlier[1][step.src_end - 1][1]))
        if step.tag in ("insert", "replace"):
            added.append((later[1][step.dest_start][0], later[1][step.dest_end - 1][1]))
    return tuple(dropped), tuple(added)


def _with_dropped(rows: list[Row], n_earlier: int) -> list[Row]:
    """Return the rows with those of dropped sentences behind the sentence that they followed."""
    where = {row.earlier: row for row in rows if row.earlier is not None}
    behind: dict[int | None, list[Row]] = {}
    neighbour: int | None = None
    for at in range(n_earlier):
        if at in where:
            if not where[at].has_moved:
                neighbour = at
        else:
            behind.setdefault(neighbour, []).append(Row(at, None, 0.0, False, (), ()))
    result = behind.get(None, [])
    for row in rows:
        result.append(row)
        if row.earlier is not None:
            result += behind.get(row.earlier, [])
    return result
