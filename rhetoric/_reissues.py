"""Which documents are re-issues of an earlier one: the same text again, on the same or the following days.

Agencies put out one text several times, edited a little. What counts documents (how many use a phrase,
when it was first in print) must count such a text once. A document is a re-issue of an earlier one, at
most some days older, when

- both are the same words in the same order, whatever their length, or
- both have enough words, their lengths differ by little, and nearly all n-grams of the one with fewer
  n-grams are also in the other.

Chains collapse to their first issue, and the answer for a document depends on earlier ones alone. Pairs
to compare come from a sketch, the lowest n-gram hashes of each document: nearly identical documents share
most of theirs. Every pair is then verified on all its n-grams.

Limits: of two nearly identical documents the sketches miss about one pair in 10**5; and where more than
`MAX_NEIGHBOURS` documents within the window have the same hash in their sketch, only the nearest ones are
compared on its account.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from rhetoric._sentence_tokens import SentenceTokens
from rhetoric._tokens import U64

N = 4
"""Words per n-gram for documents compared by :func:`first_issues_of_tokens`."""

WINDOW_DAYS = 3
MIN_WORDS = 50
MIN_SHARE = 0.9
MAX_NEIGHBOURS = 256
_SKETCH = 16
_PAIRS_AT_ONCE = 1 << 14

Index = NDArray[np.int64]


def first_issues(
    wordings: U64, n_words: Index, ngrams: U64, first: Index, days: Index,
    *, window_days: int = WINDOW_DAYS, min_words: int = MIN_WORDS, min_share: float = MIN_SHARE,
) -> Index:  # fmt: skip
    """Return for each document the first issue of its text, itself where it is no re-issue.

    Parameters
    ----------
    wordings : ndarray of uint64, shape (n_documents,)
        Hash of the whole sequence of words, see :func:`wording_hashes`.
    n_words : ndarray of int64, shape (n_documents,)
        Words per document. One without words is no re-issue of anything.
    ngrams : ndarray of uint64, shape (n_ngrams,)
        N-gram hashes of the documents one after the other, in any order within a document; repeats count
        once.
    first : ndarray of int64, shape (n_documents + 1,)
        Document ``i`` owns the n-grams ``first[i]`` to ``first[i + 1] - 1``.
    days : ndarray of int64, shape (n_documents,)
        Day numbers. Documents of one day are in the order of their rows.
    window_days : int, default=3
        Days after an issue within which the next one must follow.
    min_words : int, default=50
        Words that documents need if they are not identical.
    min_share : float, default=0.9
        Share of the n-grams that must be in both documents, and least ratio of their lengths, in (0.5, 1].

    Returns
    -------
    ndarray of int64, shape (n_documents,)
        Row of the first issue.

    Examples
    --------
    >>> from rhetoric._sentence_tokens import tokenize_sentences
    >>> tokens = tokenize_sentences(["They will pay.", "We will pay.", "They will pay!", "They will pay."])
    >>> first_issues_of_tokens(tokens, np.array([0, 0, 2, 9])).tolist()
    [0, 1, 0, 3]
    """
    order = np.argsort(days, kind="stable")
    days = days[order]
    parent = _previous_identical(wordings[order], n_words[order], days, window_days)
    links = _near_pairs(n_words, ngrams, first, order, days, parent, (window_days, min_words, min_share))
    # the earliest partner last, so that it is the one that stays
    parent[links[::-1, 1]] = links[::-1, 0]
    while np.any(parent != parent[parent]):
        parent = parent[parent]
    family = np.empty_like(order)
    family[order] = order[parent]
    return family


def first_issues_of_tokens(tokens: SentenceTokens, days: Index, *, window_days: int = WINDOW_DAYS) -> Index:
    """Return for each document of `tokens` the first issue of its text, by 4-grams inside sentences."""
    words = tokens.first[tokens.first_sentence]
    ngrams, positions = tokens.runs(N)
    return first_issues(
        wording_hashes(tokens.hashes, words),
        np.diff(words),
        ngrams,
        np.searchsorted(positions, words),
        days,
        window_days=window_days,
    )


def wording_hashes(hashes: U64, first: Index) -> U64:
    """Return a hash of each sequence of words; sequence ``i`` owns the words ``first[i]`` to ``first[i + 1] - 1``."""
    # order counts: a word's hash is scaled by its place, and wrapping sums of 64 bits keep sequences apart
    place = np.arange(len(hashes)) - np.repeat(first[:-1], np.diff(first))
    scaled = hashes * (2 * place.astype(np.uint64) + np.uint64(1))
    running = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(scaled, dtype=np.uint64)))
    wordings: U64 = running[first[1:]] - running[first[:-1]]
    return wordings


def _previous_identical(wordings: U64, n_words: Index, days: Index, window_days: int) -> Index:
    """Return for each document, in order of time, the last identical one within the window, or itself."""
    parent = np.arange(len(days))
    order = np.argsort(wordings, kind="stable")
    before, after = order[:-1], order[1:]
    same = (wordings[before] == wordings[after]) & (days[after] - days[before] <= window_days) & (n_words[after] > 0)
    parent[after[same]] = before[same]
    return parent


def _near_pairs(
    n_words: Index, ngrams: U64, first: Index, order: Index, days: Index, parent: Index,
    limits: tuple[int, int, float],
) -> Index:  # fmt: skip
    """Return the verified pairs of places in `order`, shape (n_pairs, 2), the earlier one first, sorted."""
    window_days, min_words, min_share = limits
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    hashes, places, n_kept = _sketches(ngrams, first, n_words >= min_words, place)
    lengths = n_words[order]
    # a document that is identical to one in its window has found its family
    is_open = parent == np.arange(len(parent))
    found = [np.zeros(0, dtype=np.int64)]
    active = np.arange(len(hashes) - 1)
    for lag in range(1, MAX_NEIGHBOURS + 1):
        active = active[active + lag < len(hashes)]
        left, right = places[active], places[active + lag]
        active = active[(hashes[active] == hashes[active + lag]) & (days[right] - days[left] <= window_days)]
        if len(active) == 0:
            break
        left, right = places[active], places[active + lag]
        shorter, longer = np.minimum(lengths[left], lengths[right]), np.maximum(lengths[left], lengths[right])
        keep = is_open[right] & (shorter >= min_share * longer)
        found.append(left[keep] * len(order) + right[keep])
    pairs, n_common = np.unique(np.concatenate(found), return_counts=True)
    left, right = np.divmod(pairs, max(1, len(order)))
    likely = 4 * n_common >= np.minimum(n_kept[left], n_kept[right])
    return _verified(np.column_stack((left, right))[likely], ngrams, first, order, min_share)


def _sketches(
    ngrams: U64, first: Index, is_long: NDArray[np.bool_], place: Index
) -> tuple[U64, Index, Index]:  # fmt: skip
    """Return hash and place of each entry of a sketch, sorted by both, and the entries per place."""
    size = np.diff(first)
    # three times the entries needed lie below this on average, and all that follows touches only them
    share = np.where(is_long, np.minimum(1.0, 3 * _SKETCH / np.maximum(size, 1)), 0.0)
    ceiling = np.minimum(share * 2.0**64, 2.0**64 - 2048).astype(np.uint64)
    low = np.flatnonzero(ngrams < np.repeat(ceiling, size))
    owner = place[np.searchsorted(first, low, side="right") - 1]
    hashes = ngrams[low]
    order = np.lexsort((hashes, owner))
    hashes, owner = hashes[order], owner[order]
    is_new = np.ones(len(hashes), dtype=bool)
    is_new[1:] = (hashes[1:] != hashes[:-1]) | (owner[1:] != owner[:-1])
    hashes, owner = hashes[is_new], owner[is_new]
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
    hashes, owner = hashes[rank < _SKETCH], owner[rank < _SKETCH]
    by_hash = np.lexsort((owner, hashes))
    return hashes[by_hash], owner[by_hash], np.bincount(owner, minlength=len(place))


def _verified(pairs: Index, ngrams: U64, first: Index, order: Index, min_share: float) -> Index:
    """Return those of `pairs` that share enough n-grams."""
    kept = [np.zeros((0, 2), dtype=np.int64)]
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        chunk = pairs[start : start + _PAIRS_AT_ONCE]
        documents, inverse = np.unique(chunk, return_inverse=True)
        table = _ngram_sets(ngrams, first, order[documents])
        left, right = inverse.reshape(-1, 2).T
        n_shared = np.asarray(table[left].multiply(table[right]).sum(axis=1)).ravel()
        size = np.diff(table.indptr)
        kept.append(chunk[n_shared >= min_share * np.minimum(size[left], size[right])])
    verified = np.concatenate(kept)
    return verified[np.lexsort((verified[:, 0], verified[:, 1]))]


def _ngram_sets(ngrams: U64, first: Index, documents: Index) -> sp.csr_matrix:
    """Return which n-grams stand in which of `documents`, as 0 and 1."""
    size = first[documents + 1] - first[documents]
    ends = np.cumsum(size)
    positions = np.arange(ends[-1]) + np.repeat(first[documents] - ends + size, size)
    distinct, columns = np.unique(ngrams[positions], return_inverse=True)
    indptr = np.concatenate(([0], ends))
    table = sp.csr_matrix((np.ones(len(columns)), columns, indptr), shape=(len(documents), len(distinct)))
    table.sum_duplicates()
    table.data[:] = 1
    return table
