"""Which sentences to label next: uncertain ones that differ, and a share drawn at random.

Filtered active submodular selection [1]_ in these steps:

1. the different wordings that have a word, the most uncertain first;
2. the filter: the first `POOL_PER_PICK` of them for each pick, but no more than a few thousand, without
   near-duplicates of each other or of labelled sentences;
3. picks that cover the pool: each adds as much as it can to the sum, over the pool, of the likeness of a
   sentence to its likest pick or labelled sentence (facility location), weighted by the uncertainty of the
   sentence and of the pick. A second pick of a kind adds little. The greedy order reaches at least 63 % of the
   best sum [2]_, and since the gain of a sentence never grows, only few gains are computed again [3]_;
4. the share drawn at random from the rest.

All of it runs over wordings in the order of uncertainty and text, so that the order of the rows has no part
in it. Beside the sentences themselves memory depends on the pool alone.

References
----------
.. [1] K. Wei, R. Iyer and J. Bilmes, "Submodularity in data subset selection and active learning", ICML 2015.
.. [2] G. Nemhauser, L. Wolsey and M. Fisher, "An analysis of approximations for maximizing submodular set
   functions", Mathematical Programming 14, 1978.
.. [3] M. Minoux, "Accelerated greedy algorithms for maximizing submodular set functions", 1978.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rhetoric._near_duplicates import near_duplicate_groups
from rhetoric._tokens import tokenize_batches
from rhetoric.features import RhetoricFeatures

POOL_PER_PICK = 5
"""Sentences in the pool for each pick, the best of 5, 10, 20 and 40 where labelling was simulated."""
_BLOCKS = ("substance", "vectors")
_MAX_POOL = 5000
_ROWS_AT_ONCE = 512  # rows of a table of likeness that are in memory together
_GAINS_AT_ONCE = 32  # one matrix product is faster than as many products with a vector


def pick(
    sentences: Sequence[str],
    uncertainty: NDArray[np.float64],
    *,
    n: int,
    known: Sequence[str],
    explore: float,
    random_state: int,
) -> NDArray[np.int64]:
    """Return the positions of the picks; uncertain and random ones alternate in their proportion.

    Parameters
    ----------
    sentences : sequence of str, length n_samples
        Sentences to choose from.
    uncertainty : ndarray of float64, shape (n_samples,)
        0 where the model is certain, 1 at even odds.
    n : int
        Picks wanted, at least 1.
    known : sequence of str
        Labelled sentences.
    explore : float
        Share of random picks, 0 to 1.
    random_state : int
        Seed of the random picks.

    Returns
    -------
    ndarray of int64, shape (at most n,)
        Fewer than `n` where there are not as many that differ.
    """
    ranked = _ranked_wordings(sentences, uncertainty)
    texts = [sentences[position] for position in ranked]
    n_random = int(n * explore + 0.5)
    first = _uncertain(texts, uncertainty[ranked], n - n_random, known)
    chosen = set(first)
    rest = [row for row in range(len(texts)) if row not in chosen]
    order = np.random.default_rng(random_state).permutation(len(rest))
    taken = [*known, *(texts[row] for row in first)]
    drawn = _different(texts, [rest[at] for at in order], taken, n - len(first))
    return ranked[_alternate(first, drawn)]


def _ranked_wordings(sentences: Sequence[str], uncertainty: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the first position of each wording that has a word, the most uncertain first, then by text."""
    n_words = np.concatenate([tokens.n_words for tokens in tokenize_batches(sentences)])
    position: dict[str, int] = {}
    for row in np.flatnonzero(n_words).tolist():
        position.setdefault(sentences[row], row)
    ranked = sorted(position.items(), key=lambda item: (-uncertainty[item[1]], item[0]))
    return np.array([row for _, row in ranked], dtype=np.int64)


def _different(texts: Sequence[str], rows: Sequence[int], taken: Sequence[str], n: int) -> list[int]:
    """Return the first `n` of `rows` whose texts are no near-duplicates of each other or of `taken`."""
    found: list[int] = []
    start, size = 0, 4 * n
    while len(found) < n and start < len(rows):
        batch = rows[start : start + size]
        start, size = start + size, 2 * size
        before = [*taken, *(texts[row] for row in found)]
        groups = near_duplicate_groups([*before, *(texts[row] for row in batch)])
        # groups are numbered in the order of their first sentence: a new one is larger than all before
        largest = np.maximum.accumulate(np.concatenate(([-1], groups)))[len(before) : -1]
        found += [row for row, is_new in zip(batch, groups[len(before) :] > largest, strict=True) if is_new]
    return found[:n]


