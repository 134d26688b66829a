"""Sentences as tasks for annotation tools, each in the shape that its tool imports.

===============  ==========================================================================================
``label-studio`` a JSON array; ``data`` holds what the labelling configuration shows, ``predictions`` the
                 suggestion, which Label Studio keeps apart from what annotators answer
``prodigy``      JSON lines for the ``choice`` interface: ``text``, ``options``, and in ``meta`` what stands
                 below the card; the suggestion is an option selected beforehand
``doccano``      JSON lines: ``text``, ``label``, and every other key is shown as metadata and comes back
===============  ==========================================================================================

All characters beyond ASCII are escaped: doccano guesses the encoding of a file, and an escape cannot be
guessed wrong.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rhetoric import __version__
from rhetoric._encoding import half_pair
from rhetoric._files import shown
from rhetoric._labels import FORMULAIC, SUBSTANTIVE
from rhetoric._plain import plain

if TYPE_CHECKING:
    import pandas as pd

LABELS = (FORMULAIC, SUBSTANTIVE)
GRADES = range(1, 6)
"""How substantive a sentence is: 1 is pure formula."""
CONTEXT = ("title", "date", "source", "previous", "next")
"""What annotators see beside the sentence; the last two are its neighbours."""
LABEL, GRADE, COMMENT = "label", "grade", "comment"
"""Names of the controls in Label Studio, by which their results are found again."""

LABEL_STUDIO_CONFIG = f"""\
<View>
  <Style>.htx-text {{ white-space: pre-wrap; }}</Style>
  <Header value="$title" size="4"/>
  <Header value="$source" size="6"/>
  <Header value="$date" size="6"/>
  <View style="opacity: 0.6"><Text name="previous" value="$previous"/></View>
  <Text name="text" value="$text"/>
  <View style="opacity: 0.6"><Text name="next" value="$next"/></View>
  <Choices name="{LABEL}" toName="text" choice="single" showInline="true" required="true">
    <Choice value="{FORMULAIC}" hotkey="f"/>
    <Choice value="{SUBSTANTIVE}" hotkey="s"/>
  </Choices>
  <Header value="Grade (optional): {GRADES[0]} pure formula to {GRADES[-1]} pure substance" size="6"/>
  <Rating name="{GRADE}" toName="text" maxRating="{GRADES[-1]}"/>
  <TextArea name="{COMMENT}" toName="text" rows="2" maxSubmissions="1" placeholder="Comment (optional)"/>
