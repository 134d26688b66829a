"""Measure a classifier on labelled sentences: figures with intervals, by group, and the mistakes behind them.

Anything that has learned two classes and gives probabilities for a list of sentences can be measured, the
classifier of this package as well as a scikit-learn pipeline. The model is asked once, for all sentences.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix

from rhetoric._metrics import FIGURES, LOWER_IS_BETTER, bootstrap_intervals, measure, risk_coverage
from rhetoric._notebook import fragment

__all__ = ["Evaluation", "evaluate"]

TITLES = {
    "macro_f1": "macro-F1",
    "accuracy": "accuracy",
    "auc": "area under the ROC curve",
    "brier": "Brier score",
    "ece": "calibration error (ECE)",
    "accuracy_at_60": "accuracy on the 60 % most confident",
}
MISTAKES_SHOWN = 10
GROUPS_SHOWN = 12
EXCERPT_CHARS = 100
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
            raise AssertionError(self._shortfall(missed, len(minimums)))

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
        n_true = self.confusion.sum(axis=1).tolist()
        shares = " and ".join(f"{n:,} {label}" for n, label in zip(n_true, self.classes, strict=True))
        head = f"{self.n_samples:,} sentences, {shares}"
        if self.n_groups < self.n_samples:
            head += f"; intervals over {self.n_groups:,} groups"
        rows = [["", "value", f"{self.level:.6g} interval"]]
        rows += [[TITLES[name], _number(getattr(self, name)), self._interval(name)] for name in FIGURES]
        confusion = [["label", *(f"predicted {label}" for label in self.classes)]]
        confusion += [
            [str(label), *(f"{n:,}" for n in row)]
            for label, row in zip(self.classes, self.confusion.tolist(), strict=True)
        ]
        tables = [rows, confusion, *(_group_rows(table) for table in self.by.values())]
        return "\n\n".join([head, *map(_aligned, tables)])

    def __str__(self) -> str:
        """Return the summary."""
        return self.summary()

    def _repr_html_(self) -> str:
        """Return the figures as a table for a notebook, below three sentences that sum them up."""
        rows = [((TITLES[name], _number(getattr(self, name)), self._interval(name)), "") for name in FIGURES]
        return fragment(
            summary=(
                f"{self.accuracy:.0%} of {self.n_samples:,} sentences have the right label, and "
                f"{self.accuracy_at_60:.0%} of the 60% most confident ones.",
                f"Macro-F1 is {_number(self.macro_f1)} ({self._interval('macro_f1')}).",
                f"{len(self.mistakes):,} sentences have the wrong label; the most confident mistakes come first.",
            ),
            columns=("figure", "value", f"{self.level:.6g} interval"),
            rows=rows,
        )

    def _meets(self, name: str, bound: float) -> bool:
        """Return whether a figure is defined and on the right side of its bound."""
        value = getattr(self, name)
        return bool(value <= bound if name in LOWER_IS_BETTER else value >= bound)

    def _interval(self, name: str, digits: int = 3) -> str:
        """Return the interval of a figure in words."""
        low, high = self.intervals.get(name, (NAN, NAN))
        return "unknown" if math.isnan(low) else f"{low:.{digits}f} to {high:.{digits}f}"

    def _shortfall(self, missed: dict[str, float], n_bounds: int) -> str:
        """Return the message for bounds that were missed."""
        names = ", ".join(missed)
        rows = [["", "expected", "found", f"{self.level:.6g} interval"]]
        for name, bound in missed.items():
            side = "at most" if name in LOWER_IS_BETTER else "at least"
            rows.append([name, f"{side} {bound:g}", _number(getattr(self, name), 4), self._interval(name, 4)])
        parts = [
            f"{names}: {len(missed)} of {n_bounds} bounds missed on {self.n_samples:,} sentences",
            _aligned(rows),
            self._worst_mistakes(),
            self._way_out(missed),
        ]
        return "\n\n".join(part for part in parts if part)

    def _worst_mistakes(self) -> str:
        """Return the most confident mistakes, one a line; empty where there is none."""
        if self.mistakes.empty:
            return ""
        shown = self.mistakes.head(MISTAKES_SHOWN).reset_index().to_dict("records")
        lines = [f"The {len(shown)} most confident of {len(self.mistakes):,} mistakes:"]
        for item in shown:
            where = f"row {item['row']}" + (f", id {_excerpt(item['id'])}" if "id" in item else "")
            said = f"predicted {item['predicted']} at {item['probability']:.2f}, labelled {item['label']}"
            lines.append(f"  {said} ({where}): {_excerpt(item['text'])}")
        return "\n".join(lines)

    def _way_out(self, missed: dict[str, float]) -> str:
        """Return what can be done about missed bounds."""
        undefined = [name for name in missed if math.isnan(getattr(self, name))]
        reached = ", ".join(
            f"{name}={_reached(getattr(self, name), is_upper=name in LOWER_IS_BETTER):g}"
            for name in missed
            if name not in undefined
        )
        steps = [f"{name} is undefined for labels of one class: add sentences of the other." for name in undefined]
        if reached:
            steps += [
                "Read the mistakes and correct the labels that are wrong;",
                "train again with more labelled sentences like them;",
                f"or set the bound to what the model reaches: require({reached}).",
            ]
        return "What to do: " + " ".join(steps)


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
    frame: pd.DataFrame, classes: list[Any], columns: Iterable[str]
) -> tuple[list[str], NDArray[np.bool_]]:
    """Return texts and whether their label is the second class, refusing what cannot be measured."""
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"frame must be a DataFrame, got {type(frame).__name__}; give it the columns text and label.")
    names = list(frame.columns)
    for column in ("text", "label", *columns):
        if names.count(column) != 1:
            raise ValueError(f"frame must have one column {column!r}, got {list(map(str, names))}; rename one.")
    if frame.empty:
        raise ValueError("frame must hold at least one sentence, got no rows; check what made it.")
    texts = frame["text"].tolist()
    for row, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"frame['text'] must hold str only, got {text!r} in row {row}; drop the row.")
        if not text.strip():
            raise ValueError(f"frame['text'] must hold a visible character, got {text[:20]!r} in row {row}; drop it.")
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


def _reached(value: float, *, is_upper: bool) -> float:
    """Return a bound of two digits that `value` meets."""
    hundredths = value * 100
    return (math.ceil(hundredths) if is_upper else math.floor(hundredths)) / 100


def _number(value: float, digits: int = 3) -> str:
    """Return a figure for people."""
    return "undefined" if math.isnan(value) else f"{value:.{digits}f}"


def _excerpt(text: Any) -> str:
    """Return a text printable, on one line and cut when long."""
    line = " ".join(str(text).split())
    line = "".join(character if character.isprintable() else "?" for character in line)
    return line if len(line) <= EXCERPT_CHARS else line[: EXCERPT_CHARS - 1].rstrip() + "…"


def _group_rows(table: pd.DataFrame) -> list[list[str]]:
    """Return the largest groups of a table as cells of text."""
    shown = table.sort_values("n_samples", ascending=False, kind="stable").head(GROUPS_SHOWN)
    rows = [[str(table.index.name), *("n" if name == "n_samples" else name for name in table.columns)]]
    for value, row in zip(shown.index.tolist(), shown.to_dict("records"), strict=True):
        figures = [_number(row[name]) for name in FIGURES]
        rows.append([_excerpt(value), f"{row['n_samples']:,}", *figures])
    if len(table) > len(shown):
        rows.append([f"({len(table) - len(shown):,} smaller ones)"])
    return rows


def _aligned(rows: list[list[str]]) -> str:
    """Return rows of cells as lines of text: the first column to the left, the others to the right."""
    widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(len(rows[0]))]
    lines = [
        "  ".join(f"{cell:<{width}}" if at == 0 else f"{cell:>{width}}" for at, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=False)) for row in rows)
    ]
    return "\n".join(line.rstrip() for line in lines)


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
