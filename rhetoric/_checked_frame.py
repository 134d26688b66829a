"""Checks of the tables that callers hand in: one row a statement or sentence, its words in a column ``text``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def check_frame(frame: pd.DataFrame, columns: Sequence[str] = ("text",), *, remedy: str) -> list[str]:
    """Return the texts of a table.

    Parameters
    ----------
    frame : DataFrame
        One row a text.
    columns : sequence of str, default=("text",)
        Columns that must be there once; ``text`` among them.
    remedy : str
        What to do where `frame` is no DataFrame, for the message.

    Returns
    -------
    list of str
        At least one; blank ones are kept.

    Raises
    ------
    TypeError
        If `frame` is no DataFrame or a text is no str.
    ValueError
        If there is no row, or a column is not there or twice.

    Examples
    --------
    >>> import pandas as pd
    >>> check_frame(pd.DataFrame({"text": ["Glory!"]}), remedy="make it one")
    ['Glory!']
    >>> check_frame(pd.DataFrame({"body": ["Glory!"]}), remedy="make it one")
    Traceback (most recent call last):
    ValueError: frame must have one column 'text', got ['body']; rename one.
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"frame must be a DataFrame, got {type(frame).__name__}; {remedy}.")
    names = list(frame.columns)
    for column in columns:
        if names.count(column) != 1:
            raise ValueError(f"frame must have one column {column!r}, got {list(map(str, names))}; rename one.")
    texts: list[str] = frame["text"].tolist()
    if not texts:
        raise ValueError("frame must hold at least one text, got no rows; check what made it.")
    for row, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"frame['text'] must hold str only, got {text!r} in row {row}; drop or convert it.")
    return texts


def check_labelled_frame(frame: pd.DataFrame, columns: Sequence[str] = ()) -> list[str]:
    """Return the texts of a table of labelled sentences, none of them blank; `columns` must be there, too.

    Raises
    ------
    TypeError
        If `frame` is no DataFrame or a text is no str.
    ValueError
        If there is no row, a column is not there or twice, or a text is blank.
    """
    texts = check_frame(frame, ("text", "label", *columns), remedy="give it the columns text and label")
    for row, text in enumerate(texts):
        if not text.strip():
            raise ValueError(f"frame['text'] must hold a visible character, got {text[:20]!r} in row {row}; drop it.")
    return texts
