"""What annotators answered, parsed from the items that annotation tools export, and what most of them say.

The parser of a format makes of each item its answers, or the reason why there is none. Shapes that are read:

- Label Studio, JSON: ``annotations`` of each task, with ``was_cancelled``, ``completed_by`` and ``result``;
  a result has a ``type`` and a ``value`` named after it;
- Prodigy, JSON lines of ``db-out``: ``answer`` (accept, reject, ignore), ``accept`` (selected options) or one
  ``label``, ``_annotator_id`` and ``_session_id``;
- doccano, JSON lines or JSON: ``label`` (``labels`` and ``cats`` in other versions and projects) is a list of
  names, ``text`` (``data`` in some versions) the sentence, metadata are keys of their own or in ``meta``.

Nothing in a file can raise anything but `InputError`, which names file, item and remedy.
"""

from __future__ import annotations

import json
import math
import os
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from rhetoric._annotation_files import Item, read_items
from rhetoric._annotation_tasks import COMMENT, GRADE, GRADES, LABEL, LABELS, text_id
from rhetoric._files import InputError, place

if TYPE_CHECKING:
    import pandas as pd

REASONS = ("skipped", "rejected", "unlabelled")
"""Why an item has no answer."""

_FIELDS = ("id", "document", "date", "source", "title")


@dataclass(frozen=True)
class Answer:
    """A label that an annotator gave.

    Attributes
    ----------
    text, label, id : str
        The sentence, its label and its name.
    document, date, source, title : str or None
        As exported.
    annotator : str or None
        Who gave it.
    grade : int or None
        1 to 5.
    comment : str or None
        What the annotator wrote.
    """

    text: str
    label: str
    id: str
    document: str | None
    date: str | None
    source: str | None
    title: str | None
    annotator: str | None
    grade: int | None
    comment: str | None


def read_answers(path: str | os.PathLike[str], format: str | None) -> list[Answer | str]:
    """Return the answers in a file, in its order, and the reason of `REASONS` where there is none.

    Parameters
    ----------
    path : str or path
        Any name.
    format : {"label-studio", "prodigy", "doccano"}, optional
        By default that of the first item.

    Raises
    ------
    InputError
        If the file cannot be read, holds no item, or an item is not what the format says.
    """
    items = list(read_items(path))
    if not items:
        raise InputError(f"{place(path)}: file must hold labelled items, got none; export it again.")
    parse = _PARSERS[format or _guess(items[0])]
    return [outcome for item in items for outcome in parse(item)]


def _guess(item: Item) -> str:
    """Return the format of an item."""
    keys = item.value.keys()
    if isinstance(item.value.get("data"), dict):
        return "label-studio"
    if {"annotation_id", "annotator"} <= keys:
        raise item.error("Label Studio files must be of the type JSON", "JSON-MIN", "export it again and choose JSON")
    if keys & {"answer", "options", "_view_id"}:
        return "prodigy"
    if keys & {"text", "data"} and keys & {"label", "labels", "cats", "annotations"}:
        return "doccano"
    remedy = "export labelled sentences from one of them, or name the format"
    raise item.error("file must be an export of label-studio, prodigy or doccano", sorted(keys), remedy)


def _label_studio(item: Item) -> Iterator[Answer | str]:
    """Yield the answers of the annotations of one task; its predictions are no answers."""
    data, annotations = item.value.get("data"), item.value.get("annotations")
    if not isinstance(data, dict) or not isinstance(annotations, list):
        rule = "Label Studio task must have data and annotations"
        raise item.error(rule, sorted(item.value), "label it and export it as JSON")
    if not annotations:
        yield "unlabelled"
    for number, annotation in enumerate(annotations, 1):
        at = Item(f"{item.where}, annotation {number}", annotation, None)
        if not isinstance(annotation, dict) or not isinstance(annotation.get("result"), list):
            raise at.error("annotation must have a result", annotation, "export the project as JSON")
        yield "skipped" if annotation.get("was_cancelled") else _annotation(at, data)


def _annotation(item: Item, data: dict[str, Any]) -> Answer | str:
    """Return the answer in an annotation of Label Studio."""
    choices = _results(item, LABEL, "choices", "choices")
    if not choices:
        return "unlabelled"
    grades = _results(item, GRADE, "rating", "rating")
    comments = _results(item, COMMENT, "textarea", "text")
    person = item.value.get("completed_by")
    if isinstance(person, dict):
        person = person.get("email") or person.get("id")
    return _answer(item, data, choices, person, grades[0] if grades else None, comments)


def _results(item: Item, name: str, kind: str, key: str) -> list[Any]:
    """Return the values of one control, which may have another name where it is the only one of its kind."""
    found: list[tuple[str, Any]] = []
    for result in item.value["result"]:
        if isinstance(result, dict) and result.get("type") == kind:
            value = result.get("value")
            if not isinstance(value, dict) or key not in value:
                raise item.error(f"result of type {kind} must have a value with {key}", value, "export it as JSON")
            values = value[key] if isinstance(value[key], list) else [value[key]]
            found += [(str(result.get("from_name")), single) for single in values]
    controls = {control for control, _ in found}
    wanted = controls if len(controls) == 1 else {name}
    return [value for control, value in found if control in wanted]


def _prodigy(item: Item) -> Iterator[Answer | str]:
    """Yield the answer to one task of Prodigy."""
    task = item.value
    answer = task.get("answer")
    if answer in ("reject", "ignore"):
        yield "rejected" if answer == "reject" else "skipped"
        return
    if answer not in ("accept", None):
        raise item.error("answer must be accept, reject or ignore", answer, "export the dataset with prodigy db-out")
    labels = _names(item, "accept" if "accept" in task else "label") if answer else []
    if not labels:
        yield "unlabelled"
        return
    person = task.get("_annotator_id") or task.get("_session_id")
    yield _answer(item, _with_meta(item), labels, person, task.get(GRADE), task.get(COMMENT))


