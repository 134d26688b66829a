"""Which documents are the past and the future of a document.

The past of a document are the documents strictly earlier than it, its future those strictly later; what
has the same date is neither. A window limits them to a number of documents or of days.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Index = NDArray[np.int64]
Floats = NDArray[np.float64]
WindowLength = int | str | datetime.timedelta
"""A number of documents, or a length of time such as ``"90D"`` (days) or ``"52W"`` (weeks)."""


@dataclass(frozen=True)
class Window:
    """A range of documents for each document.

    Attributes
    ----------
    low, high : ndarray of int64, shape (n_documents,)
        The documents ``low`` to ``high - 1``.
    is_full : ndarray of bool, shape (n_documents,)
        Whether the corpus fills the window: holds so many documents, or reaches so far.
    """

    low: Index
    high: Index
    is_full: NDArray[np.bool_]

    @property
    def size(self) -> Index:
        """Documents in each window."""
        return self.high - self.low


def check_window(window: WindowLength, name: str = "window") -> int | float:
    """Return a number of documents as int, or a length of time in days as float."""
    if isinstance(window, bool | float):
        raise TypeError(f"{name} must be an int or a time such as '90D', got {window!r}; use whole documents or days.")
    if isinstance(window, int | np.integer):
        if window < 1:
            raise ValueError(f"{name} must be at least 1 document, got {window}; 50 is common.")
        return int(window)
    try:
        days = pd.Timedelta(window) / pd.Timedelta(days=1)
    except ValueError as exc:
        message = (
            f"{name} must be a number of documents or a time such as '90D', got {window!r}; write '365D' for a year."
        )
        raise ValueError(message) from exc
    if not days > 0:
        raise ValueError(f"{name} must be longer than 0 days, got {window!r}; write '90D' for three months.")
    return float(days)


def past(moments: Floats, window: WindowLength | None = None, name: str = "window") -> Window:
    """Return the window before each document; without a limit it holds all strictly earlier ones.

    Parameters
    ----------
    moments : ndarray of float, shape (n_documents,)
        Dates in days, ascending.
    window : int, str or timedelta, optional
        The last `window` documents, or those of the days before: from exactly so many days earlier on.
    name : str, default="window"
        Parameter name for the messages.

    Examples
    --------
    >>> found = past(np.array([0.0, 1.0, 1.0, 4.0]), 2)
    >>> found.low.tolist(), found.high.tolist(), found.is_full.tolist()
    ([0, 0, 0, 1], [0, 1, 1, 3], [False, False, False, True])
    """
    high = np.searchsorted(moments, moments, side="left")
    if window is None:
        return Window(np.zeros_like(high), high, high > 0)
    length = check_window(window, name)
    if isinstance(length, int):
        return Window(np.maximum(high - length, 0), high, high >= length)
    low = np.searchsorted(moments, moments - length, side="left")
    reaches = moments - length >= moments[0] if len(moments) else np.zeros(0, dtype=bool)
    return Window(low, high, reaches & (high > low))


def future(moments: Floats, window: WindowLength | None = None, name: str = "window") -> Window:
    """Return the window after each document, the mirror of :func:`past`.

    Examples
    --------
    >>> found = future(np.array([0.0, 1.0, 1.0, 4.0]), "3D")
    >>> found.low.tolist(), found.high.tolist(), found.is_full.tolist()
    ([1, 3, 3, 4], [3, 4, 4, 4], [True, True, True, False])
    """
    mirrored = past(-moments[::-1], window, name)
    n = len(moments)
    return Window(n - mirrored.high[::-1], n - mirrored.low[::-1], mirrored.is_full[::-1])


def dates(moments: Floats) -> list[tuple[int, int]]:
    """Return the half-open ranges of documents that have one date.

    Examples
    --------
    >>> dates(np.array([0.0, 1.0, 1.0, 4.0]))
    [(0, 1), (1, 3), (3, 4)]
    """
    if len(moments) == 0:
        return []
    begins = [0, *(np.flatnonzero(moments[1:] != moments[:-1]) + 1).tolist()]
    return list(zip(begins, [*begins[1:], len(moments)], strict=True))
