"""A segment of an archive: some documents and where their wording stands, as flat files.

A segment is a folder of little-endian arrays, one a file, that are memory-mapped and never change. Documents
are in the order of their dates, then of their ids; sentences in the order of their documents. Their numbers
are therefore the order of time, and "earlier than" is "smaller than".

Texts are compressed one document at a time, so that a precedent costs the reading of one document.
"""

from __future__ import annotations

import hashlib
import mmap
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NoReturn, Self

import numpy as np
from numpy.typing import NDArray

from rhetoric._dated_documents import FIRST_DAY, LAST_DAY
from rhetoric._files import InputError, place
from rhetoric._packed_text import unpack
from rhetoric._postings import Postings
from rhetoric._reissues import SKETCH_SIZE
from rhetoric._tokens import U64

TEXTS = ("text", "id", "title", "source", "vehicle")
"""Columns of text; of `source` and `vehicle` each name is kept once and documents hold its number."""

TABLES = ("run", "pair")
"""Inverted tables: runs of `n` words, which decide what was in print, and pairs of words, which find variants."""

ARRAYS = {
    "day": ("<i4",),
    **{f"{name}_bytes": ("|u1",) for name in TEXTS},
    **{f"{name}_ends": ("<u8",) for name in TEXTS},
    "document_source": ("<u4",),
    "document_vehicle": ("<u4",),
    "document_sentences": ("<u4",),
    "document_words": ("<u4",),
    "document_wording": ("<u8",),
    "document_sketch": ("<u4",),
    "sentence_start": ("<u4",),
    "sentence_end": ("<u4",),
    "sentence_words": ("<u4",),
    **{f"{table}_keys": ("<u8",) for table in TABLES},
    **{f"{table}_first": ("<u4", "<u8") for table in TABLES},
    **{f"{table}_sentences": ("<u4",) for table in TABLES},
}
"""Every array of a segment with the types that it may have."""


class ArchiveError(InputError):
    """An archive that cannot be read as it stands: damaged, incomplete, or of another format."""


@dataclass(frozen=True)
class ArrayFile:
    """What the manifest says about one array.

    Attributes
    ----------
    dtype : str
        NumPy's name, byte order included.
    length : int
        Items.
    sha256 : str
        Checksum of the file's bytes, hexadecimal.
    """

    dtype: str
    length: int
    sha256: str

    @property
    def n_bytes(self) -> int:
        """Size of the file."""
        return self.length * np.dtype(self.dtype).itemsize