def _doccano(item: Item) -> Iterator[Answer | str]:
    """Yield the answers to one example of doccano; a list of several annotators does not tell whose they are."""
    example = item.value
    key = next((key for key in ("label", "labels", "cats") if key in example), None)
    if key is None:
        remedy = "export a text classification project as JSONL with label names"
        raise item.error("example must have a label", sorted(example), remedy)
    labels = _names(item, key)
    person = item.annotator or example.get("username")
    if not labels:
        yield "unlabelled"
        return
    for given in [labels] if person else [[label] for label in labels]:
        yield _answer(item, _with_meta(item), given, person, None, example.get("Comments"))


def _names(item: Item, key: str) -> list[str]:
    """Return label names, which stand alone or in a list."""
    value = item.value.get(key)
    names = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in names):
        raise item.error(f"{key} must be a list of label names", value, "export a text classification project")
    return names


def _with_meta(item: Item) -> dict[str, Any]:
    """Return the text of an item, its fields and its metadata: an object or, in old exports, JSON in a string."""
    value, meta = item.value, item.value.get("meta")
    if isinstance(meta, str):
        try:
            meta = json.loads(meta)
        except (ValueError, RecursionError):
            meta = None
    # metadata first: the id beside them may be the number that the tool gave
    return {**value, **(meta if isinstance(meta, dict) else {}), "text": value.get("text", value.get("data"))}


def _answer(
    item: Item, data: dict[str, Any], labels: list[Any], person: object, grade: object, comments: object
) -> Answer:
    """Return a checked answer."""
    text = data.get("text")
    if not isinstance(text, str) or not text.strip():
        raise item.error("text must be a sentence", text, "drop the item in the tool")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as exc:
        got = exc.object[exc.start]
        raise item.error("text must be valid Unicode", got, "correct half a pair in the tool") from exc
    fields = {name: _word(item, name, data.get(name)) for name in _FIELDS}
    parts = comments if isinstance(comments, list) else [comments]
    return Answer(
        text=text,
        label=_label(item, labels),
        id=fields.pop("id") or text_id(text),
        annotator=_word(item, "annotator", person),
        grade=_grade(item, grade),
        comment="\n".join(part for part in parts if isinstance(part, str) and part) or None,
        **fields,
    )


def _label(item: Item, labels: list[Any]) -> str:
    """Return the one label among those that an annotator gave, at least one."""
    for label in labels:
        if label not in LABELS:
            rule = f"label must be {LABELS[0]!r} or {LABELS[1]!r}"
            raise item.error(rule, label, "rename the label in the project and export it again")
    if len(set(labels)) > 1:
        raise item.error("an annotator must give one label", labels, "take one away in the tool and export it again")
    return str(labels[0])


def _word(item: Item, name: str, value: object) -> str | None:
    """Return a value as str, None where there is none."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if not isinstance(value, str | int | float):
        raise item.error(f"{name} must be a string", value, "correct it in the tool or drop it")
    # pandas, which some tools export with, makes floats of whole numbers
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def _grade(item: Item, value: object) -> int | None:
    """Return a grade, None where there is none; a field for text gives it as a string."""
    word = _word(item, GRADE, value)
    if word is None or word == "0":  # Label Studio's rating without a star
        return None
    if word not in map(str, GRADES):
        raise item.error(
            f"grade must be a whole number from {GRADES[0]} to {GRADES[-1]}", value, "correct it in the tool"
        )
    return int(word)


_PARSERS: dict[str, Callable[[Item], Iterator[Answer | str]]] = {
    "label-studio": _label_studio,
    "prodigy": _prodigy,
    "doccano": _doccano,
}


def last_of_each(answers: list[Answer]) -> list[Answer]:
    """Return the answers without those that the same annotator gave to the same sentence before."""
    last = {(answer.id, answer.annotator): row for row, answer in enumerate(answers) if answer.annotator}
    return [
        answer
        for row, answer in enumerate(answers)
        if answer.annotator is None or last[answer.id, answer.annotator] == row
    ]


def majority(answers: list[Answer]) -> tuple[list[Answer], list[str]]:
    """Return one answer a sentence, in the order of its first, and the ids without a majority."""
    of: dict[str, list[Answer]] = {}
    for answer in answers:
        of.setdefault(answer.id, []).append(answer)
    agreed, ties = [], []
    for id, votes in of.items():
        ranked = Counter(vote.label for vote in votes).most_common()
        if len(ranked) > 1 and ranked[0][1] == ranked[1][1]:
            ties.append(id)
        else:
            agreed.append(_joined([vote for vote in votes if vote.label == ranked[0][0]]))
    return agreed, ties


def _joined(votes: list[Answer]) -> Answer:
    """Return one answer for several that agree."""
    grades = [vote.grade for vote in votes if vote.grade is not None]
    return replace(
        votes[0],
        grade=statistics.median_low(grades) if grades else None,
        annotator=", ".join(vote.annotator for vote in votes if vote.annotator) or None,
        comment="\n".join(vote.comment for vote in votes if vote.comment) or None,
    )


def answer_table(answers: list[Answer]) -> pd.DataFrame:
    """Return answers as a table, without a float for a missing grade."""
    import pandas as pd

    names = [field.name for field in fields(Answer)]
    table = pd.DataFrame([asdict(answer) for answer in answers], columns=names, dtype=object)
    return table.astype({"grade": "Int64"})
