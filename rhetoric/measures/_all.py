"""Many measures at once: one row a document, one column or more a measure, in parallel."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from rhetoric.measures._boilerplate import boilerplate, redundancy, stickiness
from rhetoric.measures._consecutive import consecutive_similarity, lazy_prices
from rhetoric.measures._content import standard_content
from rhetoric.measures._coverage import coverage_age, return_time
from rhetoric.measures._dating import datability
from rhetoric.measures._divergence import WINDOW, resonance
from rhetoric.measures._figures import hard_information, specificity
from rhetoric.measures._perishability import formulaic_share
from rhetoric.measures._prepared import PreparedDocuments, prepare
from rhetoric.measures._similarity import importance
from rhetoric.measures._windows import WindowLength, check_window

KEPT_COLUMNS = ("id", "date", "source", "title")


@dataclass(frozen=True)
class _Measure:
    """What one name of a measure stands for.

    Attributes
    ----------
    function : callable
        Takes prepared documents; measures that share a function share its run.
    columns : tuple of str
        Columns of its frame that belong to the name; empty where it returns an array.
    prefix : str
        Put before the names of these columns in the common table.
    takes_window : bool
        Whether the function has a window of documents around each one.
    """

    function: Callable[..., Any]
    columns: tuple[str, ...] = ()
    prefix: str = ""
    takes_window: bool = False


_SPECS: dict[str, _Measure] = {
    "formulaic_share": _Measure(formulaic_share),
    "boilerplate": _Measure(boilerplate),
    "stickiness": _Measure(stickiness),
    "redundancy": _Measure(redundancy),
    "hard_information": _Measure(hard_information),
    "specificity": _Measure(specificity),
    "reuse": _Measure(coverage_age, ("reuse",)),
    "coverage_age": _Measure(coverage_age, ("writable_since", "age_days", "median_age_days")),
    "novelty": _Measure(resonance, ("novelty",), takes_window=True),
    "transience": _Measure(resonance, ("transience",), takes_window=True),
    "resonance": _Measure(resonance, ("resonance",), takes_window=True),
    "return_time": _Measure(return_time, ("return_days", "return_documents", "is_censored")),
    "importance": _Measure(
        importance, ("backward_similarity", "forward_similarity", "importance"), takes_window=True
    ),
    "consecutive_similarity": _Measure(
        consecutive_similarity, ("similarity", "similarity_without_formulas"), "consecutive_"
    ),
    "lazy_prices": _Measure(lazy_prices, ("cosine", "jaccard", "min_edit", "simple"), "lazy_prices_"),
    "standard_content": _Measure(standard_content, ("standard_content", "informative_content")),
    "datability": _Measure(datability, ("period", "nllr", "margin", "flatness"), "dated_"),
}  # fmt: skip
_TOGETHER = {
    "perishability": (
        "reuse", "coverage_age", "novelty", "transience", "resonance", "return_time"
    ),
}  # fmt: skip

MEASURES = (*_SPECS, *_TOGETHER)
"""Names that :func:`measure` and the command line know, in the order of their columns."""


def measure(
    documents: pd.DataFrame,
    names: Sequence[str] | None = None,
    *,
    by: str | None = None,
    window: WindowLength = WINDOW,
    n_jobs: int | None = None,
    on_step: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Return several measures of a corpus side by side.

    Parameters
    ----------
    documents : DataFrame
        With ``text`` and ``date``, and ``id``, ``source``, ``title`` where there; rows in any order.
    names : sequence of str, optional
        Measures, of ``MEASURES``; ``"perishability"`` stands for several. By default all.
    by : str, optional
        Column whose values are measured apart, such as ``"source"``: each has its own past and future.
    window : int, str or timedelta, default=50
        For novelty, transience, resonance and importance. The other measures keep their published defaults.
    n_jobs : int, optional
        Processes; -1 for all cores, by default one.
    on_step : callable, optional
        Called with steps done and steps in all, for a progress bar.

    Returns
    -------
    DataFrame
        By input row and with its index: ``id``, ``date``, ``source`` and ``title`` where there, then the
        columns of the measures in the order of ``MEASURES``. ``attrs["undefined"]`` counts for each column
        the rows without a value.

    Raises
    ------
    TypeError
        If `documents` is no DataFrame or `names` a single str.
    ValueError
        If a name is unknown, columns are missing, or as for :func:`prepare`.

    Warns
    -----
    UserWarning
        If a measure has no value for any document of a group, or documents have no date.

    Examples
    --------
    >>> frame = pd.DataFrame({"text": ["They will pay a dear price.", "Trade rose by 3 %."],
    ...                       "date": ["2021-05-01", "2021-05-02"], "id": ["a", "b"]})
    >>> measure(frame, ["hard_information", "reuse"]).round(2).to_dict("records")[1]
    {'id': 'b', 'date': '2021-05-02', 'hard_information': 0.25, 'reuse': 0.0}
    """
    if not isinstance(documents, pd.DataFrame):
        raise TypeError(f"documents must be a DataFrame, got {type(documents).__name__}; make one with text and date.")
    chosen = check_names(names)
    check_window(window)
    groups = _groups(documents, by)
    functions = list(dict.fromkeys(_SPECS[name].function for name in chosen))
    windowed = {_SPECS[name].function for name in chosen if _SPECS[name].takes_window}
    calls = [partial(function, window=window) if function in windowed else function for function in functions]
    tables, messages = [], []
    for done, rows in enumerate(groups):
        results = []
        for found, said in _runs(documents.iloc[rows], calls, n_jobs):
            results.append(found)
            messages += said
            if on_step is not None:
                on_step(done * len(calls) + len(results), len(groups) * len(calls))
        tables.append(_table(dict(zip(functions, results, strict=True)), chosen))
    for message in dict.fromkeys(messages):
        warnings.warn(message, UserWarning, stacklevel=2)
    order = np.argsort(np.concatenate(groups), kind="stable")
    scores = pd.concat(tables, ignore_index=True).iloc[order].set_axis(documents.index)
    kept = documents[[name for name in KEPT_COLUMNS if name in documents.columns]]
    scores = pd.concat([kept, scores], axis=1)
    scores.attrs["undefined"] = {name: int(count) for name, count in scores.isna().sum().items() if count}
    return scores


