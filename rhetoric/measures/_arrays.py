"""Flat arrays of ragged things: parts taken out, parts put together, sums and flags by owner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rhetoric._sentence_tokens import SentenceTokens

Index = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def ranges(starts: Index, sizes: Index) -> Index:
    """Return the numbers of several ranges one after the other.

    Examples
    --------
    >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(sizes)
    return np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts - ends + sizes, sizes)


def offsets(sizes: Index) -> Index:
    """Return where each part of given size begins, and the end of the last one."""
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes)))


def selected(tokens: SentenceTokens, documents: Index) -> SentenceTokens:
    """Return the tokens of some documents, in the order given."""
    if np.array_equal(documents, np.arange(tokens.n_documents)):
        return tokens
    n_sentences = np.diff(tokens.first_sentence)[documents]
    sentences = ranges(tokens.first_sentence[documents], n_sentences)
    n_words = tokens.n_words[sentences]
    words = ranges(tokens.first[sentences], n_words)
    return SentenceTokens(
        hashes=tokens.hashes[words],
        word_starts=tokens.word_starts[words],
        word_ends=tokens.word_ends[words],
        n_digits=tokens.n_digits[words],
        is_capitalised=tokens.is_capitalised[words],
        first=offsets(n_words),
        starts=tokens.starts[sentences],
        ends=tokens.ends[sentences],
        first_sentence=offsets(n_sentences),
    )


def joined(parts: Sequence[SentenceTokens]) -> SentenceTokens:
    """Return the tokens of several batches of documents as one."""
    return SentenceTokens(
        hashes=np.concatenate([part.hashes for part in parts]),
        word_starts=np.concatenate([part.word_starts for part in parts]),
        word_ends=np.concatenate([part.word_ends for part in parts]),
        n_digits=np.concatenate([part.n_digits for part in parts]),
        is_capitalised=np.concatenate([part.is_capitalised for part in parts]),
        first=offsets(np.concatenate([part.n_words for part in parts])),
        starts=np.concatenate([part.starts for part in parts]),
        ends=np.concatenate([part.ends for part in parts]),
        first_sentence=offsets(np.concatenate([np.diff(part.first_sentence) for part in parts])),
    )


def covered(positions: Index, n: int, n_words: int) -> Flags:
    """Return which of `n_words` words lie inside a run of `n` words that begins at one of `positions`."""
    change = np.bincount(positions, minlength=n_words + n) - np.bincount(positions + n, minlength=n_words + n)
    flags: Flags = np.cumsum(change[:n_words]) > 0
    return flags


def word_documents(tokens: SentenceTokens) -> Index:
    """Return the document of each word."""
    return np.repeat(np.arange(tokens.n_documents), tokens.words_per_document)


def per_word(totals: NDArray[np.generic], tokens: SentenceTokens) -> Floats:
    """Return totals of documents per word, NaN for a document without a word."""
    n_words = tokens.words_per_document
    shares = np.full(len(n_words), np.nan)
    np.divide(totals, n_words, out=shares, where=n_words > 0)
    return shares


def share_in_flagged(is_flagged: Flags, tokens: SentenceTokens) -> Floats:
    """Return the words in flagged sentences over all words, by document; NaN without a word."""
    words = np.bincount(tokens.document, weights=tokens.n_words * is_flagged, minlength=tokens.n_documents)
    return per_word(words, tokens)
