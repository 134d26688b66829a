"""A reading as text for people: on a terminal, in colour where there is one.

Formulaic sentences recede, substantive ones stand out, and the mark before each sentence says the same
without colour.
"""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from rhetoric._cues import describe_cues
from rhetoric._labels import FORMULAIC, SUBSTANTIVE
from rhetoric._reading import Reading, Sentence

MARKS = {FORMULAIC: "·", SUBSTANTIVE: "●"}
STYLES = {FORMULAIC: "dim", SUBSTANTIVE: "bold"}
UNCERTAIN_MARK, UNCERTAIN_STYLE = "?", "italic"
CUES_SHOWN = 3
LABEL_WIDTH = 11
INDENT = 22


def print_reading(reading: Reading, console: Console) -> None:
    """Print one statement: heading, summary, then every sentence with label, probability and cues."""
    for line in _heading(reading):
        console.print(line)
    console.print(Text(reading.summary()))
    console.print()
    for sentence in reading.sentences:
        _print_sentence(sentence, console)
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
    return lines


def _print_sentence(sentence: Sentence, console: Console) -> None:
    """Print one sentence with its mark, label and probability, and the cues below."""
    mark = MARKS.get(sentence.label, UNCERTAIN_MARK)
    style = STYLES.get(sentence.label, UNCERTAIN_STYLE)
    head = f"{mark} {sentence.label:<{LABEL_WIDTH}} p={sentence.p_substantive:.2f}"
    body = Text(printable(sentence.text), style=style)
    width = max(20, console.width - INDENT)
    lines = body.wrap(console, width)
    for number, line in enumerate(lines):
        lead = f"{head:<{INDENT}}" if number == 0 else " " * INDENT
        console.print(Text(lead) + line, soft_wrap=True)
    cues = describe_cues(tuple(cue for cue in sentence.cues if cue.text), CUES_SHOWN)
    if cues:
        console.print(Padding(Text(printable(cues), style="dim"), (0, 0, 0, INDENT), expand=False))


def printable(text: str) -> str:
    """Return `text` with control characters and direction overrides shown as code points."""
    return "".join(
        character if character.isprintable() or character == " " else f"<U+{ord(character):04X}>" for character in text
    )
