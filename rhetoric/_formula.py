"""The formula block: how much of a sentence is wording that many statements share.

Stock phrases come from the lexicon mined from dated corpora; the words of a sentence that lie inside a
stock phrase of at least `n` words are covered at level `n`. Word statistics of the same corpora say how
common its words are and how often they stand in reused wording.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rhetoric._lexicon import MAX_PHRASE, Lexicon, Runs
from rhetoric._tokens import Tokens

LEVELS = (2, 3, 4, 5, 6)

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


def coverage(tokens: Tokens, runs: list[Runs], level: int) -> NDArray[np.bool_]:
    """Return whether each word lies inside a run of at least `level` words, shape (n_tokens,)."""
    change = np.zeros(len(tokens.hashes) + 1, dtype=np.int32)
    for found in runs:
        if found.n >= level:
            change += np.bincount(found.positions, minlength=len(change)).astype(np.int32)
            change -= np.bincount(found.positions + found.n, minlength=len(change)).astype(np.int32)
    return np.cumsum(change[:-1]) > 0


def per_document(values: NDArray, tokens: Tokens) -> NDArray[np.float64]:
    """Return the sum of a value per word over each document, shape (n_documents,)."""
    running = np.zeros(len(values) + 1)
    np.cumsum(values, out=running[1:])
    return running[tokens.first[1:]] - running[tokens.first[:-1]]


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


def _stock_runs(lexicon: Lexicon, runs: list[Runs]) -> list[tuple[Runs, NDArray[np.float32], NDArray[np.bool_]]]:
    """Return the runs that are stock phrases, with their documents and whether they are evergreen."""
    stock = []
    for found in runs:
        table = lexicon.tables[found.n]
        documents = table.documents[found.rows]
        keep = np.flatnonzero(documents > 0)
        kept = Runs(found.n, found.positions[keep], found.rows[keep])
        stock.append((kept, documents[keep], table.is_evergreen[kept.rows]))
    return stock


def formula_columns(tokens: Tokens, lexicon: Lexicon, runs: list[Runs]) -> NDArray[np.float64]:
    """Return the formula block, shape (n_documents, len(FORMULA_COLUMNS)).

    Parameters
    ----------
    tokens : Tokens
        The batch.
    lexicon : Lexicon
        Where `runs` were found.
    runs : list of Runs
        One entry for each length, as found by ``lexicon.find(tokens)``.

    Returns
    -------
    ndarray of float64
        All zero for a document without a word.
    """
    n_words = np.maximum(tokens.n_words, 1)
    stock = _stock_runs(lexicon, runs)
    phrases = [found for found, _, _ in stock if found.n > 1]
    columns = [per_document(coverage(tokens, phrases, level), tokens) / n_words for level in LEVELS]
    evergreen = [Runs(f.n, f.positions[lasting], f.rows[lasting]) for f, _, lasting in stock if f.n >= 3]
    columns.append(per_document(coverage(tokens, evergreen, 3), tokens) / n_words)
    columns.append(np.log1p(_longest(coverage(tokens, phrases, 3), tokens)))
    columns.append(_mean_spread(tokens, stock))
    columns += _word_columns(tokens, lexicon, runs[0])
    return np.column_stack(columns)


def _mean_spread(
    tokens: Tokens, stock: list[tuple[Runs, NDArray[np.float32], NDArray[np.bool_]]]
) -> NDArray[np.float64]:
    """Return the mean of log(1 + documents) over the stock phrases of 3 or more words."""
    total = np.zeros(len(tokens.hashes))
    number = np.zeros(len(tokens.hashes))
    for found, documents, _ in stock:
        if 3 <= found.n <= MAX_PHRASE:
            total[found.positions] += np.log1p(documents)
            number[found.positions] += 1
    return per_document(total, tokens) / np.maximum(per_document(number, tokens), 1)


def _word_columns(tokens: Tokens, lexicon: Lexicon, words: Runs) -> list[NDArray[np.float64]]:
    """Return reuse, unknown_words, word_spread and rarest_word."""
    table = lexicon.tables[1]
    spread = np.zeros(len(tokens.hashes))
    spread[words.positions] = np.log1p(table.documents[words.rows])
    reused = np.zeros(len(tokens.hashes))
    reused[words.positions] = table.reused_share[words.rows]
    is_known = spread > 0
    no_digit = tokens.n_digits == 0
    n_known = np.maximum(per_document(is_known, tokens), 1)
    n_words = np.maximum(tokens.n_words, 1)
    rarest = np.zeros(tokens.n_documents)
    filled = tokens.n_words > 0
    if filled.any():
        common = np.where(no_digit, spread, np.inf)
        lowest = np.minimum.reduceat(common, tokens.first[:-1][filled])
        rarest[filled] = np.where(np.isfinite(lowest), lowest, 0.0)
    return [
        per_document(reused, tokens) / n_known,
        per_document(no_digit & ~is_known, tokens) / n_words,
        per_document(spread, tokens) / n_words,
        rarest,
    ]
