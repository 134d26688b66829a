"""Which changed words tell something."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoric._telling import most_telling, telling
from rhetoric._tokens import tokenize


@pytest.mark.parametrize("word", ["unless", "never", "must", "perhaps"])
def test_negations_conditions_and_commitments_tell_all(word):
    assert telling(word).tolist() == [1.0]


@pytest.mark.parametrize("word", ["2021", "3,000", "January", "Monday", "first", "seven"])
def test_figures_and_dates_tell_little(word):
    assert telling(word).tolist() == pytest.approx([0.1])


def test_the_most_frequent_word_tells_nothing_and_an_unknown_one_all():
    assert telling("the").tolist() == [0.0]
    assert telling("xyzzyx").tolist() == [1.0]


def test_rarer_words_tell_more():
    weights = telling("of people dismantlement")
    assert weights[0] < weights[1] < weights[2]


def test_no_word_tells_nothing():
    assert most_telling("", 0, 0) == most_telling("...", 0, 3) == most_telling("unless", 6, 6) == 0.0


def test_the_words_around_decide_with_a_word():
    assert most_telling("It met on 4 May in Geneva.", 12, 15) == pytest.approx(0.1)
    assert most_telling("It may meet in Geneva.", 3, 6) == 1.0


@given(st.text(max_size=60))
def test_weights_are_shares_one_for_each_word(text):
    weights = telling(text)
    assert len(weights) == tokenize([text]).n_words.sum()
    assert np.all((weights >= 0) & (weights <= 1))
