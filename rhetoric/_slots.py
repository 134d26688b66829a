"""Places where two anchors leave a slot of one to four words between them.

Of two slots between the same anchors that begin or end at the same word the shorter one counts. A pair of
anchors then grows outwards: where three quarters of its documents go on with the same words up to the next
word of content, these words become part of it, and uses that go on differently leave.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rhetoric._anchors import Anchors, find_anchors, next_content, previous_content
from rhetoric._dated_words import DatedWords, Int, Int32
from rhetoric._runs import Runs, number
from rhetoric._tokens import U64, mix

MAX_SLOT_WORDS = 4
MAX_STEP_WORDS = 4  # words of grammar and one of content that a pair grows by
RIGID_SHARE = 0.75  # of the documents; what more of them have belongs to the frame, not to the slot
_BUCKET_BITS = 22


@dataclass(frozen=True)
class Slots:
    """Uses of pairs of anchors, in the order of time.

    Attributes
    ----------
    pairs : ndarray of int64, shape (n_uses,)
        Number of the pair of anchors, from 0.
    begins, starts, stops, ends : ndarray of int64, shape (n_uses,)
        First word of the first anchor, first word of the slot, first word of the second anchor, and the word
        after it.
    association : ndarray of float64, shape (n_pairs,)
        How much oftener than by chance the anchors meet at such a distance, in bits.
    """

    pairs: Int
    begins: Int
    starts: Int
    stops: Int
    ends: Int
    association: NDArray[np.float64]

    @property
    def n_pairs(self) -> int:
        """Number of pairs."""
        return len(self.association)

    def only(self, which: NDArray[np.bool_]) -> Slots:
        """Return these uses; the pairs that are left keep their order and are numbered anew."""
        left, pairs = np.unique(self.pairs[which], return_inverse=True)
        return Slots(
            pairs,
            self.begins[which],
            self.starts[which],
            self.stops[which],
            self.ends[which],
            self.association[left],
        )


def run_keys(words: DatedWords, starts: Int, sizes: Int) -> U64:
    """Return a number for each run of words, equal for equal runs; 0 for empty ones."""
    keys = np.zeros(len(starts), dtype=np.uint64)
    for step in range(int(sizes.max(initial=0))):
        has = sizes > step
        word = words.ids[starts[has] + step].astype(np.uint64) + np.uint64(1)
        keys[has] = mix(mix(keys[has]) + word)
    return keys


def find_slots(words: DatedWords, levels: list[Runs], is_content: NDArray[np.bool_], *, min_documents: int) -> Slots:
    """Return the uses of pairs of anchors that have a slot between them in at least `min_documents` documents.

    Parameters
    ----------
    words : DatedWords
        The corpus.
    levels : list of Runs
        Frequent runs, one entry a length.
    is_content : ndarray of bool, shape (n_words,)
        Which words are no function words.
    min_documents : int
        At least 1.
    """
    before = find_anchors(words, levels, is_content, before=True)
    after = find_anchors(words, levels, is_content, before=False)
    keys, starts, sizes = _meetings(words, before, after, min_documents)
    keep = _shortest(keys, starts, sizes)
    keys, starts, sizes = keys[keep], starts[keep], sizes[keep]
    keep = _shortest(keys, starts + sizes, sizes)
    keys, starts, sizes = keys[keep], starts[keep], sizes[keep]
    order = np.lexsort((sizes, starts))
    keys, starts, stops = keys[order], starts[order], (starts + sizes)[order]
    pairs, counts, documents = number(keys, words.document[starts])
    distinct = np.unique(keys)
    n_after = max(len(after.counts), 1)
    expected = before.counts[distinct // n_after] * after.counts[distinct % n_after] * (MAX_SLOT_WORDS / words.n_words)
    slots = Slots(
        pairs=pairs.astype(np.int64),
        begins=starts - before.lengths[starts],
        starts=starts,
        stops=stops,
        ends=stops + after.lengths[stops],
        association=np.log2(counts / expected),
    )
    return slots.only(documents[pairs] >= min_documents)


def _meetings(words: DatedWords, before: Anchors, after: Anchors, min_documents: int) -> tuple[Int, Int, Int]:
    """Return pair, first word and length of every slot whose pair may be frequent."""
    open_ = np.flatnonzero(before.ids[:-1] >= 0)
    all_starts, all_sizes = [], []
    for n in range(1, MAX_SLOT_WORDS + 1):
        at = open_[open_ + n < words.n_words]
        is_inside = words.sentence[at - 1] == words.sentence[at + n]
        all_starts.append(at[is_inside & (after.ids[at + n] >= 0)])
        all_sizes.append(np.full(len(all_starts[-1]), n))
    start, size = np.concatenate(all_starts), np.concatenate(all_sizes)
    keys = before.ids[start].astype(np.int64) * max(len(after.counts), 1) + after.ids[start + size]
    # most pairs occur once: a pair in a bucket with few others cannot be frequent and need not be sorted
    bucket = (mix(keys.astype(np.uint64)) >> np.uint64(64 - _BUCKET_BITS)).astype(np.int64)
    maybe = np.bincount(bucket, minlength=1 << _BUCKET_BITS)[bucket] >= min_documents
    return keys[maybe], start[maybe], size[maybe]


def _shortest(keys: Int, at: Int, sizes: Int) -> NDArray[np.bool_]:
    """Return which slots are the shortest of those with the same key and place."""
    order = np.lexsort((sizes, at, keys))
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (np.diff(keys[order]) != 0) | (np.diff(at[order]) != 0)
    shortest = np.zeros(len(order), dtype=bool)
    shortest[order] = is_first
    return shortest


def commonest(pairs: Int, keys: U64, document: Int32, n_pairs: int) -> tuple[U64, Int, Int]:
    """Return for each pair its most widespread key, the documents that have it, and its documents in all."""
    combined, _, documents = number(mix(pairs.astype(np.uint64)) ^ keys, document)
    first = np.empty(len(documents), dtype=np.int64)
    first[combined[::-1]] = np.arange(len(pairs))[::-1]
    # the last entry of a pair is its most widespread key, of equal ones the earliest
    order = np.lexsort((-first, documents, pairs[first]))
    best = order[np.searchsorted(pairs[first][order], np.arange(n_pairs), side="right") - 1]
    return keys[first[best]], documents[best], number(pairs, document)[2]


def grow(words: DatedWords, slots: Slots, is_content: NDArray[np.bool_], *, min_documents: int) -> Slots:
    """Return the slots with their anchors grown outwards as far as the wording is rigid."""
    edges = {True: slots.begins.copy(), False: slots.ends.copy()}
    content = {True: previous_content(is_content), False: next_content(is_content)}
    document = words.document[slots.starts]
    is_left = np.ones(len(slots.pairs), dtype=bool)
    is_growing = np.ones(slots.n_pairs, dtype=bool)
    while is_growing.any():
        has_grown = np.zeros(slots.n_pairs, dtype=bool)
        for before, edge in edges.items():
            uses = np.flatnonzero(is_left & is_growing[slots.pairs])
            pairs, local = np.unique(slots.pairs[uses], return_inverse=True)
            old = edge[uses]
            new = _next_edges(words, old, content[before], before=before)
            keys = run_keys(words, np.minimum(old, new), np.abs(old - new))
            key, documents, total = commonest(local, keys, document[uses], len(pairs))
            grows = (key != 0) & (documents >= np.maximum(min_documents, RIGID_SHARE * total))
            fits = keys == key[local]
            edge[uses] = np.where(grows[local] & fits, new, old)
            is_left[uses[grows[local] & ~fits]] = False
            has_grown[pairs[grows]] = True
        is_growing = has_grown
    return replace(slots, begins=edges[True], ends=edges[False]).only(is_left)


def _next_edges(words: DatedWords, edges: Int, content: Int, *, before: bool) -> Int:
    """Return the edges moved to the next word of content, unmoved where the sentence ends before it."""
    inner = edges if before else edges - 1
    neighbour = inner - 1 if before else inner + 1
    exists = (neighbour >= 0) & (neighbour < words.n_words)
    target = content[np.where(exists, neighbour, inner)]
    exists &= (target >= 0) & (target < words.n_words)
    target = np.where(exists, target, inner)
    exists &= (words.sentence[target] == words.sentence[inner]) & (np.abs(target - inner) <= MAX_STEP_WORDS)
    return np.where(exists, target if before else target + 1, edges)
