"""The inverted table: look-up, inversion and merging against dicts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoric._postings import Postings, invert, merged_parts, sort_hashes

NEAR = st.sampled_from([0, 1, 2, 1 << 40, (1 << 40) + 1, (1 << 40) + 7, (1 << 64) - 1, (1 << 64) - 2, 1 << 63])
PAIRS = st.lists(st.tuples(NEAR, st.integers(0, 9)), max_size=40)


def table(pairs):
    hashes = np.array([key for key, _ in pairs], dtype=np.uint64)
    return invert(hashes, np.array([sentence for _, sentence in pairs], dtype=np.int64))


def plain(pairs):
    found = {}
    for key, sentence in pairs:
        found.setdefault(key, set()).add(sentence)
    return {key: sorted(found[key]) for key in sorted(found)}


def as_dict(postings):
    first = postings.first.astype(int)
    return {int(key): postings.sentences[first[at] : first[at + 1]].tolist() for at, key in enumerate(postings.keys)}


@given(PAIRS)
def test_inverting_equals_a_dict_of_sorted_sets(pairs):
    found = table(pairs)
    assert as_dict(found) == plain(pairs)
    assert found.keys.tolist() == list(plain(pairs))
    assert (len(found.first), int(found.first[-1])) == (len(found.keys) + 1, len(found.sentences))


@given(PAIRS, st.lists(NEAR, max_size=10))
def test_look_up_and_lists_equal_those_of_a_dict(pairs, wanted):
    found, expected = table(pairs), plain(pairs)
    rows = found.find(np.array(wanted, dtype=np.uint64))
    assert [key in expected for key in wanted] == (rows >= 0).tolist()
    hit = rows[rows >= 0]
    lists = [expected[int(key)] for key in found.keys[hit]]
    assert found.counts(hit).tolist() == list(map(len, lists))
    assert found.earliest(hit).tolist() == [sentences[0] for sentences in lists]
    gathered, which = found.gather(hit)
    assert gathered.tolist() == [sentence for sentences in lists for sentence in sentences]
    assert which.tolist() == [at for at, sentences in enumerate(lists) for _ in sentences]


@given(st.lists(PAIRS, min_size=1, max_size=3), st.integers(1, 20))
def test_merging_in_parts_equals_inverting_all(parts, size):
    renumbered = [np.arange(at, 30 + at, 3, dtype=np.uint32) for at in range(len(parts))]
    merged = list(merged_parts([table(pairs) for pairs in parts], renumbered, part=size))
    everything = [(key, 3 * sentence + at) for at, pairs in enumerate(parts) for key, sentence in pairs]
    assert {key: value for part in merged for key, value in as_dict(part).items()} == plain(everything)
    keys = [int(key) for part in merged for key in part.keys]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("hashes", [[], [5]])
def test_an_empty_table_knows_nothing(hashes):
    empty = Postings(np.empty(0, np.uint64), np.zeros(1, np.uint32), np.empty(0, np.uint32))
    assert empty.find(np.array(hashes, dtype=np.uint64)).tolist() == [-1] * len(hashes)


@given(st.lists(NEAR | st.integers(0, (1 << 64) - 1), max_size=40))
def test_hashes_are_sorted_as_by_a_plain_stable_sort(hashes):
    order, ordered = sort_hashes(np.array(hashes, dtype=np.uint64))
    assert order.tolist() == sorted(range(len(hashes)), key=hashes.__getitem__)
    assert ordered.tolist() == sorted(hashes)
