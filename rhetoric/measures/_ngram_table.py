"""One table of n-grams for all measures: hash to documents, counts, first and last use.

Documents stand in order of time, so that "how many of the documents from a to b have it", "since when",
"when again" are two searches in one sorted array of postings.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rhetoric._sentence_tokens import SentenceTokens
from rhetoric._tokens import U64
from rhetoric.measures._arrays import offsets, word_documents

Index = NDArray[np.int64]


@dataclass(frozen=True)
class NgramTable:
    """The runs of `n` words of some documents that do not cross the end of a sentence.

    A posting is an n-gram in a document; postings are sorted by n-gram, then document.

    Attributes
    ----------
    n : int
        Words per n-gram.
    n_documents : int
        Documents, with or without an n-gram.
    positions : ndarray of int64, shape (n_positions,)
        First word of each use, in the order of the text.
    posting : ndarray of int64, shape (n_positions,)
        Posting of each use.
    hashes : ndarray of uint64, shape (n_ngrams,)
        Hash of each different n-gram, sorted.
    first : ndarray of int64, shape (n_ngrams + 1,)
        N-gram ``i`` owns the postings ``first[i]`` to ``first[i + 1] - 1``.
    ngram, document : ndarray of int64, shape (n_postings,)
        N-gram and document of each posting.
    counts : ndarray of int64, shape (n_postings,)
        Uses in that document.
    """

    n: int
    n_documents: int
    positions: Index
    posting: Index
    hashes: U64
    first: Index
    ngram: Index
    document: Index
    counts: Index

    @classmethod
    def of(cls, tokens: SentenceTokens, n: int) -> NgramTable:
        """Return the table of the documents of `tokens`, which stand in order of time.

        Examples
        --------
        >>> from rhetoric._sentence_tokens import tokenize_sentences
        >>> texts = ["Alpha beta alpha beta.", "Alpha beta. Gamma!", "Beta alpha."]
        >>> table = NgramTable.of(tokenize_sentences(texts), 2)
        >>> sorted(np.diff(table.first).tolist()), table.counts.sum().tolist()
        ([2, 2], 5)
        """
        hashes, positions = tokens.runs(n)
        # stable: uses of one n-gram stay in the order of the documents
        order = np.argsort(hashes, kind="stable")
        sorted_hashes = hashes[order]
        owner = word_documents(tokens)[positions][order]
        is_ngram, is_posting = np.ones(len(order), dtype=bool), np.ones(len(order), dtype=bool)
        is_ngram[1:] = sorted_hashes[1:] != sorted_hashes[:-1]
        is_posting[1:] = is_ngram[1:] | (owner[1:] != owner[:-1])
        begins = np.flatnonzero(is_posting)
        posting = np.empty(len(order), dtype=np.int64)
        posting[order] = np.cumsum(is_posting) - 1
        return cls(
            n=n,
            n_documents=tokens.n_documents,
            positions=positions,
            posting=posting,
            hashes=sorted_hashes[is_ngram],
            first=np.append(np.flatnonzero(is_ngram[begins]), len(begins)),
            ngram=(np.cumsum(is_ngram) - 1)[begins],
            document=owner[begins],
            counts=np.diff(begins, append=len(order)),
        )

    @cached_property
    def _keys(self) -> Index:
        """N-gram and document of each posting in one number."""
        return self.ngram * (self.n_documents + 1) + self.document

    def before(self, ngrams: Index, documents: Index) -> Index:
        """Return, pair by pair, the first posting of the n-gram in that document or a later one.

        Where there is none it is the first posting of the next n-gram.
        """
        return np.searchsorted(self._keys, ngrams * (self.n_documents + 1) + documents)

    def within(self, ngrams: Index, low: Index, high: Index) -> tuple[Index, Index]:
        """Return, pair by pair, in how many of the documents `low` to `high` - 1 the n-gram is, and its uses."""
        start = self.first[ngrams] if not np.any(low) else self.before(ngrams, low)
        stop = np.maximum(self.before(ngrams, high), start)
        uses = offsets(self.counts)
        return stop - start, uses[stop] - uses[start]
