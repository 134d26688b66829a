"""What each character of a text is: a class, a case, a punctuation mark, a lower-case letter.

Two tables say it for every code point. A text becomes one array of bytes for each table: translating
bytes is the fastest look-up that there is, and nearly every character of a text in a Latin script, its
typographic quotation marks and dashes apart, fits in a byte. The others are few and are put in
afterwards. Text with combining marks is composed first; what marks are left belong to the character before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rhetoric._composed import compose_at, unsettled_codes

OTHER, APOSTROPHE, POINT, COMMA, LETTER, DIGIT, IDEOGRAPH, MARK = range(8)
MARKS = '!?"()$%:;,-.'
"""Punctuation counted per document, one column each; typographic forms count as the plain ones."""
KIND, IN_WORD, UPPER, MARK_SHIFT = map(np.uint8, (7, 4, 8, 4))  # layout of the property byte
_CASE_SHIFT = np.uint8(2)  # from the property to the bit of the letter
PADDING = 8
"""Zero bytes behind the lower-cased text, so that eight bytes can be read from any of its places."""

_PLAIN = {
    "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u20ac": "$", "\u00a3": "$", "\u00a5": "$",
    "\uff01": "!", "\uff1f": "?", "\uff0c": ",", "\u3002": ".", "\u2026": ".",
}  # fmt: skip
_TABLE_SIZE = 0x20000  # above lie rare ideographs, up to the next figure
_IDEOGRAPHS_END = 0x40000
_IDEOGRAPHS = ((0x3040, 0x3100), (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))
_UNSPACED = ((0x0E00, 0x0F00), (0x1000, 0x10A0), (0x1780, 0x1800))  # Thai, Lao, Burmese, Khmer
_REPLACED = range(0x2F800, 0x2FA1E)  # ideographs that composing replaces by others

Codes = NDArray[np.uint16] | NDArray[np.uint32]


@dataclass(frozen=True)
class Characters:
    """The code points of a text, in composed form where it has marks, as parallel arrays.

    Attributes
    ----------
    properties : ndarray of uint8, shape (n_chars,)
        The class in the lowest three bits, of which the third is set in words, then whether it is upper
        case, then the number of the punctuation mark, counted from 1, or 0.
    lower : ndarray of uint8, shape (n_chars + PADDING,)
        Lower case, the plain form of a typographic character beyond Latin-1; 0 where that is no Latin-1
        character.
    wide : ndarray of int64, shape (n_wide,)
        Places of the code points of words whose lower case is no Latin-1 character, ascending.
    wide_codes : ndarray of uint32, shape (n_wide,)
        Lower case of these.
    extends : ndarray of bool, shape (n_chars,), or None
        Which characters are marks of the character before them; None where there is none.
    origin : ndarray of int64, shape (n_chars + 1,), or None
        Places in the text as it was given; None where they are the same.
    """

    properties: NDArray[np.uint8]
    lower: NDArray[np.uint8]
    wide: NDArray[np.int64]
    wide_codes: NDArray[np.uint32]
    extends: NDArray[np.bool_] | None = None
    origin: NDArray[np.int64] | None = None

    def composed_places(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where places of the text as it was given lie in the composed one."""
        return places if self.origin is None else np.searchsorted(self.origin, places)


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Return properties and lower case of every code point below the table size."""
    characters = [chr(i) for i in range(_TABLE_SIZE)]
    as_array = np.array(characters, dtype="<U1")
    kind = np.zeros(_TABLE_SIZE, dtype=np.uint8)
    kind[np.char.isalpha(as_array)] = LETTER
    kind[np.char.isdecimal(as_array)] = DIGIT
    for low, high in (*_IDEOGRAPHS, *_UNSPACED):
        kind[low:high] = IDEOGRAPH
    # combining marks carry vowels in many scripts: a word must not break at them
    unsettled = unsettled_codes()
    kind[unsettled[unsettled < _TABLE_SIZE]] = MARK
    kind[[ord("'"), 0x2018, 0x2019, 0x02BC]] = APOSTROPHE
    kind[ord(".")] = POINT
    kind[ord(",")] = COMMA
    lower = np.arange(_TABLE_SIZE, dtype=np.uint32)
    upper_at = np.flatnonzero(np.char.isupper(as_array))
    lower[upper_at] = [ord(characters[i].lower()[0]) for i in upper_at]
    mark = np.zeros(_TABLE_SIZE, dtype=np.uint8)
    for index, character in enumerate(MARKS):
        mark[ord(character)] = index + 1
    for fancy, plain in _PLAIN.items():
        mark[ord(fancy)] = MARKS.find(plain) + 1
        lower[ord(fancy)] = ord(plain)
    is_upper = np.zeros(_TABLE_SIZE, dtype=np.uint8)
    is_upper[upper_at] = UPPER
    properties: NDArray[np.uint8] = kind | is_upper | mark << MARK_SHIFT
    return properties, lower


@cache
def _latin_properties() -> bytes:
    """Return the properties of the first 256 code points, for `bytes.translate`."""
    return _tables()[0][:256].tobytes()


def read_characters(text: str) -> Characters:
    """Return what the code points of `text` are, lone surrogates included."""
    if text.isascii():
        raw = text.encode("ascii")
        nowhere = np.zeros(0, dtype=np.int64)
        return Characters(*_translated(raw), wide=nowhere, wide_codes=nowhere.astype(np.uint32))
    codes = _code_points(text)
    latin = _translated(codes.astype(np.uint8).tobytes())
    beyond, found = _beyond_latin(codes)
    marks = beyond[found & KIND == MARK]
    if len(marks) == 0:
        return _completed(latin, codes, beyond, found)
    composed, origin = compose_at(text, marks, codes[marks])
    if origin is not None:
        codes = _code_points(composed)
        latin = _translated(codes.astype(np.uint8).tobytes())
        beyond, found = _beyond_latin(codes)
    found, is_mark = _attached(codes, beyond, found)
    extends = np.zeros(len(codes), dtype=bool)
    extends[beyond] = is_mark
    return replace(_completed(latin, codes, beyond, found), extends=extends, origin=origin)


def _beyond_latin(codes: Codes) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return the places of the code points beyond Latin-1, and their properties."""
    beyond = np.flatnonzero(codes > 0xFF)
    return beyond, _tables()[0].take(codes[beyond])


