"""An archive of a corpus in several files, on a cluster: workers open the files, and write into the archive.

1. Each worker makes a segment of a file. Paths travel, not documents.
2. A file that repeats the id of a document of an earlier one is indexed again without it.
3. Segments are merged in groups by the workers, these again, and the last few by the caller.

What comes out is to the byte what one process makes of the same files.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rhetoric._archive_build import merge_segments
from rhetoric._archive_files import working_folder
from rhetoric._archive_write import indexed_parts, joined, tell_faults
from rhetoric._dated_documents import Reader
from rhetoric._files import Input
from rhetoric._formats import batched, parquet_rows
from rhetoric._read import read_inputs
from rhetoric._segment import ArrayFile, Segment
from rhetoric._workers import Workers, in_order

FAN_IN = 8
"""Segments that are merged at a time: more make fewer rounds, each of them with fewer workers."""


@dataclass(frozen=True)
class _Partition:
    """A file of documents and what has to be known to index it.

    Attributes
    ----------
    file : Input
        With an absolute path.
    first_row : int
        Number of its first row in the corpus.
    working : Path
        Folder for its segments.
    known_ids : frozenset of str
        Ids that earlier files have, too.
    """

    file: Input
    first_row: int
    working: Path
    known_ids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Indexed:
    """What came of a file: its segment, None without a document, its rows, and what was wrong with them."""

    folder: Path | None
    files: Mapping[str, ArrayFile]
    faults: dict[str, list[str]]
    n_rows: int

    @property
    def segment(self) -> Segment | None:
        return None if self.folder is None else Segment(self.folder, self.files)


def index_partitions(inputs: Sequence[Input], n: int, invalid: str, folder: Path, crew: Workers) -> Segment:
    """Return a new, unpublished segment of the documents of Parquet files.

    Parameters
    ----------
    inputs : sequence of Input
        Parquet files that every worker can open.
    n : int
        Words of a run.
    invalid : {"raise", "skip"}
        As for `Archive.build`.
    folder : Path
        The archive, held by the caller; every worker can write into it.
    crew : Workers
        Who does it.

    Raises
    ------
    InputError
        As for `Archive.build`.
    """
    index = partial(_index, n, invalid)
    partitions = list(_partitions(inputs, folder))
    done = list(in_order(crew, index, partitions))
    again = _with_known_ids(partitions, done)
    done_again = in_order(crew, index, again.values())
    for number, replaced in zip(again, done_again, strict=True):
        done[number] = replaced
    faults: dict[str, list[str]] = {}
    for one in done:
        for fault, rows in one.faults.items():
            faults.setdefault(fault, []).extend(rows)
    tell_faults(faults, sum(one.n_rows for one in done))
    return joined(_merged_by_workers([one.segment for one in done if one.segment], folder, crew), folder)


def _partitions(inputs: Iterable[Input], folder: Path) -> Iterable[_Partition]:
    """Yield the files with a place to work for each."""
    first_row = 0
    for item in inputs:
        yield _Partition(Input(item.path.absolute(), item.id, item.format), first_row, working_folder(folder))
        first_row += parquet_rows(item)


def _index(n: int, invalid: str, partition: _Partition) -> _Indexed:
    """Make one segment of a file."""
    reader = Reader(invalid, partition.known_ids, partition.first_row)
    parts = indexed_parts(read_inputs([partition.file]), n, partition.working, reader, 1)
    whole = joined(parts, partition.working) if parts else None
    folder, files = (whole.folder, whole.files) if whole else (None, {})
    return _Indexed(folder, files, reader.faults, reader.n_rows - partition.first_row)


def _with_known_ids(partitions: Sequence[_Partition], done: Sequence[_Indexed]) -> dict[int, _Partition]:
    """Return the files with an id that an earlier one has, by their number."""
    seen: set[str] = set()
    again = {}
    for number, (partition, one) in enumerate(zip(partitions, done, strict=True)):
        ids = set(one.segment.strings("id")) if one.segment else set()
        if ids & seen:
            working = working_folder(partition.working.parent)
            again[number] = _Partition(partition.file, partition.first_row, working, frozenset(ids & seen))
        seen |= ids
    return again


def _merged_by_workers(segments: Sequence[Segment], folder: Path, crew: Workers) -> list[Segment]:
    """Return at most `FAN_IN` segments with the documents of all."""
    while len(segments) > FAN_IN:
        groups = list(batched(segments, FAN_IN))
        folders = [working_folder(folder) for _ in groups]
        tasks = [
            ([(one.folder, one.files) for one in group], made) for group, made in zip(groups, folders, strict=True)
        ]
        segments = [Segment(made, files) for made, files in zip(folders, in_order(crew, _merge, tasks), strict=True)]
        for group in groups:
            for one in group:
                shutil.rmtree(one.folder)
    return list(segments)


def _merge(task: tuple[list[tuple[Path, Mapping[str, ArrayFile]]], Path]) -> dict[str, ArrayFile]:
    """Merge some segments into one and return its files."""
    segments, folder = task
    return merge_segments([Segment(*one) for one in segments], folder)
