"""Since when the words of a text have been in print: the earliest run of words that covers each.

A word is *covered* when it stands inside a run of `n` words, within one sentence, that an earlier document
had. Its date is the earliest first date of the runs around it. Runs of `n` are enough: a word inside a
longer run that was in print is inside one of `n`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rhetoric._segment import Segment
from rhetoric._sentence_tokens import SentenceTokens
from rhetoric._tokens import U64

Days = int | NDArray[np.int64]
NEVER = np.iinfo(np.int64).max
"""Day of a word that was not in print."""


def first_days_of_runs(segments: Sequence[Segment], hashes: U64, before: Days) -> NDArray[np.int64]:
    """Return the day on which each run of words was first in print, `NEVER` if not before the day `before`."""
    days = np.full(len(hashes), NEVER)
    for segment in segments:
        table = segment.table("run")
        rows = segment.find("run", hashes)
        hit = np.flatnonzero(rows >= 0)
        first = segment.days[segment.document_of(table.earliest(rows[hit]))].astype(np.int64)
        days[hit] = np.minimum(days[hit], first)
    days[days >= before] = NEVER
    return days


def first_days_of_words(segments: Sequence[Segment], tokens: SentenceTokens, n: int, before: Days) -> NDArray[np.int64]:
    """Return the day since which each word has been in print, `NEVER` where it is not covered.

    Parameters
    ----------
    segments : sequence of Segment
        The archive.
    tokens : SentenceTokens
        The words.
    n : int
        Words of a run in the archive.
    before : int or ndarray of int64, shape (n_documents,)
        Only documents of earlier days count; one day for each document of `tokens`, or the same for all.

    Returns
    -------
    ndarray of int64, shape (n_words,)
    """
    hashes, positions = tokens.runs(n)
    limit = before if isinstance(before, int) else before[tokens.document[tokens.sentence[positions]]]
    run_days = first_days_of_runs(segments, hashes, limit)
    days = np.full(len(tokens.hashes), NEVER)
    for step in range(n):
        at = positions + step
        days[at] = np.minimum(days[at], run_days)
    return days


def days_reached(days: NDArray[np.int64], first: NDArray[np.int64], q: float) -> NDArray[np.int64]:
    """Return for each document the earliest day by which a share `q` of its words was in print.

    Parameters
    ----------
    days : ndarray of int64, shape (n_words,)
        Day of each word, `NEVER` for words that were not in print.
    first : ndarray of int64, shape (n_documents + 1,)
        Document ``i`` owns the words ``first[i]`` to ``first[i + 1] - 1``.
    q : float
        Share of the words, in (0, 1].

    Returns
    -------
    ndarray of int64, shape (n_documents,)
        `NEVER` where less than that share was in print, or there is no word.

    Raises
    ------
    ValueError
        If `q` is not in (0, 1].

    Examples
    --------
    >>> days = np.array([30, 10, 20, NEVER])
    >>> [int(days_reached(days, np.array([0, 4]), q)[0]) for q in (0.5, 0.75)]
    [20, 30]
    >>> bool(days_reached(days, np.array([0, 4]), 0.8)[0] == NEVER)
    True
    """
    if not 0 < q <= 1:
        raise ValueError(f"q must be in (0, 1], got {q!r}; divide a percentage by 100.")
    n_words = np.diff(first)
    document = np.repeat(np.arange(len(n_words)), n_words)
    ordered = days[np.lexsort((days, document))]
    # rounding must not ask for a word more: 0.8 * 5 is four words
    needed = np.ceil(q * n_words - 1e-9).astype(np.int64)
    reached = np.full(len(n_words), NEVER)
    has_words = n_words > 0
    reached[has_words] = ordered[(first[:-1] + needed - 1)[has_words]]
    return reached
