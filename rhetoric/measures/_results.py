"""How results leave: aligned with the input rows, NaN where undefined, with the reason and the remedy."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rhetoric.measures._prepared import PreparedDocuments

Floats = NDArray[np.float64]


def aligned(ready: PreparedDocuments, values: NDArray[Any], name: str, reason: str) -> Floats:
    """Return values of the issues by input row; warn where not one document has a value.

    Parameters
    ----------
    ready : PreparedDocuments
        Where the rows come from.
    values : ndarray, shape (n_issues,)
        Values, NaN where undefined.
    name : str
        The measure.
    reason : str
        Why a value may be missing and what to do, such as ``"fewer than 50 earlier documents; narrow window"``.
    """
    rows = ready.by_row(values)
    if np.all(np.isnan(rows)):
        warnings.warn(f"{name} is undefined for all {len(rows)} documents: {reason}.", UserWarning, stacklevel=3)
    return rows


def framed(
    ready: PreparedDocuments, columns: dict[str, NDArray[Any]], reason: str, *, decisive: str | None = None
) -> pd.DataFrame:  # fmt: skip
    """Return columns of values of the issues as a frame by input row.

    Its attribute ``undefined`` says how many rows have no value in the column `decisive`, by default the
    first, by reason.
    """
    frame = pd.DataFrame({name: ready.by_row(values) for name, values in columns.items()}, index=ready.index)
    frame.attrs["undefined"] = undefined_reasons(ready, frame[decisive or frame.columns[0]].isna().to_numpy(), reason)
    if frame.isna().all(axis=None):
        names = ", ".join(map(str, frame.columns))
        warnings.warn(f"{names} are undefined for all {len(frame)} documents: {reason}.", UserWarning, stacklevel=3)
    return frame


def undefined_reasons(ready: PreparedDocuments, is_missing: NDArray[np.bool_], reason: str) -> dict[str, int]:
    """Return the number of rows without a value by reason; reasons of no row are left out."""
    is_undated = ready.by_row_all(np.isnat(ready.dates))
    is_blank = ready.by_row_all(ready.tokens.words_per_document == 0) & ~is_undated
    counts = {
        "no date": int(np.sum(is_missing & is_undated)),
        "no word": int(np.sum(is_missing & is_blank)),
        reason: int(np.sum(is_missing & ~is_undated & ~is_blank)),
    }
    return {why: count for why, count in counts.items() if count}
