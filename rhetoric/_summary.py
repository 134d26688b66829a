"""A reading in three plain sentences: what can be skipped, what is new, what changed or is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rhetoric._labels import NEW, NEWS, SUBSTANTIVE, UNCERTAIN

if TYPE_CHECKING:
    from rhetoric._reading import Reading, Sentence
    from rhetoric._trace import Trace

NUMERALS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"]
MAX_LISTED = 12
"""More sentences than this are counted, not listed."""


def summary_sentences(reading: Reading) -> tuple[str, ...]:
    """Return the three sentences in that order; a single one where there is no word to read.

    A note that the text is not in the language of the model comes before them.
    """
    if reading.n_words == 0:
        return ("There is no word to read.",)
    note = () if reading.language_note is None else (f"Note: {reading.language_note}",)
    return (*note, _skip(reading), _new(reading), _changed(reading))


def to_read(reading: Reading) -> list[int]:
    """Return the numbers of the sentences to read, from 1: the news, or what is substantive without an archive.

    Bare enumerators such as "2." are left out.
    """
    has_archive = reading.trace is not None
    return _numbers(
        reading,
        lambda sentence: (
            (sentence.kind == NEWS if has_archive else sentence.label == SUBSTANTIVE)
            and any(map(str.isalpha, sentence.text))
        ),
    )


def _skip(reading: Reading) -> str:
    """Return which share of the words can be skipped."""
    low, high = reading.perishable_interval
    return f"{reading.perishable_share:.0%} of {reading.n_words:,} words can be skipped ({low:.0%} to {high:.0%})."


def _new(reading: Reading) -> str:
    """Return where something is said, and with an archive whether it is new."""
    doubtful = _numbers(reading, lambda sentence: sentence.label == UNCERTAIN)
    doubt = f"; {_listed(doubtful, 'sentence')} {_verb(doubtful, 'is', 'are')} uncertain" if doubtful else ""
    found = to_read(reading)
    if reading.trace is None:
        if not found:
            return f"No sentence says anything to check or act on{doubt}."
        verb = _verb(found, "says", "say")
        return f"{_placed(found, reading)} {verb} something to check or act on{doubt}."
    if not found:
        return f"No sentence is news{doubt}."
    verb = _verb(found, "is", "are")
    return f"{_placed(found, reading)} {verb} news, something to check or act on in words not seen before{doubt}."


def _changed(reading: Reading) -> str:
    """Return what changed and what is missing, as far as that can be known."""
    if reading.trace is None:
        return "What changed or is missing shows only against an archive of earlier statements."
    return _changed_and_missing(reading.trace)


def trace_sentences(trace: Trace) -> tuple[str, ...]:
    """Return a trace in three sentences: what was in print, what is new, what changed or is missing."""
    n_words, new = sum(s.n_words for s in trace.sentences), [s.verdict for s in trace.sentences].count(NEW)
    if n_words == 0:
        return ("There is no word to read.",)
    return (
        f"{trace.reused_share:.0%} of {n_words:,} words were already in print and can be skipped.",
        f"{counted(new, 'sentence')} of {len(trace.sentences):,} {'is' if new == 1 else 'are'} new.",
        _changed_and_missing(trace),
    )


def _changed_and_missing(trace: Trace) -> str:
    """Return which lines return changed, and how many formulas are missing."""
    lines = sorted(line.sentence + 1 for line in trace.changed_lines)
    changed = "No line returns changed"
    if lines:
        places = f" ({_listed(lines, 'sentence')})" if len(lines) <= MAX_LISTED else ""
        changed = f"{counted(len(lines), 'line')} {_verb(lines, 'returns', 'return')} changed{places}"
    n_missing = len(trace.omissions)
    if not n_missing:
        return f"{changed}, and no formula that was to be expected is missing."
    verb = "is" if n_missing == 1 else "are"
    return f"{changed}, and {counted(n_missing, 'formula').lower()} that {verb} nearly always there {verb} missing."


def _numbers(reading: Reading, is_meant: Callable[[Sentence], bool]) -> list[int]:
    """Return the numbers of the sentences that are meant, counted from 1."""
    return [number for number, sentence in enumerate(reading.sentences, start=1) if is_meant(sentence)]


def _placed(numbers: Sequence[int], reading: Reading) -> str:
    """Return sentences as the subject of a clause: "Sentences 2 and 4 of 9"."""
    return f"{_listed(numbers, 'Sentence')} of {len(reading.sentences):,}"


def _listed(numbers: Sequence[int], noun: str) -> str:
    """Return a noun with its numbers: "sentence 3", "sentences 3, 4 and 8", or how many there are."""
    if len(numbers) == 1:
        return f"{noun} {numbers[0]}"
    if len(numbers) > MAX_LISTED:
        return f"{len(numbers):,} {noun.lower()}s"
    return f"{noun}s {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: "No lines", "One line", "13 lines"."""
    number = NUMERALS[count] if count < len(NUMERALS) else f"{count:,}"
    return f"{number} {noun}" if count == 1 else f"{number} {noun}s"


def _verb(items: Sequence[object], singular: str, plural: str) -> str:
    """Return the form of a verb that agrees with how many things do it."""
    return singular if len(items) == 1 else plural
