"""The formula block: how much of a sentence is wording that many statements share.

Stock phrases come from the lexicon mined from dated corpora; the words of a sentence that lie inside a
stock phrase of at least `n` words are covered at level `n`. Word statistics of the same corpora say how
common its words are and how often they stand in reused wording.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rhetoric._lexicon import Lexicon
from rhetoric._tokens import Tokens, ngram_hashes, runs_within_documents

Number = TypeVar("Number", bound=np.number)

LEVELS = (2, 3, 4, 5, 6)
MIN_STOCK_WORDS = 3  # shorter phrases are stock only by being common

FORMULA_COLUMNS = {
    **{f"coverage_{n}": f"share of words inside a stock phrase of {n} or more words, 0 to 1" for n in LEVELS},
    "evergreen": "share of words inside a stock phrase of 3 or more words seen in both decades, 0 to 1",
    "longest_run": "words in the longest stretch covered by stock phrases of 3 or more words, log(1 + n)",
    "spread": "mean of log(1 + documents) over the stock phrases of 3 or more words, 0 where there are none",
    "reuse": "mean over the known words of the share of their uses inside reused wording, 0 to 1",
    "unknown_words": "share of words without a digit that the corpora hardly ever use, 0 to 1",
    "word_spread": "mean of log(1 + documents) over the words, 0 for an empty sentence",
    "rarest_word": "log(1 + documents) of the rarest word without a digit, 0 where the corpora hardly ever use it",
}
"""Columns of the block: name to what it measures, with unit and range."""


def count_per_document(flags: NDArray[np.bool_] | NDArray[np.int64], tokens: Tokens) -> NDArray[np.float64]:
    """Return the sum of a flag or whole number per word over each document, shape (n_documents,)."""
    running = np.zeros(len(flags) + 1, dtype=np.int64)
    np.cumsum(flags, out=running[1:])
    return (running[tokens.first[1:]] - running[tokens.first[:-1]]).astype(np.float64)


def sum_per_document(values: NDArray[Number], tokens: Tokens) -> NDArray[Any]:
    """Return the sum of the values of the words of each document, shape (n_documents,).

    In double precision. Each document is added up by itself, so that its sum does not depend on its neighbours.
    """
    dtype = np.complex128 if np.iscomplexobj(values) else np.float64
    sums = np.zeros(tokens.n_documents, dtype=dtype)
    filled = np.flatnonzero(tokens.n_words)
    if len(filled):
        sums[filled] = np.add.reduceat(values, tokens.first[filled], dtype=dtype)
    return sums


def _longest(covered: NDArray[np.bool_], tokens: Tokens) -> NDArray[np.float64]:
    """Return the longest stretch of covered words in each document, shape (n_documents,)."""
    begins = np.zeros(len(covered), dtype=bool)
    begins[tokens.first[:-1][tokens.n_words > 0]] = True
    index = np.arange(len(covered))
    # the last place before each word at which a stretch cannot have been under way
    reset = np.where(~covered, index, np.where(begins, index - 1, -1))
    length = index - np.maximum.accumulate(reset) if len(covered) else index
    longest = np.zeros(tokens.n_documents)
    filled = tokens.n_words > 0
    if filled.any():
        longest[filled] = np.maximum.reduceat(np.where(covered, length, 0), tokens.first[:-1][filled])
    return longest


@dataclass(frozen=True)
class StockRuns:
    """The stock phrases of one length in a batch.

    Attributes
    ----------
    n : int
        Words per phrase.
    positions : ndarray of int64, shape (n_runs,)
        Token at which each begins, ascending.
    documents : ndarray of float32, shape (n_runs,)
        Documents of the corpora in which each was seen.
    is_evergreen : ndarray of bool, shape (n_runs,)
        Whether each was seen in both decades.
    """

    n: int
    positions: NDArray[np.int64]
    documents: NDArray[np.float32]
    is_evergreen: NDArray[np.bool_]


def find_stock(tokens: Tokens, lexicon: Lexicon) -> list[StockRuns]:
    """Return the stock phrases in a batch, one entry for each length, shortest first."""
    found = []
    for n, phrases in lexicon.stock.items():
        positions = runs_within_documents(tokens, n)
        rows = phrases.index.find(ngram_hashes(tokens.hashes, n)[positions])
        known = np.flatnonzero(rows >= 0)
        rows = rows[known]
        found.append(StockRuns(n, positions[known], phrases.documents[rows], phrases.is_evergreen[rows]))
    return found


def coverage(tokens: Tokens, runs: list[tuple[int, NDArray[np.int64]]]) -> NDArray[np.bool_]:
    """Return whether each word lies inside one of `runs`, pairs of length and positions; shape (n_tokens,)."""
    change = np.zeros(len(tokens.hashes) + 1, dtype=np.int64)
    for n, positions in runs:
        change += np.bincount(positions, minlength=len(change))
        change -= np.bincount(positions + n, minlength=len(change))
    return np.cumsum(change[:-1]) > 0


def formula_columns(tokens: Tokens, lexicon: Lexicon, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the formula block, shape (n_documents, len(FORMULA_COLUMNS)).

    Parameters
    ----------
    tokens : Tokens
        The batch.
    lexicon : Lexicon
        Where the words were found.
    rows : ndarray of int64, shape (n_tokens,)
        Row of each word, as given by ``lexicon.find_words(tokens)``.

    Returns
    -------
    ndarray of float64
        All zero for a document without a word.
    """
    n_words = np.maximum(tokens.n_words, 1)
    stock = find_stock(tokens, lexicon)
    long = [found for found in stock if found.n >= MIN_STOCK_WORDS]
    covered = [coverage(tokens, [(f.n, f.positions) for f in stock if f.n >= level]) for level in LEVELS]
    evergreen = coverage(tokens, [(f.n, f.positions[f.is_evergreen]) for f in long])
    columns = [count_per_document(flags, tokens) / n_words for flags in (*covered, evergreen)]
    columns.append(np.log1p(_longest(covered[LEVELS.index(MIN_STOCK_WORDS)], tokens)))
    columns.append(_mean_spread(tokens, long))
    columns += _word_columns(tokens, lexicon, rows)
    return np.column_stack(columns)


