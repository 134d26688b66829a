"""The parts of a large output, each complete or absent, so that a killed run can be taken up again.

While an output is made a hidden folder lies beside it. It holds a key, which says of what and how the output
is made, and for each complete part a file with its rows and one with their count, written last. Parts are
joined aside, in their order, while later ones are still made. The joined file takes the place of the output,
and only then the folder goes: what a killed run had joined is joined anew. What is there under another key is
thrown away.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rhetoric._atomic import atomic_path
from rhetoric._files import place
from rhetoric._language import told_foreign
from rhetoric._write import join_tables, part_suffix, write_rows

if TYPE_CHECKING:
    import pandas as pd

_KEY = "key.json"
N_SHOWN = 5
FOREIGN = "foreign_rows"
"""Attribute of a table of sentences: rows of the statements that do not look English."""


@dataclass(frozen=True)
class Count:
    """What some tables of sentences hold.

    Attributes
    ----------
    n_rows : int
        Rows, one a sentence and one a blank statement.
    n_statements : int
        Statements.
    n_blank : int
        Blank statements, which have no label.
    blank : tuple of int
        The rows of the first `N_SHOWN` of them.
    n_foreign : int
        Statements that do not look English, read by a model that was trained on English.
    foreign : tuple of int
        The rows of the first `N_SHOWN` of them.
    """

    n_rows: int = 0
    n_statements: int = 0
    n_blank: int = 0
    blank: tuple[int, ...] = ()
    n_foreign: int = 0
    foreign: tuple[int, ...] = ()

    def __add__(self, other: Count) -> Count:
        """Return the count of the tables of both."""
        return Count(
            n_rows=self.n_rows + other.n_rows,
            n_statements=self.n_statements + other.n_statements,
            n_blank=self.n_blank + other.n_blank,
            blank=(*self.blank, *other.blank)[:N_SHOWN],
            n_foreign=self.n_foreign + other.n_foreign,
            foreign=(*self.foreign, *other.foreign)[:N_SHOWN],
        )

    def told(self) -> list[str]:
        """Return in words how many statements are blank or do not look English, and which; a line each."""
        lines = []
        if self.n_blank:
            shown = ", ".join(map(str, self.blank))
            lines.append(
                f"{self.n_blank} of {self.n_statements} statements are blank and have no label (rows {shown})."
            )
        if self.n_foreign:
            lines.append(told_foreign(self.n_foreign, self.foreign, self.n_statements))
        return lines


class Counted:
    """Tables of sentences that are counted as they go by.

    Parameters
    ----------
    tables : iterable of DataFrame
        Consumed one at a time.

    Attributes
    ----------
    total : Count
        What those that have gone by hold.
    """

    def __init__(self, tables: Iterable[pd.DataFrame]) -> None:
        self._tables = tables
        self.total = Count()

    def __iter__(self) -> Iterator[pd.DataFrame]:
        """Yield the tables."""
        for table in self._tables:
            self.total += _count(table)
            yield table


def _count(table: pd.DataFrame) -> Count:
    """Return what a table of sentences holds."""
    blank = table["row"][table["label"].isna()]
    # rows of statements rise by one, whatever they are counted from
    n_statements = int(table["row"].iloc[-1] - table["row"].iloc[0]) + 1
    foreign = table.attrs.get(FOREIGN, ())
    return Count(
        n_rows=len(table),
        n_statements=n_statements,
        n_blank=len(blank),
        blank=tuple(blank.head(N_SHOWN).tolist()),
        n_foreign=len(foreign),
        foreign=tuple(foreign[:N_SHOWN]),
    )


@dataclass(frozen=True)
class Parts:
    """The folder of the parts of one output.

    Attributes
    ----------
    folder : Path
        Where they are.
    target : Path
        What they are joined into, aside of the output.
    """

    folder: Path
    target: Path

    @property
    def first(self) -> Path:
        """File of the first rows, whose columns and types all parts get."""
        return self.folder / f"first{part_suffix(self.target.suffix)}"

    def _rows(self, number: int) -> Path:
        return self.folder / f"{number:08d}{part_suffix(self.target.suffix)}"

    def _count(self, number: int) -> Path:
        return self.folder / f"{number:08d}.json"

    def complete(self) -> set[int]:
        """Return the numbers of the complete parts."""
        return {int(path.stem) for path in self.folder.glob("[0-9]*.json")}

    def write_first(self, table: pd.DataFrame) -> None:
        """Keep the first rows, which decide on columns and types."""
        with atomic_path(self.first) as aside:
            write_rows([table], aside, place(self.first))

    def write(self, number: int, tables: Iterable[pd.DataFrame]) -> None:
        """Write a part; it is complete when this returns, and absent before."""
        counted = Counted(tables)
        with atomic_path(self._rows(number)) as aside:
            write_rows(counted, aside, place(self._rows(number)), self.first)
        with atomic_path(self._count(number)) as aside:
            aside.write_text(json.dumps(asdict(counted.total)), encoding="utf-8")

    def count(self) -> Count:
        """Return what all parts hold."""
        total = Count()
        for number in sorted(self.complete()):
            total += Count(**json.loads(self._count(number).read_text(encoding="utf-8")))
        return total

    def join(self, numbers: Iterable[int]) -> None:
        """Write the rows of complete parts, in the order of `numbers`, into the target."""
        join_tables(map(self._rows, numbers), self.target)


@contextmanager
def parts_of(output: str | os.PathLike[str], key: Mapping[str, Any], *, resume: bool) -> Iterator[Parts]:
    """Give the parts of `output`; what the block has joined of them becomes that file when it ends.

    Parameters
    ----------
    output : str or path
        File to write; locked meanwhile.
    key : mapping
        Of what and how it is made, as JSON has it.
    resume : bool
        Whether to keep the parts that a run with the same key has completed.

    Yields
    ------
    Parts
        When the block raises, those that are complete are kept for a later run, if there is one.

    Raises
    ------
    InputError
        As for `atomic_path`.
    """
    with atomic_path(output) as temporary:
        parts = Parts(_folder(temporary), temporary)
        _begin(parts.folder, key, resume=resume)
        try:
            yield parts
        except BaseException:
            if not parts.complete():
                # a worker of a cluster may be writing there still; the next run begins anew
                shutil.rmtree(parts.folder, ignore_errors=True)
            raise
    shutil.rmtree(parts.folder)


def remove_parts(temporary: Path) -> None:
    """Remove the parts that a killed run has left of an output that is now made without them."""
    if _folder(temporary).exists():
        shutil.rmtree(_folder(temporary))


def _folder(temporary: Path) -> Path:
    """Return the folder of parts that belongs to a file aside, whose name no other output in its place has."""
    return temporary.with_suffix(".parts")


def _begin(folder: Path, key: Mapping[str, Any], *, resume: bool) -> None:
    """Make the folder of the parts, or empty it if what it holds is not wanted."""
    written = json.dumps(key, sort_keys=True)
    kept = folder / _KEY
    if resume and kept.exists() and kept.read_text(encoding="utf-8") == written:
        return
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    with atomic_path(kept) as aside:
        aside.write_text(written, encoding="utf-8")


def identity(path: str | os.PathLike[str]) -> tuple[str, int, int]:
    """Return the absolute path, size and time of change of a file: what tells it from a later state of itself."""
    absolute = Path(path).resolve()
    state = absolute.stat()
    return str(absolute), state.st_size, state.st_mtime_ns


def checksum(path: Path) -> str:
    """Return the checksum of a small file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
