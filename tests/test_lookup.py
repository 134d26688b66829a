"""Look-up of 64-bit hashes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoric._lookup import HashIndex

KEYS = st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=60)
CROWDED_KEYS = st.lists(st.integers(0, 40), unique=True, max_size=30)  # all in one slot


def as_hashes(numbers):
    return np.array(numbers, dtype=np.uint64)


@given(KEYS | CROWDED_KEYS, KEYS | CROWDED_KEYS)
def test_the_index_finds_what_a_dict_finds(keys, others):
    rows = {key: row for row, key in enumerate(keys)}
    queries = keys + others
    found = HashIndex(as_hashes(keys)).find(as_hashes(queries))
    assert found.tolist() == [rows.get(query, -1) for query in queries]


def test_the_index_finds_what_a_dict_finds_among_many():
    keys = np.random.default_rng(0).integers(0, 2**64, size=20_000, dtype=np.uint64)
    index = HashIndex(keys)
    np.testing.assert_array_equal(index.find(keys[::-1]), np.arange(len(keys))[::-1])
    assert index.find(keys ^ np.uint64(1)).max() == -1


def test_an_empty_index_finds_nothing():
    assert HashIndex(as_hashes([])).find(as_hashes([0, 1])).tolist() == [-1, -1]


def test_no_queries_give_no_rows():
    assert HashIndex(as_hashes([5])).find(as_hashes([])).tolist() == []


@pytest.mark.parametrize("keys", [[0, 0], [1, 2, 1], [3, 2, 1, 1], [7 << 60, 1, 7 << 60]])
def test_a_key_that_occurs_twice_is_refused(keys):
    with pytest.raises(ValueError, match="keys must be distinct, got the same hash twice"):
        HashIndex(as_hashes(keys))
