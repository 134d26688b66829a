"""A reading as the plain dict that the page of a statement shows."""

from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from rhetoric._coverage import NEVER
from rhetoric._cues import cue_name, telling_cues
from rhetoric._dated_documents import date_of
from rhetoric._labels import CHANGED, FORMULAIC, SUBSTANTIVE
from rhetoric._plain import plain
from rhetoric._summary import summary_sentences, to_read
from rhetoric.report._pieces import Mark, cut

if TYPE_CHECKING:
    from rhetoric._reading import Reading, Sentence
    from rhetoric._trace import Difference, Document, Omission, Precedent, Trace, TracedSentence

MARKS = {FORMULAIC: "·", SUBSTANTIVE: "●"}
UNCERTAIN_MARK = "?"
CLOSING = ".,;:!?…)]}\"”’'"
CUES_SHOWN = 6
STRETCHES_SHOWN = 6
MAX_DETAILED = 2000
"""Sentences beyond these have a label and no details: a statement of this length is a book."""
MAX_RUN = 50
"""Of these, so many of one label stand together."""
EXCERPT_CHARS = 160


def summarize_statement(reading: Reading) -> dict[str, Any]:
    """Return what the page of a statement shows, as plain dicts, lists, str and numbers."""
    sentences = summarize_sentences(reading)
    return {
        "heading": summarize_heading(reading),
        "summary": list(summary_sentences(reading)),
        "figures": summarize_figures(reading),
        "has_archive": reading.trace is not None,
        "sentences": sentences,
        "rest": _rest(reading),
        "news": [excerpt_of(sentences[number - 1]) for number in to_read(reading) if number <= len(sentences)],
        "changed": [
            _changed_line(sentences[line.sentence], line.n_documents)
            for line in reading.changed_lines
            if line.sentence < len(sentences)
        ],
        "omissions": [_omission(omission) for omission in reading.omissions],
    }


def summarize_heading(reading: Reading) -> dict[str, Any]:
    """Return title and origin, None where they are unknown."""
    reissue = None if reading.trace is None else reading.trace.reissue_of
    return {
        "title": reading.title or reading.id or "Statement",
        "date": reading.date,
        "source": reading.source,
        "vehicle": reading.vehicle,
        "authority": reading.authority,
        "id": reading.id,
        "reissue_of": None if reissue is None else _document(reissue),
    }


def summarize_figures(reading: Reading) -> dict[str, Any]:
    """Return the figures of the whole statement; shares 0 to 1, None where unknown."""
    has_words, trace = reading.n_words > 0, reading.trace
    low, high = reading.perishable_interval
    return {
        "n_words": reading.n_words,
        "n_sentences": len(reading.sentences),
        "perishable": {"share": reading.perishable_share, "low": low, "high": high} if has_words else None,
        "reused_share": reading.reused_share if has_words else None,
        "writable_since": plain(reading.writable_since),
        "is_limited": trace is not None and trace.is_limited(),
        "archive_begins": None if trace is None else plain(trace.archive_begins),
    }


def summarize_sentences(reading: Reading) -> list[dict[str, Any]]:
    """Return the first `MAX_DETAILED` sentences, with their words cut where marks begin and end."""
    gaps = [0, *(b.start - a.end for a, b in pairwise(reading.sentences))]
    usual = Counter(gaps[1:]).most_common(1)[0][0] if len(gaps) > 1 else 0
    reused = _reused_marks(reading.trace) if reading.trace is not None else [[] for _ in gaps]
    return [
        {
            "number": number,
            "label": sentence.label,
            "mark": MARKS.get(sentence.label, UNCERTAIN_MARK),
            "kind": sentence.kind,
            "is_changed": sentence.verdict == CHANGED,
            "begins_paragraph": gap > usual,
            "n_words": sentence.n_words,
            "p_substantive": sentence.p_substantive,
            "text": sentence.text,
            "pieces": _pieces(sentence, marks),
            "details": _details(reading, number - 1, marks),
        }
        for number, (sentence, gap, marks) in islice(
            enumerate(zip(reading.sentences, gaps, reused, strict=True), start=1), MAX_DETAILED
        )
    ]


def _rest(reading: Reading) -> list[dict[str, Any]]:
    """Return the other sentences as runs of one label, without details."""
    runs: list[dict[str, Any]] = []
    for number, sentence in enumerate(reading.sentences[MAX_DETAILED:], start=MAX_DETAILED + 1):
        if not runs or runs[-1]["label"] != sentence.label or number - runs[-1]["first"] >= MAX_RUN:
            mark = MARKS.get(sentence.label, UNCERTAIN_MARK)
            runs.append({"first": number, "label": sentence.label, "mark": mark, "texts": []})
        runs[-1]["texts"].append(sentence.text)
        runs[-1]["last"] = number
    return [{**run, "text": " ".join(run.pop("texts"))} for run in runs]


def _reused_marks(trace: Trace) -> list[list[Mark]]:
    """Return for each sentence the runs of words that were first in print on the same day.

    Runs of words in print that follow each other adjoin: together they are a stretch.
    """
    starts, ends, days = (array.tolist() for array in (trace.word_starts, trace.word_ends, trace.first_days))
    found: list[list[Mark]] = []
    at = 0
    for sentence in trace.sentences:
        marks: list[Mark] = []
        was_reused = False
        while at < len(starts) and starts[at] < sentence.end:
            is_reused = days[at] != NEVER
            if is_reused and was_reused and marks[-1][2] == days[at]:
                marks[-1] = (marks[-1][0], ends[at], days[at])
            elif is_reused:
                if was_reused:
                    marks[-1] = (marks[-1][0], starts[at], marks[-1][2])
                marks.append((starts[at], ends[at], days[at]))
            was_reused = is_reused
            at += 1
        found.append(_with_closing_marks(sentence, marks))
    return found


