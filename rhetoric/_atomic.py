"""A file appears under its name when it is complete, or not at all.

It is written aside under a hidden name that the target's decides, and locked meanwhile: a second writer is
refused, and what a killed one has left is taken over by the next.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rhetoric._files import InputError, place

NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
"""Errors that say that the disk is full."""


def _target(path: str | os.PathLike[str]) -> Path:
    """Return the file to be replaced, links followed; refuse what is not a file."""
    if os.fspath(path) == "":
        raise InputError("path must name a file, got ''; give the output a name.")
    # a link stays a link: the file it points to is replaced
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise InputError(f"{place(path)}: output must be a file, got a folder; name a file in it.")
    if target.exists() and not target.is_file():
        raise InputError(f"{place(path)}: output must be a regular file, got a device or pipe; name a file.")
    return target


def _unwritable(path: str | os.PathLike[str], error: OSError | ValueError) -> InputError:
    """Return the error for a place where no file can be made."""
    folder = Path(path).parent
    if isinstance(error, FileNotFoundError):
        return InputError(f"{place(path)}: folder must exist, got {place(folder)}; create it first.")
    reason = getattr(error, "strerror", None) or str(error)
    return InputError(f"{place(path)}: cannot be written ({reason}); choose another folder or change its permissions.")


def _aside(target: Path) -> Path:
    """Return the hidden file beside `target` that is written in its place."""
    # a checksum: a name that is as long as the system allows has no room for more
    name = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]
    return target.with_name(f".{name}{target.suffix}")


def _held(temporary: Path) -> int:
    """Open and empty `temporary`, locked until it is closed or the process ends, however it ends."""
    while True:
        held = os.open(temporary, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        try:
            _lock(held)
            # whoever had the lock before may have renamed the file that this one opened
            if temporary.exists() and temporary.stat().st_ino == os.fstat(held).st_ino:
                os.ftruncate(held, 0)
                return held
        except BaseException:
            os.close(held)
            raise
        os.close(held)


def _lock(held: int) -> None:
    """Lock an open file, or raise BlockingIOError if another writer has."""
    try:
        import fcntl
    except ImportError:  # no such locks on Windows: two writers are then the user's to avoid
        return
    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _publish(temporary: Path, target: Path) -> None:
    """Flush `temporary` to the disk and give it the name and the permissions of `target`."""
    with temporary.open("r+b") as file:
        os.fsync(file.fileno())
    if target.exists():
        shutil.copymode(target, temporary)
    temporary.replace(target)


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary file to write to, which takes the place of `path` at the end.

    Parameters
    ----------
    path : str or path
        File to write. An existing one is replaced and its permissions are kept.

    Yields
    ------
    Path
        An empty, hidden file in the same folder and with the same suffix. When the block ends it is
        flushed to the disk and renamed; when the block raises it is removed and an existing `path`
        stays as it was.

    Raises
    ------
    InputError
        Before the block, if `path` is a folder or device, its folder is missing or not writable, or
        another process is writing to it; after it, if the disk is full.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with atomic_path(folder / "a.txt") as temporary:
    ...     _ = temporary.write_text("all of it")
    >>> [file.name for file in folder.iterdir()]
    ['a.txt']
    """
    try:
        target = _target(path)
        temporary = _aside(target)
        held = _held(temporary)
    except InputError:
        raise
    except BlockingIOError as exc:
        raise InputError(f"{place(path)}: another process is writing to this file; wait until it has ended.") from exc
    except (OSError, ValueError) as exc:
        raise _unwritable(path, exc) from exc
    is_published = False
    try:
        yield temporary
        _publish(temporary, target)
        is_published = True
    except OSError as exc:
        if exc.errno is None or exc.errno not in NO_ROOM:
            raise
        # the system's own words: pyarrow puts its own around them
        reason = os.strerror(exc.errno)
        raise InputError(f"{place(path)}: cannot be written ({reason}); free disk space.") from exc
    finally:
        # before the lock goes; once renamed, a file of this name is another writer's
        if not is_published:
            temporary.unlink(missing_ok=True)
        os.close(held)
