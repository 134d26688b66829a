"""The classifier keeps scikit-learn's contract, and its answers follow from its weights."""

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
from sklearn.pipeline import Pipeline

from rhetoric.classify import RhetoricClassifier, load
from rhetoric.datasets import load_article_examples, load_seed

FOUR = ["On 4 May.", "3 tanks.", "Go!", "Win!"]
ARRAYS = ("dense_weights_", "word_weights_", "term_weights_", "term_frequency_", "intercept_")


@pytest.fixture(scope="module")
def corpus():
    seed = load_seed()
    return seed[seed["part"] == "statement"].iloc[::13].reset_index(drop=True)


@pytest.fixture(scope="module")
def texts(corpus):
    return corpus["text"].tolist()


@pytest.fixture(scope="module")
def model(corpus):
    return RhetoricClassifier(n_buckets=1 << 12).fit(corpus["text"], corpus["label"])


def have_equal_weights(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ARRAYS)


def test_params_are_kept_set_and_cloned(model):
    copy = clone(model)
    assert copy.get_params() == model.get_params() == {"blocks": model.blocks, "C": 1.0, "n_buckets": 1 << 12}
    assert not hasattr(copy, "intercept_")
    assert copy.set_params(C=0.5).get_params()["C"] == 0.5


def test_models_of_fewer_blocks_are_those_that_fitting_alone_gives(corpus):
    texts, labels = corpus["text"], corpus["label"]
    models = RhetoricClassifier(n_buckets=1 << 12).fit_subsets(texts, labels)
    for blocks in (("vectors",), ("substance", "words"), ("substance", "vectors", "words")):
        alone = RhetoricClassifier(blocks, n_buckets=1 << 12).fit(texts, labels)
        assert models[blocks].get_params() == alone.get_params()
        assert np.array_equal(models[blocks].decision_function(texts), alone.decision_function(texts))
    assert len(models) == 15


def test_works_in_a_pipeline_under_grid_search(texts, corpus):
    pipeline = Pipeline([("model", RhetoricClassifier(["substance"]))])
    search = GridSearchCV(pipeline, {"model__C": [0.1, 1.0]}, cv=2).fit(texts, corpus["label"])
    assert search.best_params_["model__C"] in (0.1, 1.0)
    assert search.best_score_ > 0.7


def test_works_in_cross_validation(texts, corpus):
    scores = cross_val_score(RhetoricClassifier(["substance"]), texts, corpus["label"], cv=3, scoring="f1_macro")
    assert scores.min() > 0.65


@pytest.mark.parametrize("form", [tuple, iter, pd.Series, np.array, lambda texts: np.array(texts, dtype=object)])
def test_any_form_of_a_list_is_fitted_and_predicted_alike(form, model, corpus, texts):
    fitted = RhetoricClassifier(n_buckets=1 << 12).fit(form(texts), form(corpus["label"].tolist()))
    assert have_equal_weights(fitted, model)
    assert np.array_equal(model.predict_proba(form(texts[:20])), model.predict_proba(texts[:20]))


def test_pickle_and_joblib_keep_weights_and_answers(model, texts, tmp_path):
    joblib.dump(model, tmp_path / "model.joblib")
    for copy in (pickle.loads(pickle.dumps(model)), joblib.load(tmp_path / "model.joblib")):
        assert have_equal_weights(copy, model)
        assert np.array_equal(copy.predict_proba(texts[:10]), model.predict_proba(texts[:10]))


def test_fitting_again_forgets_the_first_fit(model, corpus):
    again = RhetoricClassifier(n_buckets=1 << 12).fit(FOUR, ["a", "a", "b", "b"])
    again.fit(corpus["text"], corpus["label"])
    assert again.classes_.tolist() == ["formulaic", "substantive"]
    assert have_equal_weights(again, model)


@pytest.mark.parametrize("groups", [None, "document"])
def test_order_of_training_rows_does_not_change_the_weights(groups, corpus):
    models = []
    for table in (corpus, corpus.sample(frac=1, random_state=0), corpus.iloc[::-1]):
        owner = None if groups is None else table[groups]
        models.append(RhetoricClassifier(n_buckets=1 << 12).fit(table["text"], table["label"], groups=owner))
    assert have_equal_weights(models[0], models[1])
    assert have_equal_weights(models[0], models[2])


