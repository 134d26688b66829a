"""Figures about a model: by hand, by property, and against scikit-learn."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, f1_score, roc_auc_score
from sklearn.pipeline import make_pipeline

from rhetoric._metrics import (
    accuracy_at_coverage,
    bootstrap_intervals,
    brier_score,
    expected_calibration_error,
    measure,
    risk_coverage,
)
from rhetoric.evaluate import evaluate

PAIRS = st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=40)


class Recorded:
    """A model that gives the probabilities it was made with."""

    def __init__(self, p, classes=("formulaic", "substantive")):
        self.classes_ = np.array(classes)
        self.p = np.asarray(p, dtype=float)

    def predict_proba(self, X):
        assert len(X) == len(self.p)
        return np.column_stack([1 - self.p, self.p])


def table(labels, **columns):
    words = {"f": "formulaic", "s": "substantive"}
    texts = [f"sentence {number}" for number in range(len(labels))]
    return pd.DataFrame({"text": texts, "label": [words[label] for label in labels], **columns})


def arrays(pairs):
    y, p = zip(*pairs, strict=True)
    return np.array(y, dtype=bool), np.array(p, dtype=float)


@pytest.mark.parametrize(
    ("y", "p", "brier", "ece"),
    [
        ([1, 0], [1.0, 0.0], 0.0, 0.0),
        ([1, 0], [0.0, 1.0], 1.0, 1.0),
        ([1, 0], [0.5, 0.5], 0.25, 0.0),  # one bin: half of it positive, mean 0.5
        ([1, 1, 0, 0], [0.9, 0.7, 0.4, 0.2], 0.075, 0.25),  # (0.1 + 0.3 + 0.4 + 0.2) / 4
    ],
)
def test_brier_and_calibration_error_by_hand(y, p, brier, ece):
    y, p = np.array(y, dtype=bool), np.array(p)
    assert brier_score(y, p) == pytest.approx(brier)
    assert expected_calibration_error(y, p) == pytest.approx(ece)


def test_risk_coverage_by_hand():
    coverage, accuracy, confidence = risk_coverage(np.array([True, False, True]), np.array([0.6, 0.7, 0.9]))
    assert coverage.tolist() == pytest.approx([1 / 3, 2 / 3, 1])
    assert accuracy.tolist() == pytest.approx([1, 1 / 2, 2 / 3])
    assert confidence.tolist() == [0.9, 0.7, 0.6]


def test_accuracy_at_full_coverage_is_the_accuracy():
    assert accuracy_at_coverage(np.array([True, False]), np.array([0.9, 0.6]), 1.0) == 0.5


@given(PAIRS)
def test_figures_lie_between_0_and_1_or_are_undefined(pairs):
    for name, value in measure(*arrays(pairs)).items():
        assert 0 <= value <= 1 or (name == "auc" and np.isnan(value))


@given(PAIRS)
def test_figures_agree_with_scikit_learn(pairs):
    y, p = arrays(pairs)
    figures = measure(y, p)
    assert figures["brier"] == pytest.approx(brier_score_loss(y, p, pos_label=True))
    if 0 < y.sum() < len(y):
        assert figures["auc"] == pytest.approx(roc_auc_score(y, p))
        assert figures["macro_f1"] == pytest.approx(f1_score(y, p > 0.5, average="macro"))


def test_intervals_hold_the_figure_and_shrink_with_more_sentences():
    rng = np.random.default_rng(0)
    widths = []
    for n in (50, 2000):
        p = rng.random(n)
        y = rng.random(n) < p
        low, high = bootstrap_intervals(y, p)["accuracy"]
        assert low <= measure(y, p)["accuracy"] <= high
        widths.append(high - low)
    assert widths[1] < widths[0] / 3


def test_confusion_has_the_truth_in_rows():
    evaluation = evaluate(Recorded([0.9, 0.2, 0.7, 0.1]), table("ssff"))
    assert evaluation.confusion.tolist() == [[1, 1], [1, 1]]
    assert evaluation.accuracy == 0.5


def test_mistakes_come_most_confident_first():
    evaluation = evaluate(Recorded([0.4, 0.05, 0.9]), table("sss", id=["a", "b", "c"]))
    assert evaluation.mistakes["id"].tolist() == ["b", "a"]
    assert evaluation.mistakes["probability"].tolist() == pytest.approx([0.95, 0.6])


def test_figures_are_given_for_each_value_of_a_column():
    evaluation = evaluate(Recorded([0.9, 0.1, 0.9, 0.1]), table("sfsf", source=["A", "A", "B", "B"]), by="source")
    assert evaluation.by["source"]["accuracy"].to_dict() == {"A": 1.0, "B": 1.0}


def test_equal_input_gives_equal_intervals():
    frame = table("ssffsf")
    p = [0.9, 0.4, 0.3, 0.6, 0.8, 0.2]
    assert evaluate(Recorded(p), frame).intervals == evaluate(Recorded(p), frame).intervals


def test_a_scikit_learn_pipeline_can_be_evaluated():
    frame = table("sfsf")
    model = make_pipeline(CountVectorizer(), LogisticRegression()).fit(frame["text"], frame["label"])
    assert evaluate(model, frame).n_samples == 4


def test_require_passes_and_fails_with_expected_and_found():
    evaluation = evaluate(Recorded([0.9, 0.2, 0.7, 0.1]), table("ssff"))
    evaluation.require(accuracy=0.5, ece=1.0)
    with pytest.raises(AssertionError, match=r"(?s)0\.8.*0\.500.*sentence 1"):
        evaluation.require(macro_f1=0.8)


def test_require_takes_calibration_error_as_an_upper_bound():
    with pytest.raises(AssertionError, match=r"at most 0\.1"):
        evaluate(Recorded([0.1, 0.9]), table("sf")).require(ece=0.1)


def test_require_refuses_percentages_and_unknown_figures():
    evaluation = evaluate(Recorded([0.9, 0.1]), table("sf"))
    with pytest.raises(ValueError, match="got 85"):
        evaluation.require(macro_f1=85)
    with pytest.raises(TypeError, match="precision"):
        evaluation.require(precision=0.5)


def test_to_dict_is_ready_for_json_where_a_figure_is_undefined():
    evaluation = evaluate(Recorded([0.9]), table("s"))
    assert np.isnan(evaluation.auc)
    assert '"auc": null' in json.dumps(evaluation.to_dict(), allow_nan=False)


def test_unknown_labels_are_refused_with_their_row():
    frame = table("sf")
    frame.loc[1, "label"] = "maybe"
    with pytest.raises(ValueError, match=r"'maybe'.*row 1"):
        evaluate(Recorded([0.9, 0.1]), frame)


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="'label'"):
        evaluate(Recorded([0.9]), pd.DataFrame({"text": ["a"]}))


def test_an_empty_table_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        evaluate(Recorded([]), table(""))
