"""Perishability observed: how fast a statement is left behind, and how soon its wording comes again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rhetoric.measures._arrays import Floats
from rhetoric.measures._coverage import COVERAGE_N, RETURN_SHARE, SHARE, coverage_age, return_time
from rhetoric.measures._divergence import SMOOTHING, WINDOW, resonance
from rhetoric.measures._prepared import Documents, prepared, prepared_texts
from rhetoric.measures._windows import WindowLength

if TYPE_CHECKING:
    from rhetoric.classify import RhetoricClassifier


def perishability(
    documents: Documents,
    *,
    window: WindowLength = WINDOW,
    smoothing: float = SMOOTHING,
    share: float = SHARE,
    return_share: float = RETURN_SHARE,
    n: int = COVERAGE_N,
) -> pd.DataFrame:
    """Return for each statement where its wording comes from, how fast it was left behind and when it returned.

    Parameters
    ----------
    documents : DataFrame or PreparedDocuments
        With ``text`` and ``date``; rows in any order.
    window : int, str or timedelta, default=50
        As for :func:`resonance`.
    smoothing : float, default=0.01
        As for :func:`resonance`.
    share, return_share : float, default=0.8, 0.5
        Shares of the words for ``writable_since`` and for the return, in (0, 1].
    n : int, default=4
        Words per n-gram, at least 1.

    Returns
    -------
    DataFrame, shape (n_documents, 8)
        By input row. Of the past: ``reuse``, share of the words in print before, in [0, 1];
        ``writable_since``, a date; ``novelty`` in bits. Of the future: ``transience`` in bits;
        ``return_days``, ``return_documents`` and ``is_censored`` (1.0 where both are but lower bounds, since
        the wording has not returned). Of both: ``resonance`` in bits. NaN or NaT as in the functions that
        give them; ``attrs["undefined"]`` counts rows without resonance by reason.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    See Also
    --------
    resonance, coverage_age, return_time

    References
    ----------
    .. [1] C. Hill, "North Korea has much to consider - when, and if, talks resume", 2021: statements are
       formulaic, have a retro look, react regardless of the substance, and are perishable.

    Examples
    --------
    >>> stock = "They will pay a dear price. "
    >>> frame = pd.DataFrame({"text": [stock, stock + "Trade rose.", "Rain fell.", stock],
    ...                       "date": ["2021-05-01", "2021-05-11", "2021-05-12", "2021-06-01"]})
    >>> found = perishability(frame, window=1)
    >>> found.loc[1, ["reuse", "return_days", "return_documents", "is_censored"]].tolist()
    [0.75, 21.0, 2.0, 0.0]
    """
    ready = prepared(documents)
    drift = resonance(ready, window=window, smoothing=smoothing)
    age = coverage_age(ready, share=share, n=n)
    again = return_time(ready, share=return_share, n=n)
    found = pd.concat([age[["reuse", "writable_since"]], drift, again], axis=1)
    found.attrs["undefined"] = drift.attrs["undefined"]
    return found


def formulaic_share(
    documents: Documents | Iterable[str], *, model: RhetoricClassifier | None = None, n_jobs: int | None = None
) -> Floats:
    """Return the share of words in sentences that a model labels formulaic: the wording judged by itself.

    Parameters
    ----------
    documents : DataFrame, PreparedDocuments or list of str
        Texts; dates do not matter, and no past is needed.
    model : RhetoricClassifier, optional
        By default the one that ships.
    n_jobs : int, optional
        Processes; -1 for all cores, by default one.

    Returns
    -------
    ndarray of float, shape (n_documents,)
        In [0, 1], by input row. NaN without a word.

    Examples
    --------
    >>> formulaic_share(["They will pay a dear price. On May 4 it fired two missiles."]).round(2).tolist()
    [0.46]
    """
    from rhetoric.classify import statements

    ready = prepared_texts(documents)
    table = statements(pd.DataFrame({"text": ready.texts}), model=model, n_jobs=n_jobs, progress=False, blank="keep")
    words = np.bincount(table["row"], weights=table["n_words"], minlength=len(ready))
    is_formulaic = (table["label"] == "formulaic").to_numpy()
    formulaic = np.bincount(table["row"], weights=table["n_words"] * is_formulaic, minlength=len(ready))
    shares = np.full(len(ready), np.nan)
    np.divide(formulaic, words, out=shares, where=words > 0)
    return ready.by_row_all(shares)


__all__ = ["formulaic_share", "perishability"]