def test_many_sentences_are_answered_exactly_as_one_by_one():
    # over half a million characters: more than one batch
    texts = load_seed()["text"].tolist()
    model = load()
    assert sum(map(len, texts)) > 1 << 19
    one_by_one = np.vstack([model.predict_proba([text]) for text in texts[::7]])
    assert np.array_equal(model.predict_proba(texts)[::7], one_by_one)


def test_labels_and_probabilities_follow_from_the_decision(model, texts):
    decision, probability = model.decision_function(texts), model.predict_proba(texts)
    assert np.array_equal(model.predict(texts) == model.classes_[1], decision > 0)
    assert np.array_equal(probability[:, 1], expit(decision))
    assert np.allclose(probability.sum(axis=1), 1, rtol=0, atol=1e-15)


def check_explanation(model, text):
    decision, cues = model.decision_function([text])[0], model.explain([text])[0]
    assert np.isfinite(decision)
    assert abs(sum(cue.contribution for cue in cues) - decision) < 1e-9
    for cue in cues:
        assert all(0 <= start < end <= len(text) for start, end in cue.spans)
        assert cue.text == " | ".join(dict.fromkeys(text[start:end] for start, end in cue.spans))


def test_cues_add_up_to_the_decision_on_every_article_example():
    for text in load_article_examples()["text"]:
        check_explanation(load(), text)


@settings(max_examples=80, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_cues_add_up_to_the_decision_on_any_text(text):
    check_explanation(load(), text)


def test_explanation_begins_with_the_strongest_cue_and_has_one_intercept(model, texts):
    for cues in model.explain(texts[:20]):
        strength = [abs(cue.contribution) for cue in cues]
        assert strength == sorted(strength, reverse=True)
        assert [cue.spans for cue in cues if cue.name == "intercept"] == [()]


NO_SENTENCES = [
    ("One sentence.", TypeError, r"X must be a list of str, got the single str 'One sentence\.'"),
    ([], ValueError, r"X must hold at least one document, got none"),
    ([float("nan"), "a", "b", "c"], TypeError, r"got nan \(float\) at position 0"),
    (["a", 3, "b", "c"], TypeError, r"got 3 \(int\) at position 1"),
    (["a", None, "b", "c"], TypeError, r"got None \(NoneType\) at position 1"),
    (np.array([["a"]]), ValueError, r"X must have one dimension, got shape \(1, 1\)"),
    (7, TypeError, r"X must be a list of str, got int"),
]


@pytest.mark.parametrize(("X", "error", "message"), NO_SENTENCES)
def test_what_is_no_list_of_sentences_is_not_fitted(X, error, message):
    with pytest.raises(error, match=message):
        RhetoricClassifier(["substance"]).fit(X, [1, 1, 0, 0])


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function", "explain"])
@pytest.mark.parametrize(("X", "error", "message"), NO_SENTENCES)
def test_what_is_no_list_of_sentences_gets_no_answer(X, error, message, method, model):
    with pytest.raises(error, match=message):
        getattr(model, method)(X)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (["a"] * 4, r"y must hold 2 classes, got 1: 'a'"),
        (["a", "b", "c", "a"], r"y must hold 2 classes, got 3: 'a', 'b', 'c'"),
        (["a", "b"], r"y must have one label a sentence, got 2 for 4 sentences"),
        (["a", "a", "a", "b"], r"y must hold each class at least twice, got 'b' once"),
    ],
)
def test_labels_that_cannot_be_learned_are_refused(y, message):
    with pytest.raises(ValueError, match=message):
        RhetoricClassifier(["substance"]).fit(FOUR, y)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"C": 0}, r"C must be positive, got 0;"),
        ({"C": -1.5}, r"C must be positive, got -1\.5"),
        ({"C": float("nan")}, r"C must be positive, got nan"),
        ({"blocks": ["chars"]}, r"blocks must be .*, got \['chars'\]"),
        ({"n_buckets": 1000}, r"n_buckets must be a power of two .*, got 1000"),
    ],
)
def test_parameters_out_of_range_are_refused_when_fitted(parameters, message):
    with pytest.raises(ValueError, match=message):
        RhetoricClassifier(**parameters).fit(FOUR, [1, 1, 0, 0])


def test_groups_of_another_length_are_refused():
    with pytest.raises(ValueError, match="groups must have one entry a sentence, got 2 for 4 sentences"):
        RhetoricClassifier(["substance"]).fit(FOUR, [1, 1, 0, 0], groups=["a", "b"])
