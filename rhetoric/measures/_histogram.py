"""How often each document uses each word, as one sparse table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from rhetoric._sentence_tokens import SentenceTokens
from rhetoric._tokens import U64
from rhetoric.measures._arrays import Flags, word_documents

Index = NDArray[np.int64]


@dataclass(frozen=True)
class Histogram:
    """Counts of words by document.

    Attributes
    ----------
    counts : csr_matrix, shape (n_documents, n_columns)
        Uses of each word in each document; indices sorted.
    column : ndarray of int64, shape (n_words,)
        Column of each word of the text.
    """

    counts: sp.csr_matrix
    column: Index

    @classmethod
    def of(cls, tokens: SentenceTokens, n_buckets: int | None = None) -> Histogram:
        """Return the counts of the words of `tokens`; words that share a bucket count as one."""
        if n_buckets is None:
            vocabulary, column = np.unique(tokens.hashes, return_inverse=True)
            n_columns = len(vocabulary)
        else:
            n_columns, column = n_buckets, (tokens.hashes % np.uint64(n_buckets)).astype(np.int64)
        return cls(count_table(word_documents(tokens), column, (tokens.n_documents, n_columns)), column)

    @cached_property
    def n_words_until(self) -> Index:
        """Different words in the documents up to and including each, shape (n_documents,)."""
        first_use = np.full(self.counts.shape[1], self.counts.shape[0])
        owner = np.repeat(np.arange(self.counts.shape[0]), np.diff(self.counts.indptr))
        np.minimum.at(first_use, self.counts.indices, owner)
        return np.cumsum(np.bincount(first_use, minlength=self.counts.shape[0] + 1))[:-1]

    def where(self, keep: Flags, tokens: SentenceTokens) -> sp.csr_matrix:
        """Return the counts of those words of the text that `keep` marks."""
        return count_table(word_documents(tokens)[keep], self.column[keep], self.counts.shape)


def count_table(rows: Index, columns: Index, shape: tuple[int, int]) -> sp.csr_matrix:
    """Return how often each pair of row and column comes."""
    table = sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    table.sum_duplicates()
    return table


def row_view(table: sp.csr_matrix, start: int, stop: int) -> sp.csr_matrix:
    """Return some rows of a table without copying its entries."""
    first, last = table.indptr[start], table.indptr[stop]
    parts = (table.data[first:last], table.indices[first:last], table.indptr[start : stop + 1] - first)
    return sp.csr_matrix(parts, shape=(stop - start, table.shape[1]))


def cosines(left: sp.csr_matrix, right: sp.csr_matrix) -> NDArray[np.float64]:
    """Return the cosine of each row of `left` with the same row of `right`, NaN where one is zero."""
    products = np.asarray(left.multiply(right).sum(axis=1)).ravel()
    squares = (
        np.asarray(left.multiply(left).sum(axis=1)).ravel() * np.asarray(right.multiply(right).sum(axis=1)).ravel()
    )
    found = np.full(len(products), np.nan)
    np.divide(products, np.sqrt(squares), out=found, where=squares > 0)
    # rounding must not carry equal texts above 1
    capped: NDArray[np.float64] = np.minimum(found, 1.0)
    return capped


def hashed(hashes: U64) -> Index:
    """Return 64-bit hashes as signed numbers with the same bits, for libraries that take no others."""
    return hashes.view(np.int64)
