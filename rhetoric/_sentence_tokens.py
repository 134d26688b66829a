"""The words of whole documents, sentence by sentence, as flat arrays.

What counts runs of words (the archive, the measures, the formulas) never lets a run cross the end of a
sentence. Here documents are split into sentences and these into words once; all that follows is array
work on the hashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rhetoric._sentences import split_all
from rhetoric._tokens import U64, ngram_hashes, tokenize, tokenize_batches


@dataclass(frozen=True)
class SentenceTokens:
    """The words of some documents as parallel arrays.

    Attributes
    ----------
    hashes : ndarray of uint64, shape (n_words,)
        Hash of each lower-cased word, in the order of the text.
    word_starts, word_ends : ndarray of int64, shape (n_words,)
        Half-open span of each word in its document, in code points.
    n_digits : ndarray of int64, shape (n_words,)
        Digits in the word.
    is_capitalised : ndarray of bool, shape (n_words,)
        Whether the word begins with an upper-case letter.
    first : ndarray of int64, shape (n_sentences + 1,)
        Sentence ``i`` owns the words ``first[i]`` to ``first[i + 1] - 1``.
    starts, ends : ndarray of int64, shape (n_sentences,)
        Half-open span of each sentence in its document, in code points.
    first_sentence : ndarray of int64, shape (n_documents + 1,)
        Document ``i`` owns the sentences ``first_sentence[i]`` to ``first_sentence[i + 1] - 1``.
    """

    hashes: U64
    word_starts: NDArray[np.int64]
    word_ends: NDArray[np.int64]
    n_digits: NDArray[np.int64]
    is_capitalised: NDArray[np.bool_]
    first: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    first_sentence: NDArray[np.int64]

    @property
    def n_documents(self) -> int:
        """Number of documents."""
        return len(self.first_sentence) - 1

    @property
    def n_sentences(self) -> int:
        """Number of sentences."""
        return len(self.starts)

    @property
    def n_words(self) -> NDArray[np.int64]:
        """Words per sentence, shape (n_sentences,)."""
        return np.diff(self.first)

    @cached_property
    def sentence(self) -> NDArray[np.int64]:
        """Sentence of each word, shape (n_words,)."""
        return np.repeat(np.arange(self.n_sentences), self.n_words)

    @cached_property
    def document(self) -> NDArray[np.int64]:
        """Document of each sentence, shape (n_sentences,)."""
        return np.repeat(np.arange(self.n_documents), np.diff(self.first_sentence))

    @property
    def words_per_document(self) -> NDArray[np.int64]:
        """Words per document, shape (n_documents,)."""
        return np.diff(self.first[self.first_sentence])

    def runs(self, n: int) -> tuple[U64, NDArray[np.int64]]:
        """Return hash and first word of every run of `n` words that stays inside its sentence."""
        last = np.repeat(self.first[1:], self.n_words) - n
        positions = np.flatnonzero(np.arange(len(self.hashes)) <= last)
        return ngram_hashes(self.hashes, n)[positions], positions

    def pairs(self) -> tuple[U64, NDArray[np.int64]]:
        """Return hash and first word of every two neighbours; a sentence of one word gives that word."""
        hashes, positions = self.runs(2)
        single = self.first[:-1][self.n_words == 1]
        return np.concatenate((hashes, self.hashes[single])), np.concatenate((positions, single))


def tokenize_sentences(documents: Sequence[str]) -> SentenceTokens:
    """Return the words of `documents`, split into sentences.

    Parameters
    ----------
    documents : sequence of str
        Whole texts; may be empty, and a text may be blank.

    Returns
    -------
    SentenceTokens
        Sentences without a word (a line of dashes) have none and are kept.

    Examples
    --------
    >>> found = tokenize_sentences(["He left. They stayed on.", "", "Glory!"])
    >>> found.n_words.tolist(), found.document.tolist()
    ([2, 3, 1], [0, 0, 2])
    >>> found.runs(2)[1].tolist(), found.pairs()[1].tolist()
    ([0, 2, 3], [0, 2, 3, 5])
    """
    spans = split_all(documents)
    owner = np.repeat(np.arange(len(documents)), np.diff(spans.first)).tolist()
    pieces = [
        documents[number][start:end]
        for number, start, end in zip(owner, spans.starts.tolist(), spans.ends.tolist(), strict=True)
    ]
    parts = list(tokenize_batches(pieces)) or [tokenize([])]
    n_words = np.concatenate([part.n_words for part in parts])
    shift = np.repeat(spans.starts, n_words)
    return SentenceTokens(
        hashes=np.concatenate([part.hashes for part in parts]),
        word_starts=np.concatenate([part.starts for part in parts]) + shift,
        word_ends=np.concatenate([part.ends for part in parts]) + shift,
        n_digits=np.concatenate([part.n_digits for part in parts]),
        is_capitalised=np.concatenate([part.is_capitalised for part in parts]),
        first=np.concatenate(([0], np.cumsum(n_words))),
        starts=spans.starts,
        ends=spans.ends,
        first_sentence=spans.first,
    )
