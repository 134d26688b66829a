"""An archive on disk: a manifest that names the segments, and the folder of each.

The manifest is the archive. A change writes new segments beside the old ones, under a name made of their
checksums, and then puts a new manifest in the place of the old one in a single step. Whatever stops a
writer, the old manifest and all that it names stand untouched; the next writer removes what no manifest
names. Nothing in the folder depends on time or place: the same documents give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric._atomic import NO_ROOM, atomic_path
from rhetoric._files import InputError, place, shown
from rhetoric._segment import ARRAYS, ArchiveError, ArrayFile, Segment, is_intact, is_strange, mapped, refuse_strange

FORMAT = 2
MANIFEST = "manifest.json"
MAX_MANIFEST_BYTES = 1 << 22
MIN_N, MAX_N = 3, 16
_SEGMENT_NAME = re.compile(r"segment-[0-9a-f]{16}")
_WORKING = "unfinished-"


@dataclass(frozen=True)
class Manifest:
    """What an archive consists of.

    Attributes
    ----------
    n : int
        Words of a run.
    segments : mapping of str to mapping of str to ArrayFile
        Files of each segment by its name, oldest addition first.
    families : ArrayFile
        Array with the first issue of every document, counted over all segments.
    """

    n: int
    segments: Mapping[str, Mapping[str, ArrayFile]]
    families: ArrayFile

    @property
    def families_name(self) -> str:
        """Name of the file of the families."""
        return families_name(self.families)


def families_name(families: ArrayFile) -> str:
    """Return the name of a file of families, which its content decides."""
    return f"families-{families.sha256[:16]}"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put `manifest` in the place of the one that `folder` has."""
    content = {
        "format": FORMAT,
        "n": manifest.n,
        "segments": [
            {"name": name, "files": {key: asdict(files[key]) for key in sorted(files)}}
            for name, files in manifest.segments.items()
        ],
        "families": asdict(manifest.families),
    }
    with atomic_path(folder / MANIFEST) as temporary:
        temporary.write_text(json.dumps({**content, "sha256": _checksum(content)}, indent=1) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of the archive in `folder`.

    Raises
    ------
    ArchiveError
        If there is no archive, its manifest is damaged, or it was made for another version.
    """
    path = folder / MANIFEST
    content = _json(path)
    if content.get("format") != FORMAT or isinstance(content.get("format"), bool):
        raise ArchiveError(
            f"{place(path)}: archive format {shown(content.get('format'))}, this version reads {FORMAT}; "
            "build the archive again or install the version of rhetoric that wrote it."
        )
    if content.pop("sha256", None) != _checksum(content):
        _refuse(path, "its checksum does not match its content")
    try:
        n = content["n"]
        segments = {part["name"]: _files(part["files"]) for part in content["segments"]}
        families = ArrayFile(**content["families"])
    except (KeyError, TypeError, AttributeError) as exc:
        raise _damaged(path, f"it lacks or mistypes {shown(str(exc))}") from exc
    if not isinstance(n, int) or not MIN_N <= n <= MAX_N:
        _refuse(path, f"n must be from {MIN_N} to {MAX_N}, got {shown(n)}")
    if not segments:
        _refuse(path, "it names no segment")
    for name, files in segments.items():
        _check_segment(path, name, files)
    _check_array(path, "families", families, ("<u8",))
    return Manifest(n, segments, families)


def _json(path: Path) -> dict[str, Any]:
    """Return the content of a manifest file."""
    refuse_strange(path)
    try:
        size = path.stat().st_size
        if size > MAX_MANIFEST_BYTES:
            _refuse(path, f"it has {size:,} bytes")
        content = json.loads(path.read_bytes())
    except FileNotFoundError as exc:
        raise ArchiveError(
            f"{place(path.parent)}: no archive here (no {MANIFEST}); build one with rhetoric archive build."
        ) from exc
    except OSError as exc:
        raise ArchiveError(f"{place(path)}: cannot be read ({exc.strerror}); check its permissions.") from exc
    except (ValueError, RecursionError) as exc:
        raise _damaged(path, "it is no JSON") from exc
    if not isinstance(content, dict):
        _refuse(path, "it is no JSON object")
    return dict(content)


def _files(described: Mapping[str, Mapping[str, Any]]) -> dict[str, ArrayFile]:
    """Return the files of a segment as the manifest describes them."""
    return {name: ArrayFile(**file) for name, file in described.items()}


def _check_segment(path: Path, name: str, files: Mapping[str, ArrayFile]) -> None:
    """Refuse a segment whose name or files are not those of a segment."""
    if not isinstance(name, str) or not _SEGMENT_NAME.fullmatch(name):
        _refuse(path, f"a segment has the name {shown(name)}")
    if set(files) != set(ARRAYS):
        _refuse(path, f"{name} must have the arrays of this format, got {shown(sorted(set(files) ^ set(ARRAYS)))}")
    for key, file in files.items():
        _check_array(path, f"{name}/{key}", file, ARRAYS[key])


def _check_array(path: Path, name: str, file: ArrayFile, dtypes: tuple[str, ...]) -> None:
    """Refuse the description of an array with another type, a wrong length or no checksum."""
    if file.dtype not in dtypes:
        _refuse(path, f"{name} must be of type {' or '.join(dtypes)}, got {shown(file.dtype)}")
    if not isinstance(file.length, int) or isinstance(file.length, bool) or not 0 <= file.length < 1 << 48:
        _refuse(path, f"{name} must have a length, got {shown(file.length)}")
    if not isinstance(file.sha256, str) or not re.fullmatch("[0-9a-f]{64}", file.sha256):
        _refuse(path, f"{name} must have a checksum, got {shown(file.sha256)}")


def _checksum(content: Mapping[str, Any]) -> str:
    """Return the checksum of a manifest's content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _damaged(path: Path, fault: str) -> ArchiveError:
    return ArchiveError(f"{place(path)}: damaged, {fault}; restore it from a copy or build the archive again.")


def _refuse(path: Path, fault: str) -> None:
    """Raise the error for a damaged manifest."""
    raise _damaged(path, fault)


def segment_name(files: Mapping[str, ArrayFile]) -> str:
    """Return the name of a segment, which its content decides."""
    told = "".join(f"{name} {files[name].dtype} {files[name].sha256}\n" for name in sorted(files))
    return f"segment-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def open_families(folder: Path, manifest: Manifest) -> NDArray[np.int64]:
    """Return the first issue of every document."""
    raw = mapped(folder / manifest.families_name, manifest.families)
    return np.frombuffer(raw, dtype=manifest.families.dtype).astype(np.int64)


def open_segments(folder: Path, manifest: Manifest) -> list[Segment]:
    """Return the segments that `manifest` names."""
    for name in manifest.segments:
        refuse_strange(folder / name)
    return [Segment(folder / name, files) for name, files in manifest.segments.items()]


@contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Hold `path` for one writer: make the folder, refuse a second writer, remove what is left over.

    What a killed writer left unfinished goes at the beginning, what the new manifest no longer names at the
    end.

    Yields
    ------
    Path
        The folder.

    Raises
    ------
    InputError
        If `path` is a file or a folder that holds other things, cannot be written, or another process
        is writing to it.
    """
    folder = Path(path)
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(folder, os.O_RDONLY)
    except OSError as exc:
        raise InputError(
            f"{place(path)}: cannot hold an archive ({exc.strerror}); name a folder that can be made or written."
        ) from exc
    try:
        _lock(held, folder)
        _refuse_strangers(folder)
        with _undone_on_error(folder, is_new):
            # a link with the name of a file in the making would be written where it leads
            _sweep(folder, lambda name: _is_working(name) or name == "families")
            yield folder
        _sweep_unnamed(folder)
    finally:
        os.close(held)


@contextmanager
def _undone_on_error(folder: Path, is_new: bool) -> Iterator[None]:
    """Remove what a failed writer made, and say what a full disk or a folder that cannot be written means."""
    try:
        yield
    except BaseException as exc:
        # a manifest that cannot be read names nothing that could be told from rubbish
        with suppress(OSError, ArchiveError):
            _sweep_unnamed(folder)
        with suppress(OSError):
            if is_new:
                folder.rmdir()
        if isinstance(exc, OSError) and exc.errno is not None and exc.errno in NO_ROOM:
            raise InputError(
                f"{place(folder)}: cannot be written ({os.strerror(exc.errno)}); free disk space, what was in the "
                "archive before is untouched."
            ) from exc
        if isinstance(exc, OSError) and _is_inside(exc.filename, folder):
            raise InputError(
                f"{place(exc.filename)}: cannot be written ({exc.strerror}); check its permissions or name another "
                "folder."
            ) from exc
        raise


def _is_inside(filename: object, folder: Path) -> bool:
    """Return whether the file of an error lies in `folder`."""
    return isinstance(filename, str) and Path(filename).is_relative_to(folder)


def _refuse_strangers(folder: Path) -> None:
    """Refuse a folder that holds other things and is no archive: nothing of them may be replaced."""
    names = {entry.name for entry in folder.iterdir()}
    strangers = sorted(name for name in names if not _is_ours(name))
    # a manifest that is a link would be written where it leads
    if MANIFEST in names and (not any(map(_SEGMENT_NAME.fullmatch, names)) or is_strange(folder / MANIFEST)):
        strangers.append(MANIFEST)
    if not strangers:
        return
    try:
        read_manifest(folder)
    except ArchiveError as exc:
        raise InputError(
            f"{place(folder)}: must be an archive or empty, got {shown(strangers[0])}; name another folder."
        ) from exc


def _lock(held: int, folder: Path) -> None:
    """Lock an open folder until it is closed or the process ends, however it ends."""
    try:
        import fcntl
    except ImportError:  # no such locks on Windows: two writers are then the user's to avoid
        return
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as exc:
        raise InputError(
            f"{place(folder)}: another process is writing to this archive; wait until it has ended."
        ) from exc


def working_folder(folder: Path) -> Path:
    """Return a new, empty folder inside an archive for a segment in the making."""
    taken = {entry.name for entry in folder.iterdir()}
    number = next(number for number in count() if f"{_WORKING}{number}" not in taken)
    path = folder / f"{_WORKING}{number}"
    path.mkdir()
    return path


def publish(working: Path, files: Mapping[str, ArrayFile]) -> str:
    """Give a finished segment its name and return it; one that is there already stays, unless it is damaged."""
    name = segment_name(files)
    target = working.parent / name
    if not target.is_symlink() and _is_whole(target, files):
        shutil.rmtree(working)
        return name
    if target.is_symlink() or target.is_file():
        target.unlink()
    elif target.exists():
        shutil.rmtree(target)
    for file in files:
        flush(working / file)
    flush(working)
    working.rename(target)
    return name


def flush(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _is_whole(folder: Path, files: Mapping[str, ArrayFile]) -> bool:
    """Return whether a segment is there with all its files as they were written."""
    try:
        return all(is_intact(folder / name, file) for name, file in files.items())
    except OSError:
        return False


def _sweep(folder: Path, is_left_over: Callable[[str], bool]) -> None:
    """Remove what lies in `folder` under a name that is left over."""
    for entry in folder.iterdir():
        if not is_left_over(entry.name):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _sweep_unnamed(folder: Path) -> None:
    """Remove what is ours and not named by the manifest; everything of ours where there is none."""
    named = set()
    if (folder / MANIFEST).exists():
        manifest = read_manifest(folder)
        named = {MANIFEST, manifest.families_name, *manifest.segments}
    _sweep(folder, lambda name: name not in named and _is_ours(name))


def _is_working(name: str) -> bool:
    """Return whether a name is that of a segment in the making."""
    return re.fullmatch(f"{_WORKING}[0-9]+", name) is not None


def _is_ours(name: str) -> bool:
    """Return whether a name inside an archive is one that this module gives."""
    return (
        name == MANIFEST
        or _is_working(name)
        or _SEGMENT_NAME.fullmatch(name) is not None
        or re.fullmatch(r"families(-[0-9a-f]{16})?", name) is not None
        or re.fullmatch(r"\.[0-9a-f]{16}(\.json)?", name) is not None
    )
