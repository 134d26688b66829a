"""The earlier sentences that are nearest to a sentence in their wording.

In two steps, since comparing with every earlier sentence would take hours:

1. candidates: pairs of neighbouring words vote for the sentences that hold them, each with the weight of
   its rarity; the votes of a sentence's rarest pairs are enough. Pairs find sentences of which every third
   word was changed, where longer runs find none;
2. alignment: the best candidates are compared word by word, and the similarity is that of their longest
   common subsequence (``rapidfuzz.distance.Indel``): twice its length over the words of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from rhetoric._segment import Segment
from rhetoric._sentence_tokens import SentenceTokens
from rhetoric._tokens import U64, tokenize

N_CANDIDATES = 24
"""Sentences a sentence is compared with, by their votes; as many again where several are equal."""
MAX_POSTINGS = 20_000
"""Postings that are read for one sentence, rarest pairs first; the rarest pair is always read."""
PART_POSTINGS = 1 << 21
"""Postings that are read at a time: about 100 MB of work space."""
_SENTENCE_COST = 1 << 13  # in postings; what is kept of the candidates of a sentence until it is judged
MAX_CELLS = 1 << 30
"""Words of one sentence times words of another that are aligned at most, but for where both begin and end alike.

About 30,000 words each, some 100 pages without a full stop; work and memory of an alignment grow with the product.
"""


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


def find_matches(segments: Sequence[Segment], tokens: SentenceTokens, before: int) -> Iterator[list[Match]]:
    """Yield for each sentence its best candidates among sentences of days before `before`.

    Yields
    ------
    list of Match
        Nearest first, of equally near ones the earliest first; empty where no earlier sentence shares two
        words in a row, or is the same single word. Sentences are compared some at a time, so that memory does
        not grow with the text.
    """
    done = 0
    for start, stop, candidates in _candidates(segments, tokens, before):
        found: list[list[Match]] = [[] for _ in range(start, stop)]
        for number, query, sentences in candidates:
            for which, match in _compared(number, segments[number], tokens, query, sentences):
                found[which - start].append(match)
        yield from ([] for _ in range(done, start))
        for matches in found:
            yield sorted(matches, key=lambda match: (-match.similarity, match.day, match.segment, match.sentence))
        done = stop
    yield from ([] for _ in range(done, tokens.n_sentences))


def _compared(
    number: int, segment: Segment, tokens: SentenceTokens, query: NDArray[np.int64], sentences: NDArray[np.int64]
) -> Iterator[tuple[int, Match]]:
    """Yield sentences of the text, each with a candidate that it was compared with."""
    texts, document = _texts(segment, sentences)
    days = segment.days[document].tolist()
    words = tokenize(texts)
    for at, (which, sentence) in enumerate(zip(query.tolist(), sentences.tolist(), strict=True)):
        own = slice(words.first[at], words.first[at + 1])
        asked = tokens.hashes[tokens.first[which] : tokens.first[which + 1]]
        if not is_alignable(asked, words.hashes[own]):
            continue
        spans = words.hashes[own], words.starts[own], words.ends[own]
        similarity = word_similarity(asked, words.hashes[own])
        yield which, Match(number, sentence, days[at], texts[at], *spans, similarity)


def is_alignable(left: U64, right: U64) -> bool:
    """Return whether two sequences of words are short enough to be aligned, or differ in a short stretch only.

    Examples
    --------
    >>> long = np.arange(1 << 17, dtype=np.uint64)
    >>> is_alignable(long, long[:-1]), is_alignable(long, long[::-1])
    (True, False)
    """
    if len(left) * len(right) <= MAX_CELLS:
        return True
    shorter = min(len(left), len(right))
    differs = np.flatnonzero(left[:shorter] != right[:shorter])
    begin = int(differs[0]) if len(differs) else shorter
    rest = shorter - begin
    differs = np.flatnonzero(left[len(left) - rest :] != right[len(right) - rest :])
    end = rest - 1 - int(differs[-1]) if len(differs) else rest
    return (len(left) - begin - end) * (len(right) - begin - end) <= MAX_CELLS


def word_similarity(left: U64, right: U64) -> float:
    """Return twice the longest common subsequence of two sequences of words over their joint length.

    Examples
    --------
    >>> word_similarity(tokenize(["we will never yield"]).hashes, tokenize(["We will not yield."]).hashes)
    0.75
    """
    return float(Indel.normalized_similarity(left.tolist(), right.tolist()))


def _candidates(
    segments: Sequence[Segment], tokens: SentenceTokens, before: int
) -> Iterator[tuple[int, int, list[tuple[int, NDArray[np.int64], NDArray[np.int64]]]]]:
    """Yield ranges of sentences of the text, and what to compare them with.

    That is for each segment its number, sentences of the text, and the sentences to compare each with.
    """
    pairs, positions = tokens.pairs()
    query, pairs = _unique_pairs(tokens.sentence[positions], pairs)
    rows = [segment.find("pair", pairs) for segment in segments]
    # counted over all segments: how the documents are spread over them must not show
    counts = np.zeros(len(pairs), dtype=np.int64)
    for segment, row in zip(segments, rows, strict=True):
        counts[row >= 0] += segment.table("pair").counts(row[row >= 0])
    known = np.flatnonzero(counts)
    keep = known[_affordable(query[known], counts[known])]
    weight = np.log1p(sum(segment.n_sentences for segment in segments) / np.maximum(counts, 1))
    for low, high in _parts(query[keep], counts[keep]):
        part = keep[low:high]
        best = [
            _best(segment, tokens, query[part], row[part], weight[part], before)
            for segment, row in zip(segments, rows, strict=True)
        ]
        yield int(query[part[0]]), int(query[part[-1]]) + 1, list(_chosen(best))


def _parts(query: NDArray[np.int64], counts: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield ranges of pairs of whole sentences with about `PART_POSTINGS` postings each; `query` rises."""
    is_new = np.diff(query, prepend=-1) != 0
    cost = np.cumsum(counts + _SENTENCE_COST * is_new)
    begins = np.flatnonzero(is_new)
    part = (cost[begins] - counts[begins]) // PART_POSTINGS
    edges = [*begins[np.diff(part, prepend=-1) != 0].tolist(), len(query)]
    yield from pairwise(edges)


