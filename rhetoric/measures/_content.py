"""Standard and informative content: what recent and earlier documents explain of a document, and the rest."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.sparse as sp

from rhetoric.measures._arrays import Floats, Index
from rhetoric.measures._prepared import Documents, prepared
from rhetoric.measures._results import framed
from rhetoric.measures._windows import WindowLength, past

RECENT = "90D"
_REASON = "no recent or no earlier documents of the kind; change recent, or give more of them"


def standard_content(
    documents: Documents, *, recent: WindowLength = RECENT, by: str | list[str] = "source"
) -> pd.DataFrame:
    """Return how much of each document its forerunners explain, and how much they do not.

    The shares of the words of a document are regressed, without a constant, on the mean shares of the
    recent documents and on those of the earlier documents of the same kind:
    p = a recent + b earlier + e. Standard content is a + b, informative content the sum of abs(e).

    Parameters
    ----------
    documents : DataFrame or PreparedDocuments
        With ``text`` and ``date``, and the columns of `by`.
    recent : int, str or timedelta, default="90D"
        What is recent: a length of time, or the last so many of the strictly earlier documents. Anything
        before that is earlier.
    by : str or list of str, default="source"
        Columns whose equal values make documents of one kind. Without a column ``source`` all are.

    Returns
    -------
    DataFrame, shape (n_documents, 2)
        Column ``standard_content``, near 1 where the words are those of the forerunners, near 0 where they
        are not; in rare cases outside [0, 1]. Column ``informative_content``, 0 and up, 0 where they
        explain all. By input row. NaN without recent documents or earlier ones of the kind, and where both
        have the same mean. ``attrs["undefined"]`` counts rows by reason.

    Raises
    ------
    ValueError
        If `recent` is not above 0 or a column of `by` is not there.

    References
    ----------
    .. [1] K. Hanley and G. Hoberg, "The information content of IPO prospectuses", Review of Financial
       Studies 23, 2010.

    Examples
    --------
    >>> frame = pd.DataFrame({"text": ["war", "peace", "war peace war peace", "talks"],
    ...                       "date": ["2021-01-01", "2021-06-01", "2021-06-02", "2021-06-03"]})
    >>> standard_content(frame).round(3).values.tolist()
    [[nan, nan], [nan, nan], [1.0, 0.0], [0.0, 1.0]]
    """
    ready = prepared(documents)
    counts = ready.words.counts
    shares = counts.multiply(1 / counts.sum(axis=1).reshape(-1, 1)).tocsr()
    window = past(ready.moments, recent, "recent")
    standard, informative = _regressions(shares, window.low, window.high, ready.groups(by))
    return framed(ready, {"standard_content": standard, "informative_content": informative}, _REASON)


def _regressions(shares: sp.csr_matrix, low: Index, high: Index, kinds: Index) -> tuple[Floats, Floats]:
    """Return standard and informative content; the documents `low` to `high` - 1 are a document's recent ones."""
    n, n_columns = shares.shape
    standard, informative = np.full(n, np.nan), np.full(n, np.nan)
    members = [np.flatnonzero(kinds == kind) for kind in np.unique(kinds)]
    recent = np.zeros(n_columns)
    earlier = [np.zeros(n_columns) for _ in members]
    start = stop = 0
    # documents of one date have the same forerunners
    for first in np.flatnonzero(np.append(True, high[1:] != high[:-1])) if n else []:
        recent += _total(shares, np.arange(stop, high[first])) - _total(shares, np.arange(start, low[first]))
        for kind, own in enumerate(members):
            earlier[kind] += _total(shares, own[np.searchsorted(own, start) : np.searchsorted(own, low[first])])
        start, stop = int(low[first]), int(high[first])
        last = int(np.searchsorted(high, stop, side="right"))
        for total, own in zip(earlier, members, strict=True):
            documents = own[np.searchsorted(own, first) : np.searchsorted(own, last)]
            n_earlier = int(np.searchsorted(own, start))
            if len(documents) and stop > start and n_earlier:
                means = np.maximum(recent, 0.0) / (stop - start), total / n_earlier
                standard[documents], informative[documents] = _regression(shares[documents], *means)
    return standard, informative


def _total(shares: sp.csr_matrix, documents: Index) -> Floats:
    """Return the sum of some rows."""
    rows = shares[documents]
    total: Floats = np.bincount(rows.indices, weights=rows.data, minlength=shares.shape[1]).astype(np.float64)
    return total


def _regression(rows: sp.csr_matrix, recent: Floats, earlier: Floats) -> tuple[Floats, Floats]:
    """Return the sum of the coefficients and of the absolute residuals of documents with the same forerunners."""
    rr, ee, re = recent @ recent, earlier @ earlier, recent @ earlier
    determinant = rr * ee - re * re
    # two means that point the same way leave the coefficients open
    if determinant <= 1e-12 * rr * ee:
        return np.full(rows.shape[0], np.nan), np.full(rows.shape[0], np.nan)
    rp, ep = rows @ recent, rows @ earlier
    a, b = (ee * rp - re * ep) / determinant, (rr * ep - re * rp) / determinant
    owner = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    fitted = a[owner] * recent[rows.indices] + b[owner] * earlier[rows.indices]
    # all fitted values first, as if the documents had no word; then what their words change
    change = np.abs(rows.data - fitted) - np.abs(fitted)
    return a + b, _absolute_sums(a, b, recent, earlier) + np.bincount(owner, change, rows.shape[0])


def _absolute_sums(a: Floats, b: Floats, recent: Floats, earlier: Floats) -> Floats:
    """Return sum(abs(a * recent + b * earlier)) for pairs of coefficients; the vectors are not negative.

    Sorted by the share of `earlier`, the terms change their sign at one place, so that two running sums
    answer for every pair of coefficients.
    """
    used = np.flatnonzero(recent + earlier > 0)
    share = earlier[used] / (recent[used] + earlier[used])
    order = np.argsort(share)
    sums_recent = np.concatenate(([0.0], np.cumsum(recent[used][order])))
    sums_earlier = np.concatenate(([0.0], np.cumsum(earlier[used][order])))
    # a (1 - share) + b share = 0
    slope = np.where(a == b, 1.0, a - b)
    at = np.searchsorted(share[order], np.clip(a / slope, -1.0, 2.0))
    below = a * sums_recent[at] + b * sums_earlier[at]
    sums: Floats = np.abs(below) + np.abs(a * sums_recent[-1] + b * sums_earlier[-1] - below)
    return sums


__all__ = ["standard_content"]
