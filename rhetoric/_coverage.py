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

NEVER = np.iinfo(np.int64).max
"""Day of a word that was not in print."""


def first_days_of_runs(segments: Sequence[Segment], hashes: U64, before: int) -> NDArray[np.int64]:
    """Return the day on which each run of words was first in print, `NEVER` if not before the day `before`."""
    days = np.full(len(hashes), NEVER)
    for segment in segments:
        table = segment.table("run")
        rows = table.find(hashes)
        hit = np.flatnonzero(rows >= 0)
        first = segment.days[segment.document_of(table.earliest(rows[hit]))].astype(np.int64)
        days[hit] = np.minimum(days[hit], np.where(first < before, first, NEVER))
    return days


def first_days_of_words(segments: Sequence[Segment], tokens: SentenceTokens, n: int, before: int) -> NDArray[np.int64]:
    """Return the day since which each word has been in print, `NEVER` where it is not covered.

    Parameters
    ----------
    segments : sequence of Segment
        The archive.
    tokens : SentenceTokens
        The words.
    n : int
        Words of a run in the archive.
    before : int
        Only documents of earlier days count.

    Returns
    -------
    ndarray of int64, shape (n_words,)
    """
    hashes, positions = tokens.runs(n)
    run_days = first_days_of_runs(segments, hashes, before)
    days = np.full(len(tokens.hashes), NEVER)
    for step in range(n):
        at = positions + step
        days[at] = np.minimum(days[at], run_days)
    return days


def day_reached(days: NDArray[np.int64], q: float) -> int | None:
    """Return the earliest day by which a share `q` of the words was in print.

    Parameters
    ----------
    days : ndarray of int64, shape (n_words,)
        Day of each word, `NEVER` for words that were not in print.
    q : float
        Share of the words, in (0, 1].

    Returns
    -------
    int or None
        None where less than that share was in print, or there is no word.

    Raises
    ------
    ValueError
        If `q` is not in (0, 1].

    Examples
    --------
    >>> day_reached(np.array([30, 10, 20, NEVER]), 0.5), day_reached(np.array([30, 10, 20, NEVER]), 0.8)
    (20, None)
    """
    if not 0 < q <= 1:
        raise ValueError(f"q must be in (0, 1], got {q!r}; divide a percentage by 100.")
    if len(days) == 0:
        return None
    # rounding must not ask for a word more: 0.8 * 5 is four words
    needed = int(np.ceil(q * len(days) - 1e-9))
    day = int(np.partition(days, needed - 1)[needed - 1])
    return None if day == NEVER else day
