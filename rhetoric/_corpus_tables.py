"""Statements of any number become tables of sentences: read, classified and written a chunk at a time.

What is printed travels to the workers in chunks, and their tables back. A large output is made in parts of some
chunks each: these travel, but the workers write the tables beside the output, where the caller joins them in
their order while later ones are made. On a cluster the Parquet files of a folder are not even sent: workers open
them, each is a part. The answer is the same, in the same order.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache, partial
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rhetoric import __version__
from rhetoric._atomic import atomic_path
from rhetoric._files import WRITABLE, Input, find_inputs, format_of, place
from rhetoric._formats import batched
from rhetoric._parts import FOREIGN, Count, Counted, Parts, checksum, identity, parts_of, remove_parts
from rhetoric._read import read_inputs
from rhetoric._tokens import batches
from rhetoric._workers import Workers, in_order
from rhetoric._write import write_rows

if TYPE_CHECKING:
    import pandas as pd

    from rhetoric.archive import Archive
    from rhetoric.classify import RhetoricClassifier

CHUNK_ROWS = 500
CHUNK_CHARS = 1 << 20
"""Statements that are read at a time: up to so many, and so many characters."""
CHUNKS_PER_PART = 4
"""Chunks that are sent at a time: half a second of work, so that all processes end at about the same time."""
LARGE_BYTES = 1 << 26
"""Input above this size is classified in parts, to be taken up again: about five seconds of work."""
PARTS_FORMAT = 2
"""Goes up when files of parts change, so that those of another version are not taken for this one's."""

State = tuple[str, int, int]
Item = tuple[int, int, Any]
"""Number of a part, row of its first statement, and what is there to read."""


@dataclass(frozen=True)
class Reader:
    """What statements are read with, by name: every process opens it for itself.

    Attributes
    ----------
    model_checksum : str
        Of the model file.
    model, archive : tuple of str, int, int, or None
        `identity` of a model file and of the manifest of an archive; None for the model that ships and for
        no archive.
    abstain : float or None
        Least probability of a label.
    """

    model_checksum: str
    model: State | None = None
    abstain: float | None = None
    archive: State | None = None

    def table(self, frame: pd.DataFrame, first_row: int) -> pd.DataFrame:
        """Return one row a sentence; the statements are counted from `first_row`."""
        from rhetoric.classify import LanguageWarning, statements

        archive = None if self.archive is None else _archive(self.archive)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", LanguageWarning)
            table = statements(
                frame, model=_model(self.model), abstain=self.abstain, archive=archive, blank="keep", progress=False
            )
        table["row"] += first_row
        # told once for all chunks, whichever process reads them
        told = [one.message for one in caught if isinstance(one.message, LanguageWarning)]
        table.attrs[FOREIGN] = [row + first_row for one in told for row in one.rows]
        return table


def reader(model: str | None, abstain: float | None, archive: str | None, crew: Workers) -> Reader:
    """Return what statements are read with, refusing a model or archive that cannot be.

    Worker processes of this machine are asked about the model: they need what it takes a second to import, and
    the caller does not.
    """
    from rhetoric._archive_files import MANIFEST

    if archive is not None:
        from rhetoric.archive import Archive

        Archive.open(archive)
    asked = Workers(None, 1) if crew.is_cluster else crew
    digest = next(in_order(asked, _loaded_checksum, [model]))
    manifest = None if archive is None else identity(Path(archive) / MANIFEST)
    return Reader(digest, None if model is None else identity(model), abstain, manifest)


def _loaded_checksum(model: str | None) -> str:
    """Return the checksum of a model file that can be loaded."""
    from rhetoric.classify import load, shipped_model_path

    load(model)
    return checksum(shipped_model_path() if model is None else Path(model))


@lru_cache(maxsize=1)
def _model(state: State | None) -> RhetoricClassifier:
    """Return the model in a file, read once as long as the file does not change."""
    from rhetoric.classify import load

    return load(None if state is None else state[0])


@lru_cache(maxsize=1)
def _archive(state: State) -> Archive:
    """Return the archive with a manifest, opened once as long as that does not change."""
    from rhetoric.archive import Archive

    return Archive.open(Path(state[0]).parent)


def chunks(inputs: Sequence[Input]) -> Iterator[pd.DataFrame]:
    """Yield the statements of files, few enough at a time to be worked on as a whole."""
    for frame in read_inputs(inputs, chunk_rows=CHUNK_ROWS):
        for start, stop in batches(frame["text"].tolist(), CHUNK_CHARS):
            yield frame.iloc[start:stop].reset_index(drop=True)


def tables(frames: Iterable[pd.DataFrame], reader: Reader, crew: Workers) -> Iterator[pd.DataFrame]:
    """Yield the tables of chunks of statements, in their order."""
    items = ((0, row, frame) for row, frame in _with_rows(frames, 0))
    for _, table in in_order(crew, partial(_classified, reader), items):
        yield table


def _classified(reader: Reader, item: Item) -> tuple[int, pd.DataFrame]:
    """Return the number of the part and the table of a chunk."""
    part, first_row, frame = item
    return part, reader.table(frame, first_row)


