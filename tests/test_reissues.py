"""Re-issues of one text collapse to the first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoric._reissues import first_issues, first_issues_of_tokens
from rhetoric._sentence_tokens import tokenize_sentences

WORDS = [f"w{number}" for number in range(400)]


def family(texts, days):
    return first_issues_of_tokens(tokenize_sentences(texts), np.array(days)).tolist()


def sentence(*parts):
    return " ".join(word for start, stop in parts for word in WORDS[start:stop])


def test_identical_words_are_one_text_whatever_case_and_marks():
    assert family(["They will pay.", "they will PAY", "They pay will."], [0, 1, 1]) == [0, 0, 2]


@pytest.mark.parametrize(("gap", "expected"), [(0, 0), (3, 0), (4, 1)])
def test_a_reissue_follows_within_three_days(gap, expected):
    assert family(["Glory!", "Glory!"], [0, gap]) == [0, expected]


def test_chains_collapse_to_the_first_issue():
    assert family(["Glory!"] * 4, [0, 3, 6, 20]) == [0, 0, 0, 3]


def test_order_of_rows_does_not_matter_where_the_dates_differ():
    assert family(["Glory!", "Shame!", "Glory!"], [2, 0, 1]) == [2, 1, 2]


def test_documents_without_words_are_no_reissues():
    assert family(["", "...", ""], [0, 0, 0]) == [0, 1, 2]


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        (sentence((0, 60)), sentence((0, 57), (100, 103)), True),  # 54 of 57 runs
        (sentence((0, 60)), sentence((0, 53), (100, 107)), False),  # 50 of 57
        (sentence((0, 60)), sentence((0, 66)), True),  # 60 of 66 words
        (sentence((0, 60)), sentence((0, 67)), False),  # 60 of 67 words
        (sentence((0, 49)), sentence((0, 48), (100, 101)), False),  # under 50 words
    ],
)
def test_nearly_identical_texts(first, second, is_same):
    assert family([first, second], [5, 6]) == [0, 0 if is_same else 1]


def test_a_changed_version_joins_through_the_version_in_between():
    texts = [sentence((0, 60)), sentence((0, 60)), sentence((0, 58), (100, 102))]
    assert family(texts, [0, 3, 5]) == [0, 0, 0]


def test_runs_across_sentences_do_not_count():
    broken = ". ".join(WORDS[:60])
    assert family([broken, broken + " end"], [0, 0]) == [0, 1]


def test_no_document_and_all_documents_the_same():
    assert family([], []) == []
    assert family([sentence((0, 80))] * 50, [0] * 50) == [0] * 50


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6)), max_size=12))
def test_the_first_issue_is_never_later_and_its_own(documents):
    texts = [sentence((start, start + 60)) for start, _ in documents]
    days = np.array([day for _, day in documents], dtype=np.int64)
    found = first_issues_of_tokens(tokenize_sentences(texts), days)
    assert np.array_equal(found[found], found)
    assert np.all(days[found] <= days)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6)), min_size=1, max_size=12))
def test_a_later_document_changes_nothing_before_it(documents):
    texts = [sentence((20 * start, 20 * start + 60)) for start, _ in documents]
    days = [day for _, day in documents]
    assert family([*texts, texts[0]], [*days, 7])[:-1] == family(texts, days)


def slow_family(texts, days):
    """Compare every pair in order of time, straight from the rule."""
    sets = [{tuple(words[at : at + 4]) for at in range(len(words) - 3)} for words in map(str.split, texts)]
    order = sorted(range(len(texts)), key=lambda row: days[row])
    found = list(range(len(texts)))
    for place, row in enumerate(order):
        near = [other for other in order[:place] if days[row] - days[other] <= 3]
        same = [other for other in near if texts[other] == texts[row]]
        for other in near:
            short, long = sorted(len(texts[at].split()) for at in (row, other))
            shared = len(sets[row] & sets[other])
            if short >= 50 and short >= 0.9 * long and shared >= 0.9 * min(len(sets[row]), len(sets[other])):
                same.append(other)
        if same:
            found[row] = found[same[0]]
    return found


@pytest.mark.parametrize("seed", range(8))
def test_agrees_with_comparing_every_pair(seed):
    random = np.random.default_rng(seed)
    texts, days = [], random.integers(0, 9, 40).tolist()
    for _ in days:
        words = (
            texts[random.integers(len(texts))].split() if texts and random.random() < 0.7 else None
        ) or random.choice(WORDS, random.integers(40, 120)).tolist()
        for at in random.integers(0, len(words), random.integers(0, 4)):
            words[at] = "new"
        texts.append(" ".join(words[: len(words) - random.integers(0, 5)]))
    assert family(texts, days) == slow_family(texts, days)


def test_plain_arrays_with_repeated_ngrams():
    grams = np.array([1, 2, 3, 3, 1, 2, 3, 9], dtype=np.uint64) << np.uint64(40)
    found = first_issues(
        np.array([5, 6], dtype=np.uint64), np.array([50, 50]), grams, np.array([0, 4, 8]), np.array([0, 0])
    )
    assert found.tolist() == [0, 0]
