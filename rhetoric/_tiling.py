"""Maximal runs that do not overlap: every word belongs to one run at most, the longest first.

From the longest length down: of the runs whose words are all free, take those that do not overlap a run
in more documents (of two in equally many, the left one wins); count the documents of what was taken; give
back runs that fall short and take anew, until all stand in enough documents. Shorter runs are thus counted
only outside longer ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rhetoric._dated_words import DatedWords, Int, Int32
from rhetoric._runs import Runs, number


def choose(positions: Int32, priorities: Int, n: int) -> NDArray[np.bool_]:
    """Return which runs of `n` words to take so that none overlap.

    Equal to taking them one by one, highest priority first, left before right, where still possible.

    Parameters
    ----------
    positions : ndarray of int32, shape (n_runs,)
        First word of each, ascending, each once.
    priorities : ndarray of int64, shape (n_runs,)
        Higher goes first.
    n : int
        Words per run.

    Examples
    --------
    >>> choose(np.array([0, 2, 4, 9]), np.array([5, 7, 6, 1]), 3).tolist()
    [False, True, False, True]
    """
    chosen = np.zeros(len(positions), dtype=bool)
    open_ = np.arange(len(positions))
    while len(open_):
        at = positions[open_]
        wins = _beats_neighbours(at, priorities[open_], n)
        chosen[open_[wins]] = True
        taken = at[wins]
        following = np.searchsorted(taken, at)
        near_following = np.append(taken, at[-1] + n)[following] - at < n
        near_previous = at - np.append(at[0] - n, taken)[following] < n
        open_ = open_[~(near_following | near_previous)]
    return chosen


def _beats_neighbours(positions: Int32, priorities: Int, n: int) -> NDArray[np.bool_]:
    """Return which runs of `n` words go before all those that they overlap."""
    wins = np.ones(len(positions), dtype=bool)
    for step in range(1, min(n, len(positions))):
        overlap = positions[step:] - positions[:-step] < n
        if not overlap.any():
            break
        right_first = priorities[step:] > priorities[:-step]
        wins[:-step] &= ~(overlap & right_first)
        wins[step:] &= ~(overlap & ~right_first)
    return wins


def _take(words: DatedWords, runs: Runs, usable: NDArray[np.bool_], min_documents: int) -> NDArray[np.bool_]:
    """Return which uses of runs to take, each run in at least `min_documents` documents."""
    taken = np.zeros(len(runs.positions), dtype=bool)
    open_ = np.flatnonzero(usable)
    while len(open_):
        ids = runs.ids[open_]
        chosen = choose(runs.positions[open_], runs.documents[ids], runs.n)
        group, _, documents = number(ids[chosen], words.document[runs.positions[open_[chosen]]])
        is_short = documents[group] < min_documents
        if not is_short.any():
            taken[open_[chosen]] = True
            break
        open_ = open_[~np.isin(ids, ids[chosen][is_short])]
    return taken


def tile(
    words: DatedWords, levels: Sequence[Runs], acceptable: Sequence[NDArray[np.bool_]], *, min_documents: int
) -> list[tuple[Int32, Int32]]:
    """Return the uses of maximal runs that do not overlap.

    Parameters
    ----------
    words : DatedWords
        The corpus.
    levels : sequence of Runs
        Frequent runs, one entry a length, shortest first.
    acceptable : sequence of ndarray of bool, each of shape (n_runs,)
        Which runs of each length may be taken.
    min_documents : int
        Documents in which a run must stand outside longer ones.

    Returns
    -------
    list of (positions, ids)
        For each of `levels` first word and run of every use taken, ascending.
    """
    is_used = np.zeros(words.n_words, dtype=bool)
    found = []
    for runs, is_acceptable in zip(reversed(levels), reversed(acceptable), strict=True):
        # longer runs that overlap this one cover its first or its last word
        is_free = ~(is_used[runs.positions] | is_used[runs.positions + runs.n - 1])
        taken = _take(words, runs, is_free & is_acceptable[runs.ids], min_documents)
        positions, ids = runs.positions[taken], runs.ids[taken]
        for step in range(runs.n):
            is_used[positions + step] = True
        found.append((positions, ids))
    return found[::-1]
