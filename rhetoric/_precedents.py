"""The earlier sentences that are nearest to a sentence in their wording.

In two steps, since comparing with every earlier sentence would take hours:

1. candidates: pairs of neighbouring words vote for the sentences that hold them, each with the weight of
   its rarity; the votes of a sentence's rarest pairs are enough. Pairs find sentences of which every third
   word was changed, where longer runs find none;
2. alignment: the best candidates are compared word by word, and the similarity is that of their longest
   common subsequence (``rapidfuzz.distance.Indel``): twice its length over the words of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from rhetoric._segment import Segment
from rhetoric._sentence_tokens import SentenceTokens
from rhetoric._tokens import U64, tokenize

N_CANDIDATES = 24
"""Sentences a sentence is compared with, by their votes."""
MAX_POSTINGS = 20_000
"""Postings that are read for one sentence, rarest pairs first; the rarest pair is always read."""


@dataclass(frozen=True)
class Match:
    """An earlier sentence, compared with one of the text.

    Attributes
    ----------
    segment, sentence : int
        Where it stands in the archive.
    day : int
        Date of its document.
    text : str
        As printed.
    hashes : ndarray of uint64, shape (n_words,)
        Its words.
    starts, ends : ndarray of int64, shape (n_words,)
        Their spans in the sentence.
    similarity : float
        Word similarity, 0 to 1; 1 where the words are the same in the same order.
    """

    segment: int
    sentence: int
    day: int
    text: str
    hashes: U64
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    similarity: float


def find_matches(segments: Sequence[Segment], tokens: SentenceTokens, before: int) -> list[list[Match]]:
    """Return for each sentence its best candidates among sentences of days before `before`.

    Returns
    -------
    list of list of Match
        One list for each sentence, nearest first, of equally near ones the earliest first; empty where
        no earlier sentence shares two words in a row.
    """
    found: list[list[Match]] = [[] for _ in range(tokens.n_sentences)]
    for number, segment in enumerate(segments):
        query, sentences = _candidates(segment, tokens, before)
        texts, document = _texts(segment, sentences)
        days = segment.days[document].tolist()
        words = tokenize(texts)
        for at, (which, sentence) in enumerate(zip(query.tolist(), sentences.tolist(), strict=True)):
            own = slice(words.first[at], words.first[at + 1])
            similarity = word_similarity(
                tokens.hashes[tokens.first[which] : tokens.first[which + 1]], words.hashes[own]
            )
            spans = words.hashes[own], words.starts[own], words.ends[own]
            found[which].append(Match(number, sentence, days[at], texts[at], *spans, similarity))
    for matches in found:
        matches.sort(key=lambda match: (-match.similarity, match.day, match.segment, match.sentence))
    return found


def word_similarity(left: U64, right: U64) -> float:
    """Return twice the longest common subsequence of two sequences of words over their joint length.

    Examples
    --------
    >>> word_similarity(tokenize(["we will never yield"]).hashes, tokenize(["We will not yield."]).hashes)
    0.75
    """
    return float(Indel.normalized_similarity(left.tolist(), right.tolist()))


def _candidates(segment: Segment, tokens: SentenceTokens, before: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return sentences of the text and the sentences of the segment that they are to be compared with."""
    limit = segment.sentences_before(before)
    table = segment.table("pair")
    hashes, positions = tokens.runs(2)
    query = tokens.sentence[positions]
    rows = table.find(hashes)
    query, rows = _unique_pairs(query[rows >= 0], rows[rows >= 0])
    counts = table.counts(rows)
    keep = _affordable(query, counts)
    query, rows, counts = query[keep], rows[keep], counts[keep]
    sentences, which = table.gather(rows)
    is_past = sentences < limit
    sentences, which = sentences[is_past], which[is_past]
    weight = np.log1p(segment.n_sentences / counts)
    return _best(segment, tokens, query[which], sentences, weight[which])


def _unique_pairs(left: NDArray[np.int64], right: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the different pairs of two parallel arrays."""
    order = np.lexsort((right, left))
    left, right = left[order], right[order]
    is_new = np.ones(len(left), dtype=bool)
    is_new[1:] = (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    return left[is_new], right[is_new]


def _affordable(query: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which pairs to read: of each sentence the rarest, as many as `MAX_POSTINGS` allow."""
    order = np.lexsort((counts, query))
    total = np.cumsum(counts[order])
    begins = np.flatnonzero(np.diff(query[order], prepend=-1))
    before = np.concatenate(([0], total))[begins]
    spent = total - np.repeat(before, np.diff(np.append(begins, len(order))))
    is_rarest = np.zeros(len(order), dtype=bool)
    is_rarest[begins] = True
    kept: NDArray[np.int64] = order[(spent <= MAX_POSTINGS) | is_rarest]
    return kept


def _best(
    segment: Segment, tokens: SentenceTokens, query: NDArray[np.int64], sentences: NDArray[np.int64],
    weight: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
    """Return for each sentence of the text the sentences with most votes for their length."""
    # one number for a pair of sentences
    pair, which = np.unique(query * segment.n_sentences + sentences, return_inverse=True)
    votes = np.bincount(which, weights=weight, minlength=len(pair))
    query, sentences = np.divmod(pair, max(1, segment.n_sentences))
    lengths = tokens.n_words[query] + segment.arrays["sentence_words"][sentences]
    order = np.lexsort((sentences, -(votes / lengths), query))
    begins = np.searchsorted(query[order], np.arange(tokens.n_sentences))
    rank = np.arange(len(order)) - begins[query[order]]
    chosen = order[rank < N_CANDIDATES]
    return query[chosen], sentences[chosen]


def _texts(segment: Segment, sentences: NDArray[np.int64]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the text of each sentence, and its document."""
    document = segment.document_of(sentences)
    documents = {number: segment.text(number) for number in np.unique(document).tolist()}
    starts, ends = segment.arrays["sentence_start"][sentences], segment.arrays["sentence_end"][sentences]
    texts = [documents[number][start:end] for number, start, end in zip(document.tolist(), starts, ends, strict=True)]
    return texts, document
