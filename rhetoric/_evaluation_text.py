"""An evaluation in words: the summary for people, and the message for figures that are not good enough."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rhetoric._metrics import FIGURES, LOWER_IS_BETTER
from rhetoric._notebook import fragment

if TYPE_CHECKING:
    import pandas as pd

    from rhetoric.evaluate import Evaluation

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
UNKNOWN = (float("nan"), float("nan"))


def summary(evaluation: Evaluation) -> str:
    """Return figures, confusion and the largest groups as plain text, lines without an end."""
    n_true = evaluation.confusion.sum(axis=1).tolist()
    shares = " and ".join(f"{n:,} {label}" for n, label in zip(n_true, evaluation.classes, strict=True))
    head = f"{evaluation.n_samples:,} sentences, {shares}"
    if evaluation.n_groups < evaluation.n_samples:
        head += f"; intervals over {evaluation.n_groups:,} groups"
    rows = [["", "value", f"{evaluation.level:.6g} interval"]]
    rows += [[TITLES[name], _number(getattr(evaluation, name)), _interval(evaluation, name)] for name in FIGURES]
    confusion = [["label", *(f"predicted {label}" for label in evaluation.classes)]]
    confusion += [
        [str(label), *(f"{n:,}" for n in row)]
        for label, row in zip(evaluation.classes, evaluation.confusion.tolist(), strict=True)
    ]
    tables = [rows, confusion, *(_group_rows(table) for table in evaluation.by.values())]
    return "\n\n".join([head, *map(_aligned, tables)])


def notebook_table(evaluation: Evaluation) -> str:
    """Return the figures as HTML for a notebook, below sentences that sum them up."""
    rows = [((TITLES[name], _number(getattr(evaluation, name)), _interval(evaluation, name)), "") for name in FIGURES]
    return fragment(
        summary=(
            f"{evaluation.accuracy:.0%} of {evaluation.n_samples:,} sentences have the right label, and "
            f"{evaluation.accuracy_at_60:.0%} of the 60% most confident ones.",
            f"Macro-F1 is {_number(evaluation.macro_f1)} ({_interval(evaluation, 'macro_f1')}).",
            f"{len(evaluation.mistakes):,} sentences have the wrong label; the most confident mistakes come first.",
        ),
        columns=("figure", "value", f"{evaluation.level:.6g} interval"),
        rows=rows,
    )


def _interval(evaluation: Evaluation, name: str, digits: int = 3) -> str:
    """Return the interval of a figure in words."""
    low, high = evaluation.intervals.get(name, UNKNOWN)
    return "unknown" if math.isnan(low) else f"{low:.{digits}f} to {high:.{digits}f}"


def shortfall(evaluation: Evaluation, missed: dict[str, float], n_bounds: int) -> str:
    """Return the message for bounds that were missed: expected, found, the worst mistakes, what to do.

    Parameters
    ----------
    evaluation : Evaluation
        What was found.
    missed : dict of str to float
        Name of a figure and the bound that it misses.
    n_bounds : int
        Bounds in all.
    """
    names = ", ".join(missed)
    rows = [["", "expected", "found", f"{evaluation.level:.6g} interval"]]
    for name, bound in missed.items():
        side = "at most" if name in LOWER_IS_BETTER else "at least"
        rows.append([name, f"{side} {bound:g}", _number(getattr(evaluation, name), 4), _interval(evaluation, name, 4)])
    parts = [
        f"{names}: {len(missed)} of {n_bounds} bounds missed on {evaluation.n_samples:,} sentences",
        _aligned(rows),
        _worst_mistakes(evaluation),
        _way_out(evaluation, missed),
    ]
    return "\n\n".join(part for part in parts if part)


def _worst_mistakes(evaluation: Evaluation) -> str:
    """Return the most confident mistakes, one a line; empty where there is none."""
    if evaluation.mistakes.empty:
        return ""
    shown = evaluation.mistakes.head(MISTAKES_SHOWN).reset_index().to_dict("records")
    lines = [f"The {len(shown)} most confident of {len(evaluation.mistakes):,} mistakes:"]
    for item in shown:
        where = f"row {item['row']}" + (f", id {_excerpt(item['id'])}" if "id" in item else "")
        said = f"predicted {item['predicted']} at {item['probability']:.2f}, labelled {item['label']}"
        lines.append(f"  {said} ({where}): {_excerpt(item['text'])}")
    return "\n".join(lines)


def _way_out(evaluation: Evaluation, missed: dict[str, float]) -> str:
    """Return what can be done about missed bounds."""
    undefined = [name for name in missed if math.isnan(getattr(evaluation, name))]
    reached = ", ".join(
        f"{name}={_reached(getattr(evaluation, name), is_upper=name in LOWER_IS_BETTER):g}"
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
