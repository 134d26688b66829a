"""Decision values follow from the weights, whatever the batch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric._classifier import RhetoricClassifier, decide_batches
from rhetoric.classify import load
from rhetoric.features import RhetoricFeatures

FOUR = ["On 4 May.", "3 tanks.", "Go!", "Win!"]
TEXTS = st.lists(st.text(st.characters(exclude_categories=()), max_size=60), min_size=1, max_size=5)


def fitted(*blocks):
    return RhetoricClassifier(blocks, n_buckets=1 << 16).fit(FOUR, [1, 1, 0, 0])


@pytest.mark.parametrize("blocks", [("substance",), ("formula",), ("formula", "substance")])
def test_surface_columns_count_by_their_weights(blocks):
    model, texts = fitted(*blocks), ["They fired 12 shells at Wonsan on Monday!", "", "so long as the sea of fire"]
    columns = RhetoricFeatures(blocks).fit_transform(texts)
    expected = columns @ model.dense_weights_ + model.intercept_
    assert model.decision_function(texts) == pytest.approx(expected, abs=1e-12)


def test_hashed_terms_count_by_their_weights_over_the_length():
    model = fitted("words")
    model.term_weights_[:], model.term_frequency_[:], model.intercept_ = 3.0, 2.0, 0.5
    # n words and n - 1 pairs, of weight 3 and length 2 each
    expected = [0.5 + 3 * n / (2 * np.sqrt(n)) for n in (1, 3, 5)]
    found = model.decision_function(["peace", "peace 12", "war and peace", "", "?!"])
    assert found.tolist() == pytest.approx([*expected, 0.5, 0.5])


def test_words_with_a_vector_count_by_their_weights_over_the_length():
    model = fitted("vectors")
    model.word_weights_[:], model.intercept_ = 3.0, 0.0
    once, four_times, unknown, with_unknown = model.decision_function(["war", "war war war war", "qzxv", "qzxv war"])
    assert four_times == pytest.approx(2 * once)
    assert unknown == 0
    assert with_unknown == once > 0


def test_a_figure_counts_as_its_number_of_digits():
    model = fitted("vectors", "words")
    one, same, longer = model.decision_function(["it fired 12", "it fired 97", "it fired 970"])
    assert one == same != longer


@settings(max_examples=50, deadline=None)
@given(TEXTS)
def test_a_decision_does_not_depend_on_the_others(texts):
    together = load().decision_function(texts).tolist()
    assert together == [load().decision_function([text])[0] for text in texts]


def test_batches_hand_on_their_words_in_order():
    texts = ["one two", "", "three " * 200_000, "four"]
    parts = list(decide_batches(load(), texts))
    assert len(parts) > 1
    assert np.concatenate([tokens.n_words for tokens, _ in parts]).tolist() == [2, 0, 200_000, 1]
    assert np.array_equal(np.concatenate([decision for _, decision in parts]), load().decision_function(texts))
