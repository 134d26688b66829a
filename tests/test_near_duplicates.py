"""Groups of sentences that are nearly the same."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoric._near_duplicates import near_duplicate_groups

SENTENCES = st.lists(st.lists(st.sampled_from("abcd"), max_size=7).map(" ".join), min_size=1, max_size=8)


def groups_by_sets(sentences, n, min_share):
    """Compare every two sentences and join their groups until nothing changes."""
    wording = [tuple(sentence.split()) for sentence in sentences]
    runs = [{words[i : i + n] for i in range(len(words) - n + 1)} for words in wording]
    groups = list(range(len(sentences)))
    for i, j in combinations(range(len(sentences)), 2):
        shared = len(runs[i] & runs[j])
        if wording[i] == wording[j] or (shared and shared > min_share * min(len(runs[i]), len(runs[j]))):
            joined = groups[i], groups[j]
            groups = [min(joined) if group in joined else group for group in groups]
    return [sorted(set(groups)).index(group) for group in groups]


@given(SENTENCES, st.integers(1, 4), st.sampled_from([0, 0.25, 0.5, 0.9]))
def test_groups_agree_with_sets(sentences, n, min_share):
    found = near_duplicate_groups(sentences, n=n, min_share=min_share).tolist()
    assert found == groups_by_sets(sentences, n, min_share)


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        (["Glory!"], [0]),
        (["", "?", "a", ""], [0, 0, 1, 0]),
        (["Glory!", "glory", "Victory!", "GLORY?"], [0, 0, 1, 0]),
        (["a b", "b a", "a b"], [0, 1, 0]),
        (["a b c d e", "a b c d f"], [0, 1]),  # one of two runs is no more than half
        (["a b c d e f", "a b c d e g"], [0, 0]),  # two of three are
        (["x y a b c d z", "a b c d"], [0, 0]),  # the shorter one counts
    ],
)
def test_groups_by_hand(sentences, expected):
    assert near_duplicate_groups(sentences).tolist() == expected


def test_groups_join_through_a_third_sentence():
    ends, middle = ["a b c d e", "w x y z v"], "a b c d e w x y z v"
    assert near_duplicate_groups(ends).tolist() == [0, 1]
    assert near_duplicate_groups([*ends, middle]).tolist() == [0, 0, 0]


@pytest.mark.parametrize("n", [0, -1])
def test_runs_without_a_word_are_refused(n):
    with pytest.raises(ValueError, match=f"n must be at least 1, got {n}; the default is 4"):
        near_duplicate_groups(["a"], n=n)


@pytest.mark.parametrize("min_share", [-0.1, 1, 50, float("nan")])
def test_shares_out_of_range_are_refused(min_share):
    with pytest.raises(ValueError, match=rf"min_share must be in \[0, 1\), got {min_share}; divide"):
        near_duplicate_groups(["a"], min_share=min_share)


def test_a_single_str_is_refused():
    with pytest.raises(TypeError, match="documents must be a list of str, got the single str 'a b'"):
        near_duplicate_groups("a b")
