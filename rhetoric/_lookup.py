"""Find many 64-bit hashes in a table at once.

The top bits of a hash choose a slot that holds the row of one key; comparing the key in that row with
the query settles nearly every query in two gathers. The few keys that lost their slot to another one
are found by binary search.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class HashIndex:
    """Rows of a set of distinct 64-bit hashes.

    Parameters
    ----------
    keys : ndarray of uint64, shape (n_keys,)
        Distinct, well-mixed hashes.

    Raises
    ------
    ValueError
        If a key occurs twice.

    Examples
    --------
    >>> index = HashIndex(np.array([7 << 60, 3 << 60], dtype=np.uint64))
    >>> index.find(np.array([3 << 60, 5 << 60, 7 << 60], dtype=np.uint64)).tolist()
    [1, -1, 0]
    """

    def __init__(self, keys: NDArray[np.uint64]) -> None:
        self.keys = keys
        # about six slots a key: one key in twelve then shares its slot with an earlier one
        bits = max(4, int(6 * len(keys) + 1).bit_length())
        self._shift = np.uint64(64 - bits)
        slots = (keys >> self._shift).astype(np.int64)
        # an empty slot points at row 0, whose key has a slot of its own and so cannot match there
        self._row = np.zeros(1 << bits, dtype=np.int32)
        self._row[slots[::-1]] = np.arange(len(keys), dtype=np.int32)[::-1]
        lost = np.flatnonzero(self._row[slots] != np.arange(len(keys)))
        self._lost = lost[np.argsort(keys[lost])]
        self._lost_keys = keys[self._lost]
        self._is_crowded = np.zeros(1 << bits, dtype=bool)
        self._is_crowded[slots[lost]] = True
        if np.any(self._lost_keys[1:] == self._lost_keys[:-1]) or np.any(keys[self._row[slots[lost]]] == keys[lost]):
            raise ValueError("keys must be distinct, got the same hash twice; drop the repeated entry.")

    def find(self, queries: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the row of each query, -1 where it is not a key; shape as `queries`."""
        if len(self.keys) == 0:
            return np.full(len(queries), -1, dtype=np.int64)
        # far below 2**63, so that the bits are those of a signed number, too
        slots = (queries >> self._shift).view(np.int64)
        rows: NDArray[np.int64] = self._row.take(slots).astype(np.int64)
        missed = np.flatnonzero(self.keys.take(rows) != queries)
        rows[missed] = -1
        crowded = missed[self._is_crowded[slots[missed]]]
        if len(crowded):
            at = np.minimum(np.searchsorted(self._lost_keys, queries[crowded]), len(self._lost) - 1)
            found = self._lost_keys[at] == queries[crowded]
            rows[crowded[found]] = self._lost[at[found]]
        return rows
