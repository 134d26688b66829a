"""Items of the files that annotation tools export, each with its place for messages.

A file is an array or lines of JSON, or a ZIP archive of such files, one an annotator, as doccano gives it.
"""

from __future__ import annotations

import io
import json
import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rhetoric._encoding import decode
from rhetoric._files import Input, InputError, one_line, opened, place, shown

_GAP = re.compile(r"[\s,]*")
_ZIP = b"PK\x03\x04"
_MAX_ARCHIVE_BYTES = 1 << 30  # unpacked; a million sentences with context take about half of it
_NOBODY = ("all", "unknown")  # doccano's names for a file of all annotators and for one of none


@dataclass(frozen=True)
class Item:
    """One object of a file.

    Attributes
    ----------
    where : str
        File and number of the item or line.
    value : dict
        The object.
    annotator : str or None
        Whom the file is named after.
    """

    where: str
    value: dict[str, Any]
    annotator: str | None

    def error(self, rule: str, got: object, remedy: str) -> InputError:
        """Return the error for what is in this item."""
        return InputError(f"{self.where}: {rule}, got {shown(got)}; {remedy}.")


def read_items(path: str | os.PathLike[str]) -> Iterator[Item]:
    """Yield the items of a file."""
    where = place(path)
    with opened(Input(Path(path), "", "annotations")) as file:
        raw = file.read()
    if not raw.startswith(_ZIP):
        yield from _json_items(decode(raw, where), where, None)
        return
    for name, member in _members(raw, where):
        stem = Path(name).stem
        yield from _json_items(decode(member, f"{where}/{name}"), f"{where}/{name}", None if stem in _NOBODY else stem)


def _members(raw: bytes, where: str) -> list[tuple[str, bytes]]:
    """Return names and contents of the JSON files of a ZIP archive, sorted by name."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            found = [info for info in archive.infolist() if _is_export(info.filename)]
            n_bytes = sum(info.file_size for info in found)
            # more would not fit into memory: nothing is unpacked, and the size is refused below
            found = found if n_bytes <= _MAX_ARCHIVE_BYTES else []
            members = [(info.filename, archive.read(info)) for info in found]
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError) as exc:
        raise InputError(f"{where}: archive must be sound ({one_line(exc)}); export it again.") from exc
    if n_bytes > _MAX_ARCHIVE_BYTES:
        raise InputError(f"{where}: archive must unpack to 1 GB at most, got {n_bytes:,} bytes; unpack it first.")
    return sorted(members)


def _is_export(name: str) -> bool:
    """Return whether a member of an archive holds annotations; packers on a Mac add hidden files."""
    return name.endswith((".json", ".jsonl")) and not Path(name).name.startswith(".")


def _json_items(text: str, where: str, annotator: str | None) -> Iterator[Item]:
    """Yield the objects of a JSON array or of JSON lines."""
    if text.lstrip().startswith("["):
        numbered = [(f"{where}, item {number}", value) for number, value in enumerate(_array(text, where), 1)]
    else:
        # split at line feeds alone: texts may hold other line ends
        lines = enumerate(text.split("\n"), 1)
        numbered = [(f"{where}, line {number}", _line(line, where, number)) for number, line in lines if line.strip()]
    for at, value in numbered:
        if not isinstance(value, dict):
            raise InputError(f"{at}: item must be a JSON object, got {shown(value)}; export it from the tool again.")
        yield Item(at, value, annotator)


def _array(text: str, where: str) -> list[Any]:
    """Return a JSON array; an error counts the items before the one that is broken."""
    try:
        values: list[Any] = json.loads(text)
    except (ValueError, RecursionError) as exc:
        item = _first_broken(text)
        raise InputError(
            f"{where}, item {item}: file must be complete JSON, got {one_line(exc)}; export it from the tool again."
        ) from exc
    return values


def _first_broken(text: str) -> int:
    """Return the number of the first item of a JSON array that cannot be read."""
    decoder = json.JSONDecoder()
    number, at = 1, text.index("[") + 1
    while True:
        gap = _GAP.match(text, at)
        try:
            _, at = decoder.raw_decode(text, gap.end() if gap else at)
        except (ValueError, RecursionError):
            return number
        number += 1


def _line(line: str, where: str, number: int) -> Any:
    """Return the value on a line of JSON lines."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise InputError(
            f"{where}, line {number}: line must be one JSON object, got {shown(line.strip())} ({one_line(exc)}); "
            "export it from the tool again as JSON or JSON lines."
        ) from exc
