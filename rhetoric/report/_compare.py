"""Two readings as the plain dict that the page of a comparison shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rhetoric._alignment import Row, align
from rhetoric._labels import SUBSTANTIVE
from rhetoric._summary import counted
from rhetoric.report._pieces import cut
from rhetoric.report._statement import summarize_figures, summarize_heading

if TYPE_CHECKING:
    from rhetoric._reading import Reading, Sentence

SAME, CHANGED, MOVED, ADDED, DROPPED = "same", "changed", "moved", "added", "dropped"
STATES = {SAME: "=", CHANGED: "±", MOVED: "↕", ADDED: "+", DROPPED: "−"}


def summarize_comparison(earlier: Reading, later: Reading) -> dict[str, Any]:
    """Return what the page of a comparison shows, as plain dicts, lists, str and numbers."""
    aligned = align([s.text for s in earlier.sentences], [s.text for s in later.sentences])
    rows = [_row(row, earlier, later) for row in aligned]
    return {
        "earlier": {"heading": summarize_heading(earlier), "figures": summarize_figures(earlier)},
        "later": {"heading": summarize_heading(later), "figures": summarize_figures(later)},
        "summary": _summary(rows, later),
        "counts": {state: sum(row["state"] == state for row in rows) for state in STATES},
        "rows": rows,
    }


def _row(row: Row, earlier: Reading, later: Reading) -> dict[str, Any]:
    """Return one row with what became of the sentence."""
    state = _state(row)
    left = None if row.earlier is None else earlier.sentences[row.earlier]
    right = None if row.later is None else later.sentences[row.later]
    return {
        "state": state,
        "mark": STATES[state],
        "has_moved": row.has_moved,
        "similarity": row.similarity,
        "earlier": None if left is None or row.earlier is None else _side(row.earlier, left, row.dropped),
        "later": None if right is None or row.later is None else _side(row.later, right, row.added),
    }


def _state(row: Row) -> str:
    """Return what became of a sentence; a change of words counts before a change of place."""
    if row.earlier is None:
        return ADDED
    if row.later is None:
        return DROPPED
    if row.dropped or row.added:
        return CHANGED
    return MOVED if row.has_moved else SAME


def _side(at: int, sentence: Sentence, spans: tuple[tuple[int, int], ...]) -> dict[str, Any]:
    """Return a sentence of one statement, cut where its changed words begin and end."""
    marks = [(start, end, True) for start, end in spans]
    return {
        "number": at + 1,
        "label": sentence.label,
        "n_words": sentence.n_words,
        "pieces": [{"text": text, "is_changed": bool(value)} for text, (value,) in cut(sentence.text, [marks])],
    }


def _summary(rows: list[dict[str, Any]], later: Reading) -> list[str]:
    """Return three plain sentences: what stayed, what is new, what changed or is missing."""
    words = sum(row["later"]["n_words"] for row in rows if row["state"] in (SAME, MOVED))
    total = later.n_words
    kept = f"{words / total:.0%} of {total:,} words" if total else "No word"
    added = [row["later"] for row in rows if row["state"] == ADDED]
    changed, dropped = (sum(row["state"] == state for row in rows) for state in (CHANGED, DROPPED))
    return [
        f"{kept} can be skipped: they stand in sentences of the earlier statement, unchanged.",
        f"{counted(len(added), 'sentence')} {'is' if len(added) == 1 else 'are'} new{_substance(added)}.",
        f"{counted(changed, 'sentence')} changed, and {counted(dropped, 'sentence').lower()} "
        f"of the earlier statement {'is' if dropped == 1 else 'are'} gone.",
    ]


def _substance(added: list[dict[str, Any]]) -> str:
    """Return how many of the new sentences say something, as the rest of a sentence about them."""
    n_telling = sum(side["label"] == SUBSTANTIVE for side in added)
    if not added:
        return ""
    if n_telling == len(added) == 1:
        return " and says something to check or act on"
    verb = "says" if n_telling == 1 else "say"
    return f"; {counted(n_telling, 'of them').removesuffix('s').lower()} {verb} something to check or act on"