def _uncertain(texts: Sequence[str], weight: NDArray[np.float64], n: int, known: Sequence[str]) -> list[int]:
    """Return the rows of `n` uncertain sentences that cover the pool, in the order of the choice."""
    if n == 0 or not texts:
        return []
    size = max(min(POOL_PER_PICK * n, _MAX_POOL), 2 * n)
    pool = _different(texts, range(len(texts))[:size], known, size)
    if len(pool) < n:
        # nearly all of the most uncertain ones are alike or known
        pool = _different(texts, range(len(texts)), known, 2 * n)
    if not pool:
        return []
    directions = _directions([*(texts[row] for row in pool), *known])
    picks = cover(directions[: len(pool)], weight[pool], directions[len(pool) :], n)
    return [pool[at] for at in picks]


def _directions(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return a row of length 1 for each text, in which both blocks have the same say."""
    parts = []
    for block in _BLOCKS:
        columns = RhetoricFeatures([block]).fit_transform(texts)
        spread = columns.std(axis=0)
        parts.append((columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1) / np.sqrt(columns.shape[1]))
    joined = np.hstack(parts)
    length = np.linalg.norm(joined, axis=1, keepdims=True)
    directions: NDArray[np.float32] = (joined / np.where(length > 0, length, 1)).astype(np.float32)
    return directions


def cover(
    directions: NDArray[np.float32], weight: NDArray[np.float64], known: NDArray[np.float32], n: int
) -> list[int]:
    """Return the rows that greedily maximise the weighted facility-location function.

    Parameters
    ----------
    directions : ndarray of float32, shape (n_pool, n_features)
        Rows of length 1; the likeness of two is their cosine, or 0 where that is negative.
    weight : ndarray of float64, shape (n_pool,)
        What a row counts, covered or covering, 0 to 1.
    known : ndarray of float32, shape (n_known, n_features)
        Rows that cover the pool from the start.
    n : int
        Rows wanted.

    Returns
    -------
    list of int
        The one that adds most first; all rows where there are fewer than `n`.

    Examples
    --------
    >>> rows = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], dtype=np.float32)
    >>> cover(rows, np.ones(4), rows[:0], n=3)
    [0, 3, 1]
    >>> cover(rows, np.ones(4), rows[:1], n=1)
    [3]
    """
    covered = _likest(directions, known)
    weight = weight.astype(np.float32)
    covering = directions * weight[:, None]

    def gains(rows: Sequence[int]) -> list[float]:
        """Return what each of `rows` adds to the sum."""
        added: list[float] = (np.maximum(covering[rows] @ directions.T - covered, 0) @ weight).tolist()
        return added

    # largest gain first, of equal ones the lower and more uncertain row; last the number of picks it holds for
    queue: list[tuple[float, int, int]] = []
    for start in range(0, len(directions), _ROWS_AT_ONCE):
        rows: Sequence[int] = range(len(directions))[start : start + _ROWS_AT_ONCE]
        queue += [(-gain, row, 0) for row, gain in zip(rows, gains(rows), strict=True)]
    heapq.heapify(queue)
    picks: list[int] = []
    while queue and len(picks) < n:
        if queue[0][2] == len(picks):
            row = heapq.heappop(queue)[1]
            picks.append(row)
            np.maximum(covered, directions @ covering[row], out=covered)
        else:
            rows = [heapq.heappop(queue)[1] for _ in range(min(_GAINS_AT_ONCE, len(queue)))]
            for row, gain in zip(rows, gains(rows), strict=True):
                heapq.heappush(queue, (-gain, row, len(picks)))
    return picks


def _likest(directions: NDArray[np.float32], known: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the likeness of each row to the likest of `known`."""
    likest = np.zeros(len(directions), dtype=np.float32)
    for start in range(0, len(known), _ROWS_AT_ONCE):
        np.maximum(likest, (known[start : start + _ROWS_AT_ONCE] @ directions.T).max(axis=0), out=likest)
    return likest


def _alternate(first: Sequence[int], second: Sequence[int]) -> NDArray[np.int64]:
    """Return both in one list whose every beginning has about the same share of each."""
    place = np.concatenate([(np.arange(len(part)) + 0.5) / max(len(part), 1) for part in (first, second)])
    joined = np.array([*first, *second], dtype=np.int64)
    alternating: NDArray[np.int64] = joined[np.argsort(place, kind="stable")]
    return alternating
