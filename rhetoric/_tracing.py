"""From a text and an archive's segments to a trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rhetoric._coverage import NEVER, first_days_of_words
from rhetoric._dated_documents import date_of
from rhetoric._omissions import find_omissions, find_peers
from rhetoric._precedents import PART_POSTINGS, find_matches
from rhetoric._reissues import MIN_RESEMBLANCE, MIN_WORDS, WINDOW_DAYS, resemblance, sketch
from rhetoric._segment import Segment
from rhetoric._sentence_tokens import SentenceTokens, tokenize_sentences
from rhetoric._tokens import ngram_hashes, runs_within_documents, sequence_hashes, tokenize
from rhetoric._trace import Document, Passage, Trace, TracedSentence
from rhetoric._vehicles import find_vehicle
from rhetoric._verdicts import changed_lines, document_at, judge

MAX_DAY = 1 << 30
"""A day later than any: stands for "all documents are earlier"."""
MIN_PASSAGE_WORDS = 3
"""Shorter stretches between reused words are a name or a figure in a known phrase."""


@dataclass(frozen=True)
class Collection:
    """The parts of an archive that a trace reads.

    Attributes
    ----------
    segments : sequence of Segment
        The documents and tables.
    families : ndarray of int64, shape (n_documents,)
        First issue of every document, counted over the segments one after the other.
    n : int
        Words of a run.
    """

    segments: Sequence[Segment]
    families: NDArray[np.int64]
    n: int


def trace_text(text: str, collection: Collection, before: int | None, source: str | None, title: str | None) -> Trace:
    """Return the trace of one text; `before` is a day, None for after all."""
    segments, n = collection.segments, collection.n
    limit = _after_all(segments) if before is None else before
    tokens = tokenize_sentences([text])
    days = first_days_of_words(segments, tokens, n, limit)
    sentences = _judged(text, tokens, days, collection, limit)
    lead = text[tokens.starts[0] : tokens.ends[0]] if tokens.n_sentences else None
    vehicle = find_vehicle(title, lead, source)
    peers = find_peers(segments, collection.families, source or "", vehicle.name if vehicle else "", limit)
    begins = min(int(segment.days[0]) for segment in segments)
    return Trace(
        sentences=sentences,
        word_starts=tokens.word_starts,
        word_ends=tokens.word_ends,
        first_days=days,
        reused_share=float((days != NEVER).mean()) if len(days) else float("nan"),
        changed_lines=changed_lines(sentences),
        omissions=find_omissions(tokens.runs(n)[0], peers, segments, n),
        new_passages=_new_passages(text, tokens, days),
        before=None if before is None else date_of(before),
        archive_begins=date_of(begins) if begins < limit else None,
        reissue_of=_reissue(tokens, segments, limit, n),
        n=n,
    )


def _after_all(segments: Sequence[Segment]) -> int:
    """Return the day after the last document."""
    return max(int(segment.days[-1]) for segment in segments) + 1


def _judged(
    text: str, tokens: SentenceTokens, days: NDArray[np.int64], collection: Collection, before: int
) -> tuple[TracedSentence, ...]:
    """Return the verdict on every sentence."""
    matches = find_matches(collection.segments, tokens, before)
    n_reused = np.bincount(tokens.sentence[days != NEVER], minlength=tokens.n_sentences).tolist()
    judged = [
        judge(text, tokens, number, found, collection.segments, n_reused[number])
        for number, found in enumerate(matches)
    ]
    known = [number for number, sentence in enumerate(judged) if sentence.precedent is not None]
    lines = [sentence.precedent.text for sentence in judged if sentence.precedent is not None]
    for number, count in zip(known, _standing(lines, collection, before), strict=True):
        # the precedent itself is one, even where it is too short to have a run
        judged[number] = replace(judged[number], n_documents=max(1, count))
    return tuple(judged)


def _standing(lines: Sequence[str], collection: Collection, before: int) -> list[int]:
    """Return for each line the number of earlier documents that have at least half of its runs."""
    # a formula that is repeated is looked up once
    number_of = {line: number for number, line in enumerate(dict.fromkeys(lines))}
    tokens = tokenize(list(number_of))
    positions = runs_within_documents(tokens, collection.n)
    hashes, line_of = ngram_hashes(tokens.hashes, collection.n)[positions], tokens.document[positions]
    rows = [segment.find("run", hashes) for segment in collection.segments]
    needed = np.bincount(line_of, minlength=len(number_of)) / 2
    standing = np.zeros(len(number_of), dtype=np.int64)
    n_documents = len(collection.families)
    shared, counts = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    for start, stop in _parts(collection, rows):
        run, family = _holders(collection, [row[start:stop] for row in rows], before)
        cells = np.concatenate((shared, line_of[start + run] * n_documents + family))
        shared, which = np.unique(cells, return_inverse=True)
        counts = np.bincount(which, weights=np.append(counts, np.ones(len(run)))).astype(np.int64)
        line = shared // n_documents
        # the last line may go on in the next part
        is_whole = line < (line_of[stop] if stop < len(line_of) else len(needed))
        standing += np.bincount(line[is_whole & (counts >= needed[line])], minlength=len(standing))
        shared, counts = shared[~is_whole], counts[~is_whole]
    return [int(standing[number_of[line]]) for line in lines]


def _parts(collection: Collection, rows: Sequence[NDArray[np.int64]]) -> Iterator[tuple[int, int]]:
    """Yield ranges of runs with about `PART_POSTINGS` postings each, given their rows in every segment."""
    postings = np.zeros(len(rows[0]), dtype=np.int64)
    for segment, row in zip(collection.segments, rows, strict=True):
        postings[row >= 0] += segment.table("run").counts(row[row >= 0])
    part = (np.cumsum(postings) - postings) // PART_POSTINGS
    yield from pairwise([*np.flatnonzero(np.diff(part, prepend=-1)).tolist(), len(postings)])


def _holders(
    collection: Collection, rows: Sequence[NDArray[np.int64]], before: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the runs that earlier documents have and the first issues of these, given their rows in every segment."""
    pairs, base = [], 0
    n_documents = len(collection.families)
    for segment, row in zip(collection.segments, rows, strict=True):
        hit = np.flatnonzero(row >= 0)
        sentences, which = segment.table("run").gather(row[hit])
        document = segment.document_of(sentences)
        is_past = segment.days[document] < before
        family = collection.families[base + document[is_past]]
        pairs.append(hit[which[is_past]] * n_documents + family)
        base += segment.n_documents
    # a run counts once for a family, however many of its issues have it
    run, family = np.divmod(np.unique(np.concatenate(pairs)), n_documents)
    return run, family


