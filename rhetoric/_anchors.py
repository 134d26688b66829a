"""Anchors: recurring runs of two to four words between which a slot can stand.

Before a slot an anchor begins on its last word of content, after a slot it ends on its first. So there is
*hostile policy * the DPRK* and *before the * of President*, but never *of the * of the*; and each place in a
text has one anchor before it and one after it at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhetoric._dated_words import DatedWords, Int, Int32
from rhetoric._runs import Runs

MIN_WORDS, MAX_WORDS = 2, 4
MIN_NEIGHBOURS = 4.0  # effective number; after *Kim Jong* it is three


@dataclass(frozen=True)
class Anchors:
    """The anchors on one side of a slot.

    Attributes
    ----------
    ids : ndarray of int32, shape (n_words + 1,)
        Before a slot: number of the anchor that ends right before each word; after a slot: of the one that
        begins at it. -1 where there is none.
    lengths : ndarray of int8, shape (n_words + 1,)
        Words of that anchor, 0 where there is none.
    counts : ndarray of int64, shape (n_anchors,)
        Uses of each.
    """

    ids: Int32
    lengths: NDArray[np.int8]
    counts: Int


def previous_content(is_content: NDArray[np.bool_]) -> Int:
    """Return the last word of content at or before each word, -1 where there is none."""
    previous: Int = np.maximum.accumulate(np.where(is_content, np.arange(len(is_content)), -1))
    return previous


def next_content(is_content: NDArray[np.bool_]) -> Int:
    """Return the first word of content at or after each word, the number of words where there is none."""
    return len(is_content) - 1 - previous_content(is_content[::-1])[::-1]


def find_anchors(words: DatedWords, levels: Sequence[Runs], is_content: NDArray[np.bool_], *, before: bool) -> Anchors:
    """Return the anchors before a slot, or those after it.

    Parameters
    ----------
    words : DatedWords
        The corpus.
    levels : sequence of Runs
        Frequent runs, one entry a length.
    is_content : ndarray of bool, shape (n_words,)
        Which words are no function words.
    before : bool
        Which side.
    """
    ids = np.full(words.n_words + 1, -1, dtype=np.int32)
    lengths = np.zeros(words.n_words + 1, dtype=np.int8)
    nearest = previous_content(is_content) if before else next_content(is_content)
    counts = [np.zeros(0, dtype=np.int64)]
    for runs in levels:
        if not MIN_WORDS <= runs.n <= MAX_WORDS:
            continue
        last = runs.positions + runs.n - 1
        # the two words next to the slot may be anything: content is looked for from the second on
        fits = nearest[last - 1] == runs.positions if before else nearest[runs.positions + 1] == last
        at = (last + 1 if before else runs.positions)[fits]
        ids[at] = runs.ids[fits] + sum(map(len, counts))
        lengths[at] = runs.n
        counts.append(runs.counts)
    n_uses = np.concatenate(counts)
    is_half = _half_names(words, ids, len(n_uses), before=before)
    whole = (ids >= 0) & ~np.append(is_half, False)[ids]
    return Anchors(np.where(whole, ids, np.int32(-1)), np.where(whole, lengths, np.int8(0)), n_uses)


def _half_names(words: DatedWords, ids: Int32, n_anchors: int, *, before: bool) -> NDArray[np.bool_]:
    """Return which anchors cut a name: few words stand next to them, capitalised like their own last one."""
    inside = np.flatnonzero(words.sentence[1:] == words.sentence[:-1]) + 1
    at = inside[ids[inside] >= 0]
    neighbour = words.ids[at if before else at - 1]
    pair, uses = np.unique(ids[at].astype(np.int64) * len(words.counts) + neighbour, return_counts=True)
    anchor = pair // max(len(words.counts), 1)
    total = np.bincount(ids[at], minlength=n_anchors)
    share = uses / total[anchor]
    entropy = np.bincount(anchor, weights=-share * np.log2(share), minlength=n_anchors)
    is_name = words.is_capitalised[at] & words.is_capitalised[at - 1]
    names = np.bincount(ids[at[is_name]], minlength=n_anchors)
    is_half: NDArray[np.bool_] = (entropy < np.log2(MIN_NEIGHBOURS)) & (2 * names > total)
    return is_half
