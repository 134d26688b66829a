"""Verbatim, changed or new: what the nearest earlier sentences say about a sentence.

A sentence is *verbatim* when an earlier one has the same words, *changed* when an earlier one has a word
similarity of at least `MIN_SIMILARITY` with it and shares at least `MIN_SHARED` words, else *new*.
Case and punctuation do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from rhetoric._dated_documents import date_of
from rhetoric._labels import CHANGED, NEW, VERBATIM
from rhetoric._precedents import Match
from rhetoric._segment import Segment
from rhetoric._sentence_tokens import SentenceTokens
from rhetoric._telling import most_telling
from rhetoric._trace import ChangedLine, Difference, Document, Precedent, TracedSentence

MIN_SIMILARITY = 0.6
MIN_SHARED = 3
_KINDS = {"equal": "kept", "delete": "dropped", "insert": "added"}


def document_at(segment: Segment, document: int) -> Document:
    """Return what is known of a document."""
    source = segment.string("source", int(segment.arrays["document_source"][document]))
    return Document(
        id=segment.string("id", document),
        date=date_of(int(segment.days[document])),
        source=source or None,
        title=segment.string("title", document) or None,
    )


def usable(matches: Sequence[Match], n_words: int) -> list[Match]:
    """Return the matches that are near enough to be precedents of a sentence of `n_words` words."""
    return [
        match
        for match in matches
        if match.similarity >= MIN_SIMILARITY
        # the similarity is twice the shared words over all words
        and (match.similarity == 1 or match.similarity * (n_words + len(match.hashes)) / 2 >= MIN_SHARED)
    ]


def judge(
    text: str, tokens: SentenceTokens, number: int, matches: Sequence[Match], segments: Sequence[Segment],
    n_reused: int,
) -> TracedSentence:  # fmt: skip
    """Return the verdict on one sentence of `text`, given its matches, nearest first; documents are not yet counted."""
    start, end = int(tokens.starts[number]), int(tokens.ends[number])
    n_words = int(tokens.n_words[number])
    near = usable(matches, n_words)
    verdict, nearest, earliest = NEW, None, None
    if near:
        best = near[0].similarity
        verdict = VERBATIM if best == 1 else CHANGED
        latest = max((match for match in near if match.similarity == best), key=partial(_time, segments))
        first = min((match for match in near if best < 1 or match.similarity == 1), key=partial(_time, segments))
        nearest = _precedent(text, tokens, number, latest, segments)
        earliest = nearest if first is latest else _precedent(text, tokens, number, first, segments)
    return TracedSentence(text[start:end], start, end, n_words, n_reused, verdict, nearest, earliest, n_documents=0)


def _time(segments: Sequence[Segment], match: Match) -> tuple[int, str, int]:
    """Return the key that orders matches in time: by date, id of the document, and place in it."""
    segment = segments[match.segment]
    return match.day, segment.string("id", _document_of(segment, match.sentence)), match.sentence


def _document_of(segment: Segment, sentence: int) -> int:
    """Return the document of one sentence."""
    return int(segment.document_of(np.array([sentence]))[0])


def _precedent(text: str, tokens: SentenceTokens, number: int, match: Match, segments: Sequence[Segment]) -> Precedent:
    """Return a match with its document and the differences to the sentence."""
    segment = segments[match.segment]
    offset = int(segment.arrays["sentence_start"][match.sentence])
    return Precedent(
        document=document_at(segment, _document_of(segment, match.sentence)),
        text=match.text,
        start=offset,
        end=offset + len(match.text),
        similarity=match.similarity,
        differences=tuple(_differences(text, tokens, number, match, offset)),
    )


def _differences(text: str, tokens: SentenceTokens, number: int, match: Match, offset: int) -> list[Difference]:
    """Return the stretches of words that are kept, dropped, added and replaced."""
    own = slice(int(tokens.first[number]), int(tokens.first[number + 1]))
    spans = tokens.word_starts[own], tokens.word_ends[own]
    found = []
    for kind, low, high, own_low, own_high in _operations(match.hashes.tolist(), tokens.hashes[own].tolist()):
        start, end = _stretch(*spans, own_low, own_high, int(tokens.starts[number]))
        earlier_start, earlier_end = _stretch(match.starts, match.ends, low, high, 0)
        here, there = text[start:end], match.text[earlier_start:earlier_end]
        found.append(Difference(kind, here, there, start, end, earlier_start + offset, earlier_end + offset))
    return found


def _operations(earlier: list[int], words: list[int]) -> list[tuple[str, int, int, int, int]]:
    """Return kind and ranges of the stretches that lead from one sequence of words to another.

    The longest common subsequence is kept; what is dropped and added at one place was replaced.
    """
    found: list[tuple[str, int, int, int, int]] = []
    for one in Indel.opcodes(earlier, words):
        kind, low, own_low = _KINDS[one.tag], one.src_start, one.dest_start
        if found and "kept" not in (kind, found[-1][0]):
            kind, (_, low, _, own_low, _) = "replaced", found.pop()
        found.append((kind, low, one.src_end, own_low, one.dest_end))
    return found


def _stretch(
    starts: NDArray[np.int64], ends: NDArray[np.int64], low: int, high: int, beginning: int
) -> tuple[int, int]:
    """Return the span of the words from `low` to `high`, empty behind the word before where there are none."""
    if low < high:
        return int(starts[low]), int(ends[high - 1])
    at = int(ends[low - 1]) if low else beginning
    return at, at


def changed_lines(sentences: Sequence[TracedSentence]) -> tuple[ChangedLine, ...]:
    """Return the changed sentences, the most telling change first."""
    found = []
    for number, sentence in enumerate(sentences):
        if sentence.verdict != CHANGED or sentence.precedent is None:
            continue
        changes = tuple(one for one in sentence.precedent.differences if one.kind != "kept")
        telling = max(_weight(sentence, sentence.precedent, one) for one in changes)
        score = float(np.log2(1 + sentence.n_documents) * sentence.precedent.similarity * telling)
        found.append(ChangedLine(number, sentence.precedent, changes, sentence.n_documents, score))
    return tuple(sorted(found, key=lambda line: (-line.score, line.sentence)))


def _weight(sentence: TracedSentence, precedent: Precedent, change: Difference) -> float:
    """Return how telling the most telling word of a change is, here or there."""
    here = most_telling(sentence.text, change.start - sentence.start, change.end - sentence.start)
    earlier = change.earlier_start - precedent.start, change.earlier_end - precedent.start
    return max(here, most_telling(precedent.text, *earlier))
