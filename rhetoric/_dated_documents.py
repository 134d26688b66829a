"""Documents with dates, checked and in the order of time, as the archive and the measures take them.

A day is an int, the days since 1970-01-01. Only dates in ISO form are read: 02/05/2021 is February to one
reader and May to another.
"""

from __future__ import annotations

import datetime
import hashlib
import warnings
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rhetoric._files import InputError, shown

if TYPE_CHECKING:
    import pandas as pd

_EPOCH = datetime.date(1970, 1, 1).toordinal()
_N_SHOWN = 3
Date = str | datetime.date


@dataclass(frozen=True)
class DatedDocuments:
    """Some documents in the order of their dates, then of their ids.

    Attributes
    ----------
    days : ndarray of int64, shape (n_documents,)
        Days since 1970-01-01, rising.
    ids, sources, titles, texts : list of str
        One for each document; empty where a source or title is not known.
    """

    days: NDArray[np.int64]
    ids: list[str]
    sources: list[str]
    titles: list[str]
    texts: list[str]

    def part(self, start: int, stop: int) -> DatedDocuments:
        """Return the documents from `start` to `stop`."""
        columns = (column[start:stop] for column in (self.ids, self.sources, self.titles, self.texts))
        return DatedDocuments(self.days[start:stop], *columns)


def parse_day(value: Any) -> int | None:
    """Return the day of an ISO date, date, datetime or Timestamp, None where it is none of these.

    The time of day and the zone do not count: the date is the one that was printed.

    Examples
    --------
    >>> parse_day("1970-01-03"), parse_day("1970-01-03T08:00+09:00"), parse_day("3 January 1970")
    (2, 2, None)
    """
    if isinstance(value, datetime.date):
        # NaT is a datetime without a year
        return value.toordinal() - _EPOCH if value == value else None  # noqa: PLR0124
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else int(value.astype("datetime64[D]").astype(np.int64))
    if not isinstance(value, str):
        return None
    written = value.strip()
    digits = written[:10] if written[4:5] == "-" else written[:8]
    if not (len(digits) == 10 or (len(digits) == 8 and digits.isdecimal())):
        return None
    try:
        return datetime.date.fromisoformat(digits).toordinal() - _EPOCH
    except ValueError:
        return None


def day_of(value: Date | Any, name: str) -> int:
    """Return the day of the argument `name`, refusing what is no date.

    Raises
    ------
    ValueError
        If `value` is no date.
    """
    day = parse_day(value)
    if day is None:
        raise ValueError(f"{name} must be a date such as '2021-05-02', got {value!r}; write year, month and day.")
    return day


def date_of(day: int) -> datetime.date:
    """Return the date of a day."""
    return datetime.date.fromordinal(int(day) + _EPOCH)


def dated_documents(frame: pd.DataFrame, *, invalid: str = "raise", known_ids: Collection[str] = ()) -> DatedDocuments:
    """Return the documents of a table in the order of time.

    Parameters
    ----------
    frame : DataFrame
        Columns ``text`` and ``date``; ``id``, ``source`` and ``title`` if there. A document without an id
        gets one made of its date and a checksum of source, title and text.
    invalid : {"raise", "skip"}, default="raise"
        What to do with blank texts, missing or unreadable dates and repeated ids: refuse the table, or
        leave these rows out with a warning that counts them.
    known_ids : collection of str
        Ids that are taken.

    Returns
    -------
    DatedDocuments
        May be empty when rows were left out.

    Raises
    ------
    TypeError
        If `frame` is no DataFrame.
    InputError
        If a column is missing, `frame` has no row, or a row is invalid and `invalid` is ``"raise"``.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"text": ["B.", "A."], "date": ["2021-05-02", "2020-01-01"], "id": ["b", "a"]})
    >>> dated_documents(table).ids
    ['a', 'b']
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"documents must be a DataFrame, got {type(frame).__name__}; give it columns text and date.")
    if invalid not in ("raise", "skip"):
        raise ValueError(f"invalid must be 'raise' or 'skip', got {invalid!r}.")
    for name in ("text", "date"):
        if name not in frame:
            got = shown(", ".join(map(str, frame.columns)))
            raise InputError(f"documents must have a column {name!r}, got {got}; rename or add it.")
    texts = [text if isinstance(text, str) else "" for text in frame["text"]]
    days = [parse_day(value) for value in frame["date"]]
    sources, titles, given = (_optional(frame, name) for name in ("source", "title", "id"))
    ids = [
        name or _made_id(day, source, title, text)
        for name, day, source, title, text in zip(given, days, sources, titles, texts, strict=True)
    ]
    keep = _valid_rows(texts, days, ids, frame["date"], invalid, known_ids)
    order = sorted(keep, key=lambda row: (days[row], ids[row]))
    columns = [[column[row] for row in order] for column in (ids, sources, titles, texts)]
    return DatedDocuments(np.array([days[row] for row in order], dtype=np.int64), *columns)


def _optional(frame: pd.DataFrame, name: str) -> list[str]:
    """Return a column as str, empty where it is missing or a value is."""
    if name not in frame:
        return [""] * len(frame)
    column = frame[name]
    return ["" if missing else str(value) for value, missing in zip(column, column.isna(), strict=True)]


def _made_id(day: int | None, source: str, title: str, text: str) -> str:
    """Return an id for a document that came without one; the same document gets the same id."""
    content = "\0".join((source, title, text)).encode("utf-8", "surrogatepass")
    checksum = hashlib.sha256(content).hexdigest()[:12]
    return checksum if day is None else f"{date_of(day)}-{checksum}"


def _valid_rows(
    texts: Sequence[str], days: Sequence[int | None], ids: Sequence[str], dates: Iterable[Any], invalid: str,
    known_ids: Collection[str],
) -> list[int]:  # fmt: skip
    """Return the rows that can be used; refuse or report the others."""
    seen: set[str] = set()
    faults: dict[str, list[str]] = {}
    keep = []
    for row, (text, day, name, date) in enumerate(zip(texts, days, ids, dates, strict=True)):
        if not text.strip():
            faults.setdefault("blank texts", []).append(f"row {row}")
        elif day is None:
            faults.setdefault("missing or unreadable dates", []).append(f"{shown(date)} in row {row}")
        elif name in seen or name in known_ids:
            faults.setdefault("repeated ids", []).append(f"{shown(name)} in row {row}")
        else:
            seen.add(name)
            keep.append(row)
    if faults:
        told = "; ".join(f"{len(rows)} {fault} ({', '.join(rows[:_N_SHOWN])})" for fault, rows in faults.items())
        if invalid == "raise":
            raise InputError(
                f"documents must have text, a date such as 2021-05-02 and an id of their own, got {told}; mend these "
                "rows or have them left out with invalid='skip' (--invalid skip)."
            )
        warnings.warn(f"{len(texts) - len(keep)} of {len(texts)} documents left out: {told}.", stacklevel=4)
    elif not keep:
        raise InputError("documents must have at least one row, got none; give a table with text and date.")
    return keep
