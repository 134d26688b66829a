"""The words of dated documents in the order of time, each text once.

What recurs is counted over texts, not over issues: only the first issue of a text takes part. Documents
are put in the order of their days, those of one day in the order of a digest of their words, so that
results do not depend on the order in which documents came in. The first use of anything is then simply
its lowest position.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rhetoric._sentence_tokens import SentenceTokens
from rhetoric._tokens import U64, mix

Int = NDArray[np.int64]
Int32 = NDArray[np.int32]
ReadText = Callable[[int, int, int], str]
"""Gives a part of a text: document, start and end in code points."""

_OPENING = {"(": ")", "[": "]", "“": "”", '"': '"'}
_CLOSING = frozenset(_OPENING.values())


@dataclass(frozen=True)
class DatedWords:
    """The words of the first issues of all texts, in the order of time.

    Attributes
    ----------
    tokens : SentenceTokens
        The words of all documents, as they came in.
    ids : ndarray of int32, shape (n_words,)
        Number of each word in the vocabulary.
    is_capitalised : ndarray of bool, shape (n_words,)
        Whether each word begins with an upper-case letter.
    sentence, document : ndarray of int32, shape (n_words,)
        Sentence and document of each word, both ascending.
    first : ndarray of int64, shape (n_documents + 1,)
        Document ``i`` owns the words ``first[i]`` to ``first[i + 1] - 1``.
    days, sources, origin : ndarray of int64, shape (n_documents,)
        Day since 1970-01-01, code of the source, and place in the order of input of each document.
    """

    tokens: SentenceTokens
    ids: Int32
    is_capitalised: NDArray[np.bool_]
    sentence: Int32
    document: Int32
    first: Int
    days: Int
    sources: Int
    origin: Int

    @property
    def n_words(self) -> int:
        """Number of words."""
        return len(self.ids)

    @property
    def n_documents(self) -> int:
        """Number of different texts."""
        return len(self.days)

    @cached_property
    def counts(self) -> Int:
        """Uses of each word of the vocabulary."""
        return np.bincount(self.ids)

    def text(self, read: ReadText, start: int, n: int) -> str:
        """Return the run of `n` words that begins at word `start`, in one line and with matching marks."""
        document = int(self.document[start])
        came_as = int(self.origin[document])
        word = int(self.tokens.first[self.tokens.first_sentence[came_as]]) + start - int(self.first[document])
        found = read(came_as, int(self.tokens.word_starts[word]), int(self.tokens.word_ends[word + n - 1]))
        return _matched(" ".join(found.split()))


def _matched(text: str) -> str:
    """Return `text` with what it opens closed, and without closing marks that it does not open."""
    closing: list[str] = []
    kept = ""
    for mark in text:
        if mark in _OPENING and (mark != '"' or kept[-1:] in ("", " ")):
            closing.append(_OPENING[mark])
        elif mark in _CLOSING:
            if mark not in closing[-1:]:
                continue
            closing.pop()
        kept += mark
    return kept + "".join(reversed(closing))


def date_words(tokens: SentenceTokens, days: Int, sources: Int, families: Int) -> DatedWords:
    """Return the words of the first issues of all texts, in the order of time.

    Parameters
    ----------
    tokens : SentenceTokens
        The words of all documents.
    days, sources : ndarray of int64, shape (n_documents,)
        Day since 1970-01-01, and a number for the source of each document.
    families : ndarray of int64, shape (n_documents,)
        Index of the first issue of each document's text: its own index if it is the first or only one.

    Raises
    ------
    ValueError
        If a length differs from the number of documents, or `families` points at a document that is
        itself a re-issue.
    """
    for name, values in (("days", days), ("sources", sources), ("families", families)):
        if len(values) != tokens.n_documents:
            raise ValueError(
                f"{name} must hold one number for each of {tokens.n_documents} documents, got {len(values)}; "
                "pass one entry per document, re-issues included."
            )
    if not np.array_equal(families[families], families):
        wrong = int(np.flatnonzero(families[families] != families)[0])
        raise ValueError(
            f"families must point at first issues, got {int(families[wrong])} for document {wrong}, which is a "
            "re-issue itself; point at the first issue of the text."
        )
    firsts = np.flatnonzero(families == np.arange(tokens.n_documents))
    order = firsts[np.lexsort((sources[firsts], _digests(tokens)[firsts], days[firsts]))]
    sizes = tokens.words_per_document[order]
    begins = tokens.first[tokens.first_sentence[:-1]][order]
    index = np.repeat(begins - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes) + np.arange(sizes.sum())
    sentence = tokens.sentence[index]
    is_new = np.zeros(len(index), dtype=bool)
    is_new[1:] = sentence[1:] != sentence[:-1]
    return DatedWords(
        tokens=tokens,
        ids=np.unique(tokens.hashes[index], return_inverse=True)[1].astype(np.int32),
        is_capitalised=tokens.is_capitalised[index],
        sentence=np.cumsum(is_new, dtype=np.int32),
        document=np.repeat(np.arange(len(order), dtype=np.int32), sizes),
        first=np.concatenate(([0], np.cumsum(sizes))),
        days=days[order],
        sources=sources[order],
        origin=order,
    )


def _digests(tokens: SentenceTokens) -> U64:
    """Return a number for each document that depends on its words, their spans and capitals alone."""
    place = tokens.word_starts.astype(np.uint64) * np.uint64(2) + tokens.is_capitalised
    running = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(mix(tokens.hashes ^ mix(place)))))
    bounds = tokens.first[tokens.first_sentence]
    digests: U64 = running[bounds[1:]] - running[bounds[:-1]]
    return digests
