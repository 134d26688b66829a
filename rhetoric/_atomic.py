"""A file appears under its name when it is complete, or not at all."""

from __future__ import annotations

import errno
import os
import secrets
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
        Before the block, if `path` is a folder or device, or its folder is missing or not writable;
        after it, if the disk is full.

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
        temporary = target.with_name(f".{secrets.token_hex(8)}{target.suffix}")
        temporary.touch(exist_ok=False)
    except InputError:
        raise
    except (OSError, ValueError) as exc:
        raise _unwritable(path, exc) from exc
    try:
        yield temporary
        _publish(temporary, target)
    except OSError as exc:
        if exc.errno is None or exc.errno not in NO_ROOM:
            raise
        # the system's own words: pyarrow puts its own around them
        reason = os.strerror(exc.errno)
        raise InputError(f"{place(path)}: cannot be written ({reason}); free disk space.") from exc
    finally:
        temporary.unlink(missing_ok=True)
