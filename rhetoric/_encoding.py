"""Bytes of a file become text, with the place of the first byte that cannot.

Text is UTF-8, with or without a byte order mark. Blocks are cut at line ends, which never lie inside a
character, so that each can be decoded by itself.
"""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Iterator
from typing import BinaryIO

from rhetoric._files import InputError, shown

Line = tuple[int, str]
"""Number of a line, from 1, and the line."""

# UTF-32 first: its little-endian mark begins with that of UTF-16
_FOREIGN_MARKS = {BOM_UTF32_LE: "UTF-32", BOM_UTF32_BE: "UTF-32", BOM_UTF16_LE: "UTF-16", BOM_UTF16_BE: "UTF-16"}


def decode(raw: bytes, where: str, *, offset: int = 0, line: int = 1) -> str:
    r"""Return bytes of a file as text, untouched but for a byte order mark at its beginning.

    Parameters
    ----------
    raw : bytes
        Part of a file that ends with a character.
    where : str
        Name of the file in messages.
    offset : int, default=0
        Byte of the file at which `raw` begins.
    line : int, default=1
        Line of the file at which `raw` begins.

    Returns
    -------
    str
        Empty for a byte order mark alone.

    Raises
    ------
    InputError
        If `raw` is not UTF-8, with offset (from 0) and line (from 1) of the first byte that is not, or
        if the file begins with the mark of UTF-16 or UTF-32.

    Examples
    --------
    >>> decode(b"\xef\xbb\xbfcaf\xc3\xa9", "a.txt")
    'café'
    """
    encoding = next((name for mark, name in _FOREIGN_MARKS.items() if offset == 0 and raw.startswith(mark)), None)
    if encoding:
        raise InputError(
            f"{where}: encoding must be UTF-8, got the byte order mark of {encoding}; "
            f"convert it with: iconv -f {encoding} -t UTF-8"
        )
    start = len(BOM_UTF8) if offset == 0 and raw.startswith(BOM_UTF8) else 0
    try:
        return raw[start:].decode("utf-8")
    except UnicodeDecodeError as exc:
        at = start + exc.start
        line += raw.count(b"\n", 0, at)
        raise InputError(
            f"{where}: encoding must be UTF-8, got byte 0x{raw[at]:02x} at offset {offset + at}, line {line}; "
            "convert it with: iconv -f ENCODING -t UTF-8"
        ) from exc


def decoded_lines(file: BinaryIO, where: str) -> Iterator[Line]:
    """Yield the lines of `file` as text with their numbers, line ends kept; errors as in `decode`."""
    offset = 0
    for number, raw in enumerate(file, 1):
        yield number, decode(raw, where, offset=offset, line=number)
        offset += len(raw)


def refuse_nul(text: str, where: str, line: int = 1) -> None:
    """Raise `InputError` if `text`, which begins at `line`, holds a NUL, where parsers in C may cut it off."""
    at = text.find("\0")
    if at >= 0:
        line += text.count("\n", 0, at)
        raise InputError(f"{where}: text must not hold NUL bytes, got one in line {line}; is this a binary file?")


def half_pair(error: UnicodeEncodeError, where: str) -> InputError:
    """Return the error for text that UTF-8 cannot hold; `where` is what it stands in."""
    got = shown(error.object[error.start])
    return InputError(f"{where}: text must be valid Unicode, got half a pair, {got}; correct the source.")


class CheckedText:
    """A CSV file as the stream of text that pandas reads.

    Parameters
    ----------
    file : binary file
        Read from its beginning.
    where : str
        Its name in messages.
    """

    def __init__(self, file: BinaryIO, where: str) -> None:
        self._file = file
        self._where = where
        self._offset = 0
        self._line = 1

    def read(self, size: int = -1) -> str:
        """Return the next `size` bytes and the rest of their last line as text; all for -1, "" at the end."""
        raw = self._file.read(size) + self._file.readline()
        text = decode(raw, self._where, offset=self._offset, line=self._line)
        refuse_nul(text, self._where, self._line)
        self._offset += len(raw)
        self._line += raw.count(b"\n")
        return text

    def __iter__(self) -> Iterator[str]:
        """Yield all of it in blocks."""
        return iter(self.read, "")
