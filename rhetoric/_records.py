"""Rows of a table of statements as arguments for reading one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

KEPT_COLUMNS = ("id", "date", "source", "title")
"""What a table may say about a statement beside its text."""


def statement_records(frame: pd.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield text and known facts of each row, as str; missing cells are left out.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"text": ["A.", "B."], "date": [pd.Timestamp("2021-05-02"), None], "id": [7, 8]})
    >>> list(statement_records(table))
    [('A.', {'id': '7', 'date': '2021-05-02'}), ('B.', {'id': '8'})]
    """
    from rhetoric._plain import plain

    columns = {name: [plain(value) for value in frame[name]] for name in KEPT_COLUMNS if name in frame}
    for row, text in enumerate(frame["text"]):
        yield text, {name: str(values[row]) for name, values in columns.items() if values[row] is not None}
