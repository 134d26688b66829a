"""Measure a classifier on labelled sentences: figures with intervals, by group, and the mistakes behind them.

Anything that has learned two classes and gives probabilities for a list of sentences can be measured, the
classifier of this package as well as a scikit-learn pipeline. The model is asked once, for all sentences.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix

from rhetoric._checked_frame import check_labelled_frame
from rhetoric._evaluation_text import notebook_table, shortfall, summary
from rhetoric._metrics import FIGURES, LOWER_IS_BETTER, bootstrap_intervals, measure, risk_coverage

__all__ = ["Evaluation", "evaluate"]

NAN = float("nan")


class Classifier(Protocol):
    """What can be measured: a fitted model with two classes that gives probabilities."""

    @property
    def classes_(self) -> Any:
        """The two labels, shape (2,)."""

    def predict_proba(self, X: list[str], /) -> Any:
        """Return probabilities, shape (n_samples, 2), columns in the order of `classes_`."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How a model did on labelled sentences.

    Attributes
    ----------
    n_samples : int
        Sentences.
    classes : tuple
        The two labels; probabilities speak for the second.
    macro_f1 : float
        Mean of the F1 scores of the classes, 0 to 1, higher is better. Where only one class occurs among
        labels and predictions, the score of that one.
    accuracy : float
        Share of the sentences whose likelier label is the right one, 0 to 1.
    auc : float
        Area under the ROC curve, 0 to 1, 0.5 for chance; NaN where the labels hold one class.
    brier : float
        Mean squared difference between probability and truth, 0 to 1, lower is better.
    ece : float
        Calibration error over 10 bins, as in :func:`rhetoric._metrics.expected_calibration_error`, 0 to 1,
        lower is better.
    accuracy_at_60 : float
        Accuracy on the 60 % of the sentences with the most confident predictions, 0 to 1.
    intervals : dict of str to (float, float)
        Bootstrapped low and high of each figure; NaN where it cannot be told, empty where not asked for.
    confusion : ndarray of int64, shape (2, 2)
        Sentences by true label (rows) and predicted label (columns), in the order of `classes`.
    risk_coverage : DataFrame
        One row for each different confidence, falling: ``coverage`` (share of the sentences with at least
        that confidence), ``accuracy`` (on them), ``confidence``.
    by : dict of str to DataFrame
        For each column asked for, a table with a row for each of its values: ``n_samples`` and the six
        figures, NaN where undefined.
    mistakes : DataFrame
        Sentences with the wrong label, the most confident first: ``id`` (if there), ``text``, ``label``,
        ``predicted``, ``probability`` (of the predicted label). The index ``row`` is the position in the
        table that was evaluated, from 0.
    level : float
        Share of the resamples inside the intervals.
    n_groups : int
        Groups of sentences that were resampled together; `n_samples` where each was by itself.
    """

    n_samples: int
    classes: tuple[Any, ...]
    macro_f1: float
    accuracy: float
    auc: float
    brier: float
    ece: float
    accuracy_at_60: float
    intervals: dict[str, tuple[float, float]]
    confusion: NDArray[np.int64]
    risk_coverage: pd.DataFrame
    by: dict[str, pd.DataFrame]
    mistakes: pd.DataFrame
    level: float
    n_groups: int

    def require(self, **minimums: float) -> None:
        """Raise if a figure is not good enough.

        Parameters
        ----------
        **minimums : float
            Name of a figure and its bound, 0 to 1: the least allowed value, for ``brier`` and ``ece`` the
            greatest. An undefined figure meets no bound.

        Raises
        ------
        AssertionError
            If a bound is missed. The message shows what was expected, what came with its interval, the
            ten most confident mistakes and what to do.
        TypeError
            If no bound is given, a name is not one of the figures, or a bound is no number.
        ValueError
            If a bound is not in [0, 1].

        Examples
        --------
        >>> from rhetoric.classify import RhetoricClassifier
        >>> sentences = ["On 4 May.", "6 rockets.", "Go!", "Win!"]
        >>> model = RhetoricClassifier(blocks=["substance"]).fit(sentences, [1, 1, 0, 0])
        >>> evaluation = evaluate(model, pd.DataFrame({"text": sentences, "label": [1, 1, 0, 0]}))
        >>> evaluation.require(macro_f1=0.9, ece=0.5)
        >>> evaluation.require(macro_f1=90)
        Traceback (most recent call last):
        ValueError: macro_f1 must be in [0, 1], got 90; divide a percentage by 100.
        """
        __tracebackhide__ = True
        _check_bounds(minimums)
        missed = {name: bound for name, bound in minimums.items() if not self._meets(name, bound)}
        if missed:
            raise AssertionError(shortfall(self, missed, len(minimums)))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain dicts, lists, str and numbers, ready for JSON; None for NaN.

        ``figures`` and ``intervals`` go by the name of the figure, ``by`` holds a list of rows for each
        column, ``risk_coverage`` a list for each of its columns, ``mistakes`` a list of rows.
        """
        facts = {
            "n_samples": self.n_samples,
            "n_groups": self.n_groups,
            "classes": self.classes,
            "figures": {name: getattr(self, name) for name in FIGURES},
            "level": self.level,
            "intervals": self.intervals,
            "confusion": self.confusion.tolist(),
            "by": {column: table.reset_index().to_dict("records") for column, table in self.by.items()},
            "risk_coverage": self.risk_coverage.to_dict("list"),
            "mistakes": self.mistakes.reset_index().to_dict("records"),
        }
        plain: dict[str, Any] = _plain(facts)
        return plain

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each figure: index ``figure``; ``value``, ``low``, ``high``."""
        rows = [(getattr(self, name), *self.intervals.get(name, (NAN, NAN))) for name in FIGURES]
        return pd.DataFrame(rows, columns=["value", "low", "high"], index=pd.Index(FIGURES, name="figure"))

    def summary(self) -> str:
        """Return figures, confusion and the largest groups as plain text, lines without an end."""
        return summary(self)

    def __str__(self) -> str:
        """Return the summary."""
        return self.summary()

    def _repr_html_(self) -> str:
        """Return the figures as a table for a notebook, below three sentences that sum them up."""
        return notebook_table(self)

    def _meets(self, name: str, bound: float) -> bool:
        """Return whether a figure is defined and on the right side of its bound."""
        value = getattr(self, name)
        return bool(value <= bound if name in LOWER_IS_BETTER else value >= bound)


def evaluate(
    model: Classifier,
    frame: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    groups: str | None = None,
    n_bootstrap: int = 1000,
    level: float = 0.95,
    random_state: Any = 0,
) -> Evaluation:
    """Measure a model on labelled sentences.

    Parameters
    ----------
    model : classifier
        Fitted, with ``classes_`` of two labels and ``predict_proba`` over a list of str:
        :class:`rhetoric.classify.RhetoricClassifier`, a scikit-learn pipeline. The likelier label is its
        prediction, the first of ``classes_`` where both are equally likely.
    frame : DataFrame
        One row a sentence, with the columns ``text`` and ``label``; ``id`` is kept for the mistakes.
    by : str or sequence of str, optional
        Columns, such as ``"register"``, for each value of which the figures are given, too; missing
        values make a group of their own.
    groups : str, optional
        Column whose rows are resampled together where they share its value, because they resemble each
        other; rows without a value are each by themselves. By default ``document`` where there is such a
        column, else every row is by itself.
    n_bootstrap : int, default=1000
        Resamples for the intervals; 0 for no intervals.
    level : float, default=0.95
        Share of the resamples inside an interval, in (0, 1).
    random_state : int, RandomState or None, default=0
        Seed of the resamples.

    Returns
    -------
    Evaluation
        Labels may be of one class only: ``auc`` is then NaN, as are its interval and the ``auc`` of such
        groups in `by`, and ``macro_f1`` is the mean over the classes that occur as label or prediction.

    Raises
    ------
    TypeError
        If `model` has no classes or no probabilities, `frame` is no DataFrame, a text is no str, or a
        column to group by holds lists or the like.
    ValueError
        If there is no row, a column is missing, a text is blank, a label is missing or unknown to the
        model, the model does not know two classes or gives no probabilities for them, or a parameter is
        out of its range. Rows are counted from 0.

    Examples
    --------
    >>> from rhetoric.classify import RhetoricClassifier
    >>> sentences = ["Talks open in Geneva on 4 May.", "We will win!", "It fired 3 rockets.", "Glory to all!"]
    >>> labels = ["substantive", "formulaic", "substantive", "formulaic"]
    >>> model = RhetoricClassifier(blocks=["substance"]).fit(sentences, labels)
    >>> gold = pd.DataFrame({"text": ["They met on 6 June.", "Victory!"], "label": ["substantive", "formulaic"]})
    >>> evaluation = evaluate(model, gold)
    >>> evaluation.accuracy, evaluation.confusion.tolist()
    (1.0, [[1, 0], [0, 1]])
    """
    classes = _check_model(model)
    columns = [by] if isinstance(by, str) else list(by or ())
    texts, y = _check_frame(frame, classes, columns if groups is None else [*columns, groups])
    _check_numbers(n_bootstrap, level)
    owner = _owners(frame, "document" if groups is None and "document" in frame else groups)
    p = _probabilities(model, texts)
    confidence, is_second = np.maximum(p, 1 - p), p > 0.5
    curve = dict(zip(("coverage", "accuracy", "confidence"), risk_coverage(is_second == y, confidence), strict=True))
    intervals = {}
    if n_bootstrap:
        intervals = bootstrap_intervals(
            y, p, groups=owner, n_bootstrap=n_bootstrap, level=level, random_state=random_state
        )
    return Evaluation(
        n_samples=len(y),
        classes=tuple(classes),
        **measure(y, p),
        intervals=intervals,
        confusion=confusion_matrix(y, is_second, labels=[False, True]).astype(np.int64),
        risk_coverage=pd.DataFrame(curve),
        by={column: _by_value(frame, column, y, p) for column in columns},
        mistakes=_mistakes(frame, classes, y, p),
        level=float(level),
        n_groups=int(owner.max()) + 1,
    )


def _check_model(model: Classifier) -> list[Any]:
    """Return the two classes of a model."""
    for name in ("classes_", "predict_proba"):
        # a pipeline that is not fitted, or whose last step gives no probabilities, has no such attribute
        if not hasattr(model, name):
            raise TypeError(
                f"model must be a fitted classifier with probabilities, got {type(model).__name__} without {name}; "
                "fit it, or wrap it in sklearn.calibration.CalibratedClassifierCV."
            )
    classes: list[Any] = np.asarray(model.classes_).tolist()
    if len(classes) != 2:
        raise ValueError(f"model must know 2 classes, got {len(classes)}: {classes!r}; train it on two labels.")
    return classes


def _check_frame(
    frame: pd.DataFrame, classes: list[Any], columns: Sequence[str]
) -> tuple[list[str], NDArray[np.bool_]]:
    """Return texts and whether their label is the second class, refusing what cannot be measured."""
    texts = check_labelled_frame(frame, columns)
    is_second = [_is_second(label, row, classes) for row, label in enumerate(frame["label"].tolist())]
    return texts, np.array(is_second)


def _is_second(label: Any, row: int, classes: list[Any]) -> bool:
    """Return whether a label is the second class."""
    if label in classes:
        return bool(label == classes[1])
    if pd.api.types.is_scalar(label) and pd.isna(label):
        raise ValueError(f"frame['label'] must have a value, got {label!r} in row {row}; label or drop it.")
    known = " or ".join(map(repr, classes))
    raise ValueError(
        f"frame['label'] must be {known}, got {label!r} in row {row}; map it to one or train a model on it."
    )


def _check_numbers(n_bootstrap: int, level: float) -> None:
    """Raise if the bootstrap cannot be done as asked; also where there is nothing to do."""
    if isinstance(n_bootstrap, bool) or not isinstance(n_bootstrap, Integral):
        raise TypeError(f"n_bootstrap must be an int, got {n_bootstrap!r}; the default is 1000.")
    if n_bootstrap < 0:
        raise ValueError(f"n_bootstrap must be at least 0, got {n_bootstrap!r}; 0 leaves the intervals out.")
    if not 0 < level < 1:
        raise ValueError(f"level must be in (0, 1), got {level!r}; divide a percentage by 100.")


def _check_bounds(bounds: dict[str, float]) -> None:
    """Raise if a bound is not a figure with a value that it can have."""
    known = ", ".join(FIGURES)
    if not bounds:
        raise TypeError(f"require must get at least one bound, got none; pass some of {known}.")
    for name, bound in bounds.items():
        if name not in FIGURES:
            raise TypeError(f"a bound must be for one of {known}, got {name!r}; use one of these names.")
        if isinstance(bound, bool) or not isinstance(bound, Real):
            raise TypeError(f"{name} must be a number, got {bound!r}; pass a share from 0 to 1.")
        if not 0 <= bound <= 1:
            raise ValueError(f"{name} must be in [0, 1], got {bound!r}; divide a percentage by 100.")


def _probabilities(model: Classifier, texts: list[str]) -> NDArray[np.float64]:
    """Return the probability of the second class."""
    table = np.asarray(model.predict_proba(texts), dtype=np.float64)
    if table.shape != (len(texts), 2):
        raise ValueError(
            f"predict_proba must return shape {(len(texts), 2)}, got {table.shape}; return one row a sentence "
            "and one column a class."
        )
    wrong = ~((table >= 0).all(axis=1) & (np.abs(table.sum(axis=1) - 1) < 1e-6))
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(
            f"predict_proba must return probabilities that add up to 1, got {table[row].tolist()} in row {row}; "
            "correct the model."
        )
    return np.minimum(table[:, 1], 1.0)


def _codes(frame: pd.DataFrame, column: str, *, keep_missing: bool) -> tuple[NDArray[np.int64], pd.Index]:
    """Return the number of the value in each row, -1 for a missing one unless kept, and the values, sorted."""
    try:
        codes, values = pd.factorize(frame[column], sort=True, use_na_sentinel=not keep_missing)
    except TypeError as exc:
        raise TypeError(f"{column} must hold plain values to group by, got {exc}; make them str.") from exc
    return codes.astype(np.int64), pd.Index(values, name=column)


def _owners(frame: pd.DataFrame, column: str | None) -> NDArray[np.int64]:
    """Return the number of the group of each row, from 0."""
    rows = np.arange(len(frame))
    if column is None:
        return rows
    codes, _ = _codes(frame, column, keep_missing=False)
    owner = np.where(codes >= 0, codes, len(frame) + rows)
    return np.unique(owner, return_inverse=True)[1]


def _by_value(frame: pd.DataFrame, column: str, y: NDArray[np.bool_], p: NDArray[np.float64]) -> pd.DataFrame:
    """Return the figures for each value of a column."""
    codes, values = _codes(frame, column, keep_missing=True)
    rows = [np.flatnonzero(codes == code) for code in range(len(values))]
    return pd.DataFrame([{"n_samples": len(at), **measure(y[at], p[at])} for at in rows], index=values)


def _mistakes(frame: pd.DataFrame, classes: list[Any], y: NDArray[np.bool_], p: NDArray[np.float64]) -> pd.DataFrame:
    """Return the sentences with the wrong label, the most confident first."""
    is_second, confidence = p > 0.5, np.maximum(p, 1 - p)
    wrong = np.flatnonzero(is_second != y)
    order = wrong[np.argsort(-confidence[wrong], kind="stable")]
    kept = [name for name in ("id", "text", "label") if name in frame]
    table = frame[kept].iloc[order].set_axis(pd.Index(order, name="row"), axis=0)
    predicted = [classes[int(second)] for second in is_second[order]]
    return table.assign(predicted=predicted, probability=confidence[order])


def _plain(value: Any) -> Any:
    """Return `value` as JSON knows it: missing numbers as None, what JSON does not know as str."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if value is None or isinstance(value, str | bool | int):
        return value
    if pd.isna(value) or (isinstance(value, float) and math.isinf(value)):
        return None
    return value if isinstance(value, float) else str(value)
