"""Documents with dates, checked and in the order of time, as the archive and the measures take them.

A day is an int, the days since 1970-01-01. Only dates in ISO form are read: 02/05/2021 is February to one
reader and May to another.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rhetoric._files import InputError, shown

if TYPE_CHECKING:
    import pandas as pd

_EPOCH = datetime.date(1970, 1, 1).toordinal()
FIRST_DAY = datetime.date.min.toordinal() - _EPOCH
LAST_DAY = datetime.date.max.toordinal() - _EPOCH
"""Days that a date can have."""
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
    length = 10 if written[4:5] == "-" else 8
    digits, rest = written[:length], written[length:]
    # a number of seconds begins like a date without hyphens
    if (length == 8 and not digits.isdecimal()) or (rest and rest[0] not in "T t"):
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


class Reader:
    """Checks tables of documents one after the other and remembers what was wrong and which ids are taken.

    Parameters
    ----------
    invalid : {"raise", "skip"}, default="raise"
        What to do with blank texts, missing or unreadable dates and repeated ids: refuse the table, or
        leave these rows out and count them in `faults`.
    known_ids : iterable of str
        Ids that are taken.
    first_row : int, default=0
        Number of the first row.

    Attributes
    ----------
    faults : dict of str to list of str
        What was wrong, with the place of each row that was left out.
    n_rows : int
        Rows read, those before `first_row` included.
    """

    def __init__(self, invalid: str = "raise", known_ids: Iterable[str] = (), first_row: int = 0) -> None:
        if invalid not in ("raise", "skip"):
            raise ValueError(f"invalid must be 'raise' or 'skip', got {invalid!r}.")
        self.invalid = invalid
        self.faults: dict[str, list[str]] = {}
        self.n_rows = first_row
        self._ids = set(known_ids)

    def read(self, frame: pd.DataFrame) -> DatedDocuments:
        """Return the documents of a table in the order of time; there may be none.

        Raises
        ------
        TypeError
            If `frame` is no DataFrame.
        InputError
            If a column is missing, or a row is invalid and `invalid` is ``"raise"``.
        """
        import pandas as pd

        if not isinstance(frame, pd.DataFrame):
            raise TypeError(
                f"documents must be a DataFrame, got {type(frame).__name__}; give it columns text and date."
            )
        for name in ("text", "date"):
            if name not in frame:
                got = shown(", ".join(map(str, frame.columns)))
                raise InputError(f"documents must have a column {name!r}, got {got}; rename or add it.")
        # a list of a column is made at once, an iteration over it asks for one value after the other
        dates = frame["date"].tolist()
        texts = [text if isinstance(text, str) else "" for text in frame["text"].tolist()]
        days = [parse_day(value) for value in dates]
        sources, titles, given = (_optional(frame, name) for name in ("source", "title", "id"))
        ids = [
            name or _made_id(day, source, title, text)
            for name, day, source, title, text in zip(given, days, sources, titles, texts, strict=True)
        ]
        keep = self._valid_rows(texts, days, ids, dates)
        columns = ([column[row] for row in keep] for column in (ids, sources, titles, texts))
        return in_time_order(DatedDocuments(np.array([days[row] for row in keep], dtype=np.int64), *columns))

    def _valid_rows(
        self, texts: Sequence[str], days: Sequence[int | None], ids: Sequence[str], dates: Iterable[Any]
    ) -> list[int]:
        """Return the rows that can be used; refuse or count the others."""
        keep = []
        for row, (text, day, name, date) in enumerate(zip(texts, days, ids, dates, strict=True)):
            place = f"row {row + self.n_rows}"
            if not text.strip():
                self.faults.setdefault("blank texts", []).append(place)
            elif day is None:
                self.faults.setdefault("missing or unreadable dates", []).append(f"{shown(date)} in {place}")
            elif name in self._ids:
                self.faults.setdefault("repeated ids", []).append(f"{shown(name)} in {place}")
            else:
                self._ids.add(name)
                keep.append(row)
        self.n_rows += len(texts)
        if self.faults and self.invalid == "raise":
            raise InputError(
                "documents must have text, a date such as 2021-05-02 and an id of their own, got "
                f"{told_faults(self.faults)}; mend these rows or have them left out with invalid='skip' (--invalid "
                "skip)."
            )
        return keep


def told_faults(faults: Mapping[str, Sequence[str]]) -> str:
    """Return faults in words: how many of each, and the first of them."""
    return "; ".join(f"{len(rows)} {fault} ({', '.join(rows[:_N_SHOWN])})" for fault, rows in faults.items())


def in_time_order(*parts: DatedDocuments) -> DatedDocuments:
    """Return the documents of all `parts`, by date and then by id.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"text": ["B.", "A."], "date": ["2021-05-02", "2020-01-01"], "id": ["b", "a"]})
    >>> Reader().read(table).ids
    ['a', 'b']
    """
    days = [day for part in parts for day in part.days.tolist()]
    ids = [name for part in parts for name in part.ids]
    order = sorted(range(len(ids)), key=lambda at: (days[at], ids[at]))
    sources, titles, texts = (
        [value for part in parts for value in getattr(part, name)] for name in ("sources", "titles", "texts")
    )
    columns = ([column[at] for at in order] for column in (ids, sources, titles, texts))
    return DatedDocuments(np.array([days[at] for at in order], dtype=np.int64), *columns)


def _optional(frame: pd.DataFrame, name: str) -> list[str]:
    """Return a column as str, empty where it is missing or a value is."""
    if name not in frame:
        return [""] * len(frame)
    values, are_missing = frame[name].tolist(), frame[name].isna().tolist()
    return ["" if missing else str(value) for value, missing in zip(values, are_missing, strict=True)]


def _made_id(day: int | None, source: str, title: str, text: str) -> str:
    """Return an id for a document that came without one; the same document gets the same id."""
    content = "\0".join((source, title, text)).encode("utf-8", "surrogatepass")
    checksum = hashlib.sha256(content).hexdigest()[:12]
    return checksum if day is None else f"{date_of(day)}-{checksum}"
