"""Scores as pictures: novelty against transience, and shares over time, with the notable statements named.

Altair and vl-convert draw them; they come with the extra ``plots`` and are imported when a plot is asked
for.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rhetoric._atomic import atomic_path
from rhetoric._files import format_of, place

_FORMATS = {".png": "png", ".svg": "svg"}
_DRIFT = ("novelty", "transience")
_SHARES = {"formulaic_share": "formulaic share", "reuse": "reuse"}
_MAX_POINTS = 2000  # more of them cover each other and make files of many megabytes
_MAX_TITLE = 64
_WIDTH, _HEIGHT = 620, 190


def plot(scores: pd.DataFrame, path: str | os.PathLike[str], *, n_notable: int = 6) -> None:
    """Draw the scores of a corpus and write the picture.

    Two parts, each left out where its columns are not there: novelty against transience, where what lies
    below the line resonated; and formulaic share and reuse over time, as means of each month (week or day in
    a short corpus), by source. The statements with the highest resonance are
    numbered in both and listed with date and title.

    Parameters
    ----------
    scores : DataFrame
        From :func:`measure`, with a column ``date``.
    path : str or path
        Ends in ``.png`` or ``.svg``; an existing file is replaced.
    n_notable : int, default=6
        Statements to name, 0 and up.

    Raises
    ------
    ModuleNotFoundError
        If Altair or vl-convert is not installed.
    ValueError
        If the suffix is another, the columns for both parts are missing, or no row has a value.

    Examples
    --------
    >>> plot(pd.DataFrame({"date": ["2021-05-01"], "specificity": [0.1]}), "scores.png")
    Traceback (most recent call last):
    ValueError: scores must have date and both novelty and transience, or one of formulaic_share, reuse, \
