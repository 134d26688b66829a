"""The lexical blocks: vectors and profiles of words from the corpora, and hashed terms from the training data.

All give each occurrence a value and divide by the length of the sentence's vector of values, so that a
long sentence is no louder than a short one. A linear model over them collapses into one weight a word
and one weight a bucket; prediction then gathers weights instead of building a matrix.

``vectors``, ``profiles``
    words weighted by inverse document frequency in the corpora; a figure is known by its digits alone.
``words``
    runs of one and two words, hashed into buckets and weighted by inverse document frequency in the
    training data; figures are hashed by their number of digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from rhetoric._formula import Number, sum_per_document
from rhetoric._lexicon import FIGURE_CLASSES, figure_class, read_profiles, read_vectors, read_words
from rhetoric._tokens import Tokens, mix, ngram_hashes

FIGURE_WEIGHT = 1.5  # inverse document frequency given to any figure, near that of a common noun
WORD_TABLES = ("vectors", "profiles")
"""Blocks that know of each word some numbers."""
PROFILE_COLUMNS = {
    "reused": "share of words in a run of four words that another document has, too",
    "often_reused": "share of words in a run of three words that ten documents have",
    "evergreen": "share of words in a run of three words that was in print in both decades",
    "figures": "whether there is a figure",
    "capitals": "share of words with a capital, the first left out",
    "length": "words, as log(1 + n)",
    "word_length": "characters a word",
    "rarity": "mean inverse document frequency of the words",
    "opening": "whether it is the first sentence of its document",
    "closing": "whether it is the last",
    "position": "place in the document, 0 first to 1 last",
    "document_length": "sentences of the document, as log(n)",
}
"""Properties of a sentence; a word's profile is the mean of each over the sentences that it stands in."""
_FIGURE_HASHES = mix(np.arange(1, FIGURE_CLASSES + 1, dtype=np.uint64))


def word_table_rows(tokens: Tokens, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the tokens that have a row in the tables of words, and their rows, both ascending by token.

    `rows` are the words' rows in the lexicon, which goes on with words that have no vector.
    """
    n_words = len(read_words().hashes)
    rows = np.where(rows < n_words, rows, -1)
    rows[tokens.figures] = n_words + figure_class(tokens.n_digits[tokens.figures])
    positions = np.flatnonzero(rows >= 0)
    return positions, rows[positions]


@cache
def word_weights() -> NDArray[np.float64]:
    """Return the inverse document frequency of each row of the vectors, positive."""
    documents = read_words().documents.astype(np.float64)
    # the most widespread word stands in nearly every document
    weights = np.log(1.2 * documents[0] / documents)
    return np.concatenate([weights, np.full(FIGURE_CLASSES, FIGURE_WEIGHT)])


def read_word_table(block: str) -> NDArray[np.float32]:
    """Return the numbers that ``vectors`` or ``profiles`` know of each word, shape (n_rows, n_columns)."""
    return read_profiles() if block == "profiles" else read_vectors()


def word_table_columns(tokens: Tokens, rows: NDArray[np.int64], table: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the sum of the weighted rows of the words in a table over the length of the weights.

    Shape (n_documents, n_columns); zero for a document without a known word.
    """
    positions, rows = word_table_rows(tokens, rows)
    weights = word_weights()
    shape = (tokens.n_documents, len(table))
    uses = sp.csr_matrix((weights[rows], (tokens.document[positions], rows)), shape=shape)
    squares = np.zeros(len(tokens.hashes))
    squares[positions] = weights[rows] ** 2
    length = np.maximum(np.sqrt(sum_per_document(squares, tokens)), 1e-12)
    columns: NDArray[np.float64] = uses @ table.astype(np.float64) / length[:, None]
    return columns


def masked_hashes(tokens: Tokens) -> NDArray[np.uint64]:
    """Return the word hashes with every figure replaced by its class."""
    hashes = tokens.hashes.copy()
    hashes[tokens.figures] = _FIGURE_HASHES[figure_class(tokens.n_digits[tokens.figures])]
    return hashes


@dataclass(frozen=True)
class Terms:
    """The terms of a batch: every word, and every word with the next one.

    Attributes
    ----------
    words, pairs : ndarray of int64, shape (n_tokens,)
        Bucket of each word, and of the pair that it begins.
    lasts : ndarray of int64, shape (n_filled_documents,)
        The last words of the documents, which begin no pair.
    """

    words: NDArray[np.int64]
    pairs: NDArray[np.int64]
    lasts: NDArray[np.int64]

    @property
    def is_pair(self) -> NDArray[np.bool_]:
        """Whether each word begins a pair, shape (n_tokens,)."""
        flags = np.ones(len(self.words), dtype=bool)
        flags[self.lasts] = False
        return flags

    def sum_by_document(self, values: NDArray[Number], tokens: Tokens) -> NDArray[Any]:
        """Return the sum over each document of a value per bucket, in double precision."""
        of_pairs = values.take(self.pairs)
        of_pairs[self.lasts] = 0
        sums: NDArray[Any] = sum_per_document(values.take(self.words), tokens)
        sums += sum_per_document(of_pairs, tokens)
        return sums

    def cells(self, tokens: Tokens) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return document and bucket of every term: all words in order, then all pairs."""
        document = tokens.document
        owners = np.concatenate([document, document[self.is_pair]])
        return owners, np.concatenate([self.words, self.pairs[self.is_pair]])


def find_terms(tokens: Tokens, n_buckets: int) -> Terms:
    """Return the terms of a batch, hashed.

    `n_buckets` must be a power of two: a bucket is the top bits of the term's hash.
    """
    shift = np.uint64(65 - n_buckets.bit_length())
    hashes = masked_hashes(tokens)
    # the last word begins no pair; it reads as if it stood before itself
    pairs = ngram_hashes(np.append(hashes, hashes[-1:]), 2)
    lasts = tokens.first[1:][tokens.n_words > 0] - 1
    # at most 24 bits are left, so that they are those of a signed number, too
    return Terms((hashes >> shift).view(np.int64), (pairs >> shift).view(np.int64), lasts)


def narrow_squares(frequency: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the squared frequencies, narrow enough for the processor's cache.

    A decision and its explanation both divide by the root of a sum of these and so agree to the last digits.
    """
    return (frequency**2).astype(np.float32)


def term_matrix(tokens: Tokens, weights: NDArray[np.float64]) -> sp.csr_matrix:
    """Return the hashed terms of each document, weighted and of length 1 occurrence by occurrence.

    Parameters
    ----------
    tokens : Tokens
        The batch.
    weights : ndarray of float64, shape (n_buckets,)
        Inverse document frequency of each bucket.

    Returns
    -------
    csr_matrix, shape (n_documents, n_buckets)
    """
    found = find_terms(tokens, len(weights))
    document, buckets = found.cells(tokens)
    length = np.sqrt(found.sum_by_document(weights**2, tokens))
    shape = (tokens.n_documents, len(weights))
    return sp.csr_matrix((weights[buckets] / length[document], (document, buckets)), shape=shape)


def bucket_weights(tokens: Tokens, n_buckets: int) -> NDArray[np.float64]:
    """Return the inverse document frequency of each bucket over a batch: log((1 + n) / (1 + df)) + 1."""
    document, buckets = find_terms(tokens, n_buckets).cells(tokens)
    frequency = np.bincount(np.unique(document * n_buckets + buckets) % n_buckets, minlength=n_buckets)
    weights: NDArray[np.float64] = np.log((1 + tokens.n_documents) / (1 + frequency)) + 1
    return weights
