"""Where every run of words stands: an inverted table from 64-bit hashes to sentences.

Three flat arrays hold the table, so that it can be memory-mapped, sliced by ranges of hashes and merged
without a loop over keys: the distinct hashes in rising order, where each one's list begins, and the lists
of sentences one after the other, each in rising order. Sentences are numbered in the order of their dates;
so the first of a list is where the run was first in print.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric._tokens import U64

PART_POSTINGS = 1 << 21
"""Postings that a merge handles at a time: about 100 MB of work space."""

_HALF, _TOP = np.uint64(32), np.uint64(48)


@dataclass(frozen=True)
class Postings:
    """An inverted table.

    Attributes
    ----------
    keys : ndarray of uint64, shape (n_keys,)
        Distinct, rising.
    first : ndarray of unsigned integers, shape (n_keys + 1,)
        Key ``i`` owns ``sentences[first[i]:first[i + 1]]``, at least one.
    sentences : ndarray of unsigned integers, shape (n_postings,)
        Rising within each key, without repeats.
    """

    keys: U64
    first: NDArray[np.unsignedinteger[Any]]
    sentences: NDArray[np.unsignedinteger[Any]]

    def find(self, hashes: U64) -> NDArray[np.int64]:
        """Return the row of each hash, -1 where it is no key; shape as `hashes`."""
        if len(self.keys) == 0:
            return np.full(len(hashes), -1, dtype=np.int64)
        # in rising order neighbouring searches touch the same pages
        order = np.argsort(hashes)
        wanted = hashes[order]
        row = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        found = np.where(self.keys[row] == wanted, row, -1)
        rows = np.empty(len(hashes), dtype=np.int64)
        rows[order] = found
        return rows

    def counts(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number of sentences of each row."""
        return self.first[rows + 1].astype(np.int64) - self.first[rows].astype(np.int64)

    def earliest(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the first sentence of each row."""
        return self.sentences[self.first[rows].astype(np.int64)].astype(np.int64)

    def gather(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the sentences of all `rows` in a row, and for each the index in `rows` that it belongs to."""
        counts = self.counts(rows)
        which = np.repeat(np.arange(len(rows)), counts)
        within = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        return self.sentences[self.first[rows].astype(np.int64)[which] + within].astype(np.int64), which


def invert(hashes: U64, sentences: NDArray[np.unsignedinteger[Any]] | NDArray[np.int64]) -> Postings:
    """Return the table of `hashes`, each standing in the sentence beside it.

    Parameters
    ----------
    hashes : ndarray of uint64, shape (n,)
        In any order, with repeats.
    sentences : ndarray of integers, shape (n,)
        Below 2**32, in any order.

    Returns
    -------
    Postings
        A sentence stands once in a list, however often it holds the run.

    Examples
    --------
    >>> table = invert(np.array([9, 4, 9, 9], dtype=np.uint64), np.array([3, 0, 0, 3]))
    >>> table.keys.tolist(), table.first.tolist(), table.sentences.tolist()
    ([4, 9], [0, 1, 3], [0, 0, 3])
    """
    order, ordered = sort_hashes(hashes)
    # narrowed first: what is gathered in another order should fit the processor's cache
    return _grouped(ordered, sentences.astype(np.uint32)[order])


def _grouped(ordered: U64, where: NDArray[np.uint32]) -> Postings:
    """Return the table of hashes that rise, each standing in the sentence beside it."""
    is_new_key = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_new_key[1:])
    falls = where[1:] < where[:-1]
    falls &= ~is_new_key[1:]
    if falls.any():
        # the number of the key above the sentence: sorting these sorts the lists and keeps the keys
        both = (np.cumsum(is_new_key).astype(np.uint64) << np.uint64(32)) | where
        # in long rising runs already, which a stable sort merges
        both.sort(kind="stable")
        where = both.astype(np.uint32)
    keep = is_new_key.copy()
    keep[1:] |= where[1:] != where[:-1]
    starts = np.flatnonzero(is_new_key[keep])
    return Postings(
        keys=ordered[is_new_key],
        first=np.append(starts, np.count_nonzero(keep)).astype(np.uint64),
        sentences=where[keep],
    )


def sort_hashes(hashes: U64) -> tuple[NDArray[np.int64], U64]:
    """Return the stable order of `hashes`, shape (n,), and the hashes in it.

    Stable sorting of 16-bit numbers takes NumPy one look at each and no comparison, so that the upper half of
    the hashes is sorted by its lower and then by its upper 16 bits; the few hashes that differ in the lower
    half alone are put right.
    """
    order = np.argsort((hashes >> _HALF).astype(np.uint16), kind="stable")
    order = order[np.argsort((hashes >> _TOP).astype(np.uint16)[order], kind="stable")]
    ordered = hashes[order]
    falls = np.flatnonzero(ordered[1:] < ordered[:-1])
    if len(falls):
        halves = ordered >> _HALF
        mixed = np.unique(halves[falls])
        low, high = (np.searchsorted(halves, mixed, side=side) for side in ("left", "right"))
        places = np.repeat(high - np.cumsum(high - low), high - low) + np.arange(int((high - low).sum()))
        order[places] = order[places][np.argsort(ordered[places], kind="stable")]
        ordered[places] = hashes[order[places]]
    return order, ordered


def merged_parts(
    tables: Sequence[Postings], renumbered: Sequence[NDArray[np.unsignedinteger[Any]]], part: int = PART_POSTINGS
) -> Iterator[Postings]:
    """Yield the union of `tables` in parts of rising hashes, each small enough for memory.

    Parameters
    ----------
    tables : sequence of Postings
        May be memory-mapped; each is read once, from front to back.
    renumbered : sequence of ndarray
        For each table the new number of each of its sentences.
    part : int
        Postings that a part should hold about.

    Yields
    ------
    Postings
        With `first` counted from the beginning of the part.
    """
    total = sum(len(table.sentences) for table in tables)
    n_parts = max(1, -(-total // part))
    # hashes are evenly spread, so that equal ranges hold about equally many
    bounds = [(number << 64) // n_parts for number in range(1, n_parts)]
    cuts = [
        np.concatenate(([0], np.searchsorted(table.keys, np.array(bounds, dtype=np.uint64)), [len(table.keys)]))
        for table in tables
    ]
    for number in range(n_parts):
        pieces = [_slice(table, cut[number], cut[number + 1]) for table, cut in zip(tables, cuts, strict=True)]
        hashes = np.concatenate([piece[0] for piece in pieces])
        sentences = np.concatenate([new[piece[1]] for piece, new in zip(pieces, renumbered, strict=True)])
        # rising runs, one a table: a stable sort only merges them
        order = np.argsort(hashes, kind="stable")
        yield _grouped(hashes[order], sentences.astype(np.uint32)[order])


def _slice(table: Postings, start: int, stop: int) -> tuple[U64, NDArray[np.unsignedinteger[Any]]]:
    """Return hash and sentence of every posting of the keys from `start` to `stop`."""
    first = table.first[start : stop + 1].astype(np.int64)
    if stop == start:
        return table.keys[:0], table.sentences[:0]
    return np.repeat(table.keys[start:stop], np.diff(first)), table.sentences[first[0] : first[-1]]