def _attached(
    codes: Codes, beyond: NDArray[np.int64], found: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return properties in which a mark is of the class of the character that bears it, and which are marks."""
    is_mark = found & KIND == MARK
    marks = np.flatnonzero(is_mark)
    run = np.flatnonzero(np.diff(beyond[marks], prepend=-2) > 1)
    # nothing bears a mark at the very beginning
    bearer = np.maximum(beyond[marks[run]] - 1, 0)
    borne = _tables()[0].take(codes[bearer]) & KIND
    # a mark is no further digit or joiner, and one that nothing bears is no word
    is_word = (borne & IN_WORD != 0) & (borne != MARK)
    borne = np.where(borne == IDEOGRAPH, np.uint8(IDEOGRAPH), np.where(is_word, np.uint8(LETTER), np.uint8(OTHER)))
    attached = found.copy()
    attached[marks] = np.repeat(borne, np.diff(run, append=len(marks)))
    return attached, is_mark


def _completed(
    latin: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    codes: Codes,
    beyond: NDArray[np.int64],
    found: NDArray[np.uint8],
) -> Characters:
    """Return what code points are, given what they are as bytes, and the properties of those beyond Latin-1."""
    properties, lower = latin[0].copy(), latin[1]
    properties[beyond] = found
    lowered = _tables()[1].take(codes[beyond])
    is_beyond = lowered > 0xFF
    lower[beyond] = np.where(is_beyond, 0, lowered)
    is_wide = is_beyond & ((found & IN_WORD) != 0)
    return Characters(properties, lower, beyond[is_wide], lowered[is_wide])


def _translated(raw: bytes) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return properties and padded lower case of Latin-1 bytes."""
    properties = np.frombuffer(raw.translate(_latin_properties()), dtype=np.uint8)
    lower = np.zeros(len(raw) + PADDING, dtype=np.uint8)
    # throughout Latin-1 a small letter is its capital with this bit set
    np.left_shift(properties & UPPER, _CASE_SHIFT, out=lower[: len(raw)])
    lower[: len(raw)] |= np.frombuffer(raw, dtype=np.uint8)
    return properties, lower


def _code_points(text: str) -> Codes:
    """Return the code points of `text` in the narrowest type that holds all."""
    raw = text.encode("utf-16-le", "surrogatepass")
    if len(raw) == 2 * len(text):
        return np.frombuffer(raw, dtype=np.uint16)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    # the planes of rare ideographs end here; flags in emoji and private characters are no words
    beyond = codes >= _IDEOGRAPHS_END
    is_replaced = (codes >= _REPLACED.start) & (codes < _REPLACED.stop)
    # one stand-in for all rare ideographs keeps the tables small
    codes = np.where(codes < _TABLE_SIZE, codes, np.uint32(0x3400))
    codes[is_replaced] = 0xF900
    codes[beyond] = 0
    return codes


def find_marks(documents: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return where punctuation marks, or typographic forms of them, stand in a batch of documents.

    Returns
    -------
    tuple of three ndarray of int64, shape (n_marks,)
        Number of the document, place in it in code points, and number of the mark in `MARKS`; in the order of
        the text.

    Examples
    --------
    >>> document, place, mark = find_marks(["Go!", "", "a, b?"])
    >>> document.tolist(), place.tolist(), [MARKS[at] for at in mark]
    ([0, 2, 2], [2, 1, 4], ['!', ',', '?'])
    """
    # a line end is no mark, and no letter joins with it
    characters = read_characters("\n" + "\n".join(documents) + "\n")
    found = characters.properties >> MARK_SHIFT
    at = np.flatnonzero(found)
    places = at if characters.origin is None else characters.origin[at]
    lengths = np.fromiter(map(len, documents), dtype=np.int64, count=len(documents))
    begins = np.concatenate(([1], 1 + np.cumsum(lengths + 1)))[:-1]
    document = np.searchsorted(begins, places, side="right") - 1
    return document, places - begins[document], found[at].astype(np.int64) - 1