def _new_passages(text: str, tokens: SentenceTokens, days: NDArray[np.int64]) -> tuple[Passage, ...]:
    """Return the stretches of words that were not in print, longest first."""
    new = np.flatnonzero(days == NEVER)
    if len(new) == 0:
        return ()
    sentence = tokens.sentence[new]
    breaks = np.flatnonzero((np.diff(new) != 1) | (np.diff(sentence) != 0)) + 1
    found = []
    for stretch in np.split(new, breaks):
        start, end = int(tokens.word_starts[stretch[0]]), int(tokens.word_ends[stretch[-1]])
        if len(stretch) >= MIN_PASSAGE_WORDS:
            found.append(Passage(text[start:end], start, end, len(stretch), int(tokens.sentence[stretch[0]])))
    return tuple(sorted(found, key=lambda passage: (-passage.n_words, passage.start)))


def _reissue(tokens: SentenceTokens, segments: Sequence[Segment], before: int, n: int) -> Document | None:
    """Return the document of the days before that is the same text, the first of several."""
    words = sequence_hashes(tokens.hashes, np.array([0, len(tokens.hashes)]))
    hashes, positions = tokens.runs(n)
    own = sketch(hashes, np.zeros(len(positions), dtype=np.int64), 1)
    found = []
    for segment in segments:
        low, high = np.searchsorted(segment.days, [before - WINDOW_DAYS, before])
        window = slice(int(low), int(high))
        is_same = segment.arrays["document_wording"][window] == words
        if len(tokens.hashes) >= MIN_WORDS:
            is_long = segment.arrays["document_words"][window] >= MIN_WORDS
            sketches = segment.arrays["document_sketch"][window]
            is_same |= is_long & (resemblance(sketches, own) >= MIN_RESEMBLANCE)
        found += [document_at(segment, int(low) + int(number)) for number in np.flatnonzero(is_same)[:1]]
    return min(found, key=lambda document: (document.date, document.id), default=None)
