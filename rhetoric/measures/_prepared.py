"""Documents made ready for all measures at once: in order of time, as words, re-issues collapsed.

Every measure asks the same questions first: which documents are dated, in which order, which are the same
text again, which words do they have. Here they are answered once, and the tables that several measures
need (word counts, n-grams) are made when the first of them asks.

Two numberings are used throughout. A *place* numbers all documents, dated ones first in order of time,
ties by `id` where there is one, then by row. An *issue* numbers the dated documents that have a word and
are no re-issue, in the same order. What concerns time is computed on issues; a re-issue carries the value
of its first issue.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numpy.typing import NDArray

from rhetoric._documents import check_documents
from rhetoric._reissues import first_issues_of_tokens
from rhetoric._sentence_tokens import SentenceTokens, tokenize_sentences
from rhetoric._tokens import batches
from rhetoric.measures._arrays import joined, selected
from rhetoric.measures._histogram import Histogram
from rhetoric.measures._ngram_table import NgramTable

Index = NDArray[np.int64]
Floats = NDArray[np.float64]

_DAY_US = 86_400_000_000
_BATCH_CHARS = 1 << 21
SHARED_N = 4
"""Words of the n-grams that boilerplate, coverage and return times count by default."""


@dataclass(frozen=True)
class PreparedDocuments:
    """Documents ready to be measured; made by :func:`prepare` and accepted by every measure.

    Attributes
    ----------
    index : Index
        Index of the input rows.
    columns : DataFrame
        The input without its texts, in the order of the input.
    texts : list of str
        The texts by place.
    tokens : SentenceTokens
        Their words.
    row : ndarray of int64, shape (n_documents,)
        Input row of each place.
    dates : ndarray of datetime64[us], shape (n_documents,)
        Date of each place, NaT where there is none; those stand last.
    heads : ndarray of int64, shape (n_issues,)
        Place of each issue.
    issue : ndarray of int64, shape (n_documents,)
        First issue of the text at each place; -1 without a date or a word.
    """

    index: pd.Index[Any]
    columns: pd.DataFrame
    texts: list[str]
    tokens: SentenceTokens
    row: Index
    dates: NDArray[np.datetime64]
    heads: Index
    issue: Index
    _tables: dict[int, NgramTable] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.row)

    @property
    def n_issues(self) -> int:
        """Number of dated documents with words, re-issues not counted."""
        return len(self.heads)

    @cached_property
    def moments(self) -> Floats:
        """Date of each issue in days since 1970, with fractions where the dates have a time of day."""
        return moments(self.dates[self.heads])

    @cached_property
    def issue_tokens(self) -> SentenceTokens:
        """Words of the issues."""
        return selected(self.tokens, self.heads)

    @cached_property
    def words(self) -> Histogram:
        """Counts of words of the issues."""
        return Histogram.of(self.issue_tokens)

    def ngrams(self, n: int) -> NgramTable:
        """Return the table of the n-grams of the issues, made once for each `n`."""
        if n not in self._tables:
            self._tables[n] = NgramTable.of(self.issue_tokens, n)
        return self._tables[n]

    def share(self) -> None:
        """Make the tables that most measures need, so that processes get them ready made."""
        self.words  # noqa: B018 - a cached property
        self.ngrams(SHARED_N)

    def groups(self, by: str | Sequence[str]) -> Index:
        """Return a number for each issue; those with equal values in the columns `by` share theirs.

        Missing values are equal to each other. Without a column ``source`` all documents have one source.
        """
        names = [by] if isinstance(by, str) else list(by)
        missing = [name for name in names if name not in self.columns.columns and name != "source"]
        if missing:
            have = ", ".join(map(str, self.columns.columns)) or "none"
            raise ValueError(f"by must name columns of the documents, got {missing[0]!r}; they have {have}.")
        code = np.zeros(len(self), dtype=np.int64)
        for name in names:
            if name in self.columns.columns:
                codes, values = pd.factorize(self.columns[name], sort=False, use_na_sentinel=True)
                _, code = np.unique(code * (len(values) + 1) + codes, return_inverse=True)
        return code[self.row[self.heads]].astype(np.int64)

    def by_row(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return values of the issues in the order of the input rows, NaN or NaT where there is none."""
        is_date = values.dtype.kind == "M"
        rows = np.full(len(self), np.datetime64("NaT"), dtype=values.dtype) if is_date else np.full(len(self), np.nan)
        known = np.flatnonzero(self.issue >= 0)
        rows[self.row[known]] = values[self.issue[known]]
        return rows

    def by_row_all(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return values of the places in the order of the input rows."""
        rows = np.empty_like(values)
        rows[self.row] = values
        return rows


Documents = pd.DataFrame | PreparedDocuments


def prepare(
    documents: pd.DataFrame | Iterable[str],
    *,
    dates: Iterable[Any] | None = None,
    collapse_reissues: bool = True,
    n_jobs: int | None = None,
) -> PreparedDocuments:
    """Return documents ready to be measured, so that several measures share the work.

    Parameters
    ----------
    documents : DataFrame or iterable of str
        A frame with the columns ``text`` and ``date``, and ``id``, ``source`` or others where a measure
        asks for them; or texts alone. Rows may come in any order.
    dates : iterable, optional
        Dates of texts given without a frame: ISO strings, dates or times, missing where not known.
    collapse_reissues : bool, default=True
        Whether a text that comes again within three days, the same or nearly so, counts once. It then has
        the values of its first issue.
    n_jobs : int, optional
        Processes that split the texts into words; -1 for all cores, by default one.

    Returns
    -------
    PreparedDocuments
        Documents without a date are last; where time counts they and those without a word have no value.

    Raises
    ------
    TypeError
        If `documents` is a single str or holds anything but str.
    ValueError
        If `documents` is empty or has no column ``text``, a date cannot be read, or there are as many
        dates as not documents.

    Warns
    -----
    UserWarning
        If some, but not all, documents have no date.

    Examples
    --------
    >>> frame = pd.DataFrame({"text": ["Glory!", "They will pay.", "They will pay."],
    ...                       "date": ["2021-05-02", "2021-05-01", "2021-05-02"]})
    >>> ready = prepare(frame)
    >>> ready.row.tolist(), ready.issue.tolist()
    ([1, 0, 2], [0, 1, 0])
    """
    frame = _as_frame(documents, dates)
    texts = check_documents(frame["text"].tolist(), name="documents")
    stamps = _stamps(frame)
    order = np.lexsort((_tie_ranks(frame), stamps))  # NaT sorts last
    stamps = stamps[order]
    ordered = [texts[row] for row in order]
    tokens = _tokens(ordered, n_jobs)
    heads, issue = _issues(tokens, stamps, collapse_reissues)
    return PreparedDocuments(
        index=frame.index,
        columns=frame.drop(columns="text"),
        texts=ordered,
        tokens=tokens,
        row=order,
        dates=stamps,
        heads=heads,
        issue=issue,
    )


def prepared(documents: Documents) -> PreparedDocuments:
    """Return `documents` as they are if prepared, else prepare them; they must have dates."""
    ready = documents if isinstance(documents, PreparedDocuments) else prepare(documents)
    if "date" not in ready.columns.columns:
        have = ", ".join(map(str, ready.columns.columns)) or "nothing else"
        raise ValueError(f"documents must have a column 'date' beside the text, got {have}; add one, or pass dates.")
    return ready


def prepared_texts(documents: Documents | Iterable[str]) -> PreparedDocuments:
    """Return `documents` as they are if prepared, else prepare them; dates do not matter."""
    if isinstance(documents, PreparedDocuments):
        return documents
    frame = _as_frame(documents, None)
    return prepare(frame.drop(columns="date", errors="ignore"), collapse_reissues=False)


def moments(dates: NDArray[np.datetime64]) -> Floats:
    """Return dates in days since 1970."""
    days: Floats = dates.astype("datetime64[us]").astype(np.int64) / _DAY_US
    return days


def _as_frame(documents: pd.DataFrame | Iterable[str], dates: Iterable[Any] | None) -> pd.DataFrame:
    """Return documents as a frame with a column ``text``, checked no further."""
    if isinstance(documents, pd.DataFrame):
        if "text" not in documents.columns:
            have = ", ".join(map(str, documents.columns)) or "none"
            raise ValueError(f"documents must have a column 'text', got {have}; rename the one with the texts.")
        if dates is not None:
            raise ValueError("dates must be left out where documents is a DataFrame, got both; use its column 'date'.")
        return documents
    frame = pd.DataFrame({"text": pd.Series(check_documents(documents, name="documents"), dtype=object)})
    if dates is None:
        return frame
    listed = list(dates)
    if len(listed) != len(frame):
        raise ValueError(f"dates must be as many as documents, got {len(listed)} for {len(frame)}; use None for none.")
    return frame.assign(date=pd.Series(listed, dtype=object))


def _stamps(frame: pd.DataFrame) -> NDArray[np.datetime64]:
    """Return the dates of a frame, NaT where there is none; warn where only some have one."""
    if "date" not in frame.columns:
        return np.full(len(frame), np.datetime64("NaT"), dtype="datetime64[us]")
    column = frame["date"]
    if column.dtype.kind in "iufb":
        got = column.dropna()
        if len(got):
            raise ValueError(f"date must hold ISO dates, got the number {got.iloc[0]}; write it as 2021-05-02.")
        column = column.astype(object)
    if column.dtype.kind != "M":
        text = column.astype("str")
        column = text.where(column.notna() & (text.str.strip() != ""))
    stamps = pd.to_datetime(column, format="ISO8601", errors="coerce", utc=True)
    wrong = np.flatnonzero(stamps.isna() & column.notna())
    if len(wrong):
        value = frame["date"].iloc[wrong[0]]
        raise ValueError(f"date must hold ISO dates such as 2021-05-02, got {value!r} in row {wrong[0]}; correct it.")
    n_missing = int(stamps.isna().sum())
    if 0 < n_missing < len(frame):
        message = f"{n_missing} of {len(frame)} documents have no date and no value where time counts; date them."
        warnings.warn(message, UserWarning, stacklevel=3)
    return stamps.dt.tz_localize(None).to_numpy().astype("datetime64[us]")


def _tie_ranks(frame: pd.DataFrame) -> Index:
    """Return ranks that order documents of one date: by id where there is one, else by row."""
    if "id" not in frame.columns:
        return np.arange(len(frame))
    _, ranks = np.unique(frame["id"].astype("str").to_numpy(dtype=object).astype(str), return_inverse=True)
    return np.where(frame["id"].isna(), len(frame), ranks)


def _tokens(texts: list[str], n_jobs: int | None) -> SentenceTokens:
    """Return the words of `texts`, in several processes if asked."""
    if n_jobs is None or n_jobs == 1:
        return tokenize_sentences(texts)
    parts = [texts[start:stop] for start, stop in batches(texts, _BATCH_CHARS)]
    return joined(Parallel(n_jobs=n_jobs)(delayed(tokenize_sentences)(part) for part in parts))


def _issues(tokens: SentenceTokens, stamps: NDArray[np.datetime64], collapse: bool) -> tuple[Index, Index]:
    """Return the place of each issue, and the issue of each place."""
    n_dated = int(np.count_nonzero(~np.isnat(stamps)))
    family = np.arange(len(stamps))
    if collapse and n_dated:
        dated = selected(tokens, family[:n_dated])
        family[:n_dated] = first_issues_of_tokens(dated, np.floor(moments(stamps[:n_dated])).astype(np.int64))
    is_known = (np.arange(len(stamps)) < n_dated) & (tokens.words_per_document > 0)
    heads = np.flatnonzero(is_known & (family == np.arange(len(stamps))))
    number = np.full(len(stamps), -1)
    number[heads] = np.arange(len(heads))
    return heads, np.where(is_known, number[family], -1)
