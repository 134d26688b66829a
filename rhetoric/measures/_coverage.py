"""Could it have been written years ago, and when did it return: the dates of the wording, word by word.

A word is covered by an n-gram that it lies in. Looking back, the age of a word is the earliest date at
which any n-gram that covers it was in print. Looking ahead, a word returns with the first later document
that has an n-gram covering it. Longer n-grams add nothing to this, since each holds a shorter one that
was in print no later.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from rhetoric.measures._arrays import Floats, Index, per_word, word_documents
from rhetoric.measures._ngram_table import NgramTable
from rhetoric.measures._prepared import Documents, PreparedDocuments, prepared
from rhetoric.measures._results import aligned, framed

COVERAGE_N = 4
SHARE = 0.8
RETURN_SHARE = 0.5
_REASON = "no strictly earlier document; give more of them"


def reuse(documents: Documents, *, n: int = COVERAGE_N) -> Floats:
    """Return the share of each document's words that lie in an n-gram of a strictly earlier document.

    Parameters
    ----------
    documents : DataFrame or PreparedDocuments
        With ``text`` and ``date``; rows in any order.
    n : int, default=4
        Words per n-gram, at least 1; n-grams do not cross the end of a sentence.

    Returns
    -------
    ndarray of float, shape (n_documents,)
        In [0, 1], by input row: 0 if all wording is new, 1 if all was in print. NaN without a date, a word
        or a strictly earlier document.

    Raises
    ------
    ValueError
        If `n` < 1.

    Notes
    -----
    The share grows with the past that there is: compare documents that have years of it behind them.

    Examples
    --------
    >>> stock = "They will pay a dear price. "
    >>> frame = pd.DataFrame({"text": [stock, stock + "Trade rose by a tenth."], "date": ["2021-05-01", "2021-05-11"]})
    >>> reuse(frame).round(3).tolist()
    [nan, 0.545]
    """
    ready = prepared(documents)
    _check_n(n)
    table, tokens = ready.ngrams(n), ready.issue_tokens
    is_old = _first_seen(ready, table) < ready.n_issues
    n_old = np.bincount(word_documents(tokens)[is_old], minlength=ready.n_issues)
    shares = np.where(ready.moments > _first_moment(ready), per_word(n_old, tokens), np.nan)
    return aligned(ready, shares, "reuse", _REASON)


def writable_since(documents: Documents, *, share: float = SHARE, n: int = COVERAGE_N) -> pd.Series[pd.Timestamp]:
    """Return the earliest date by which enough of each document's words were already in print.

    Parameters
    ----------
    documents : DataFrame or PreparedDocuments
        With ``text`` and ``date``; rows in any order.
    share : float, default=0.8
        Share of the words that must be covered, in (0, 1].
    n : int, default=4
        Words per n-gram, at least 1.

    Returns
    -------
    Series of datetime64[us], shape (n_documents,)
        By input row, with the index of the input, always before the document's own date. NaT where fewer
        words were in print, without a date or without a word.

    Raises
    ------
    ValueError
        If `share` is not in (0, 1] or `n` < 1.

    Notes
    -----
    No training is needed, only documents; the answer cannot be earlier than the first of them. A re-issue
    has the date of its first issue.

    Examples
    --------
    >>> texts = ["They will pay a dear price.", "Down with the war maniacs!"]
    >>> texts.append(" ".join(texts))
    >>> frame = pd.DataFrame({"text": texts, "date": ["1994-03-19", "2003-01-10", "2021-05-02"]})
    >>> writable_since(frame).dt.year.tolist()
    [nan, nan, 2003.0]
    >>> writable_since(frame, share=0.5).dt.year.tolist()
    [nan, nan, 1994.0]
    """
    ready = prepared(documents)
    _check_n(n)
    _check_share(share, "share")
    seen = _first_seen(ready, ready.ngrams(n))
    since = _dates_of(ready, _quantile(ready, seen, share))
    return pd.Series(ready.by_row(since), index=ready.index, name="writable_since")


def coverage_age(documents: Documents, *, share: float = SHARE, n: int = COVERAGE_N) -> pd.DataFrame:
    """Return how old the wording of each document is.

    Parameters
    ----------
    documents : DataFrame or PreparedDocuments
        With ``text`` and ``date``; rows in any order.
    share : float, default=0.8
        Share of the words for ``writable_since``, in (0, 1].
    n : int, default=4
        Words per n-gram, at least 1.

    Returns
    -------
    DataFrame, shape (n_documents, 4)
        By input row: ``reuse``, the share of words in print before, in [0, 1]; ``writable_since``, a date;
        ``age_days``, days from then to the document's own date, above 0; ``median_age_days``, the median
        age of those words that were in print. NaN or NaT where undefined; ``attrs["undefined"]`` counts
        rows without `reuse` by reason.

    Raises
    ------
    ValueError
        If `share` is not in (0, 1] or `n` < 1.

    Examples
    --------
    >>> stock = "They will pay a dear price. "
    >>> frame = pd.DataFrame({"text": [stock, stock + "Trade rose."], "date": ["2021-05-01", "2021-05-11"]})
    >>> coverage_age(frame, share=0.7).loc[1, ["reuse", "age_days", "median_age_days"]].tolist()
    [0.75, 10.0, 10.0]
    """
    ready = prepared(documents)
    _check_n(n)
    _check_share(share, "share")
    tokens = ready.issue_tokens
    seen = _first_seen(ready, ready.ngrams(n))
    n_old = np.bincount(word_documents(tokens)[seen < ready.n_issues], minlength=ready.n_issues)
    shares = np.where(ready.moments > _first_moment(ready), per_word(n_old, tokens), np.nan)
    at = _quantile(ready, seen, share)
    middle = _quantile(ready, seen, 0.5 * per_word(n_old, tokens))
    columns = {
        "reuse": shares,
        "writable_since": _dates_of(ready, at),
        "age_days": ready.moments - _moments_of(ready, at),
        "median_age_days": ready.moments - _moments_of(ready, middle),
    }
    return framed(ready, columns, _REASON)


def new_wording(documents: Documents, *, n: int = COVERAGE_N, min_words: int = 4) -> pd.DataFrame:
    """Return the spans that no earlier document covers: the candidate news.

    Parameters
    ----------
    documents : DataFrame or PreparedDocuments
        With ``text`` and ``date``; rows in any order.
    n : int, default=4
        Words per n-gram, at least 1.
    min_words : int, default=4
        Least words of a span, at least 1.

    Returns
    -------
    DataFrame, shape (n_spans, 4)
        By input row and place: ``row``, the number of the input row; ``start`` and ``end``, the half-open
        span in code points, which does not cross the end of a sentence; ``n_words``. Documents without a
        strictly earlier one, and re-issues, have no row.

    Raises
    ------
    ValueError
        If `n` or `min_words` < 1.

    Examples
    --------
    >>> stock = "They will pay a dear price. "
    >>> texts = [stock, stock + "The plant opened in May."]
    >>> spans = new_wording(pd.DataFrame({"text": texts, "date": ["2021-05-01", "2021-05-11"]}))
    >>> [texts[span.row][span.start : span.end] for span in spans.itertuples()]
    ['The plant opened in May']
    """
    ready = prepared(documents)
    _check_n(n)
    _check_n(min_words, "min_words")
    tokens, owner = ready.issue_tokens, word_documents(ready.issue_tokens)
    is_new = (_first_seen(ready, ready.ngrams(n)) >= ready.n_issues) & (ready.moments > _first_moment(ready))[owner]
    joins = np.zeros(len(is_new), dtype=bool)
    joins[1:] = is_new[1:] & is_new[:-1] & (tokens.sentence[1:] == tokens.sentence[:-1])
    begins = np.flatnonzero(is_new & ~joins)
    ends = np.flatnonzero(is_new & ~np.append(joins[1:], False))
    long = ends - begins + 1 >= min_words
    begins, ends = begins[long], ends[long]
    spans = pd.DataFrame(
        {
            "row": ready.row[ready.heads[owner[begins]]],
            "start": tokens.word_starts[begins],
            "end": tokens.word_ends[ends],
            "n_words": ends - begins + 1,
        }
    )
    return spans.sort_values(["row", "start"], ignore_index=True)


def return_time(documents: Documents, *, share: float = RETURN_SHARE, n: int = COVERAGE_N) -> pd.DataFrame:
    """Return how soon the wording of each document was in print again.

    The wording has returned by the date at which, word by word, a share of the document's words stood
    again in an n-gram of a strictly later document: the mirror of :func:`writable_since`.

    Parameters
    ----------
    documents : DataFrame or PreparedDocuments
        With ``text`` and ``date``; rows in any order.
    share : float, default=0.5
        Share of the words that must have returned, in (0, 1].
    n : int, default=4
        Words per n-gram, at least 1.

    Returns
    -------
    DataFrame, shape (n_documents, 3)
        By input row: ``return_days``, days from the document to the return, above 0; ``return_documents``,
        the strictly later documents up to and with the first that completes it, at least 1;
        ``is_censored``, 1.0 where the wording has not returned by the end of the corpus, else 0.0. Then the
        other two say how long it has not returned: both are lower bounds, to be used as such (see
        :func:`weibull_returns`, which wants those of 0 days left out) and never as returns. NaN without a
        date or a word.

    Raises
    ------
    ValueError
        If `share` is not in (0, 1] or `n` < 1.

    Examples
    --------
    >>> stock = "They will pay a dear price. "
    >>> frame = pd.DataFrame({"text": [stock, "Trade rose by a tenth.", stock],
    ...                       "date": ["2021-05-01", "2021-05-11", "2021-06-01"]})
    >>> return_time(frame).values.tolist()
    [[31.0, 2.0, 0.0], [21.0, 1.0, 1.0], [0.0, 0.0, 1.0]]
    """
    ready = prepared(documents)
    _check_n(n)
    _check_share(share, "share")
    at = _quantile(ready, _next_seen(ready, ready.ngrams(n)), share)
    is_censored = at >= ready.n_issues
    end = np.where(is_censored, ready.n_issues - 1, at)
    later = np.searchsorted(ready.moments, ready.moments, side="right")
    days = ready.moments[end] - ready.moments if ready.n_issues else np.zeros(0)
    columns = {
        "return_days": days,
        "return_documents": (end + 1 - later).astype(float),
        "is_censored": is_censored.astype(float),
    }
    return framed(ready, columns, "no dated document with a word; give some")


def _first_seen(ready: PreparedDocuments, table: NgramTable) -> Index:
    """Return for each word the first document whose wording covers it; `n_issues` if none is strictly earlier."""
    first = table.document[table.first[:-1]][table.ngram]
    is_earlier = ready.moments[first] < ready.moments[table.document]
    return _over_words(ready, table, np.where(is_earlier, first, ready.n_issues))


def _next_seen(ready: PreparedDocuments, table: NgramTable) -> Index:
    """Return for each word the next document whose wording covers it; `n_issues` if none is strictly later."""
    after = np.searchsorted(ready.moments, ready.moments, side="right")
    following = table.before(table.ngram, after[table.document])
    again = np.append(table.document, 0)[following]
    return _over_words(ready, table, np.where(following < table.first[table.ngram + 1], again, ready.n_issues))


def _over_words(ready: PreparedDocuments, table: NgramTable, values: Index) -> Index:
    """Return for each word the least of the values of the postings that cover it."""
    n_words = len(ready.issue_tokens.hashes)
    by_start = np.full(n_words + table.n, ready.n_issues)
    by_start[table.positions] = values[table.posting]
    least = by_start[:n_words].copy()
    for step in range(1, table.n):
        np.minimum(least[step:], by_start[: max(0, n_words - step)], out=least[step:])
    return least


def _quantile(ready: PreparedDocuments, values: Index, share: float | Floats) -> Index:
    """Return for each document the least value that a share of its words do not exceed."""
    tokens = ready.issue_tokens
    keys = np.sort(word_documents(tokens) * (ready.n_issues + 1) + values)
    n_words = tokens.words_per_document
    # rounding must not ask for one word more than the share says
    rank = np.maximum(np.ceil(np.nan_to_num(share) * n_words - 1e-9).astype(np.int64), 1)
    return keys[tokens.first[tokens.first_sentence][:-1] + rank - 1] - np.arange(ready.n_issues) * (ready.n_issues + 1)


def _dates_of(ready: PreparedDocuments, documents: Index) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    """Return the dates of issues, NaT for the number past the last."""
    dates = np.append(ready.dates[ready.heads], np.datetime64("NaT"))
    return dates[documents]


def _moments_of(ready: PreparedDocuments, documents: Index) -> Floats:
    """Return the dates of issues in days, NaN for the number past the last."""
    return np.append(ready.moments, np.nan)[documents]


def _first_moment(ready: PreparedDocuments) -> float:
    """Return the date of the first issue in days."""
    return float(ready.moments[0]) if ready.n_issues else 0.0


def _check_n(n: int, name: Literal["n", "min_words"] = "n") -> None:
    """Refuse runs without words."""
    if n < 1:
        raise ValueError(f"{name} must be at least 1 word, got {n}; 4 is the default.")


def _check_share(share: float, name: str) -> None:
    """Refuse a share outside (0, 1]."""
    if not 0 < share <= 1:
        raise ValueError(f"{name} must be in (0, 1], got {share!r}; divide a percentage by 100.")


__all__ = ["coverage_age", "new_wording", "return_time", "reuse", "writable_since"]
