"""The classifier behaves as scikit-learn's users expect."""

from __future__ import annotations

import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

from rhetoric.classify import RhetoricClassifier, load
from rhetoric.datasets import load_seed


@pytest.fixture(scope="module")
def corpus():
    seed = load_seed()
    return seed[seed["part"] == "statement"].iloc[::13].reset_index(drop=True)


@pytest.fixture(scope="module")
def model(corpus):
    return RhetoricClassifier(n_buckets=1 << 12).fit(corpus["text"], corpus["label"])


def test_lists_series_and_object_arrays_are_alike(model, corpus):
    texts = corpus["text"].tolist()[:20]
    expected = model.predict_proba(texts)
    for form in (pd.Series(texts), np.array(texts, dtype=object), np.array(texts), tuple(texts)):
        assert np.array_equal(model.predict_proba(form), expected)


def test_an_answer_does_not_depend_on_the_other_sentences(model, corpus):
    texts = corpus["text"].tolist()[:60]
    assert model.decision_function(texts).tolist() == [model.decision_function([text])[0] for text in texts]


def test_probabilities_and_labels_follow_from_the_decision(model, corpus):
    texts = corpus["text"]
    decision = model.decision_function(texts)
    assert np.allclose(model.predict_proba(texts)[:, 1], expit(decision))
    assert np.array_equal(model.predict(texts), np.where(decision > 0, "substantive", "formulaic"))


def test_the_order_of_the_training_rows_does_not_matter(corpus):
    shuffled = corpus.sample(frac=1, random_state=0)
    models = [
        RhetoricClassifier(n_buckets=1 << 12).fit(table["text"], table["label"], groups=table["document"])
        for table in (corpus, shuffled)
    ]
    for name in ("dense_weights_", "word_weights_", "term_weights_", "intercept_"):
        assert np.array_equal(getattr(models[0], name), getattr(models[1], name))


def test_the_order_of_the_rows_does_not_matter_without_groups_either(corpus):
    shuffled = corpus.sample(frac=1, random_state=0)
    models = [RhetoricClassifier(n_buckets=1 << 12).fit(t["text"], t["label"]) for t in (corpus, shuffled)]
    for name in ("dense_weights_", "word_weights_", "term_weights_", "intercept_"):
        assert np.array_equal(getattr(models[0], name), getattr(models[1], name))


def test_models_of_fewer_blocks_are_those_that_fitting_alone_gives(corpus, model):
    texts, labels = corpus["text"], corpus["label"]
    models = RhetoricClassifier(n_buckets=1 << 12).fit_subsets(texts, labels)
    for blocks in (("vectors",), ("substance", "words"), ("substance", "vectors", "words")):
        alone = RhetoricClassifier(blocks, n_buckets=1 << 12).fit(texts, labels)
        assert models[blocks].get_params() == alone.get_params()
        assert np.array_equal(models[blocks].decision_function(texts), alone.decision_function(texts))
    assert len(models) == 7


def test_clone_and_params_round_trip(model):
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    assert not hasattr(copy, "intercept_")
    assert copy.set_params(C=0.5).C == 0.5


def test_pickle_and_joblib_keep_the_answers(model, corpus, tmp_path):
    texts = corpus["text"].tolist()[:10]
    joblib.dump(model, tmp_path / "model.joblib")
    for copy in (pickle.loads(pickle.dumps(model)), joblib.load(tmp_path / "model.joblib")):
        assert np.array_equal(copy.predict_proba(texts), model.predict_proba(texts))


def test_works_in_grid_search_cross_validation_and_pipelines(corpus):
    texts, labels = corpus["text"].tolist(), corpus["label"].tolist()
    search = GridSearchCV(RhetoricClassifier(["substance"]), {"C": [0.1, 1.0]}, cv=2).fit(texts, labels)
    assert search.best_score_ > 0.7
    pipeline = make_pipeline(RhetoricClassifier(["substance"]))
    assert cross_val_score(pipeline, texts, labels, cv=3, scoring="f1_macro").min() > 0.65


def test_fitting_again_forgets_the_first_fit(corpus):
    model = RhetoricClassifier(["substance"]).fit(["Go!", "Win!", "On 4 May.", "3 tanks."], ["a", "a", "b", "b"])
    model.fit(corpus["text"], corpus["label"])
    assert model.classes_.tolist() == ["formulaic", "substantive"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_a_finite_decision_that_its_cues_add_up_to(text):
    model = load()
    decision = model.decision_function([text])[0]
    cues = model.explain([text])[0]
    assert np.isfinite(decision)
    assert abs(sum(cue.contribution for cue in cues) - decision) < 1e-9
    assert all(0 <= start < end <= len(text) for cue in cues for start, end in cue.spans)


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ("One sentence.", TypeError, r"X must be a list of str, got the single str 'One sentence.'"),
        ([], ValueError, r"X must hold at least one document, got none"),
        ([float("nan")], TypeError, r"got nan \(float\) at position 0"),
        (["a", 3], TypeError, r"got 3 \(int\) at position 1"),
        (np.array([["a"]]), ValueError, r"got shape \(1, 1\)"),
        (7, TypeError, r"X must be a list of str, got int"),
    ],
)
def test_what_is_no_list_of_sentences_is_refused(model, X, error, message):
    for method in (model.predict, model.predict_proba, model.decision_function, model.explain):
        with pytest.raises(error, match=message):
            method(X)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (["a", "a", "a", "a"], r"y must hold 2 classes, got 1: 'a'"),
        (["a", "b", "c", "a"], r"y must hold 2 classes, got 3"),
        (["a", "b"], r"y must have one label a sentence, got 2 for 4"),
        (["a", "a", "a", "b"], r"got 'b' once"),
    ],
)
def test_labels_that_cannot_be_learned_are_refused(y, message):
    with pytest.raises(ValueError, match=message):
        RhetoricClassifier(["substance"]).fit(["One.", "Two.", "Three.", "Four."], y)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"C": 0}, r"C must be positive, got 0"),
        ({"blocks": ["chars"]}, r"blocks must be .*, got \['chars'\]"),
        ({"n_buckets": 1000}, r"n_buckets must be a power of two .*, got 1000"),
    ],
)
def test_parameters_out_of_range_are_refused_when_fitted(parameters, message):
    with pytest.raises(ValueError, match=message):
        RhetoricClassifier(**parameters).fit(["On 4 May.", "3 tanks.", "Go!", "Win!"], [1, 1, 0, 0])
