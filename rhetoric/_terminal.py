"""A reading as text for people: on a terminal, in colour where there is one.

Three plain sentences come first, then every sentence with its mark, and below it what speaks for its label
and, with an archive, where its words come from. Formulaic sentences recede, substantive ones stand out; marks
and signs say the same without colour.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from rhetoric._cues import describe_cues
from rhetoric._labels import CHANGED, FORMULAIC, SUBSTANTIVE
from rhetoric._printable import printable
from rhetoric._reading import Reading, Sentence
from rhetoric._summary import summary_sentences
from rhetoric._trace import Difference, Omission, TracedSentence

MARKS = {FORMULAIC: "·", SUBSTANTIVE: "●"}
STYLES = {FORMULAIC: "dim", SUBSTANTIVE: "bold"}
UNCERTAIN_MARK, UNCERTAIN_STYLE = "?", "italic"
DROPPED_STYLE, ADDED_STYLE, MISSING_STYLE = "red", "green", "yellow"
CUES_SHOWN = 3
LABEL_WIDTH, KIND_WIDTH = 11, 14
INDENT, TRACED_INDENT = 22, 25
NARROWEST = 20
LEGEND = "● to read  · to skip  ? uncertain; below: + speaks for substance, - for formula"
TRACED_LEGEND = "; ± changed: [-dropped-] {+added+}"


def print_reading(reading: Reading, console: Console) -> None:
    """Print one statement: heading, summary, legend, every sentence with what is known of it, and what is missing."""
    has_archive = reading.trace is not None
    for line in (*_heading(reading), *map(Text, summary_sentences(reading))):
        console.print(line)
    if has_archive:
        console.print(Text(_wording(reading), style="dim"))
    console.print()
    console.print(Text(LEGEND + (TRACED_LEGEND if has_archive else ""), style="dim"))
    console.print()
    traced = [None] * len(reading.sentences) if reading.trace is None else reading.trace.sentences
    for sentence, known in zip(reading.sentences, traced, strict=True):
        _print_sentence(sentence, known, console)
    _print_missing(reading.omissions, console)
    console.print()


def _heading(reading: Reading) -> list[Text]:
    """Return title and origin, as far as they are known."""
    lines = []
    if reading.title:
        lines.append(Text(printable(reading.title), style="bold underline"))
    authority = f"authority {reading.authority}" if reading.authority is not None else None
    origin = [reading.date, reading.source, reading.vehicle, authority, reading.id]
    known = [printable(part) for part in origin if part]
    if known:
        lines.append(Text(" · ".join(known)))
    if reading.trace is not None and reading.trace.reissue_of is not None:
        first = reading.trace.reissue_of
        lines.append(Text(printable(f"a re-issue of {first.title or first.id}, {first.date}"), style=MISSING_STYLE))
    return lines


def _wording(reading: Reading) -> str:
    """Return how much of the wording is how old."""
    if reading.n_words == 0 or reading.trace is None or reading.reused_share is None:
        return "No word to compare."
    since, limit = reading.writable_since, " or before" if reading.trace.is_limited() else ""
    age = f"since {since}{limit}" if since else "at no date before"
    return f"{reading.reused_share:.0%} of the words were already in print; 80% of them {age}."


def _print_sentence(sentence: Sentence, traced: TracedSentence | None, console: Console) -> None:
    """Print one sentence with its mark, label and probability, and below it cues and precedent."""
    mark = MARKS.get(sentence.label, UNCERTAIN_MARK)
    style = STYLES.get(sentence.label, UNCERTAIN_STYLE)
    name, width = (sentence.label, LABEL_WIDTH) if traced is None else (sentence.kind or sentence.label, KIND_WIDTH)
    indent = INDENT if traced is None else TRACED_INDENT
    head = f"{mark} {name:<{width}} p={sentence.p_substantive:.2f}"
    lines = Text(printable(sentence.text), style=style).wrap(console, max(NARROWEST, console.width - indent))
    for number, line in enumerate(lines):
        line.rstrip()
        lead = f"{head:<{indent}}" if number == 0 else " " * indent
        console.print(Text(lead) + line, soft_wrap=True)
    if traced is not None:
        _print_below(_precedent(sentence, traced), indent, console)
    cues = describe_cues((cue for cue in sentence.cues if cue.text), CUES_SHOWN)
    _print_below(Text(printable(cues), style="dim"), indent, console)


def _print_below(text: Text, indent: int, console: Console) -> None:
    """Print a text below a sentence, if there is any."""
    if not text:
        return
    for line in text.wrap(console, max(NARROWEST, console.width - indent)):
        line.rstrip()
        console.print(Text(" " * indent) + line, soft_wrap=True)


def _precedent(sentence: Sentence, traced: TracedSentence) -> Text:
    """Return the nearest earlier wording in a line: its date, the changed words, how many documents had it."""
    precedent = sentence.precedent
    if precedent is None:
        return Text()
    documents = f"in {traced.n_documents} earlier document{'' if traced.n_documents == 1 else 's'}"
    first = traced.earliest
    since = f", first {first.date}" if first is not None and first.date != precedent.date else ""
    if sentence.verdict != CHANGED:
        return Text(f"word for word {precedent.date}{since}, {documents}", style="dim")
    changes = (change for change in precedent.differences if change.kind != "kept")
    return Text(f"± since {precedent.date}: ") + _changes(changes) + Text(f"  ({documents})", style="dim")


def _changes(changes: Iterable[Difference]) -> Text:
    """Return changed words with brackets that say which were dropped and which were added."""
    parts = []
    for change in changes:
        if change.earlier_text:
            parts.append(Text(f"[-{printable(change.earlier_text)}-]", style=DROPPED_STYLE))
        if change.text:
            parts.append(Text(f"{{+{printable(change.text)}+}}", style=ADDED_STYLE))
    return Text(" ").join(parts)


def _print_missing(omissions: Iterable[Omission], console: Console) -> None:
    """Print the formulas that were to be expected."""
    for omission in omissions:
        last = f", last {omission.last[0].date}" if omission.last else ""
        where = f" (in {omission.n_with} of {omission.n_statements} such statements{last})"
        console.print()
        console.print(Text("∅ missing: ", style=MISSING_STYLE) + Text(printable(omission.text) + where))