def made_parts(inputs: Sequence[Input], reader: Reader, crew: Workers, parts: Parts) -> Generator[int, None, None]:
    """Complete the parts of an output and yield their numbers in order; complete ones are not made again.

    Parameters
    ----------
    inputs : sequence of Input
        Files.
    reader : Reader
        What they are read with.
    crew : Workers
        Who does it.
    parts : Parts
        Where the rows go.
    """
    if not parts.first.exists():
        parts.write_first(next(tables(islice(chunks(inputs), 1), reader, crew)))
    done = parts.complete()
    if opened_by_workers(inputs, crew):
        made = in_order(crew, partial(_write_file, reader, parts), (i for i in _files(inputs) if i[0] not in done))
    elif crew.is_cluster:
        made = _written_here(reader, crew, parts, _gathered(chunks(inputs), done))
    else:
        made = in_order(crew, partial(_write_part, reader, parts), _gathered(chunks(inputs), done))
    yield from merge(sorted(done), made)


def opened_by_workers(inputs: Sequence[Input], crew: Workers) -> bool:
    """Return whether workers read the files themselves: partitions of a corpus, on a cluster."""
    return crew.is_cluster and len(inputs) > 1 and {item.format for item in inputs} == {"parquet"}


def _gathered(frames: Iterable[pd.DataFrame], done: set[int]) -> Iterator[Item]:
    """Yield the chunks of each part that is not done."""
    first_row = 0
    for part, some in enumerate(batched(frames, CHUNKS_PER_PART)):
        if part not in done:
            yield part, first_row, some
        first_row += sum(map(len, some))


def _files(inputs: Sequence[Input]) -> Iterator[Item]:
    """Yield Parquet files, each with its part and the row of its first statement."""
    from rhetoric._formats import parquet_rows

    first_row = 0
    for part, item in enumerate(inputs):
        yield part, first_row, Input(item.path.resolve(), item.id, item.format)
        first_row += parquet_rows(item)


def _write_file(reader: Reader, parts: Parts, item: Item) -> int:
    """Make the part of one file and return its number."""
    part, first_row, file = item
    return _write_part(reader, parts, (part, first_row, chunks([file])))


def _write_part(reader: Reader, parts: Parts, item: Item) -> int:
    """Make the part of some chunks and return its number."""
    part, first_row, frames = item
    parts.write(part, (reader.table(frame, row) for row, frame in _with_rows(frames, first_row)))
    return part


def _written_here(reader: Reader, crew: Workers, parts: Parts, items: Iterable[Item]) -> Iterator[int]:
    """Make parts of tables that workers send back, as they may not see the output, and yield their numbers."""
    single = ((part, row, frame) for part, first, frames in items for row, frame in _with_rows(frames, first))
    for part, group in groupby(in_order(crew, partial(_classified, reader), single), key=itemgetter(0)):
        parts.write(part, map(itemgetter(1), group))
        yield part


def _with_rows(frames: Iterable[pd.DataFrame], first_row: int) -> Iterator[tuple[int, pd.DataFrame]]:
    """Yield frames with the row of the first statement of each."""
    for frame in frames:
        yield first_row, frame
        first_row += len(frame)


def _key(inputs: Sequence[Input], reader: Reader, *, by_file: bool) -> dict[str, Any]:
    """Return of what and how tables are made, as JSON has it."""
    return {
        "rhetoric": __version__,
        "inputs": [[item.id, *identity(item.path)] for item in inputs],
        "model": reader.model_checksum,
        "abstain": reader.abstain,
        "archive": None if reader.archive is None else checksum(Path(reader.archive[0])),
        "parts": [PARTS_FORMAT, *(["file"] if by_file else [CHUNK_ROWS, CHUNK_CHARS, CHUNKS_PER_PART])],
    }


def write_corpus(
    paths: Sequence[str], output: str | os.PathLike[str], reader: Reader, crew: Workers, *, resume: bool
) -> Count:
    """Write the tables of all statements of some files into one, and return what it holds.

    Parameters
    ----------
    paths : sequence of str
        As for `read_documents`; standard input only without `resume` and on this machine.
    output : str or path
        As for `write_table`.
    reader : Reader
        What statements are read with.
    crew : Workers
        Who does it.
    resume : bool
        Whether to go on where an earlier run with the same files, model and options was stopped.
    """
    format_of(output, WRITABLE)
    inputs = find_inputs(paths)
    if not (resume or crew.is_cluster or _is_large(inputs)):
        return write_tables(tables(chunks(inputs), reader, crew), output)
    named = _key(inputs, reader, by_file=opened_by_workers(inputs, crew))
    with parts_of(output, named, resume=resume) as parts:
        with closing(made_parts(inputs, reader, crew, parts)) as numbers:
            parts.join(numbers)
        return parts.count()


def write_tables(tables: Iterable[pd.DataFrame], output: str | os.PathLike[str]) -> Count:
    """Write tables of sentences into one file and return what it holds."""
    counted = Counted(tables)
    format_of(output, WRITABLE)
    with atomic_path(output) as temporary:
        remove_parts(temporary)
        write_rows(counted, temporary, place(output))
    return counted.total


def _is_large(inputs: Sequence[Input]) -> bool:
    """Return whether files are so large that their parts are kept."""
    if any(item.format == "stream" for item in inputs):
        return False
    return sum(item.path.stat().st_size for item in inputs) > LARGE_BYTES