def _with_closing_marks(sentence: TracedSentence, marks: list[Mark]) -> list[Mark]:
    """Return the runs with the punctuation behind a stretch: what is said of the words stands behind it."""
    next_starts = [*(low for low, _, _ in marks), -1][1:]
    return [
        (low, high if high == following else _behind_marks(sentence, high), day)
        for (low, high, day), following in zip(marks, next_starts, strict=True)
    ]


def _stretches(marks: list[Mark]) -> list[Mark]:
    """Return the stretches that the runs make, each with the day since which all of it was in print."""
    stretches: list[Mark] = []
    for low, high, day in marks:
        if stretches and stretches[-1][1] == low:
            stretches[-1] = (stretches[-1][0], high, max(day, stretches[-1][2]))
        else:
            stretches.append((low, high, day))
    return stretches


def _behind_marks(sentence: TracedSentence, place: int) -> int:
    """Return the place behind the punctuation that follows a word: what is said of the word stands behind it."""
    rest = sentence.text[place - sentence.start :]
    return place + len(rest) - len(rest.lstrip(CLOSING))


def _pieces(sentence: Sentence, reused: list[Mark]) -> list[dict[str, Any]]:
    """Return the pieces of a sentence: their text, since when in print, whether added to the precedent.

    The last piece of a stretch of words in print has the day since which the whole stretch was.
    """
    differences = sentence.precedent.differences if sentence.precedent and sentence.verdict == CHANGED else ()
    added = [(d.start, d.end, True) for d in differences if d.kind in ("added", "replaced")]
    whole_since = {end: date_of(day).isoformat() for _, end, day in _stretches(reused)}
    pieces, at = [], sentence.start
    for text, (day, is_added) in cut(sentence.text, [reused, added], sentence.start):
        at += len(text)
        since = None if day is None else date_of(day).isoformat()
        pieces.append({"text": text, "since": since, "is_added": bool(is_added), "whole_since": whole_since.get(at)})
    return pieces


def _details(reading: Reading, at: int, reused: list[Mark]) -> dict[str, Any]:
    """Return what a sentence shows when it is asked: cues, precedent, earliest use."""
    sentence = reading.sentences[at]
    traced = None if reading.trace is None else reading.trace.sentences[at]
    earliest = None if traced is None or traced.earliest is None else _document(traced.earliest.document)
    return {
        "cues": [
            {"name": cue_name(cue), "text": cue.text, "is_for": cue.contribution > 0, "contribution": cue.contribution}
            for cue in telling_cues(sentence.cues)[:CUES_SHOWN]
        ],
        "n_reused": None if traced is None else traced.n_reused,
        "n_documents": None if traced is None else traced.n_documents,
        "stretches": [
            {"text": sentence.text[low - sentence.start : high - sentence.start], "since": date_of(day).isoformat()}
            for low, high, day in _stretches(reused)[:STRETCHES_SHOWN]
        ],
        "precedent": None if sentence.precedent is None else summarize_precedent(sentence.precedent),
        "earliest": earliest,
    }


def summarize_precedent(precedent: Precedent) -> dict[str, Any]:
    """Return an earlier sentence with the words that are not in the later one marked."""
    dropped = [
        (d.earlier_start, d.earlier_end, True) for d in precedent.differences if d.kind in ("dropped", "replaced")
    ]
    return {
        **_document(precedent.document),
        "similarity": precedent.similarity,
        "pieces": [
            {"text": text, "is_dropped": bool(is_dropped)}
            for text, (is_dropped,) in cut(precedent.text, [dropped], precedent.start)
        ],
        "changes": [change_of(d) for d in precedent.differences if d.kind != "kept"],
    }


def change_of(difference: Difference) -> dict[str, str]:
    """Return a change as the words before and after it, either of them empty where there were none."""
    return {"kind": difference.kind, "dropped": difference.earlier_text, "added": difference.text}


def excerpt_of(sentence: dict[str, Any]) -> dict[str, Any]:
    """Return the number and the beginning of a sentence."""
    text = sentence["text"]
    if len(text) > EXCERPT_CHARS:
        text = text[:EXCERPT_CHARS].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
    return {"number": sentence["number"], "text": text}


def _changed_line(sentence: dict[str, Any], n_documents: int) -> dict[str, Any]:
    """Return a line that returns changed: where it stands and what changed."""
    return {
        **excerpt_of(sentence),
        "changes": sentence["details"]["precedent"]["changes"],
        "n_documents": n_documents,
    }


def _omission(omission: Omission) -> dict[str, Any]:
    """Return a formula that is missing and the last statements that had it."""
    return {
        "text": omission.text,
        "n_with": omission.n_with,
        "n_statements": omission.n_statements,
        "last": [_document(document) for document in omission.last],
    }


def _document(document: Document) -> dict[str, Any]:
    """Return what names a document of the archive."""
    return {
        "date": document.date.isoformat(),
        "title": document.title or document.id,
        "source": document.source,
        "id": document.id,
    }