class ArrayWriter:
    """Writes the array files of one segment, piece by piece; a context, so that no file stays open.

    Parameters
    ----------
    folder : Path
        Where the files go; empty.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, tuple[BinaryIO, Any, str]] = {}
        self._lengths: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        for file, _, _ in self._open.values():
            # on a full disk closing fails again; the first error is the one to tell
            with suppress(OSError):
                file.close()

    def append(self, name: str, array: NDArray[Any], dtype: str) -> None:
        """Add a piece to the array `name`; the type is that of its first piece."""
        if name not in self._open:
            self._open[name] = ((self.folder / name).open("wb"), hashlib.sha256(), dtype)
            self._lengths[name] = 0
        file, digest, dtype = self._open[name]
        raw = np.ascontiguousarray(array, dtype=dtype).reshape(-1)
        digest.update(raw)
        file.write(raw.data)
        self._lengths[name] += len(raw)

    def append_texts(self, name: str, encoded: Sequence[bytes | memoryview]) -> None:
        """Add texts, one piece of bytes each, to a column."""
        done = self._lengths.get(f"{name}_bytes", 0)
        ends = done + np.cumsum(np.fromiter(map(len, encoded), dtype=np.uint64, count=len(encoded)), dtype=np.uint64)
        self.append(f"{name}_bytes", np.frombuffer(bytearray(b"".join(encoded)), dtype=np.uint8), "|u1")
        self.append(f"{name}_ends", ends, "<u8")

    def close(self) -> dict[str, ArrayFile]:
        """Close the files and return what was written, by name."""
        files = {}
        for name, (file, digest, dtype) in sorted(self._open.items()):
            file.close()
            files[name] = ArrayFile(dtype, self._lengths[name], digest.hexdigest())
        return files


class Segment:
    """The documents and tables of one segment, memory-mapped.

    Parameters
    ----------
    folder : Path
        Where its files are.
    files : mapping of str to ArrayFile
        From the manifest, already checked to name every array once.

    Raises
    ------
    ArchiveError
        If a file is missing or has another size than the manifest says.
    """

    def __init__(self, folder: Path, files: Mapping[str, ArrayFile]) -> None:
        self.folder = folder
        self.files = files
        self._maps = {name: mapped(folder / name, file) for name, file in files.items()}
        self.arrays: dict[str, NDArray[Any]] = {
            name: np.frombuffer(self._maps[name], dtype=file.dtype) for name, file in files.items()
        }
        self._check_lengths()
        self._check_documents()
        self.arrays["document_sketch"] = self.arrays["document_sketch"].reshape(-1, SKETCH_SIZE)

    def _check_lengths(self) -> None:
        """Refuse arrays that do not fit each other."""
        n, n_sentences = self.n_documents, self.n_sentences
        expected = dict.fromkeys(("text_ends", "id_ends", "title_ends"), n)
        expected |= {f"document_{name}": n for name in ("source", "vehicle", "words", "wording")}
        expected |= {"sentence_end": n_sentences, "sentence_words": n_sentences}
        expected |= {"document_sentences": n + 1, "document_sketch": n * SKETCH_SIZE}
        expected |= {f"{table}_first": len(self.arrays[f"{table}_keys"]) + 1 for table in TABLES}
        for name, length in expected.items():
            if len(self.arrays[name]) != length:
                self.refuse(name, f"must hold {length} items, got {len(self.arrays[name])}")

    def _check_documents(self) -> None:
        """Refuse documents without a date or with a number that is no source or vehicle; one pass over them."""
        days = self.days
        if len(days) == 0 or days[0] < FIRST_DAY or days[-1] > LAST_DAY or np.any(days[1:] < days[:-1]):
            self.refuse("day", "must hold dates, at least one, that rise")
        for name in ("source", "vehicle"):
            n_names = len(self.arrays[f"{name}_ends"])
            if np.any(self.arrays[f"document_{name}"] >= n_names):
                self.refuse(f"document_{name}", f"must hold numbers below {n_names}")

    def refuse(self, name: str, fault: str) -> NoReturn:
        """Raise the error for a damaged file."""
        raise ArchiveError(
            f"{place(self.folder / name)}: {fault}; the archive is damaged, restore it from a copy or build it again."
        )

    def release(self) -> None:
        """Give back the memory of what was read of the files; reading on brings it back."""
        for one in self._maps.values():
            if isinstance(one, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
                one.madvise(mmap.MADV_DONTNEED)

    @property
    def n_documents(self) -> int:
        """Number of documents."""
        return len(self.arrays["day"])

    @property
    def n_sentences(self) -> int:
        """Number of sentences."""
        return len(self.arrays["sentence_start"])

    @property
    def days(self) -> NDArray[np.int32]:
        """Date of each document in days since 1970-01-01, rising."""
        return self.arrays["day"]

    @cached_property
    def first_sentence(self) -> NDArray[np.int64]:
        """First sentence of each document, and the number of sentences; shape (n_documents + 1,)."""
        first = self.arrays["document_sentences"].astype(np.int64)
        if np.any(np.diff(first) < 0) or first[0] != 0 or first[-1] != self.n_sentences:
            self.refuse("document_sentences", "must rise from 0 to the number of sentences")
        return first

    def table(self, name: str) -> Postings:
        """Return one of the `TABLES`."""
        return Postings(*(self.arrays[f"{name}_{part}"] for part in ("keys", "first", "sentences")))

    def find(self, name: str, hashes: U64) -> NDArray[np.int64]:
        """Return the row of each hash in one of the `TABLES`, -1 where it has none; the lists found can be read."""
        table = self.table(name)
        rows = table.find(hashes)
        known = np.unique(rows[rows >= 0])
        starts, ends = table.first[known], table.first[known + 1]
        # lists that overlap would let a small file answer with endless ones
        if np.any((starts >= ends) | (ends > len(table.sentences))) or np.any(ends[:-1] > starts[1:]):
            self.refuse(f"{name}_first", "must rise from 0 to the number of postings")
        return rows

    def document_of(self, sentences: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the document of each sentence."""
        if np.any(sentences >= self.n_sentences):
            self.refuse("run_sentences", f"must hold numbers below {self.n_sentences}")
        return np.searchsorted(self.first_sentence, sentences, side="right") - 1

    def sentences_before(self, day: int) -> int:
        """Return the number of sentences of documents dated before `day`."""
        return int(self.first_sentence[np.searchsorted(self.days, day)])

    def bytes_of(self, name: str, index: int) -> bytes:
        """Return one item of a column of texts as it is stored."""
        ends = self.arrays[f"{name}_ends"]
        start, end = int(ends[index - 1]) if index else 0, int(ends[index])
        if not 0 <= start <= end <= len(self.arrays[f"{name}_bytes"]):
            self.refuse(f"{name}_ends", f"must rise within the text, got {start} to {end} at {index}")
        return self.arrays[f"{name}_bytes"][start:end].tobytes()

    def string(self, name: str, index: int) -> str:
        """Return one id, title, source or vehicle."""
        try:
            return self.bytes_of(name, index).decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            self.refuse(f"{name}_bytes", f"must be UTF-8, got other bytes at item {index}")

    def stored(self, name: str, numbers: NDArray[np.int64]) -> list[memoryview]:
        """Return many items of a column of texts as they are stored, without a copy."""
        ends, raw = self.arrays[f"{name}_ends"], self.arrays[f"{name}_bytes"]
        high = ends[numbers]
        low = np.where(numbers > 0, ends[numbers - 1], np.uint64(0))
        for at in np.flatnonzero((low > high) | (high > len(raw)))[:1].tolist():
            self.refuse(f"{name}_ends", f"must rise within the text, got {low[at]} to {high[at]} at {numbers[at]}")
        view = raw.data
        return [view[start:end] for start, end in zip(low.tolist(), high.tolist(), strict=True)]

    def strings(self, name: str) -> list[str]:
        """Return a whole column of short texts."""
        try:
            items = self.stored(name, np.arange(len(self.arrays[f"{name}_ends"])))
            return [str(item, "utf-8", "surrogatepass") for item in items]
        except UnicodeDecodeError as exc:
            self.refuse(f"{name}_bytes", f"must be UTF-8, got {exc}")

    def text(self, document: int) -> str:
        """Return the text of a document."""
        try:
            return unpack(self.bytes_of("text", document))
        except ValueError as exc:
            raise ArchiveError(
                f"{place(self.folder / 'text_bytes')}: document {document} cannot be read ({exc}); "
                "the archive is damaged, restore it from a copy or build it again."
            ) from exc


