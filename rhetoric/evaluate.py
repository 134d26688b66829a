"""Measure a model on labelled sentences: figures with intervals, per group, and the mistakes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetoric._metrics import FIGURES, SMALLER_IS_BETTER, bootstrap_intervals, figures, risk_coverage

__all__ = ["Evaluation", "evaluate"]

TITLES = {
    "macro_f1": "macro-F1",
    "accuracy": "accuracy",
    "auc": "AUC",
    "brier": "Brier score",
    "ece": "calibration error",
    "accuracy_at_60": "accuracy, most confident 60 %",
}
MISTAKES_SHOWN = 10
TEXT_SHOWN = 110


class Classifier(Protocol):
    """What can be evaluated."""

    classes_: NDArray[Any]

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Return probabilities, shape (n_samples, 2), columns in the order of `classes_`."""


@dataclass(frozen=True)
class Evaluation:
    """How a model did on labelled sentences.

    Attributes
    ----------
    n_samples : int
        Sentences.
    classes : tuple of str
        Labels of the model; the second is the positive one.
    macro_f1, accuracy, auc, accuracy_at_60 : float
        0 to 1, more is better. `auc` is NaN where the table holds one label only; `accuracy_at_60` is
        the accuracy on the 60 % of the sentences with the most confident predictions.
    brier, ece : float
        0 to 1, less is better: mean squared error of the probabilities, and expected calibration error
        over ten equal bins.
    intervals : dict of str to (float, float)
        Bootstrapped interval of each figure.
    confusion : ndarray of int64, shape (2, 2)
        Rows are the true labels, columns the predicted ones, in the order of `classes`.
    risk_coverage : DataFrame
        ``coverage``, ``accuracy`` and ``confidence`` when only the most confident sentences are answered.
    by : dict of str to DataFrame
        The figures and ``n_samples`` for each value of a column.
    mistakes : DataFrame
        The sentences with a wrong prediction, most confident first: ``text``, ``label``, ``predicted``,
        ``probability`` of the predicted label, and ``id`` if there.
    """

    n_samples: int
    classes: tuple[str, ...]
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

    def require(self, **bounds: float) -> None:
        """Raise if a figure is worse than a bound.

        Parameters
        ----------
        **bounds : float
            Names of figures: the least value for ``macro_f1``, ``accuracy``, ``auc`` and
            ``accuracy_at_60``, the largest one for ``brier`` and ``ece``. All in [0, 1].

        Raises
        ------
        AssertionError
            If a figure is worse than its bound or undefined; says what was expected, what came, which
            sentences are wrong and what can be done.
        TypeError
            If a name is no figure.
        ValueError
            If a bound is not in [0, 1].
        """
        for name, bound in bounds.items():
            if name not in FIGURES:
                raise TypeError(f"require() knows {', '.join(FIGURES)}, got {name!r}.")
            if not 0 <= bound <= 1:
                raise ValueError(f"{name} must be in [0, 1], got {bound!r}; divide a percentage by 100.")
        missed = [line for name, bound in bounds.items() for line in self._missed(name, bound)]
        if missed:
            raise AssertionError("\n".join([*missed, "", *self._mistake_lines(), "", _WAY_OUT]))

    def _missed(self, name: str, bound: float) -> list[str]:
        """Return one line if a figure misses its bound."""
        value = getattr(self, name)
        is_met = value <= bound if name in SMALLER_IS_BETTER else value >= bound
        if is_met:
            return []
        word = "at most" if name in SMALLER_IS_BETTER else "at least"
        low, high = self.intervals.get(name, (math.nan, math.nan))
        found = f"{value:.3f} ({low:.3f} to {high:.3f})" if name in self.intervals else f"{value:.3f}"
        return [f"{TITLES[name]}: expected {word} {bound:g}, got {found} on {self.n_samples} sentences"]

    def _mistake_lines(self) -> list[str]:
        """Return the most confident mistakes, one a line."""
        head = f"{len(self.mistakes)} of {self.n_samples} sentences are wrong; the most confident ones:"
        lines = []
        for row in self.mistakes.head(MISTAKES_SHOWN).to_dict("records"):
            text = " ".join(row["text"].split())
            short = text if len(text) <= TEXT_SHOWN else text[: TEXT_SHOWN - 3] + "..."
            lines.append(f"  {row['label']}, predicted {row['predicted']} ({row['probability']:.2f}): {short}")
        return [head, *lines]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain dicts, lists and numbers, ready for JSON; NaN becomes None."""
        plain: dict[str, Any] = _plain(
            {
                "n_samples": self.n_samples,
                "classes": list(self.classes),
                **{name: getattr(self, name) for name in FIGURES},
                "intervals": {name: list(interval) for name, interval in self.intervals.items()},
                "confusion": self.confusion.tolist(),
                "risk_coverage": self.risk_coverage.to_dict("list"),
                "by": {column: table.reset_index().to_dict("records") for column, table in self.by.items()},
                "mistakes": self.mistakes.to_dict("records"),
            }
        )
        return plain

    def to_frame(self) -> pd.DataFrame:
        """Return one row a figure: ``value``, ``low`` and ``high`` end of its interval."""
        rows = {name: (getattr(self, name), *self.intervals.get(name, (math.nan, math.nan))) for name in FIGURES}
        return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"])

    def summary(self) -> str:
        """Return the figures as a text table, with the confusion and the groups."""
        lines = [f"{self.n_samples:,} sentences", ""]
        for name, title in TITLES.items():
            low, high = self.intervals.get(name, (math.nan, math.nan))
            interval = f"  {low:.3f} to {high:.3f}" if name in self.intervals else ""
            lines.append(f"{title:<30}{getattr(self, name):>7.3f}{interval}")
        lines += ["", f"{'truth':<14}" + "".join(f"{'said ' + label:>20}" for label in self.classes)]
        for label, row in zip(self.classes, self.confusion, strict=True):
            lines.append(f"{label:<14}" + "".join(f"{count:>20,}" for count in row))
        for column, table in self.by.items():
            shown = table[["n_samples", "macro_f1", "accuracy", "auc", "ece"]]
            lines += ["", f"by {column}", shown.to_string(float_format="{:.3f}".format, index_names=False)]
        return "\n".join(lines)

    def __str__(self) -> str:
        """Return the summary."""
        return self.summary()


_WAY_OUT = (
    "What can be done: check the labels of these sentences against the codebook, train on sentences of your own "
    "(rhetoric train), or lower the bound."
)


def evaluate(
    model: Classifier,
    frame: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    groups: str | None = None,
    n_bootstrap: int = 1000,
    level: float = 0.95,
    random_state: int = 0,
) -> Evaluation:
    """Measure a model on labelled sentences.

    Parameters
    ----------
    model : classifier
        Anything with ``classes_`` (two labels) and ``predict_proba`` over a list of str.
    frame : DataFrame
        One row a sentence with the columns ``text`` and ``label``.
    by : str or sequence of str, optional
        Columns whose values get figures of their own.
    groups : str, optional
        Column whose rows are resampled together for the intervals; ``document`` if there and complete,
        else every row by itself.
    n_bootstrap : int, default=1000
        Draws for the intervals; 0 for none.
    level : float, default=0.95
        Level of the intervals, in (0, 1).
    random_state : int, default=0
        Seed of the draws.

    Returns
    -------
    Evaluation

    Raises
    ------
    TypeError
        If a text is no str.
    ValueError
        If a column is missing, the table is empty, a label is none of the model's, or a parameter is out
        of its range.

    Examples
    --------
    >>> import rhetoric.classify
    >>> rows = [("They will pay dearly.", "formulaic"), ("Talks open in Geneva on 4 May.", "substantive")]
    >>> evaluation = evaluate(rhetoric.classify.load(), pd.DataFrame(rows, columns=["text", "label"]))
    >>> evaluation.macro_f1
    1.0
    >>> evaluation.require(macro_f1=0.8)
    """
    columns = [by] if isinstance(by, str) else list(by or [])
    classes = model.classes_.tolist()
    _check_table(frame, classes, [*columns, *([groups] if groups else [])])
    if not 0 < level < 1:
        raise ValueError(f"level must be in (0, 1), got {level!r}; divide a percentage by 100.")
    if n_bootstrap < 0:
        raise ValueError(f"n_bootstrap must not be negative, got {n_bootstrap}; 0 leaves the intervals out.")
    texts = frame["text"].tolist()
    y = (frame["label"] == classes[1]).to_numpy(dtype=bool)
    p = np.asarray(model.predict_proba(texts), dtype=np.float64)[:, 1]
    owners = _owners(frame, groups)
    coverage, accuracies, confidence = risk_coverage(y, p)
    cells = 2 * y.astype(int) + (p > 0.5)
    return Evaluation(
        n_samples=len(frame),
        classes=tuple(classes),
        **figures(y, p),
        intervals=bootstrap_intervals(y, p, owners, n_bootstrap=n_bootstrap, level=level, random_state=random_state),
        confusion=np.bincount(cells, minlength=4).reshape(2, 2),
        risk_coverage=pd.DataFrame({"coverage": coverage, "accuracy": accuracies, "confidence": confidence}),
        by={column: _figures_by(frame[column], y, p) for column in columns},
        mistakes=_mistakes(frame, classes, p),
    )


def _check_table(frame: pd.DataFrame, classes: list[Any], columns: list[str]) -> None:
    """Raise if the table cannot be measured on."""
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"frame must be a DataFrame, got {type(frame).__name__}; give it the columns text and label.")
    if len(classes) != 2:
        raise ValueError(f"model must know 2 labels, got {classes!r}.")
    for column in ("text", "label", *columns):
        if column not in frame:
            raise ValueError(f"frame must have a column {column!r}, got {list(map(str, frame.columns))}; rename one.")
    if len(frame) == 0:
        raise ValueError("frame must hold at least one sentence, got no rows.")
    for row, (text, label) in enumerate(zip(frame["text"], frame["label"], strict=True)):
        if not isinstance(text, str):
            raise TypeError(f"frame['text'] must hold str only, got {text!r} in row {row}; drop or convert it.")
        if label not in classes:
            raise ValueError(f"label must be {classes[0]!r} or {classes[1]!r}, got {label!r} in row {row}; map it.")


def _owners(frame: pd.DataFrame, groups: str | None) -> NDArray[np.int64]:
    """Return the group of each row, numbered from 0."""
    column = groups or ("document" if "document" in frame and frame["document"].notna().all() else None)
    if column is None:
        return np.arange(len(frame))
    codes: NDArray[np.int64] = pd.factorize(frame[column], use_na_sentinel=False)[0]
    return codes


def _figures_by(column: pd.Series[Any], y: NDArray[np.bool_], p: NDArray[np.float64]) -> pd.DataFrame:
    """Return the figures for each value of a column, values in sorted order."""
    values = column.astype(object).where(column.notna(), "(missing)").astype(str).to_numpy()
    rows = {}
    for value in sorted(set(values)):
        rows[value] = {"n_samples": int((values == value).sum()), **figures(y[values == value], p[values == value])}
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = column.name
    return table


def _mistakes(frame: pd.DataFrame, classes: list[Any], p: NDArray[np.float64]) -> pd.DataFrame:
    """Return the sentences with a wrong prediction, most confident first."""
    kept = [name for name in ("id", "text", "label") if name in frame]
    table = frame[kept].reset_index(drop=True)
    table["predicted"] = np.where(p > 0.5, classes[1], classes[0])
    table["probability"] = np.maximum(p, 1 - p)
    wrong = table[table["label"] != table["predicted"]]
    return wrong.sort_values("probability", ascending=False, kind="stable", ignore_index=True)


def _plain(value: Any) -> Any:
    """Return `value` with NaN as None and NumPy numbers as Python's."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value
