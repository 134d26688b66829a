"""Boilerplate, stickiness and redundancy: the words in flagged sentences over all words.

A sentence is flagged because it has wording that many documents have, that the source's previous document
had, or that the document itself has elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from rhetoric._sentence_tokens import SentenceTokens
from rhetoric._tokens import mix, sequence_hashes
from rhetoric.measures._arrays import Flags, Floats, share_in_flagged, word_documents
from rhetoric.measures._ngram_table import Index, NgramTable
from rhetoric.measures._prepared import Documents, PreparedDocuments, prepared, prepared_texts
from rhetoric.measures._results import aligned
from rhetoric.measures._windows import Window, WindowLength, past

BOILERPLATE_N, STICKY_N, REDUNDANT_N = 4, 8, 10
MIN_SHARE, MIN_USES, MAX_SHARE = 0.3, 5.0, 0.75


def boilerplate(
    documents: Documents,
    *,
    n: int = BOILERPLATE_N,
    min_document_share: float = MIN_SHARE,
    min_uses: float = MIN_USES,
    max_document_share: float = MAX_SHARE,
    window: WindowLength | None = None,
) -> Floats:
    """Return the share of words in sentences with boilerplate, by document.

    A sentence counts if it has at least one boilerplate n-gram: one that stood in at least
    `min_document_share` of the earlier documents, or was used at least `min_uses` times per earlier
    document. What stood in at least `max_document_share` of them is left out as mere language.

    Parameters
    ----------
    documents : DataFrame or PreparedDocuments
        With ``text`` and ``date``; rows in any order.
    n : int, default=4
        Words per n-gram, at least 1.
    min_document_share, max_document_share : float, default=0.3, 0.75
        Shares of the documents, in [0, 1].
    min_uses : float, default=5
        Mean uses per document.
    window : int, str or timedelta, optional
        Earlier documents to count: so many, or so far back (``"365D"``); by default all.

    Returns
    -------
    ndarray of float, shape (n_documents,)
        In [0, 1], by input row: 0 without any boilerplate, 1 if it is in every sentence. NaN without a
        date, a word or an earlier document (a full window of them).

    Raises
    ------
    ValueError
        If a share is outside [0, 1], or `n` < 1.

    Notes
    -----
    The publication takes shares over the documents of the same year; here only strictly earlier documents
    count, so that a score never changes when later ones arrive. Its thresholds were made for annual
    reports: where documents are short, a lower `min_document_share` finds more. Compare a score with
    those of the same period, since length and boilerplate drift together.

    References
    ----------
    .. [1] M. Lang and L. Stice-Lawrence, "Textual analysis and international financial reporting: Large
       sample evidence", Journal of Accounting and Economics 60, 2015.

    Examples
    --------
    >>> import pandas as pd
    >>> stock = "They will pay a dear price. "
    >>> frame = pd.DataFrame({"text": [stock, "Talks began at noon on Monday.", stock + "Trade rose by a tenth."],
    ...                       "date": ["2021-05-01", "2021-05-02", "2021-05-03"]})
    >>> boilerplate(frame).round(3).tolist()
    [nan, 0.0, 0.545]

    Of eleven words six are in a sentence whose 4-grams stood in one of the two earlier documents.
    """
    _check_shares(n, min_document_share=min_document_share, max_document_share=max_document_share)
    ready = prepared(documents)
    table, tokens = ready.ngrams(n), ready.issue_tokens
    window_of = past(ready.moments, window)
    is_stock = boilerplate_uses(
        table, table.ngram, table.document, window_of, (min_document_share, min_uses, max_document_share)
    )
    scores = share_in_flagged(_sentences_with(tokens, table.positions[is_stock[table.posting]]), tokens)
    scores[~window_of.is_full] = np.nan
    return aligned(ready, scores, "boilerplate", "no earlier document fills the window; give more of them")


def boilerplate_uses(
    table: NgramTable, ngrams: Index, documents: Index, window: Window, limits: tuple[float, float, float]
) -> Flags:
    """Return, pair by pair, whether an n-gram was boilerplate in the past of a document."""
    min_share, min_uses, max_share = limits
    n_documents, n_uses = table.within(ngrams, window.low[documents], window.high[documents])
    size = window.size[documents]
    # multiplied out, so that an empty past divides nothing
    is_common = (n_documents >= min_share * size) | (n_uses >= min_uses * size)
    flags: Flags = is_common & (n_documents < max_share * size) & (size > 0)
    return flags


def stickiness(documents: Documents, *, n: int = STICKY_N, by: str | list[str] = "source") -> Floats:
    """Return the share of words in sentences that share an n-gram with the source's previous document.

    Parameters
    ----------
    documents : DataFrame or PreparedDocuments
        With ``text`` and ``date``, and the columns of `by`.
    n : int, default=8
        Words per n-gram, at least 1.
    by : str or list of str, default="source"
        Columns whose equal values make documents comparable. Without a column ``source`` all are.

    Returns
    -------
    ndarray of float, shape (n_documents,)
        In [0, 1], by input row. NaN without a date, a word or a strictly earlier document of the source.

    Raises
    ------
    ValueError
        If `n` < 1 or a column of `by` is not there.

    References
    ----------
    .. [1] T. Dyer, M. Lang and L. Stice-Lawrence, "The evolution of 10-K textual disclosure: Evidence from
       Latent Dirichlet Allocation", Journal of Accounting and Economics 64, 2017.

    Examples
    --------
    >>> import pandas as pd
    >>> stock = "All the people rose as one to hail the day. "
    >>> frame = pd.DataFrame({"text": [stock, stock + "Trade rose."], "date": ["2021-05-01", "2021-05-09"]})
    >>> stickiness(frame).round(3).tolist()
    [nan, 0.833]
    """
    _check_shares(n)
    ready = prepared(documents)
    table, tokens = ready.ngrams(n), ready.issue_tokens
    previous = previous_documents(ready, by)
    before = previous[table.document]
    known = np.flatnonzero(before >= 0)
    n_found, _ = table.within(table.ngram[known], before[known], before[known] + 1)
    is_sticky = np.zeros(len(table.document), dtype=bool)
    is_sticky[known[n_found > 0]] = True
    scores = share_in_flagged(_sentences_with(tokens, table.positions[is_sticky[table.posting]]), tokens)
    scores[previous < 0] = np.nan
    return aligned(ready, scores, "stickiness", "no source has an earlier document; check the column 'source'")


def redundancy(documents: Documents | Iterable[str], *, n: int | None = None) -> Floats:
    """Return the share of each document that it says twice.

    Parameters
    ----------
    documents : DataFrame, PreparedDocuments or list of str
        Texts; dates do not matter.
    n : int, optional
        None: the share of words in sentences that come word for word elsewhere in the document. A number:
        the share of the n-grams that occur more than once, every use counted; the published one is 10.

    Returns
    -------
    ndarray of float, shape (n_documents,)
        In [0, 1], by input row. NaN without a word, with `n` without an n-gram.

    Raises
    ------
    ValueError
        If `n` < 1.

    References
    ----------
    .. [1] T. Dyer, M. Lang and L. Stice-Lawrence, "The evolution of 10-K textual disclosure", Journal of
       Accounting and Economics 64, 2017.
    .. [2] R. Cazier and R. Pfeiffer, "10-K disclosure repetition and managerial reporting incentives",
       Journal of Financial Reporting 2, 2017. The variant; known here at second hand.

    Examples
    --------
    >>> redundancy(["They will pay. Trade rose. They will pay!", "Nothing twice."]).tolist()
    [0.75, 0.0]
    >>> redundancy(["a b c a b"], n=2).tolist()
    [0.5]
    """
    ready = prepared_texts(documents)
    tokens = ready.tokens
    if n is None:
        wordings = sequence_hashes(tokens.hashes, tokens.first)
        is_repeated = _comes_again(wordings, tokens.document) & (tokens.n_words > 0)
        return ready.by_row_all(share_in_flagged(is_repeated, tokens))
    _check_shares(n)
    hashes, positions = tokens.runs(n)
    owner = word_documents(tokens)[positions]
    n_repeated = np.bincount(owner, weights=_comes_again(hashes, owner), minlength=tokens.n_documents)
    n_runs = np.bincount(owner, minlength=tokens.n_documents)
    shares = np.full(tokens.n_documents, np.nan)
    np.divide(n_repeated, n_runs, out=shares, where=n_runs > 0)
    return ready.by_row_all(shares)


def previous_documents(ready: PreparedDocuments, by: str | list[str]) -> Index:
    """Return for each issue the last strictly earlier one with the same values in `by`, -1 where there is none."""
    groups, moments = ready.groups(by), ready.moments
    order = np.argsort(groups, kind="stable")
    is_group, is_moment = np.ones(len(order), dtype=bool), np.ones(len(order), dtype=bool)
    is_group[1:] = groups[order[1:]] != groups[order[:-1]]
    is_moment[1:] = is_group[1:] | (moments[order[1:]] != moments[order[:-1]])
    places = np.arange(len(order))
    first_of_moment = np.maximum.accumulate(np.where(is_moment, places, 0))
    first_of_group = np.maximum.accumulate(np.where(is_group, places, 0))
    previous = np.full(len(order), -1)
    known = first_of_moment > first_of_group
    previous[order[known]] = order[first_of_moment[known] - 1]
    return previous


def _sentences_with(tokens: SentenceTokens, positions: Index) -> Flags:
    """Return which sentences have one of the words at `positions`."""
    flags = np.zeros(tokens.n_sentences, dtype=bool)
    flags[tokens.sentence[positions]] = True
    return flags


def _comes_again(hashes: NDArray[np.uint64], owner: Index) -> Flags:
    """Return whether each item comes more than once in its document."""
    keys = mix(hashes ^ mix(owner.astype(np.uint64)))
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    flags: Flags = counts[inverse] > 1
    return flags


def _check_shares(n: int, **shares: float) -> None:
    """Refuse n-grams without words and shares outside [0, 1]."""
    if n < 1:
        raise ValueError(f"n must be at least 1 word, got {n}; the default is the published one.")
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise ValueError(f"{name} must be in [0, 1], got {share!r}; divide a percentage by 100.")


__all__ = ["boilerplate", "redundancy", "stickiness"]