def check_names(names: Sequence[str] | None) -> list[str]:
    """Return single measures in the order of ``MEASURES``, all by default; refuse an unknown name."""
    if isinstance(names, str):
        raise TypeError(f"names must be a list of measures, got the single str {names!r}; put it in a list.")
    unknown = [name for name in names or () if name not in MEASURES]
    if unknown:
        raise ValueError(f"measure must be one of {', '.join(MEASURES)}, got {unknown[0]!r}; check the spelling.")
    asked = {part for name in names or () for part in _TOGETHER.get(name, (name,))}
    return [name for name in _SPECS if not names or name in asked]


def _groups(documents: pd.DataFrame, by: str | None) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return the rows of each group; missing values of the column are one group."""
    if by is None or len(documents) == 0:
        return [np.arange(len(documents))]
    if by not in documents.columns:
        have = ", ".join(map(str, documents.columns))
        raise ValueError(f"by must name a column of the documents, got {by!r}; they have {have}.")
    codes, _ = pd.factorize(documents[by], use_na_sentinel=True)
    return [np.flatnonzero(codes == code) for code in np.unique(codes)]


def _runs(
    documents: pd.DataFrame, calls: Iterable[Callable[..., Any]], n_jobs: int | None
) -> Iterator[tuple[Any, list[str]]]:
    """Yield result and warnings of each function, the first with those of the preparation."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ready = prepare(documents, n_jobs=n_jobs)
    said = [str(warning.message) for warning in caught]
    if n_jobs not in (None, 1):
        ready.share()
    work = Parallel(n_jobs=n_jobs, return_as="generator")(delayed(_run)(call, ready) for call in calls)
    for result, messages in work:
        yield result, said + messages
        said = []


def _run(call: Callable[..., Any], ready: PreparedDocuments) -> tuple[Any, list[str]]:
    """Return the result of a measure and the warnings that it gave."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = call(ready)
    return result, [str(warning.message) for warning in caught]


def _table(results: dict[Callable[..., Any], Any], chosen: Iterable[str]) -> pd.DataFrame:
    """Return the columns of the chosen measures side by side."""
    columns = {}
    for name in chosen:
        spec = _SPECS[name]
        result = results[spec.function]
        if not spec.columns:
            columns[name] = np.asarray(result)
        for column in spec.columns:
            columns[spec.prefix + column] = result[column].to_numpy()
    return pd.DataFrame(columns)


__all__ = ["MEASURES", "measure"]
