"""Datability: whether a document can be dated by its words, or could stand in any year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.sparse as sp

from rhetoric.measures._arrays import Floats, Index
from rhetoric.measures._figures import calendar_words
from rhetoric.measures._prepared import Documents, prepared
from rhetoric.measures._results import framed
from rhetoric.measures._windows import dates

PERIODS = ("Y", "Q", "M")
MIX = 0.1
_REASON = "fewer than two earlier periods, or no word known from them; choose shorter periods"


def datability(documents: Documents, *, period: str = "Y", smoothing: float = MIX) -> pd.DataFrame:
    """Return the period that each document's words speak for, and how clearly they do.

    NLLR(d, p) = sum_w P(w|d) log2(P(w|p) / P(w|C)) over the periods p of the strictly earlier documents C,
    where P(w|p) is mixed with P(w|C) so that no word is impossible.

    Parameters
    ----------
    documents : DataFrame or PreparedDocuments
        With ``text`` and ``date``; rows in any order.
    period : {"Y", "Q", "M"}, default="Y"
        Years, quarters or months.
    smoothing : float, default=0.1
        Weight of P(w|C) in the mixture, in (0, 1).

    Returns
    -------
    DataFrame, shape (n_documents, 4)
        By input row: ``period``, the first day of the likeliest period, of the earliest among equals;
        ``nllr``, its score in bits per word; ``margin``, the lead over the second in bits per word, 0 and
        up; ``flatness``, the entropy of the posterior over the periods divided by its greatest value: in
        [0, 1], 0 if one period is certain, 1 if all are alike, as if written whenever. NaN or NaT with
        fewer than two earlier periods or without a known word; ``attrs["undefined"]`` counts rows by
        reason.

    Raises
    ------
    ValueError
        If `period` is none of the three, or `smoothing` not in (0, 1).

    Notes
    -----
    Years, days of dates, months and weekdays are masked first, or the model would only read the date. The
    posterior takes each word as a witness by itself, so that long documents have sharp ones: compare
    documents of like length, or use ``margin``. The age of the wording partly measures the translator.

    References
    ----------
    .. [1] F. de Jong, H. Rode and D. Hiemstra, "Temporal language models for the disclosure of historical
       text", Humanities, Computers and Cultural Heritage, 2005.

    Examples
    --------
    >>> frame = pd.DataFrame({"text": ["war war talks", "rice coal talks", "rice rice coal", "talks in May 2021"],
    ...                       "date": ["2019-05-01", "2020-05-01", "2021-05-01", "2021-06-01"]})
    >>> found = datability(frame)
    >>> found["period"].dt.year.tolist(), found["flatness"].round(2).tolist()
    ([nan, nan, 2020.0, 2019.0], [nan, nan, 0.0, 0.74])
    """
    if period not in PERIODS:
        raise ValueError(f"period must be one of {', '.join(PERIODS)}, got {period!r}; 'Y' stands for years.")
    if not 0 < smoothing < 1:
        raise ValueError(f"smoothing must be in (0, 1), got {smoothing!r}; 0.1 is the default.")
    ready = prepared(documents)
    counts = ready.words.where(~calendar_words(ready.issue_tokens), ready.issue_tokens)
    starts, number = np.unique(ready.dates[ready.heads].astype(f"datetime64[{_unit(period)}]"), return_inverse=True)
    if period == "Q":
        quarters = starts.astype(np.int64) // 3
        _, first, of_month = np.unique(quarters, return_index=True, return_inverse=True)
        starts, number = (quarters[first] * 3).astype("datetime64[M]"), of_month[number]
    scores = _scores(counts, ready.moments, number, smoothing)
    best = np.append(starts.astype("datetime64[us]"), np.datetime64("NaT"))[scores[0].astype(np.int64)]
    columns = {"period": best, "nllr": scores[1], "margin": scores[2], "flatness": scores[3]}
    return framed(ready, columns, _REASON, decisive="nllr")


def _unit(period: str) -> str:
    """Return the unit of dates from which the periods are made."""
    return "Y" if period == "Y" else "M"


def _scores(counts: sp.csr_matrix, moments: Floats, period: Index, smoothing: float) -> Floats:
    """Return best period (the number past the last where undefined), score, margin and flatness, shape (4, n)."""
    n = counts.shape[0]
    n_periods = int(period.max()) + 1 if n else 0
    uses = np.zeros((counts.shape[1], n_periods))
    found = np.full((4, n), np.nan)
    found[0] = n_periods
    for start, stop in dates(moments):
        rows = counts[start:stop]
        totals = uses.sum(axis=0)
        seen = np.flatnonzero(totals)
        if len(seen) > 1:
            found[:, start:stop] = _at_one_date(rows, uses, seen, totals, smoothing, found[:, start:stop])
        columns, at = np.unique(rows.indices, return_inverse=True)
        # documents of one date have one period
        uses[columns, period[start]] += np.bincount(at, weights=rows.data, minlength=len(columns))
    return found


def _at_one_date(
    rows: sp.csr_matrix, uses: Floats, seen: Index, totals: Floats, smoothing: float, found: Floats
) -> Floats:
    """Return `found` with the scores of the documents of one date filled in."""
    words = np.unique(rows.indices)
    known = uses[words][:, seen]
    common = known.sum(axis=1)
    # a word that no earlier document has says nothing about their periods
    words, known, common = words[common > 0], known[common > 0], common[common > 0] / totals.sum()
    mixed = (1 - smoothing) * known / totals[seen] + smoothing * common[:, None]
    inside = rows[:, words]
    n_words = np.asarray(rows.sum(axis=1)).ravel()
    log_likelihood = inside @ np.log2(mixed / common[:, None])
    is_known = np.asarray(inside.sum(axis=1)).ravel() > 0
    scores = log_likelihood / np.maximum(n_words, 1)[:, None]
    ranked = np.sort(scores, axis=1)
    weights = np.exp2(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    posterior = weights / weights.sum(axis=1, keepdims=True)
    entropy = -np.sum(posterior * np.log2(np.maximum(posterior, 1e-300)), axis=1)
    best = seen[np.argmax(scores, axis=1)]
    values = np.stack([best, ranked[:, -1], ranked[:, -1] - ranked[:, -2], entropy / np.log2(len(seen))])
    # rounding may carry margin and flatness out of their ranges
    values[2:] = np.maximum(values[2:], 0.0)
    values[3] = np.minimum(values[3], 1.0)
    return np.where(is_known, values, found)


__all__ = ["datability"]
