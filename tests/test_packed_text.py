"""A stored document: nothing but what was packed comes out, and no promise is believed."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoric._packed_text import MAX_TEXT_BYTES, pack, unpack

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
STORED = pack("We will never beg for talks. " * 40)
SIZE = 29 * 40


def promising(size, checksum=None):
    _, old = struct.unpack_from("<II", STORED)
    return struct.pack("<II", size, old if checksum is None else checksum) + STORED[8:]


@given(ANY_TEXT)
def test_any_text_comes_back(text):
    assert unpack(pack(text)) == text


def test_the_stored_form_is_size_checksum_and_block():
    raw = b"abc"
    # a block of literals alone: their number in the upper half of a byte, then they
    assert pack("abc") == struct.pack("<II", 3, zlib.crc32(raw)) + b"\x30abc"


@given(st.binary(max_size=60))
def test_other_bytes_are_refused(stored):
    # that a checksum fits by chance is one case in four thousand million
    with pytest.raises(ValueError, match=r"must hold|must be an LZ4 block|checksum does not match"):
        unpack(stored)


@given(st.integers(0, len(STORED) - 1), st.integers(1, 255))
def test_a_changed_byte_is_always_found(at, change):
    damaged = bytearray(STORED)
    damaged[at] ^= change
    with pytest.raises(ValueError, match=r"must hold|must be an LZ4 block|checksum does not match"):
        unpack(bytes(damaged))


@pytest.mark.parametrize("size", [SIZE + 1, SIZE + 50, 5000])
def test_memory_that_no_text_filled_is_never_handed_out(size):
    with pytest.raises(ValueError, match="its checksum does not match"):
        unpack(promising(size))


@pytest.mark.parametrize("size", [0, 1, SIZE - 1])
def test_a_promise_of_too_little_is_refused(size):
    with pytest.raises(ValueError, match=rf"must be an LZ4 block of {size:,} bytes|checksum does not match"):
        unpack(promising(size))


@pytest.mark.parametrize("size", [MAX_TEXT_BYTES + 1, (1 << 32) - 1, 255 * (len(STORED) - 8) + 1])
def test_a_promise_that_no_block_can_keep_allocates_nothing(size):
    with pytest.raises(ValueError, match=rf"bytes must hold at most [\d,]+, got a promise of {size:,}"):
        unpack(promising(size))


def test_bytes_that_are_no_utf8_are_refused():
    block = b"\x20\xff\xfe"
    with pytest.raises(ValueError, match="can't decode byte 0xff"):
        unpack(struct.pack("<II", 2, zlib.crc32(b"\xff\xfe")) + block)


def test_a_shortened_document_is_refused():
    for length in range(8):
        with pytest.raises(ValueError, match=rf"it must hold 8 bytes or more, got {length}"):
            unpack(STORED[:length])