def _mean_spread(tokens: Tokens, stock: list[StockRuns]) -> NDArray[np.float64]:
    """Return the mean of log(1 + documents) over the given stock phrases."""
    total = np.zeros(len(tokens.hashes))
    number = np.zeros(len(tokens.hashes), dtype=np.int64)
    for found in stock:
        total[found.positions] += np.log1p(found.documents)
        number[found.positions] += 1
    sums = sum_per_document(total, tokens)
    return sums / np.maximum(count_per_document(number, tokens), 1)


def _word_columns(tokens: Tokens, lexicon: Lexicon, rows: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    """Return reuse, unknown_words, word_spread and rarest_word."""
    positions = np.flatnonzero((rows >= 0) & (rows < len(lexicon.words.hashes)))
    rows = rows[positions]
    spread = np.zeros(len(tokens.hashes))
    spread[positions] = np.log1p(lexicon.words.documents[rows])
    reused = np.zeros(len(tokens.hashes))
    reused[positions] = lexicon.words.reused_share[rows]
    is_known = spread > 0
    no_digit = tokens.n_digits == 0
    n_known = np.maximum(count_per_document(is_known, tokens), 1)
    n_words = np.maximum(tokens.n_words, 1)
    rarest = np.zeros(tokens.n_documents)
    filled = tokens.n_words > 0
    if filled.any():
        common = np.where(no_digit, spread, np.inf)
        lowest = np.minimum.reduceat(common, tokens.first[:-1][filled])
        rarest[filled] = np.where(np.isfinite(lowest), lowest, 0.0)
    return [
        sum_per_document(reused, tokens) / n_known,
        count_per_document(no_digit & ~is_known, tokens) / n_words,
        sum_per_document(spread, tokens) / n_words,
        rarest,
    ]
