"""Formulas: the maximal phrases that recur across documents, with when, where and how they are used.

1. Runs of words that stand in enough documents are grown word by word.
2. Those that read as phrases remain.
3. Tiling: longest first, no word in two formulas, so that a formula is counted only outside longer ones.
4. Association, dispersion over years and burstiness of each; order by documents times the square root of
   the association.

Association grows with the number of words. Its square root keeps long titles from crowding out
short phrases, and short phrases of common words from crowding out all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rhetoric._dated_words import DatedWords, Int, Int32, ReadText
from rhetoric._formula_statistics import association, burstiness, dispersion
from rhetoric._function_words import function_words
from rhetoric._phrase_edges import reads_well
from rhetoric._runs import frequent_runs
from rhetoric._tiling import tile

MIN_WORDS = 3
MAX_WORDS = 40
MIN_PER_MILLION = 10  # Biber et al. 1999 for lexical bundles, as is the next figure
MIN_TEXTS = 5


@dataclass(frozen=True)
class Formula:
    """A phrase that recurs across documents.

    Attributes
    ----------
    text : str
        The phrase as it stands at its first use.
    n_words : int
        Its length.
    n_documents, n_occurrences : int
        Documents and uses outside longer formulas, each text once.
    first, last : int
        Days of the first and the last of these uses, since 1970-01-01.
    sources : tuple of int
        Codes of the sources that used it, ascending.
    dispersion : float
        Deviation of proportions over calendar years, in [0, 1): low is evergreen, high belongs to an episode;
        NaN under 5 uses.
    association : float
        Mutual information of its words in bits.
    burstiness : float
        Of the gaps between documents that have it, counted in documents, in [-1, 1); NaN under 3 documents.
    """

    text: str
    n_words: int
    n_documents: int
    n_occurrences: int
    first: int
    last: int
    sources: tuple[int, ...]
    dispersion: float
    association: float
    burstiness: float


def default_min_documents(words: DatedWords) -> int:
    """Return 10 for each million words of the corpus, at least 5."""
    return max(MIN_TEXTS, int(np.ceil(MIN_PER_MILLION * words.n_words / 1e6)))


def find_formulas(
    words: DatedWords,
    read: ReadText,
    *,
    min_documents: int | None = None,
    min_words: int = MIN_WORDS,
    max_words: int = MAX_WORDS,
    trim: bool = True,
) -> list[Formula]:
    """Return the formulas of a corpus, the most telling first.

    Parameters
    ----------
    words : DatedWords
        The corpus.
    read : callable
        Gives the text of a document between two code points, called once for each formula.
    min_documents : int, optional
        Documents in which a formula must stand outside longer ones, at least 2; by default 10 for each million
        words, at least 5.
    min_words, max_words : int, default=3, 40
        Length, at least 2. What recurs beyond `max_words` is cut into pieces of at most that length.
    trim : bool, default=True
        Leave out phrases that begin or end on a word of grammar or on a chance neighbour, and those with
        fewer than two words of content. Without it every maximal recurring run is a formula.

    Returns
    -------
    list of Formula
        Ordered by documents times the square root of the association; empty if nothing recurs.

    Raises
    ------
    ValueError
        If `min_documents` < 2, `min_words` < 2 or `max_words` < `min_words`.

    References
    ----------
    .. [1] D. Biber et al., "Longman Grammar of Spoken and Written English", 1999, chapter 13.

    Examples
    --------
    >>> from rhetoric._dated_words import date_words
    >>> from rhetoric._sentence_tokens import tokenize_sentences
    >>> texts = ["He vowed merciless physical retaliation.", "Merciless physical retaliation will follow."]
    >>> days = np.array([15000, 15001])
    >>> words = date_words(tokenize_sentences(texts), days, np.zeros(2, dtype=int), np.arange(2))
    >>> found = find_formulas(words, lambda d, start, end: texts[d][start:end], min_documents=2, trim=False)
    >>> [(formula.text, formula.n_documents, formula.last) for formula in found]
    [('merciless physical retaliation', 2, 15001)]
    """
    needed = default_min_documents(words) if min_documents is None else min_documents
    check_bounds(needed, min_words, max_words)
    levels = frequent_runs(words, min_documents=needed, max_words=max_words)
    is_function = function_words(words) if trim else np.zeros(words.n_words, dtype=bool)
    long = [runs for runs in levels if runs.n >= min_words]
    acceptable = [
        reads_well(words, runs, is_function) if trim else np.ones(len(runs.counts), dtype=bool) for runs in long
    ]
    tiles = tile(words, long, acceptable, min_documents=needed)
    table = _table(words, [runs.n for runs in long], tiles)
    return [_formula(words, read, table, row) for row in np.lexsort((table.starts, -table.scores))]


def check_bounds(min_documents: int, min_words: int, max_words: int) -> None:
    """Refuse bounds that make no sense."""
    if min_documents < 2:
        raise ValueError(f"min_documents must be at least 2, got {min_documents}; what one text has does not recur.")
    if min_words < 2:
        raise ValueError(f"min_words must be at least 2, got {min_words}; the default is {MIN_WORDS}.")
    if max_words < min_words:
        raise ValueError(f"max_words must be at least min_words, got {max_words} < {min_words}; raise it.")


@dataclass(frozen=True)
class _Table:
    """One row a formula: start and length of its first use, and its figures."""

    starts: Int32
    lengths: Int
    counts: Int
    documents: Int
    last: Int
    sources: list[tuple[int, ...]]
    dispersion: NDArray[np.float64]
    association: NDArray[np.float64]
    burstiness: NDArray[np.float64]

    @property
    def scores(self) -> NDArray[np.float64]:
        """Documents times the square root of the association."""
        return np.sqrt(np.maximum(self.association, 0)) * self.documents


def _uses(lengths: Sequence[int], tiles: Sequence[tuple[Int32, Int32]]) -> tuple[Int, Int32, Int]:
    """Return formula and first word of every use, formula by formula in the order of time, and all lengths."""
    formulas, positions = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int32)]
    n_words: list[int] = []
    for n, (at, ids) in zip(lengths, tiles, strict=True):
        distinct, group = np.unique(ids, return_inverse=True)
        formulas.append(len(n_words) + group)
        positions.append(at)
        n_words += [n] * len(distinct)
    formula = np.concatenate(formulas)
    order = np.argsort(formula, kind="stable")
    return formula[order], np.concatenate(positions)[order], np.array(n_words, dtype=np.int64)


def _table(words: DatedWords, lengths: Sequence[int], tiles: Sequence[tuple[Int32, Int32]]) -> _Table:
    """Return the figures of all formulas."""
    formula, at, n_words = _uses(lengths, tiles)
    n_formulas = len(n_words)
    counts = np.bincount(formula, minlength=n_formulas)
    starts = at[np.concatenate(([0], np.cumsum(counts)[:-1]))] if n_formulas else at
    document = words.document[at]
    is_new = np.ones(len(at), dtype=bool)
    is_new[1:] = (formula[1:] != formula[:-1]) | (document[1:] != document[:-1])
    pair_formula, pair_document = formula[is_new], document[is_new]
    n_documents = np.bincount(pair_formula, minlength=n_formulas)
    log_shares = np.concatenate(([0.0], np.cumsum(np.log2(words.counts / words.n_words)[words.ids])))
    years = words.days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    present, part = np.unique(years, return_inverse=True)
    return _Table(
        starts=starts,
        lengths=n_words,
        counts=counts,
        documents=n_documents,
        last=words.days[pair_document[np.cumsum(n_documents) - 1]],
        sources=_sources(words, pair_formula, pair_document, n_formulas),
        dispersion=dispersion(
            formula, part[document], np.bincount(part[words.document], minlength=len(present)), n_formulas
        ),
        association=association(counts, log_shares[starts + n_words] - log_shares[starts], words.n_words),
        burstiness=burstiness(pair_formula, pair_document, n_formulas),
    )


def _sources(words: DatedWords, formula: Int, document: Int32, n_formulas: int) -> list[tuple[int, ...]]:
    """Return the sources of each formula, from pairs of formula and document."""
    pairs = np.unique(np.column_stack((formula, words.sources[document])), axis=0)
    bounds = np.searchsorted(pairs[:, 0], np.arange(n_formulas + 1)).tolist()
    codes = pairs[:, 1].tolist()
    return [tuple(codes[start:end]) for start, end in pairwise(bounds)]


def _formula(words: DatedWords, read: ReadText, table: _Table, row: int) -> Formula:
    """Return one row as a `Formula`."""
    start, n = int(table.starts[row]), int(table.lengths[row])
    return Formula(
        text=words.text(read, start, n),
        n_words=n,
        n_documents=int(table.documents[row]),
        n_occurrences=int(table.counts[row]),
        first=int(words.days[words.document[start]]),
        last=int(table.last[row]),
        sources=table.sources[row],
        dispersion=float(table.dispersion[row]),
        association=float(table.association[row]),
        burstiness=float(table.burstiness[row]),
    )