got date, specificity; measure those, too.
    """
    suffix = format_of(path, _FORMATS)
    check_columns(scores.columns)
    table = _table(scores, n_notable)
    parts = []
    if not table[table["can_drift"]].empty:
        parts.append(_drift(table[table["can_drift"]]))
    shares = [name for name in _SHARES if name in table.columns and table[name].notna().any()]
    if shares:
        parts.append(_over_time(table, shares))
    if not parts:
        raise ValueError(f"scores must hold a dated row with a value, got {len(scores)} without; see its warnings.")
    _write(parts, table, path, suffix)


def check_columns(columns: Iterable[str]) -> None:
    """Refuse columns that none of the parts can be drawn from."""
    names = list(map(str, columns))
    if "date" not in names or not ({*_DRIFT} <= set(names) or set(_SHARES) & set(names)):
        wanted = f"both {' and '.join(_DRIFT)}, or one of {', '.join(_SHARES)}"
        raise ValueError(f"scores must have date and {wanted}, got {', '.join(names)}; measure those, too.")


def load_altair() -> Any:
    """Return Altair, or say how to install it."""
    try:
        import altair
        import vl_convert  # noqa: F401 - Altair needs it to write pictures
    except ModuleNotFoundError as exc:
        raise ModuleNotFoundError(
            f'plots need the package {exc.name}, which is not installed; run pip install "rhetoric[plots]".'
        ) from exc
    return altair


def _table(scores: pd.DataFrame, n_notable: int) -> pd.DataFrame:
    """Return the dated rows with a source, and a number and a label for the notable ones."""
    table = scores.reset_index(drop=True)
    table["date"] = pd.to_datetime(table["date"], format="ISO8601", utc=True).dt.tz_localize(None)
    source = table["source"].astype(object) if "source" in table else pd.Series("all", index=table.index)
    table["source"] = source.where(source.notna(), "(no source)").astype(str)
    table = table.dropna(subset=["date"]).sort_values("date", kind="stable", ignore_index=True)
    table["number"], table["can_drift"] = "", False
    if {*_DRIFT} <= set(table.columns):
        resonance = (table["novelty"] - table["transience"]).dropna()
        table.loc[resonance.index, "can_drift"] = True
        rows = resonance.sort_values(ascending=False, kind="stable").index[:n_notable].sort_values()
        table.loc[rows, "number"] = [str(number) for number in range(1, len(rows) + 1)]
    is_one = table["source"].nunique() < 2
    table["label"] = [_label(row, "" if is_one else row["source"]) for row in table.to_dict("records")]
    return table


def _label(row: dict[Any, Any], source: str) -> str:
    """Return number, date, source and title of a notable row, its id where it has no title."""
    if not row["number"]:
        return ""
    names = (row.get(name) for name in ("title", "id"))
    name = next((str(name) for name in names if isinstance(name, str) and name.strip()), "(without title)")
    short = name if len(name) <= _MAX_TITLE else name[: _MAX_TITLE - 1].rstrip() + "…"
    return "  ".join(filter(None, (row["number"], f"{row['date']:%Y-%m-%d}", source, short)))


def _drift(table: pd.DataFrame) -> Any:
    """Return novelty against transience, with the line on which both are equal."""
    alt = load_altair()
    step = -(-len(table) // _MAX_POINTS)
    drawn = table[(np.arange(len(table)) % step == 0) | (table["number"] != "")]
    subtitle = f"{len(table):,} statements" + (f", one in {step} drawn" if step > 1 else "")
    low, high = table[[*_DRIFT]].min().min(), table[[*_DRIFT]].max().max()
    line = pd.DataFrame({"novelty": [low, high], "transience": [low, high]})
    x = alt.X("novelty:Q", title="novelty (bits): distance from those before", scale=alt.Scale(zero=False))
    y = alt.Y("transience:Q", title="transience (bits): distance from those after", scale=alt.Scale(zero=False))
    points = alt.Chart(drawn).mark_circle(size=14, opacity=0.35).encode(x=x, y=y, color=_by_source(drawn))
    numbered = drawn[drawn["number"] != ""]
    title = alt.TitleParams("What lies below the line resonated", subtitle=subtitle, anchor="start")
    marks = alt.Chart(numbered).mark_circle(size=60, color="black").encode(x=x, y=y)
    numbers = (
        alt.Chart(numbered).mark_text(dx=9, dy=-7, fontSize=13, fontWeight="bold").encode(x=x, y=y, text="number:N")
    )
    diagonal = alt.Chart(line).mark_line(color="grey", strokeDash=[4, 4]).encode(x=x, y=y)
    return (points + diagonal + marks + numbers).properties(width=_WIDTH, height=360, title=title)


def _over_time(table: pd.DataFrame, shares: list[str]) -> Any:
    """Return one panel a share: means over time by source, the notable statements numbered."""
    alt = load_altair()
    unit, word = _unit(table["date"])
    # ticks between the months would repeat a month's name
    by_month = {"format": "%b %Y", "tickCount": "month"}
    axis = alt.Axis(**(by_month if unit == "M" else {"format": "%d %b %Y"}), labelAngle=-35, title=None)
    x = alt.X("date:T", axis=axis)
    panels = []
    for name in shares:
        dated = table.assign(date=table["date"].dt.to_period(unit).dt.start_time)
        means = dated.groupby(["source", "date"])[[name]].mean().dropna().reset_index()
        y = alt.Y(f"{name}:Q", title=_SHARES[name], scale=alt.Scale(zero=False))
        lines = alt.Chart(means).mark_line(point=True).encode(x=x, y=y, color=_by_source(table))
        numbered = table[(table["number"] != "") & table[name].notna()]
        marks = alt.Chart(numbered).mark_circle(size=50, color="black").encode(x=x, y=y)
        numbers = alt.Chart(numbered).mark_text(dx=9, dy=-7, fontWeight="bold").encode(x=x, y=y, text="number:N")
        title = alt.TitleParams(f"{_SHARES[name].capitalize()}, mean of each {word}", anchor="start")
        panels.append((lines + marks + numbers).properties(width=_WIDTH, height=_HEIGHT, title=title))
    return alt.vconcat(*panels)


def _unit(dates: pd.Series[pd.Timestamp]) -> tuple[str, str]:
    """Return the period over which means are taken, for pandas and in words."""
    days = (dates.max() - dates.min()).days
    if days > 150:
        return "M", "month"
    return ("W", "week") if days > 30 else ("D", "day")


def _by_source(table: pd.DataFrame) -> Any:
    """Return the colours of sources, with a legend where there are several."""
    alt = load_altair()
    legend = alt.Legend(title="source") if table["source"].nunique() > 1 else None
    return alt.Color("source:N", legend=legend)


def _write(parts: list[Any], table: pd.DataFrame, path: str | os.PathLike[str], suffix: str) -> None:
    """Put the parts and the list of notable statements below each other into a file."""
    alt = load_altair()
    notable = table.loc[table["label"] != "", ["label"]].reset_index(names="order")
    if len(notable):
        title = alt.TitleParams("Highest resonance", anchor="start")
        rows = alt.Chart(notable).mark_text(align="left", fontSize=12)
        rows = rows.encode(x=alt.value(0), y=alt.Y("order:O", axis=None), text="label:N")
        parts = [*parts, rows.properties(width=_WIDTH, height=20 * len(notable), title=title)]
    chart = alt.vconcat(*parts).configure_view(stroke=None).configure(background="white")
    with atomic_path(path) as temporary, alt.data_transformers.enable("default", max_rows=None):
        chart.save(str(temporary), format=suffix, **({"ppi": 120} if suffix == "png" else {}))
        if Path(temporary).stat().st_size == 0:
            raise ValueError(f"{place(path)}: plot must not be empty, got 0 bytes; reinstall vl-convert-python.")


__all__ = ["plot"]