def is_strange(path: Path) -> bool:
    """Return whether something in an archive is neither file nor folder: a link that may lead out, a pipe, a device."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False  # told by who opens it
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def refuse_strange(path: Path) -> None:
    """Refuse a file of an archive that leads out of it or has no end."""
    if is_strange(path):
        raise ArchiveError(
            f"{place(path)}: must be a file in the archive, got a link, pipe or device; put a copy of the file in its "
            "place if you trust it."
        )


def is_intact(path: Path, file: ArrayFile) -> bool:
    """Return whether a file has the checksum that the manifest says.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    if is_strange(path):
        return False
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256


def mapped(path: Path, file: ArrayFile) -> mmap.mmap | bytes:
    """Return the bytes of an array file, memory-mapped and read-only."""
    refuse_strange(path)
    try:
        size = path.stat().st_size
    except OSError as exc:
        raise ArchiveError(
            f"{place(path)}: a file of the archive is missing ({exc.strerror}); restore it from a copy or build again."
        ) from exc
    if size != file.n_bytes:
        raise ArchiveError(
            f"{place(path)}: must have {file.n_bytes:,} bytes, got {size:,}; the archive is damaged, restore it from a "
            "copy or build it again."
        )
    if size == 0:
        return b""  # nothing to map
    try:
        with path.open("rb") as opened:
            return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as exc:
        raise ArchiveError(f"{place(path)}: cannot be read ({exc.strerror}); check its permissions.") from exc
