"""Changes to an archive on disk: documents become segments, segments become one, a manifest names them.

Everything here happens between taking the folder and committing a manifest (``_archive_files.writing``):
until then nothing that the old manifest names is touched.
"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from numpy.typing import NDArray

from rhetoric._archive_build import located, merge_segments, taken, time_order, write_segment
from rhetoric._archive_check import check_segment
from rhetoric._archive_files import Manifest, families_name, flush, publish, working_folder, write_manifest
from rhetoric._dated_documents import DatedDocuments, Reader, in_time_order, told_faults
from rhetoric._files import InputError, place, shown
from rhetoric._formats import batched
from rhetoric._reissues import families
from rhetoric._segment import ArrayWriter, Segment
from rhetoric._tokens import batches

if TYPE_CHECKING:
    import pandas as pd

BATCH_CHARS = 1 << 24
"""Text that is indexed at a time: about 300 MB of work space."""
MAX_SEGMENTS = 8
"""An archive of more segments is written anew as one."""


def indexed(
    documents: pd.DataFrame | Iterable[pd.DataFrame], n: int, folder: Path, reader: Reader, n_jobs: int | None = None
) -> Segment:
    """Return a new, unpublished segment of some documents, however many they are.

    Raises
    ------
    InputError
        If documents are invalid, or there is none.
    """
    parts = indexed_parts(documents, n, folder, reader, n_jobs)
    tell_faults(reader.faults, reader.n_rows)
    return joined(parts, folder)


def indexed_parts(
    documents: pd.DataFrame | Iterable[pd.DataFrame], n: int, folder: Path, reader: Reader, n_jobs: int | None = None
) -> list[Segment]:
    """Return new, unpublished segments of some documents, one a batch; none where no document can be used."""
    n_workers = effective_n_jobs(n_jobs)
    parts: list[Segment] = []
    with Parallel(n_jobs=n_jobs) as parallel:
        # a few batches at a time: documents are read here, and those that wait are held in memory
        for group in batched(_batches(documents, reader), n_workers if n_workers == 1 else 2 * n_workers):
            folders = [working_folder(folder) for _ in group]
            made = parallel(delayed(write_segment)(*work) for work in zip(group, repeat(n), folders))
            parts += map(Segment, folders, made)
    return parts


def tell_faults(faults: Mapping[str, Sequence[str]], n_rows: int) -> None:
    """Warn of documents that were left out."""
    if faults:
        n_out = sum(map(len, faults.values()))
        warnings.warn(f"{n_out} of {n_rows} documents left out: {told_faults(faults)}.", stacklevel=4)


def joined(parts: Sequence[Segment], folder: Path) -> Segment:
    """Return one new segment of the documents of others, which are removed."""
    if not parts:
        raise InputError("documents must have at least one that can be used, got none; give text and date.")
    if len(parts) == 1:
        return parts[0]
    whole = merged(parts, folder)
    for part in parts:
        shutil.rmtree(part.folder)
    return whole


def _batches(documents: pd.DataFrame | Iterable[pd.DataFrame], reader: Reader) -> Iterator[DatedDocuments]:
    """Yield documents in batches that fit into memory, each in the order of time."""
    import pandas as pd

    waiting: list[DatedDocuments] = []
    n_chars = 0
    for frame in [documents] if isinstance(documents, pd.DataFrame) else documents:
        checked = reader.read(frame)
        for start, stop in batches(checked.texts, BATCH_CHARS):
            waiting.append(checked.part(start, stop))
            n_chars += sum(map(len, waiting[-1].texts))
            if n_chars >= BATCH_CHARS // 2:
                yield in_time_order(*waiting)
                waiting, n_chars = [], 0
    if waiting:
        yield in_time_order(*waiting)


def merged(segments: Sequence[Segment], folder: Path) -> Segment:
    """Return a new, unpublished segment with the documents of all `segments`."""
    working = working_folder(folder)
    return Segment(working, merge_segments(segments, working))


def refuse_repeated_ids(segments: Sequence[Segment]) -> None:
    """Refuse segments that have an id twice."""
    seen: set[str] = set()
    for segment in segments:
        ids = segment.strings("id")
        repeated = sorted(seen.intersection(ids))
        if repeated:
            raise InputError(
                f"{place(segment.folder.parent)}: ids must not be in two archives, got {len(repeated)} such as "
                f"{shown(repeated[0])}; leave these documents out of one of them."
            )
        seen.update(ids)


def commit(folder: Path, n: int, kept: Sequence[Segment], made: Segment) -> None:
    """Publish a new segment beside those that are kept, and put a manifest in the place of the old one."""
    segments = [*kept, made]
    if len(segments) > MAX_SEGMENTS:
        for segment in kept:
            check_segment(segment)  # damage would get checksums of its own
        whole = merged(segments, folder)
        shutil.rmtree(made.folder)
        segments, made = [whole], whole
    with ArrayWriter(folder) as writer:
        writer.append("families", _families(segments), "<u8")
        described = writer.close()["families"]
    flush(folder / "families")
    (folder / "families").rename(folder / families_name(described))
    name = publish(made.folder, made.files)
    names = [*(segment.folder.name for segment in segments[:-1]), name]
    files = {name: segment.files for name, segment in zip(names, segments, strict=True)}
    write_manifest(folder, Manifest(n, files, described))


def _families(segments: Sequence[Segment]) -> NDArray[np.int64]:
    """Return the first issue of each document, counted over the segments one after the other."""
    order = time_order(segments)
    which, number = located(segments, order)

    def column(name: str, rows: slice) -> NDArray[Any]:
        return taken([one.arrays[name] for one in segments], which[rows], number[rows])

    days, wording, words = (column(name, slice(None)) for name in ("day", "document_wording", "document_words"))
    first = np.empty(len(order), dtype=np.int64)
    sketches = partial(column, "document_sketch")
    first[order] = order[families(days.astype(np.int64), wording, sketches, words.astype(np.int64))]
    return first
