"""Novelty, transience and resonance: how far a document is from those before and after it.

With words counted and smoothed by a constant a, p_j(w) = (c_j(w) + a) / Z_j and Z_j = n_j + a V for a
vocabulary of V words. All that is not in a document has the same probability there, so that with
L_i(w) = log(1 + c_i(w) / a), S_i = sum_w L_i(w) and X_ji = sum_w c_j(w) L_i(w)

    KL(p_j || p_i) = (X_jj - X_ji + a (S_j - S_i)) / Z_j + log(Z_i / Z_j),

and both sums run over the words present alone. X is a product of two sparse tables, of which only the
band that the windows cover is made, a block of documents at a time; the words absent from both, all but
a few hundred of V, are never touched.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

from rhetoric.measures._arrays import Floats
from rhetoric.measures._histogram import Histogram, row_view
from rhetoric.measures._prepared import Documents, PreparedDocuments, moments, prepared
from rhetoric.measures._results import aligned, framed
from rhetoric.measures._windows import Window, WindowLength, future, past

WINDOW = 50
SMOOTHING = 0.01
_BLOCK = 256
_REASON = "no full window of earlier and later documents; narrow window, or give more of them"


def novelty(
    documents: Documents, *, window: WindowLength = WINDOW, smoothing: float = SMOOTHING, n_buckets: int | None = None
) -> Floats:  # fmt: skip
    """Return how far each document is from those before it: the mean Kullback-Leibler divergence from them.

    N(j) = mean over the documents i of the window before j of sum_w p_j(w) log2(p_j(w) / p_i(w)).

    Parameters
    ----------
    documents : DataFrame or PreparedDocuments
        With ``text`` and ``date``; rows in any order.
    window : int, str or timedelta, default=50
        That many of the strictly earlier documents, the latest ones, or those of so many days (``"30D"``).
    smoothing : float, default=0.01
        Count added to every word of the vocabulary, above 0. The smaller it is, the more a word counts
        that the other document does not have.
    n_buckets : int, optional
        Words are counted in so many buckets by their hash, which is then the size of the vocabulary. By
        default words stay apart, and each pair is smoothed over the words in print when its later document
        appeared.

    Returns
    -------
    ndarray of float, shape (n_documents,)
        In bits, 0 and up, by input row; 0 if every document of the window has the same distribution. NaN
        without a date or a word, and where the corpus does not fill the window.

    Raises
    ------
    ValueError
        If `window`, `smoothing` or `n_buckets` is not above 0.

    Notes
    -----
    Two documents of the same date are neither's past: what came first that day is not known. Dates with a
    time of day order them. Novelty and transience both depend on the length of a document, resonance
    hardly does: compare documents of like length, or resonance.

    References
    ----------
    .. [1] A. Barron, J. Huang, R. Spang and S. DeDeo, "Individuals, institutions, and innovation in the
       debates of the French Revolution", PNAS 115, 2018.

    Examples
    --------
    >>> frame = pd.DataFrame({"text": ["war peace war", "war war peace", "peace peace talks"],
    ...                       "date": ["2021-05-01", "2021-05-02", "2021-05-03"]})
    >>> novelty(frame, window=1, smoothing=1.0).round(4).tolist()
    [nan, 0.0, 0.3617]
    >>> novelty(frame, window="1D").round(1).tolist()
    [nan, 0.0, 2.9]
    """
    ready = prepared(documents)
    before = past(ready.moments, window)
    values = _of_words(ready, before, None, smoothing, n_buckets)[0]
    return aligned(ready, values, "novelty", _REASON)


def transience(
    documents: Documents, *, window: WindowLength = WINDOW, smoothing: float = SMOOTHING, n_buckets: int | None = None
) -> Floats:  # fmt: skip
    """Return how far the documents after each document moved away from it: its perishability observed.

    T(j) = mean over the documents i of the window after j of sum_w p_j(w) log2(p_j(w) / p_i(w)).

    Parameters
    ----------
    documents, window, smoothing, n_buckets
        As for :func:`novelty`, with the strictly later documents.

    Returns
    -------
    ndarray of float, shape (n_documents,)
        In bits, 0 and up, by input row. NaN without a date or a word, and where the corpus does not fill
        the window: the last documents have no future yet.

    Raises
    ------
    ValueError
        If `window`, `smoothing` or `n_buckets` is not above 0.

    References
    ----------
    .. [1] A. Barron, J. Huang, R. Spang and S. DeDeo, "Individuals, institutions, and innovation in the
       debates of the French Revolution", PNAS 115, 2018.

    Examples
    --------
    >>> frame = pd.DataFrame({"text": ["war peace war", "war war peace", "peace peace talks"],
    ...                       "date": ["2021-05-01", "2021-05-02", "2021-05-03"]})
    >>> transience(frame, window=1, smoothing=1.0).round(4).tolist()
    [0.0, 0.4308, nan]
    """
    ready = prepared(documents)
    after = future(ready.moments, window)
    values = _of_words(ready, None, after, smoothing, n_buckets)[1]
    return aligned(ready, values, "transience", _REASON)


def resonance(
    documents: Documents, *, window: WindowLength = WINDOW, smoothing: float = SMOOTHING, n_buckets: int | None = None
) -> pd.DataFrame:  # fmt: skip
    """Return novelty, transience and their difference: what was new and stuck.

    Parameters
    ----------
    documents, window, smoothing, n_buckets
        As for :func:`novelty`.

    Returns
    -------
    DataFrame, shape (n_documents, 3)
        Columns ``novelty``, ``transience`` and ``resonance`` = novelty - transience in bits, by input row.
        Resonance above 0: later documents stayed nearer than earlier ones were. Its ``attrs["undefined"]``
        counts the rows without resonance by reason.

    Raises
    ------
    ValueError
        If `window`, `smoothing` or `n_buckets` is not above 0.

    References
    ----------
    .. [1] A. Barron, J. Huang, R. Spang and S. DeDeo, "Individuals, institutions, and innovation in the
       debates of the French Revolution", PNAS 115, 2018.

    Examples
    --------
    >>> frame = pd.DataFrame({"text": ["war war peace", "peace peace talks", "peace talks talks"],
    ...                       "date": ["2021-05-01", "2021-05-02", "2021-05-03"]})
    >>> resonance(frame, window=1, smoothing=1.0).round(3).to_dict("records")[1]
    {'novelty': 0.362, 'transience': 0.097, 'resonance': 0.264}
    """
    ready = prepared(documents)
    before, after = past(ready.moments, window), future(ready.moments, window)
    new, passing = _of_words(ready, before, after, smoothing, n_buckets)
    columns = {"novelty": new, "transience": passing, "resonance": new - passing}
    return framed(ready, columns, _REASON, decisive="resonance")


def distribution_resonance(
    distributions: ArrayLike, *, window: WindowLength = WINDOW, dates: ArrayLike | None = None
) -> pd.DataFrame:
    """Return novelty, transience and resonance of distributions that you have, such as shares of topics.

    Parameters
    ----------
    distributions : array-like, shape (n_documents, n_topics)
        Rows above 0 that add up to 1.
    window : int, str or timedelta, default=50
        As for :func:`novelty`.
    dates : array-like of datetime64, optional
        Date of each row. By default rows are in order of time, each later than the one before.

    Returns
    -------
    DataFrame, shape (n_documents, 3)
        Columns ``novelty``, ``transience`` and ``resonance``, in bits, by input row.

    Raises
    ------
    ValueError
        If a share is not above 0, or a row does not add up to 1.

    References
    ----------
    .. [1] A. Barron, J. Huang, R. Spang and S. DeDeo, "Individuals, institutions, and innovation in the
       debates of the French Revolution", PNAS 115, 2018.

    Examples
    --------
    >>> distribution_resonance([[0.5, 0.5], [0.25, 0.75], [0.25, 0.75]], window=1).round(4).loc[1].tolist()
    [0.1887, 0.0, 0.1887]
    """
    shares = _check_distributions(distributions)
    days = np.arange(len(shares), dtype=float) if dates is None else _days(dates, len(shares))
    order = np.argsort(days, kind="stable")
    ascending = days[order]
    before, after = past(ascending, window), future(ascending, window)
    logs = np.log2(shares[order])
    own = np.sum(shares[order] * logs, axis=1)
    found = np.full((2, len(shares)), np.nan)
    for start in range(0, len(shares), _BLOCK):
        rows = slice(start, min(start + _BLOCK, len(shares)))
        divergence = own[rows, None] - shares[order][rows] @ logs.T
        found[0, order[rows]] = _window_means(divergence, before, rows, 0)
        found[1, order[rows]] = _window_means(divergence, after, rows, 0)
    return pd.DataFrame({"novelty": found[0], "transience": found[1], "resonance": found[0] - found[1]})


def _days(dates: ArrayLike, n: int) -> Floats:
    """Return dates in days, refusing missing ones and a wrong number."""
    stamps = pd.to_datetime(np.asarray(dates), format="ISO8601").to_numpy()
    if stamps.shape != (n,) or np.any(np.isnat(stamps)):
        raise ValueError(f"dates must be {n} dates, one a row, got shape {stamps.shape}; leave out undated rows.")
    return moments(stamps)


def _check_distributions(distributions: ArrayLike) -> Floats:
    """Return distributions as an array, refusing what is none."""
    shares = np.asarray(distributions, dtype=np.float64)
    if shares.ndim != 2 or len(shares) == 0:
        raise ValueError(
            f"distributions must have the shape (n_documents, n_topics), got {shares.shape}; stack the rows."
        )
    if not np.all(shares > 0):
        raise ValueError(f"distributions must be above 0, got {np.nanmin(shares)}; add a small share and rescale.")
    sums = shares.sum(axis=1)
    if not np.allclose(sums, 1.0, atol=1e-6):
        worst = sums[np.argmax(np.abs(sums - 1))]
        raise ValueError(f"distributions must add up to 1 in each row, got {worst:g}; divide each row by its sum.")
    return shares


def _of_words(
    ready: PreparedDocuments, before: Window | None, after: Window | None, smoothing: float, n_buckets: int | None
) -> tuple[Floats, Floats]:
    """Return the mean divergence of each issue from those before and from those after."""
    if not smoothing > 0:
        raise ValueError(f"smoothing must be above 0, got {smoothing!r}; 0.01 suits whole documents.")
    if n_buckets is not None and n_buckets < 2:
        raise ValueError(f"n_buckets must be at least 2, got {n_buckets}; leave it out to keep words apart.")
    histogram = ready.words if n_buckets is None else Histogram.of(ready.issue_tokens, n_buckets)
    # a document's vocabulary takes in all of its day: what came first that day is not known
    last_of_day = np.searchsorted(ready.moments, ready.moments, side="right") - 1
    n_words = histogram.n_words_until[last_of_day] if n_buckets is None else np.full(ready.n_issues, n_buckets)
    return _band_means(histogram.counts, n_words.astype(np.float64), (before, after), smoothing)


def _band_means(
    counts: sp.csr_matrix, vocabulary: Floats, windows: tuple[Window | None, Window | None], smoothing: float
) -> tuple[Floats, Floats]:
    """Return the mean divergence in bits of each row from the rows in each of two windows."""
    n = counts.shape[0]
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    logs = counts.copy()
    logs.data = np.log1p(counts.data / smoothing)
    log_sums = np.asarray(logs.sum(axis=1)).ravel()
    own = np.asarray(counts.multiply(logs).sum(axis=1)).ravel() + smoothing * log_sums
    found = np.full((2, n), np.nan)
    given = [window for window in windows if window is not None]
    for start in range(0, n, _BLOCK):
        rows = slice(start, min(start + _BLOCK, n))
        low = int(min(window.low[rows].min() for window in given))
        high = int(max(window.high[rows].max() for window in given))
        shared = (row_view(counts, start, rows.stop) @ row_view(logs, low, high).T).toarray()
        later = np.maximum(vocabulary[rows, None], vocabulary[None, low:high])
        size, others = lengths[rows, None] + smoothing * later, lengths[None, low:high] + smoothing * later
        divergence = (own[rows, None] - shared - smoothing * log_sums[None, low:high]) / size + np.log(others / size)
        for side, window in enumerate(windows):
            if window is not None:
                found[side, rows] = _window_means(divergence, window, rows, low)
    return found[0] / np.log(2), found[1] / np.log(2)


def _window_means(divergence: NDArray[np.float64], window: Window, rows: slice, low: int) -> Floats:
    """Return the mean over the window of each row, whose first column is document `low`; NaN if it is not full."""
    columns = np.arange(low, low + divergence.shape[1])
    inside = (columns >= window.low[rows, None]) & (columns < window.high[rows, None])
    means = np.full(len(divergence), np.nan)
    full = window.is_full[rows]
    # rounding may carry the divergence of a distribution from itself a little below 0
    sums = np.sum(divergence, axis=1, where=inside)
    means[full] = np.maximum(sums[full] / window.size[rows][full], 0.0)
    return means


__all__ = ["distribution_resonance", "novelty", "resonance", "transience"]
