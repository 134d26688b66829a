"""One text, one form: letter and mark as one character, with the places that each character came from.

Unicode writes ``é`` as one character or as a letter and a combining mark, a Korean syllable as one or as
two or three, and calls both the same text. Words are hashed and sentences are split in the composed form
(NFC); spans are then carried back to the text as it was given. Nearly all text is composed already and is
only looked through:

1. text without a character that composing could change stays as it is; so does all of ASCII;
2. else every cluster, a character and what combines with it, is composed by itself;
3. where that changes the length, places behind it are shifted.

Ordering the marks of a cluster takes time that grows with the square of their number, so that a hostile
text could stop a reader. After `MAX_MARKS` marks a new cluster begins, as in the stream-safe text of [1]_.

References
----------
.. [1] Unicode Standard Annex 15, "Unicode Normalization Forms", section 13.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

MAX_MARKS = 30
_ATTACHED, _REPLACED = 1, 2
_DENSE = 32
_UNSURE = ((0x0300, 0x3400), (0xA000, 0xAC00), (0xF900, 0x20000))
"""Code points to look at; between lie ideographs and syllables, many and all of them settled."""
_JAMO = ((0x1161, 0x1176), (0x11A8, 0x11C3))  # vowels and final consonants of Korean syllables
_JOINERS = (0x200C, 0x200D)  # invisible, inside words of Persian and of the scripts of India
_RARE = (0x2F800, 0x2FA1E)  # ideographs that stand for others


@cache
def unsettled_codes() -> NDArray[np.int64]:
    """Return the code points that attach to the character before or that composing replaces, ascending.

    All marks are among them, and the two invisible joiners that stand inside words.
    """
    characters = [chr(code) for limits in _UNSURE for code in range(*limits)]
    codes = [
        ord(each)
        for each, category in zip(characters, map(unicodedata.category, characters), strict=True)
        if category[0] == "M" or _is_replaced(each)
    ]
    ranges = [range(*limits) for limits in (*_JAMO, _RARE)]
    return np.unique(np.concatenate([codes, _JOINERS, *ranges]).astype(np.int64))


def _is_replaced(character: str) -> bool:
    """Return whether composing replaces a character."""
    return unicodedata.normalize("NFC", character) != character


@cache
def _kinds() -> NDArray[np.uint8]:
    """Return for every code point whether it is settled, attaches to the one before, or is replaced by itself."""
    table = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    table[unsettled_codes()] = _ATTACHED
    replaced = [code for code in unsettled_codes().tolist() if _is_replaced(chr(code))]
    # what a mark is replaced by attaches, too
    first = np.array([ord(unicodedata.normalize("NFC", chr(code))[0]) for code in replaced])
    table[np.array(replaced)[table[first] == 0]] = _REPLACED
    return table


def compose(text: str) -> tuple[str, NDArray[np.int64] | None]:
    """Return a text in composed form and where its characters came from.

    Parameters
    ----------
    text : str
        Any text; halves of surrogate pairs stay as they are.

    Returns
    -------
    composed : str
        `text` in Unicode's form NFC, but for marks beyond `MAX_MARKS` in a row.
    origin : ndarray of int64, shape (len(composed) + 1,), or None
        For each place between characters of `composed` that of `text`, not descending; None where
        `composed` is `text`.

    Examples
    --------
    >>> composed, origin = compose("cafe\u0301s")
    >>> len(composed), origin.tolist()
    (5, [0, 1, 2, 3, 5, 6])
    >>> compose("cafés")[1] is None
    True
    """
    places, codes = _unsettled(text)
    return compose_at(text, places, codes) if len(places) else (text, None)


def compose_all(texts: Sequence[str]) -> list[tuple[str, NDArray[np.int64] | None]]:
    """Return `compose` of each text; they are looked through together, and most often nothing can be composed."""
    if len(_unsettled("".join(texts))[0]) == 0:
        return [(text, None) for text in texts]
    return [compose(text) for text in texts]


def _unsettled(text: str) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Return the places of the code points that composing could change, and these."""
    if text.isascii():
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint32)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    places = np.flatnonzero(_kinds().take(codes))
    return places, codes[places]


def compose_at(
    text: str, places: NDArray[np.int64], codes: NDArray[np.unsignedinteger]
) -> tuple[str, NDArray[np.int64] | None]:
    """Return what `compose` does, given all places of unsettled code points, at least one, and these."""
    starts, ends = _clusters(places, _kinds().take(codes) == _REPLACED)
    # where marks are many the whole is looked through faster than its clusters
    is_dense = len(starts) * _DENSE > len(text) and (ends - starts).max() <= MAX_MARKS
    if is_dense and unicodedata.is_normalized("NFC", text):
        return text, None
    return _compose_clusters(text, starts, ends)


def _clusters(
    unsettled: NDArray[np.int64], is_replaced: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where clusters of at most `MAX_MARKS` unsettled characters begin, with what these attach to, and end."""
    edges = np.flatnonzero((np.diff(unsettled, prepend=-2) > 1) | is_replaced)
    first, last = unsettled[edges], unsettled[np.append(edges[1:], len(unsettled)) - 1]
    n_parts = (last - first) // MAX_MARKS + 1
    part = np.arange(n_parts.sum()) - np.repeat(np.cumsum(n_parts) - n_parts, n_parts)
    starts = np.repeat(first, n_parts) + part * MAX_MARKS
    ends = np.minimum(starts + MAX_MARKS, np.repeat(last, n_parts) + 1)
    has_base = (part == 0) & ~np.repeat(is_replaced[edges], n_parts)
    return np.maximum(starts - has_base, 0), ends


def _compose_clusters(
    text: str, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[str, NDArray[np.int64] | None]:
    """Return a text with each of its clusters composed, and the origins as in `compose`."""
    pieces: list[str] = []
    done = 0
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        pieces += text[done:start], unicodedata.normalize("NFC", text[start:end])
        done = end
    n_after = np.fromiter(map(len, pieces[1::2]), dtype=np.int64, count=len(starts))
    composed = "".join(pieces) + text[done:]
    if composed == text:
        return text, None
    losses = ends - starts - n_after
    changed = np.flatnonzero(losses)
    return composed, _origin(len(composed), starts[changed], losses[changed])


def _origin(length: int, places: NDArray[np.int64], losses: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of a text given where clusters that lost characters stand and how many they lost."""
    shift = np.zeros(length + 1, dtype=np.int64)
    # what a cluster lost, or won, is put behind its first character
    shift[places - (np.cumsum(losses) - losses) + 1] = losses
    return np.maximum.accumulate(np.arange(length + 1) + np.cumsum(shift))