def _chosen(
    best: Sequence[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]],
) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the number of each segment, sentences of the text, and the best of all segments that are in this one."""
    where = np.repeat(np.arange(len(best)), [len(one[0]) for one in best])
    query, sentences, scores, days = (np.concatenate(column) for column in zip(*best, strict=True))
    chosen = _top(query, scores, days, where, sentences)
    for number in range(len(best)):
        mine = chosen[where[chosen] == number]
        yield number, query[mine], sentences[mine]


def _unique_pairs(left: NDArray[np.int64], right: U64) -> tuple[NDArray[np.int64], U64]:
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
    segment: Segment, tokens: SentenceTokens, query: NDArray[np.int64], rows: NDArray[np.int64],
    weight: NDArray[np.float64], before: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:  # fmt: skip
    """Return for each sentence of the text the best ones of a segment, with their scores and days."""
    found = np.flatnonzero(rows >= 0)
    sentences, which = segment.table("pair").gather(rows[found])
    is_past = sentences < segment.sentences_before(before)
    sentences, which = sentences[is_past], found[which[is_past]]
    # one number for a pair of sentences
    pair, at = np.unique(query[which] * segment.n_sentences + sentences, return_inverse=True)
    votes = np.bincount(at, weights=weight[which], minlength=len(pair))
    query, sentences = np.divmod(pair, max(1, segment.n_sentences))
    scores = votes / (tokens.n_words[query] + segment.arrays["sentence_words"][sentences])
    near = _near_top(query, scores)
    chosen = near[_top(query[near], scores[near], sentences[near])]
    days = segment.days[segment.document_of(sentences[chosen])].astype(np.int64)
    return query[chosen], sentences[chosen], scores[chosen], days


def _near_top(query: NDArray[np.int64], scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the candidates with a score that `N_CANDIDATES` at most surpass; `query` rises.

    Sorting all of them by score and time would take most of the time of a trace.
    """
    edges = np.flatnonzero(np.diff(query, prepend=-1, append=-1)).tolist()
    is_near = np.ones(len(query), dtype=bool)
    for start, stop in pairwise(edges):
        own = scores[start:stop]
        if len(own) > N_CANDIDATES:
            is_near[start:stop] = own >= np.partition(own, -N_CANDIDATES)[-N_CANDIDATES]
    return np.flatnonzero(is_near)


def _top(query: NDArray[np.int64], scores: NDArray[np.float64], *times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which candidates to compare: for each sentence of the text those with the highest scores.

    Of equal ones, such as the many uses of a formula, both the earliest and the latest are taken. `times` are
    keys that order them in time, the first decides first.
    """
    is_chosen = np.zeros(len(query), dtype=bool)
    for direction in (1, -1):
        order = np.lexsort((*(direction * time for time in reversed(times)), -scores, query))
        ordered = query[order]
        rank = np.arange(len(order)) - np.searchsorted(ordered, ordered)
        is_chosen[order[rank < N_CANDIDATES]] = True
    return np.flatnonzero(is_chosen)


def _texts(segment: Segment, sentences: NDArray[np.int64]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the text of each sentence, and its document."""
    document = segment.document_of(sentences)
    starts, ends = segment.arrays["sentence_start"][sentences], segment.arrays["sentence_end"][sentences]
    order = np.argsort(document, kind="stable").tolist()
    texts = [""] * len(order)
    # one document at a time is in memory
    for number, group in groupby(order, key=document.tolist().__getitem__):
        text = segment.text(number)
        for at in group:
            texts[at] = text[starts[at] : ends[at]]
    return texts, document
