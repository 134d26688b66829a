"""Results as what JSON knows."""

from __future__ import annotations

import datetime
from typing import Any


def plain(value: Any) -> Any:
    """Return nested dicts and sequences with tuples as lists and dates in ISO form.

    Examples
    --------
    >>> plain({"spans": ((0, 4),), "date": datetime.date(2021, 5, 2)})
    {'spans': [[0, 4]], 'date': '2021-05-02'}
    """
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
