"""One document as it is stored: its size, a checksum and its UTF-8, compressed as an LZ4 block.

LZ4 takes a fifth of the time that zlib takes at its fastest, for blocks that are two fifths larger. A block does
not say how much text it holds, and a reader that is promised too much would hand out memory that nobody filled.
So the size stands in front and is bounded before anything is allocated, and a checksum shows that the text is whole.
"""

from __future__ import annotations

import struct
import zlib
from functools import cache
from typing import TYPE_CHECKING

from rhetoric._files import InputError

if TYPE_CHECKING:
    from pyarrow import Codec

MAX_TEXT_BYTES = 1 << 27
"""Longest document, in bytes of UTF-8; a file that promises more is damaged or meant to do harm."""
_HEADER = struct.Struct("<II")
_MAX_GROWTH = 255  # an LZ4 block repeats at most 255 bytes for each of its own


@cache
def _codec() -> Codec:
    """Return the compressor; imported on first use, since most commands read no document."""
    from pyarrow import Codec

    return Codec("lz4_raw")


def pack(text: str) -> bytes:
    r"""Return a document as it is stored; lone surrogates survive.

    Raises
    ------
    InputError
        If it has more than `MAX_TEXT_BYTES`.

    Examples
    --------
    >>> unpack(pack("caf\u00e9 \ud800")) == "caf\u00e9 \ud800"
    True
    """
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_TEXT_BYTES:
        raise InputError(
            f"text must have at most {MAX_TEXT_BYTES:,} bytes, got {len(raw):,}; divide the document that begins with "
            f"{text[:20]!r}."
        )
    block: bytes = _codec().compress(raw, asbytes=True)
    return _HEADER.pack(len(raw), zlib.crc32(raw)) + block


def unpack(stored: bytes) -> str:
    """Return the text of a stored document.

    Parameters
    ----------
    stored : bytes
        What `pack` returned, or anything else.

    Raises
    ------
    ValueError
        If it is anything else; nothing large is allocated for it.

    Examples
    --------
    >>> unpack(b"damaged")
    Traceback (most recent call last):
    ValueError: it must hold 8 bytes or more, got 7
    """
    if len(stored) < _HEADER.size:
        raise ValueError(f"it must hold {_HEADER.size} bytes or more, got {len(stored)}")
    size, checksum = _HEADER.unpack_from(stored)
    block = stored[_HEADER.size :]
    limit = min(MAX_TEXT_BYTES, _MAX_GROWTH * len(block))
    if size > limit:
        raise ValueError(f"{len(block):,} bytes must hold at most {limit:,}, got a promise of {size:,}")
    try:
        raw: bytes = _codec().decompress(block, size, asbytes=True)
    except OSError as exc:
        raise ValueError(f"it must be an LZ4 block of {size:,} bytes, got {exc}") from exc
    if zlib.crc32(raw) != checksum:
        raise ValueError("its checksum does not match")
    return raw.decode("utf-8", "surrogatepass")