</View>
"""


@dataclass(frozen=True)
class Task:
    """A sentence to be labelled.

    Attributes
    ----------
    id : str
        Its name, the same whenever it is exported.
    document : str
        The statement that it stands in.
    text : str
        The sentence.
    context : mapping of str to str
        A value for each of `CONTEXT`, empty where there is none.
    label : str
        What the model says.
    score : float
        Probability of `label`, 0.5 to 1.
    """

    id: str
    document: str
    text: str
    context: Mapping[str, str]
    label: str
    score: float


def text_id(text: str) -> str:
    """Return a name that follows from the text alone."""
    return "sha256-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def document_names(frame: pd.DataFrame) -> list[str]:
    """Return a name for each statement: its id, or a digest of its text where it has none."""
    ids = frame["id"].tolist() if "id" in frame else [None] * len(frame)
    names = [_context_word(value) or text_id(text) for value, text in zip(ids, frame["text"], strict=True)]
    first_text: dict[str, str] = {}
    for row, (name, text) in enumerate(zip(names, frame["text"], strict=True)):
        if first_text.setdefault(name, text) != text:
            raise ValueError(
                f"frame['id'] must be different for each statement, got {shown(name)} again in row {row}; "
                "make the ids unique or drop the column."
            )
    return names


def _context_word(value: Any) -> str:
    """Return a value of a table as annotators see it, empty where it is missing."""
    value = plain(value)
    return "" if value is None else str(value)


def make_task(table: pd.DataFrame, position: int, documents: Sequence[str]) -> Task:
    """Return the task for a row of a table of sentences."""
    rows = table["row"]
    row, start, end, text = (table[name].iloc[position] for name in ("row", "start", "end", "text"))
    context = {name: _context_word(table[name].iloc[position]) if name in table else "" for name in CONTEXT[:3]}
    for name, neighbour in (("previous", position - 1), ("next", position + 1)):
        is_there = 0 <= neighbour < len(table) and rows.iloc[neighbour] == row
        context[name] = table["text"].iloc[neighbour] if is_there else ""
    p = float(table["p_substantive"].iloc[position])
    label = str(table["label"].iloc[position])
    document = documents[row]
    return Task(f"{document}#{start}-{end}", document, text, context, label, round(max(p, 1 - p), 4))


def _label_studio(task: Task, *, suggest: bool) -> dict[str, Any]:
    """Return a task for Label Studio; it refuses one without a value for a variable of the configuration."""
    data = {"text": task.text, "id": task.id, "document": task.document, **task.context}
    if not suggest:
        return {"data": data}
    choice = {"from_name": LABEL, "to_name": "text", "type": "choices", "value": {"choices": [task.label]}}
    prediction = {"model_version": f"rhetoric {__version__}", "score": task.score, "result": [choice]}
    return {"data": data, "predictions": [prediction]}


def _prodigy(task: Task, *, suggest: bool) -> dict[str, Any]:
    """Return a task for the ``choice`` interface of Prodigy, which keeps keys that it does not know."""
    return {
        "text": task.text,
        "options": [{"id": label, "text": label} for label in LABELS],
        **({"accept": [task.label]} if suggest else {}),
        "meta": {name: value for name, value in task.context.items() if value},
        "id": task.id,
        "document": task.document,
    }


def _doccano(task: Task, *, suggest: bool) -> dict[str, Any]:
    """Return an example for doccano, whose import fails where examples differ in their keys."""
    label = [task.label] if suggest else []
    return {"text": task.text, "label": label, "id": task.id, "document": task.document, **task.context}


_SHAPES: dict[str, Callable[..., dict[str, Any]]] = {
    "label-studio": _label_studio,
    "prodigy": _prodigy,
    "doccano": _doccano,
}
SUFFIXES = {"label-studio": ".json", "prodigy": ".jsonl", "doccano": ".jsonl"}
"""Suffix of the file of each format; Label Studio and Prodigy read by it."""
SUGGESTS = {"label-studio": True, "prodigy": True, "doccano": False}
"""Whether a format suggests labels by default: in doccano nothing tells a suggestion from an answer."""


def serialize(tasks: Iterable[Task], format: str, *, suggest: bool) -> str:
    r"""Return the contents of a file of tasks.

    Parameters
    ----------
    tasks : iterable of Task
        In the order in which annotators shall see them.
    format : str
        A key of `SUFFIXES`.
    suggest : bool
        Whether the label of the model goes along.

    Returns
    -------
    str
        ASCII.

    Examples
    --------
    >>> task = Task("a#0-2", "a", "평양", {"title": ""}, "formulaic", 0.75)
    >>> serialize([task], "doccano", suggest=True)
    '{"text": "\\ud3c9\\uc591", "label": ["formulaic"], "id": "a#0-2", "document": "a", "title": ""}\n'
    """
    lines = [_line(_SHAPES[format](task, suggest=suggest)) for task in tasks]
    if SUFFIXES[format] == ".json":
        return "[\n" + ",\n".join(lines) + "\n]\n"
    return "".join(line + "\n" for line in lines)


def _line(item: dict[str, Any]) -> str:
    """Return an item as JSON on one line."""
    try:
        json.dumps(item, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as exc:
        raise half_pair(exc, "frame") from exc
    return json.dumps(item, ensure_ascii=True)
