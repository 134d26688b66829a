"""Which documents are re-issues of an earlier one: the same text in another outlet or edit, days later.

A document is described by two signatures: a hash of all its words in order, and a sketch of its runs of
words. For the sketch the hashes are dealt into bins by their upper bits, and each bin keeps its smallest; the
share of bins in which two documents agree estimates the resemblance of their sets of runs (one permutation
hashing). Signatures are small, so that an archive keeps them and finds re-issues without reading a text.

A document is a re-issue of the earliest document of the days before that has the same words or a sketch like
its own, or of what that one is a re-issue of. Later documents change nothing about earlier ones.

References
----------
.. [1] A. Broder, "On the resemblance and containment of documents", 1997.
.. [2] P. Li, A. Owen and C.-H. Zhang, "One permutation hashing", NIPS 2012.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from rhetoric._postings import sort_hashes
from rhetoric._sentence_tokens import SentenceTokens
from rhetoric._tokens import U64, sequence_hashes

N = 4
"""Words of a run for documents that belong to no archive."""
SKETCH_SIZE = 64
WINDOW_DAYS = 3
MIN_RESEMBLANCE = 0.85
"""Of 26,883 documents of KCNA and the White House 9 are re-issues then, 7 of them rightly; at 0.8 there are 17, and
statements made from one template (a disaster declared in one state, then in another) are among them."""
MIN_WORDS = 50
"""Shorter texts are re-issues only where they are the same to the word: greetings resemble each other."""
_ABSENT = np.uint32(0xFFFFFFFF)
_BIN_SHIFT = np.uint64(64 - 6)
_UPWARDS = np.uint64(64 - 6 - 32)
_NEIGHBOURS = 8  # documents before and after that are compared for one shared run
_BLOCK = 1 << 14

U32 = NDArray[np.uint32]


def sketch(hashes: U64, document: NDArray[np.int64], n_documents: int) -> U32:
    """Return the smallest run hash of each document in each bin.

    Parameters
    ----------
    hashes : ndarray of uint64, shape (n_runs,)
        Runs of words, with repeats, in any order.
    document : ndarray of int64, shape (n_runs,)
        Document of each.
    n_documents : int
        Documents, some of which may have no run.

    Returns
    -------
    ndarray of uint32, shape (n_documents, SKETCH_SIZE)
        Of the hashes whose upper six bits are the number of the column the smallest following 32 bits, the
        greatest number where there is none.

    Examples
    --------
    >>> hashes = np.array([5 << 26, 3 << 26, (1 << 58) + (7 << 26)], dtype=np.uint64)
    >>> sketch(hashes, np.array([0, 0, 0]), 1)[0, :3].tolist()
    [3, 7, 4294967295]
    """
    cells = document * SKETCH_SIZE + (hashes >> _BIN_SHIFT).astype(np.int64)
    smallest = np.full(n_documents * SKETCH_SIZE, _ABSENT)
    np.minimum.at(smallest, cells, (hashes >> np.uint64(26)).astype(np.uint32))
    return smallest.reshape(n_documents, SKETCH_SIZE)


def resemblance(left: U32, right: U32) -> NDArray[np.float64]:
    """Return the estimated resemblance of pairs of documents.

    Parameters
    ----------
    left, right : ndarray of uint32, shape (n_pairs, SKETCH_SIZE)
        Sketches.

    Returns
    -------
    ndarray of float64, shape (n_pairs,)
        Share of the bins filled in one or both in which they agree, 0 to 1; 0 where both have no run.
    """
    is_filled = (left != _ABSENT) | (right != _ABSENT)
    shares: NDArray[np.float64] = (is_filled & (left == right)).sum(axis=1) / np.maximum(is_filled.sum(axis=1), 1)
    return shares


def families(
    days: NDArray[np.int64],
    wording: U64,
    sketches: Callable[[slice], U32],
    n_words: NDArray[np.int64],
    *,
    window_days: int = WINDOW_DAYS,
) -> NDArray[np.int64]:
    """Return the first issue of each document.

    Parameters
    ----------
    days : ndarray of int64, shape (n_documents,)
        Dates in days, rising; which of two documents of a day comes first is the caller's order.
    wording : ndarray of uint64, shape (n_documents,)
        Hash of all words of each document.
    sketches : callable
        Gives for a slice of the documents their rows of `sketch`; called for some documents at a time, so
        that those of all need not be in memory.
    n_words : ndarray of int64, shape (n_documents,)
        Words of each document.
    window_days : int, default=3
        Days that may lie between two issues.

    Returns
    -------
    ndarray of int64, shape (n_documents,)
        Number of the first issue; its own where a document is no re-issue.

    Examples
    --------
    >>> none = sketch(np.array([], dtype=np.uint64), np.array([], dtype=np.int64), 3)
    >>> wording = np.array([7, 7, 7], dtype=np.uint64)
    >>> families(np.array([1, 2, 900]), wording, none.__getitem__, np.array([3, 3, 3])).tolist()
    [0, 0, 2]
    """
    n = len(days)
    pairs = [_same_words(days, wording, n_words, window_days)]
    for start, stop in _blocks(days, window_days):
        near = _near(days[start:stop], sketches(slice(start, stop)), n_words[start:stop], window_days)
        pairs.append(near + start)
    before, after = np.concatenate(pairs, axis=1)
    # the earliest near document, and from there on to where nothing earlier is near
    first = np.arange(n)
    np.minimum.at(first, after, before)
    while np.any(first != first[first]):
        first = first[first]
    return first


def first_issues_of_tokens(
    tokens: SentenceTokens, days: NDArray[np.int64], *, window_days: int = WINDOW_DAYS
) -> NDArray[np.int64]:
    """Return the first issue of each of some documents.

    Parameters
    ----------
    tokens : SentenceTokens
        The documents.
    days : ndarray of int64, shape (n_documents,)
        Dates in days, in any order; documents of one day are in the order of their rows.
    window_days : int, default=3
        Days that may lie between two issues.

    Returns
    -------
    ndarray of int64, shape (n_documents,)
        As for `families`.
    """
    order = np.argsort(days, kind="stable")
    hashes, positions = tokens.runs(N)
    sketches = sketch(hashes, tokens.document[tokens.sentence[positions]], tokens.n_documents)
    first_word = tokens.first[tokens.first_sentence]
    wording = sequence_hashes(tokens.hashes, first_word)
    found = families(
        days[order],
        wording[order],
        lambda rows: sketches[order[rows]],
        np.diff(first_word)[order],
        window_days=window_days,
    )
    first = np.empty(len(order), dtype=np.int64)
    first[order] = order[found]
    return first


def _same_words(
    days: NDArray[np.int64], wording: U64, n_words: NDArray[np.int64], window_days: int
) -> NDArray[np.int64]:
    """Return pairs of documents with the same words, shape (2, n_pairs)."""
    order = np.argsort(wording, kind="stable")
    before, after = order[:-1], order[1:]
    same = (wording[before] == wording[after]) & (days[after] - days[before] <= window_days) & (n_words[after] > 0)
    return np.stack((before[same], after[same]))


def _blocks(days: NDArray[np.int64], window_days: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of documents that bound the memory; each begins a window before the last one's end."""
    start = stop = 0
    while stop < len(days):
        stop = min(len(days), start + _BLOCK)
        yield start, stop
        # at least half a block further, even where a window holds more documents than that
        start = max(start + _BLOCK // 2, int(np.searchsorted(days, days[stop - 1] - window_days)))


def _near(days: NDArray[np.int64], sketches: U32, n_words: NDArray[np.int64], window_days: int) -> NDArray[np.int64]:
    """Return pairs of documents with similar sketches, shape (2, n_pairs)."""
    document, place = np.nonzero((sketches != _ABSENT) & (n_words >= MIN_WORDS)[:, None])
    run = (place.astype(np.uint64) << np.uint64(32)) | sketches[document, place]
    # moved to the upper end, where these hashes are sorted; documents of a run stay in their order
    order, run = sort_hashes(run << _UPWARDS)
    is_alone = np.ones(len(run) + 1, dtype=bool)
    np.not_equal(run[1:], run[:-1], out=is_alone[1:-1])
    shared = np.flatnonzero(~(is_alone[1:] & is_alone[:-1]))
    document, run = document[order[shared]], run[shared]
    found = []
    for step in range(1, _NEIGHBOURS + 1):
        before, after = document[:-step], document[step:]
        near = (run[step:] == run[:-step]) & (days[after] - days[before] <= window_days)
        found.append(before[near] * len(days) + after[near])
    # one shared run in the sketch is no reason to look closer, a quarter of them is
    pair, count = np.unique(np.concatenate(found), return_counts=True)
    before, after = np.divmod(pair[count >= SKETCH_SIZE // 4], max(1, len(days)))
    alike = resemblance(sketches[before], sketches[after]) >= MIN_RESEMBLANCE
    return np.stack((before[alike], after[alike]))
