"""How much a source's statement differs from its previous one, with and without formulas, and four ways."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import scipy.sparse as sp
from rapidfuzz.distance import Indel, Levenshtein

from rhetoric._documents import check_documents
from rhetoric._sentence_tokens import SentenceTokens, tokenize_sentences
from rhetoric.measures._arrays import Flags, Floats, Index, covered, ranges
from rhetoric.measures._boilerplate import (
    BOILERPLATE_N,
    MAX_SHARE,
    MIN_SHARE,
    MIN_USES,
    boilerplate_uses,
    previous_documents,
)
from rhetoric.measures._histogram import Histogram, cosines, count_table, hashed
from rhetoric.measures._prepared import Documents, PreparedDocuments, prepared
from rhetoric.measures._results import framed
from rhetoric.measures._windows import past

Formulas = Callable[[str], Iterable[tuple[int, int]]]
_REASON = "no strictly earlier document of the source; check the column 'source'"


def consecutive_similarity(
    documents: Documents,
    *,
    by: str | list[str] = "source",
    formulas: Formulas | None = None,
    min_document_share: float = MIN_SHARE,
    min_uses: float = MIN_USES,
    max_document_share: float = MAX_SHARE,
) -> pd.DataFrame:
    """Return the cosine of each document with its source's previous one, raw and without formulas.

    Vectors hold counts of words. The difference between both columns is what formulas hide: two statements
    may look alike for their boilerplate while all the rest changed.

    Parameters
    ----------
    documents : DataFrame or PreparedDocuments
        With ``text`` and ``date``, and the columns of `by`.
    by : str or list of str, default="source"
        Columns whose equal values make documents comparable. Without a column ``source`` all are.
    formulas : callable, optional
        Takes a text and returns the spans of its formulas, half-open, in code points; words that lie in
        one are removed. By default the words inside boilerplate 4-grams are: those that
        :func:`boilerplate` finds in the past of the later document, in both.
    min_document_share, min_uses, max_document_share
        As for :func:`boilerplate`.

    Returns
    -------
    DataFrame, shape (n_documents, 2)
        Columns ``similarity`` and ``similarity_without_formulas`` in [0, 1], by input row. NaN without a
        strictly earlier document of the source; the second also where nothing remains of one of the two.
        ``attrs["undefined"]`` counts rows by reason.

    Raises
    ------
    ValueError
        If a column of `by` is not there.

    References
    ----------
    .. [1] M. Acosta and E. Meade, "Hanging on every word: Semantic analysis of the FOMC's postmeeting
       statement", FEDS Notes, 2015.

    Examples
    --------
    >>> stock = "The army and people will defend the leadership of the revolution to the last."
    >>> frame = pd.DataFrame({"text": [f"{stock} Rice rose.", f"{stock} Coal fell.", f"{stock} Steel fell."],
    ...                       "date": ["2021-05-01", "2021-05-11", "2021-05-21"]})
    >>> formula = lambda text: [(0, len(stock))]
    >>> consecutive_similarity(frame, formulas=formula).round(2).loc[2].tolist()
    [0.96, 0.5]
    """
    ready = prepared(documents)
    previous = previous_documents(ready, by)
    known = np.flatnonzero(previous >= 0)
    counts = ready.words.counts
    raw = cosines(counts[known], counts[previous[known]])
    if formulas is None:
        limits = (min_document_share, min_uses, max_document_share)
        rest = cosines(*_without_boilerplate(ready, known, previous[known], limits))
    else:
        kept = ready.words.where(~_words_in_spans(ready, formulas), ready.issue_tokens)
        rest = cosines(kept[known], kept[previous[known]])
    columns = {"similarity": _spread(raw, known, ready), "similarity_without_formulas": _spread(rest, known, ready)}
    return framed(ready, columns, _REASON)


def lazy_prices(documents: Documents, *, by: str | list[str] = "source") -> pd.DataFrame:
    """Return four similarities of each document with the previous comparable one.

    Parameters
    ----------
    documents : DataFrame or PreparedDocuments
        With ``text`` and ``date``, and the columns of `by`.
    by : str or list of str, default="source"
        Columns whose equal values make documents comparable, such as source and quarter of the year.
        Without a column ``source`` all are.

    Returns
    -------
    DataFrame, shape (n_documents, 4)
        Columns as of :func:`text_similarities`, by input row. NaN without a strictly earlier comparable
        document. ``attrs["undefined"]`` counts rows by reason.

    Raises
    ------
    ValueError
        If a column of `by` is not there.

    References
    ----------
    .. [1] L. Cohen, C. Malloy and Q. Nguyen, "Lazy prices", Journal of Finance 75, 2020.

    Examples
    --------
    >>> frame = pd.DataFrame({"text": ["We expect demand to increase.", "We expect worldwide demand to increase."],
    ...                       "date": ["2020-03-01", "2021-03-01"]})
    >>> lazy_prices(frame).round(4).loc[1].tolist()
    [0.9129, 0.8333, 0.9091, 0.9091]
    """
    ready = prepared(documents)
    previous = previous_documents(ready, by)
    known = np.flatnonzero(previous >= 0)
    found = _four(ready.issue_tokens, previous[known], known)
    return framed(ready, {name: _spread(values, known, ready) for name, values in found.items()}, _REASON)


def text_similarities(old: Iterable[str], new: Iterable[str]) -> pd.DataFrame:
    """Return the four similarities of Lazy Prices for pairs of texts.

    Parameters
    ----------
    old, new : iterable of str
        Texts, pair by pair.

    Returns
    -------
    DataFrame, shape (n_pairs, 4)
        In [0, 1], 1 for equal texts, NaN where one has no word. ``cosine`` of the counts of words;
        ``jaccard`` of the sets of words; ``min_edit`` = 1 - (words to delete and to add) / (words of both);
        ``simple`` = 1 - (words changed, added and deleted, a change of one word counted once) / (words of
        both).

    Raises
    ------
    TypeError
        If `old` or `new` is a single str.
    ValueError
        If they differ in length or are empty.

    Notes
    -----
    The publication leaves the scale of the last two open ("smallest number of operations") or rescales by
    the extremes of the sample. These are linear in the number of operations relative to the mean length,
    so a later rescaling gives the published ranking.

    References
    ----------
    .. [1] L. Cohen, C. Malloy and Q. Nguyen, "Lazy prices", Journal of Finance 75, 2020.

    Examples
    --------
    >>> old = ["We expect demand to increase."] * 2
    >>> new = ["We expect worldwide demand to increase.", "We expect weakness in sales."]
    >>> text_similarities(old, new).round(4).to_dict("list")
    {'cosine': [0.9129, 0.4], 'jaccard': [0.8333, 0.25], 'min_edit': [0.9091, 0.4], 'simple': [0.9091, 0.7]}
    """
    olds, news = check_documents(old, name="old"), check_documents(new, name="new")
    if len(olds) != len(news):
        raise ValueError(f"old and new must be as many, got {len(olds)} and {len(news)}; give them pair by pair.")
    tokens = tokenize_sentences(olds + news)
    return pd.DataFrame(_four(tokens, np.arange(len(olds)), np.arange(len(olds), len(olds) + len(news))))


def _four(tokens: SentenceTokens, old: Index, new: Index) -> dict[str, Floats]:
    """Return the four similarities of pairs of documents."""
    counts = Histogram.of(tokens).counts
    sets = counts.copy()
    sets.data[:] = 1
    n_shared = np.asarray(sets[old].multiply(sets[new]).sum(axis=1)).ravel()
    n_either = np.diff(counts.indptr)[old] + np.diff(counts.indptr)[new] - n_shared
    first = tokens.first[tokens.first_sentence]
    words = [hashed(tokens.hashes)[first[at] : first[at + 1]].tolist() for at in range(tokens.n_documents)]
    pairs = [(words[before], words[after]) for before, after in zip(old, new, strict=True)]
    size = np.array([len(before) + len(after) for before, after in pairs], dtype=float)
    n_edits = np.array([Indel.distance(before, after) for before, after in pairs], dtype=float)
    n_changes = np.array([Levenshtein.distance(before, after) for before, after in pairs], dtype=float)
    # a text without a word is like nothing and unlike nothing
    is_empty = np.array([not before or not after for before, after in pairs], dtype=bool)
    found = {"jaccard": (n_shared, n_either), "min_edit": (size - n_edits, size), "simple": (size - n_changes, size)}
    shares = {"cosine": cosines(counts[old], counts[new])}
    for name, (part, whole) in found.items():
        shares[name] = np.where(is_empty, np.nan, part / np.maximum(whole, 1))
    return shares


def _spread(values: Floats, known: Index, ready: PreparedDocuments) -> Floats:
    """Return values of some issues as values of all, NaN for the others."""
    spread = np.full(ready.n_issues, np.nan)
    spread[known] = values
    return spread


def _without_boilerplate(
    ready: PreparedDocuments, documents: Index, previous: Index, limits: tuple[float, float, float]
) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Return the counts of words outside boilerplate of documents and of their previous ones, row by row.

    What is boilerplate is decided by the past of the later document, for both.
    """
    table, tokens = ready.ngrams(BOILERPLATE_N), ready.issue_tokens
    window = past(ready.moments)
    first_word = tokens.first[tokens.first_sentence]
    first_use = np.searchsorted(table.positions, first_word)
    tables = []
    for texts in (documents, previous):
        n_uses, n_words = np.diff(first_use)[texts], np.diff(first_word)[texts]
        uses = ranges(first_use[texts], n_uses)
        is_stock = boilerplate_uses(
            table, table.ngram[table.posting[uses]], np.repeat(documents, n_uses), window, limits
        )
        # positions within the words of these texts alone, one text after the other
        begins = np.cumsum(n_words) - n_words
        place = table.positions[uses] + np.repeat(begins - first_word[texts], n_uses)
        keep = ~covered(place[is_stock], table.n, int(n_words.sum()))
        rows = np.repeat(np.arange(len(texts)), n_words)[keep]
        columns = ready.words.column[ranges(first_word[texts], n_words)][keep]
        tables.append(count_table(rows, columns, (len(texts), ready.words.counts.shape[1])))
    return tables[0], tables[1]


def _words_in_spans(ready: PreparedDocuments, formulas: Formulas) -> Flags:
    """Return which words of the issues lie in a span that `formulas` returns for their document."""
    tokens = ready.issue_tokens
    spans = [sorted(formulas(ready.texts[place])) for place in ready.heads]
    flags = np.zeros(len(tokens.hashes), dtype=bool)
    first = tokens.first[tokens.first_sentence]
    for document, found in enumerate(spans):
        inside = slice(first[document], first[document + 1])
        for start, end in found:
            flags[inside] |= (tokens.word_starts[inside] >= start) & (tokens.word_ends[inside] <= end)
    return flags


__all__ = ["consecutive_similarity", "lazy_prices", "text_similarities"]
