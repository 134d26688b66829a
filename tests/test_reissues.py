"""Re-issues of one text collapse to the first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoric._reissues import first_issues_of_tokens
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
        (sentence((0, 200)), sentence((0, 195), (300, 305)), True),  # 192 of 202 different runs
        (sentence((0, 200)), sentence((0, 140), (300, 360)), False),  # 137 of 257
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
