"""Backward and forward similarity: how much of a document was there before, and how much stayed after it.

A pair of documents is compared with the eyes of the earlier one: words are weighted by their frequency
times log(N / (1 + df)), where N documents were in print before it and df of them had the word, so that
what both took from earlier texts counts little.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.sparse as sp

from rhetoric.measures._arrays import Floats
from rhetoric.measures._histogram import row_view
from rhetoric.measures._prepared import Documents, prepared
from rhetoric.measures._results import framed
from rhetoric.measures._windows import Window, WindowLength, dates, future, past

WINDOW = "1825D"
_REASON = "no full window of earlier and later documents; narrow window, or give more of them"


def importance(documents: Documents, *, window: WindowLength = WINDOW) -> pd.DataFrame:
    """Return backward similarity, forward similarity, and their ratio: what was new and was taken up.

    For a pair with the earlier date t, words weigh tf * log(N_t / (1 + df_t)), N_t and df_t counted over
    the documents strictly earlier than t; vectors are scaled to length 1 and multiplied. BS sums the
    similarities with the documents of the window before, FS with those of the window after.

    Parameters
    ----------
    documents : DataFrame or PreparedDocuments
        With ``text`` and ``date``; rows in any order.
    window : int, str or timedelta, default="1825D"
        Number of strictly earlier and strictly later documents, or a length of time; the published one is
        five years.

    Returns
    -------
    DataFrame, shape (n_documents, 3)
        Columns ``backward_similarity`` and ``forward_similarity``, 0 and up to the documents in the window,
        and ``importance``, forward over backward, 0 and up; by input row. NaN without a date or a word,
        where the corpus does not fill the window, and where a document in it has no weighted word: the
        first ones, which have no past to weigh words by. ``attrs["undefined"]`` counts rows by reason.

    Raises
    ------
    ValueError
        If `window` is not above 0.

    Notes
    -----
    Sums grow with the number of documents in a window. With a length of time, compare documents of the
    same period, as the publication does; with a number of documents they compare throughout.

    References
    ----------
    .. [1] B. Kelly, D. Papanikolaou, A. Seru and M. Taddy, "Measuring technological innovation over the
       long run", American Economic Review: Insights 3, 2021.

    Examples
    --------
    >>> texts = ["peace talks", "trade rose", "war games", "bomb tests", "bomb launch"]
    >>> frame = pd.DataFrame({"text": texts, "date": [f"2021-05-0{day}" for day in range(1, 6)]})
    >>> importance(frame, window=1).round(2)["forward_similarity"].tolist()
    [nan, nan, 0.0, 0.5, nan]
    """
    ready = prepared(documents)
    before, after = past(ready.moments, window), future(ready.moments, window)
    backward, forward = _similarity_sums(ready.words.counts, ready.moments, before, after)
    backward[~before.is_full] = np.nan
    forward[~after.is_full] = np.nan
    ratio = np.full(len(backward), np.nan)
    np.divide(forward, backward, out=ratio, where=backward > 0)
    columns = {"backward_similarity": backward, "forward_similarity": forward, "importance": ratio}
    return framed(ready, columns, _REASON, decisive="importance")


def _similarity_sums(
    counts: sp.csr_matrix, moments: Floats, before: Window, after: Window
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return backward and forward sums of cosines; NaN where a pair has no cosine."""
    n = counts.shape[0]
    squares = counts.multiply(counts).tocsr()
    backward, forward = np.zeros(n), np.zeros(n)
    df = np.zeros(counts.shape[1])
    for start, stop in dates(moments):
        # the last document whose window reaches back to this date, and the last in a window from here
        end = max(int(np.searchsorted(before.low, stop - 1, side="right")), int(after.high[start:stop].max()), stop)
        if end > stop:
            pairs = _cosines_at(counts, squares, (start, stop, end), df)
            later = np.arange(stop, end)
            is_past = np.arange(start, stop) >= before.low[later, None]
            backward[later] += np.sum(pairs, axis=1, where=is_past)
            is_future = (later[:, None] >= after.low[start:stop]) & (later[:, None] < after.high[start:stop])
            forward[start:stop] = np.sum(pairs, axis=0, where=is_future)
        df = df + np.bincount(row_view(counts, start, stop).indices, minlength=len(df))
    return backward, forward


def _cosines_at(counts: sp.csr_matrix, squares: sp.csr_matrix, at: tuple[int, int, int], df: Floats) -> Floats:
    """Return the cosines of the documents after one date, the rows, with those of that date, the columns."""
    start, stop, end = at
    if start == 0:
        # nothing was in print: words have no weight
        return np.full((end - stop, stop - start), np.nan)
    weights = np.log(start / (1 + df)) ** 2
    earlier, later = row_view(counts, start, stop), row_view(counts, stop, end)
    products = (later @ (earlier @ sp.diags_array(weights)).T).toarray()
    lengths = np.sqrt((row_view(squares, stop, end) @ weights)[:, None] * (row_view(squares, start, stop) @ weights))
    cosines = np.full(products.shape, np.nan)
    np.divide(products, lengths, out=cosines, where=lengths > 0)
    return np.minimum(cosines, 1.0)


__all__ = ["importance"]
