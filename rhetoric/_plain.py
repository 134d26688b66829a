"""Values as JSON knows them."""

from __future__ import annotations

import datetime
import math
from typing import Any


def plain(value: Any) -> Any:
    """Return a value as JSON has it: tuples and arrays as lists, dates in ISO form, NaN and infinities as None.

    Examples
    --------
    >>> plain({"spans": ((0, 4),), "date": datetime.date(2021, 5, 2), "share": float("nan")})
    {'spans': [[0, 4]], 'date': '2021-05-02', 'share': None}
    """
    if isinstance(value, str | int | None):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return _plain_object(value)


def _plain_object(value: Any) -> Any:
    """Return an object of NumPy or pandas, a date, a set or anything else as JSON has it."""
    import numpy as np
    import pandas as pd

    if isinstance(value, np.ndarray):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return [plain(item) for item in sorted(value, key=str)]
    if isinstance(value, np.generic) and not isinstance(value, np.datetime64):
        return plain(value.item())
    # NumPy gives nanoseconds as a bare number, pandas as a time
    moment = pd.Timestamp(value) if isinstance(value, np.datetime64) else value
    return None if moment is pd.NaT or moment is pd.NA else _words(moment)


def _words(value: object) -> str:
    """Return a date in ISO form, without the time where that is midnight, and anything else as str."""
    if isinstance(value, datetime.datetime) and value.tzinfo is None and value.time() == datetime.time(0):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)
