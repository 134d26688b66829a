"""Which files a path stands for, what their suffix says about them, and the error for bad input.

A path is a file, a folder or ``-``. Folders are searched at once and in sorted order, so that a wrong
path is refused before the first statement is read and results do not depend on the file system.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

READABLE = {".txt": "text", ".jsonl": "lines", ".ndjson": "lines", ".csv": "csv", ".parquet": "parquet"}
WRITABLE = {suffix: name for suffix, name in READABLE.items() if name != "text"}
"""Format of a file by its suffix in lower case."""

STANDARD_INPUT = "-"
_MAX_SHOWN = 60  # characters of a foreign value in a message: half a line of a terminal
_MAX_LINE = 200


class InputError(ValueError):
    """A file, folder or value from outside that cannot be used.

    The message is one line: the place (path, line or row), the rule with the offending value, and the
    remedy. A command line prints it and exits with 2.
    """


@dataclass(frozen=True)
class Input:
    """One file to be read, or standard input.

    Attributes
    ----------
    path : Path
        Where it is; ``-`` for standard input.
    id : str
        File name; for a file found in a folder its path below that folder, with ``/``.
    format : str
        A value of `READABLE`, or ``"stream"`` for standard input.
    """

    path: Path
    id: str
    format: str

    @property
    def place(self) -> str:
        """Name of the file in messages."""
        return "standard input" if self.format == "stream" else place(self.path)


def shown(value: object) -> str:
    """Return `value` as it stands in a message: quoted, printable, on one line and cut when long."""
    text = repr(value[:_MAX_SHOWN] if isinstance(value, str) else value)
    is_cut = len(text) > _MAX_SHOWN or (isinstance(value, str) and len(value) > _MAX_SHOWN)
    return f"{text[:_MAX_SHOWN]}..." if is_cut else text


def one_line(message: object) -> str:
    """Return a foreign message, such as an exception, printable, on one line and cut when long."""
    text = " ".join(str(message).split()).removeprefix("Error tokenizing data. C error: ")
    text = "".join(character if character.isprintable() else "?" for character in text[:_MAX_LINE])
    return text.rstrip(".")


def place(path: str | os.PathLike[str]) -> str:
    """Return `path` as it stands in a message: printable whatever bytes the file system holds."""
    name = _decoded(os.fspath(path))
    return name if name.isprintable() and name else repr(name)


def _decoded(name: str) -> str:
    """Return a file name as valid Unicode; bytes that are not UTF-8 become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def format_of(path: str | os.PathLike[str], formats: Mapping[str, str]) -> str:
    """Return the format that the suffix of `path` stands for; `formats` is `READABLE` or `WRITABLE`.

    Raises
    ------
    InputError
        If the suffix is not in `formats`.
    """
    suffix = Path(path).suffix
    if suffix.lower() not in formats:
        got = shown(_decoded(suffix)) if suffix else "no suffix"
        remedy = (
            f"convert or rename the file, or pipe it into {STANDARD_INPUT}"
            if formats is READABLE
            else "rename the output"
        )
        raise InputError(f"{place(path)}: suffix must be one of {', '.join(formats)}, got {got}; {remedy}.")
    return formats[suffix.lower()]


def _refuse(path: str | os.PathLike[str], error: OSError | ValueError) -> NoReturn:
    """Raise the error for a path that the system does not open."""
    if isinstance(error, FileNotFoundError):
        raise InputError(f"{place(path)}: no such file or folder; check the path.") from error
    reason = getattr(error, "strerror", None) or one_line(error)
    raise InputError(f"{place(path)}: cannot be read ({reason}); check the path and its permissions.") from error


def _is_folder(path: str | os.PathLike[str]) -> bool:
    """Return whether an existing `path` is a folder."""
    if os.fspath(path) == "":
        raise InputError("path must name a file or folder, got ''; write . for the current folder.")
    try:
        return stat.S_ISDIR(Path(path).stat().st_mode)
    except (OSError, ValueError) as exc:
        _refuse(path, exc)


def _walk(folder: Path) -> list[Path]:
    """Return the readable files below `folder`, sorted by the parts of their paths."""
    found = []
    for parent, folders, names in os.walk(folder, onerror=lambda exc: _refuse(exc.filename or folder, exc)):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = [Path(parent, name) for name in names if not name.startswith(".")]
        # a broken link is kept, to be refused when it is opened; sockets and pipes would block
        found += [path for path in paths if path.suffix.lower() in READABLE and (path.is_file() or path.is_symlink())]
    return sorted(found, key=lambda path: path.parts)


def _below(folder: Path) -> list[Input]:
    """Return the files below `folder` as inputs."""
    found = _walk(folder)
    if not found:
        suffixes = ", ".join(READABLE)
        raise InputError(f"{place(folder)}: folder must hold statements, got none of {suffixes}; check the path.")
    return [Input(path, _decoded(path.relative_to(folder).as_posix()), READABLE[path.suffix.lower()]) for path in found]


def find_file(path: str | os.PathLike[str]) -> Input:
    """Return the file or standard input that `path` stands for.

    Raises
    ------
    InputError
        If it does not exist, is a folder or has an unknown suffix.
    """
    if os.fspath(path) == STANDARD_INPUT:
        return Input(Path(path), STANDARD_INPUT, "stream")
    if _is_folder(path):
        raise InputError(f"{place(path)}: path must be a file, got a folder; name one file in it.")
    return Input(Path(path), _decoded(Path(path).name), format_of(path, READABLE))


def find_inputs(paths: Sequence[str | os.PathLike[str]]) -> list[Input]:
    """Return the files that `paths` stand for, in the order given and folders sorted.

    Parameters
    ----------
    paths : sequence of str or path
        Files, folders or ``-``. Folders are read with all that is below them, except hidden files and
        folders and other suffixes; links to folders are not followed.

    Returns
    -------
    list of Input
        At least one.

    Raises
    ------
    InputError
        If there is no path, one does not exist or has an unknown suffix, a folder holds no statement,
        or ``-`` comes twice.
    TypeError
        If `paths` is a single str.
    """
    if isinstance(paths, str):
        raise TypeError(f"paths must be a sequence of paths, got {shown(paths)}; put it into a list.")
    if not paths:
        raise InputError("paths must name at least one file or folder, got none; write - for standard input.")
    if [os.fspath(path) for path in paths].count(STANDARD_INPUT) > 1:
        raise InputError(f"paths must name standard input once, got {shown(list(paths))}; drop the second -.")
    inputs = []
    for path in paths:
        is_folder = os.fspath(path) != STANDARD_INPUT and _is_folder(path)
        inputs += _below(Path(path)) if is_folder else [find_file(path)]
    return inputs


def _standard_input() -> BinaryIO:
    """Return standard input as bytes; a program started without one has none."""
    buffer: BinaryIO | None = getattr(sys.stdin, "buffer", None)
    if buffer is None:
        raise InputError("standard input: must be a stream of bytes, got none; name a file or pipe into the command.")
    return buffer


@contextmanager
def opened(item: Input) -> Iterator[BinaryIO]:
    """Open `item` for reading bytes; what the system refuses is an `InputError`."""
    try:
        if item.format == "stream":
            yield _standard_input()
        else:
            with item.path.open("rb") as file:
                yield file
    except OSError as exc:
        reason = exc.strerror or one_line(exc)
        raise InputError(f"{item.place}: cannot be read ({reason}); check the path and its permissions.") from exc
