"""Text becomes arrays once: words as 64-bit hashes with spans, shapes and punctuation counts.

A batch of documents is joined into one array of code points. A table gives each code point its
class, word boundaries are where the class changes, and every word is hashed from one running
polynomial sum over the batch, so that no Python code runs per word:

1. code points of the joined batch: bytes where it is ASCII, 32-bit numbers otherwise;
2. class of each code point from a table (letter, digit, ideograph, mark, joiner, anything else);
3. where there are marks the text is composed first, and what marks are left belong to the character
   before them; spans are carried back at the end;
4. joiners belong to a word only between the right neighbours: ``don't``, ``U.S``, ``2.5``, ``3,000``;
5. hash of a word = (sum of code[j] * B**j over its span) / B**start, modulo 2**64. B is odd and so
   has an inverse; a final mix spreads the bits.

Words are lower-cased for hashing and the typographic apostrophe counts as the plain one. Text in
scripts without spaces becomes one token per ideograph or per letter with its marks. Spans are
half-open, in code points of the original string.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from rhetoric._composed import compose, unsettled_codes

OTHER, APOSTROPHE, POINT, COMMA, LETTER, DIGIT, IDEOGRAPH, MARK = range(8)
MARKS = '!?"()$%:;,-.'
"""Punctuation counted per document, one column each; typographic forms count as the plain ones."""

_PLAIN = {
    "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u20ac": "$", "\u00a3": "$", "\u00a5": "$",
    "\uff01": "!", "\uff1f": "?", "\uff0c": ",", "\u3002": ".", "\u2026": ".",
}  # fmt: skip
_KIND, _IN_WORD, _UPPER, _MARK_SHIFT = map(np.uint8, (7, 4, 8, 4))  # layout of the property byte
_TABLE_SIZE = 0x20000  # above lie rare ideographs, up to the next figure
_IDEOGRAPHS_END = 0x40000
_IDEOGRAPHS = ((0x3040, 0x3100), (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))
_UNSPACED = ((0x0E00, 0x0F00), (0x1000, 0x10A0), (0x1780, 0x1800))  # Thai, Lao, Burmese, Khmer
_REPLACED = range(0x2F800, 0x2FA1E)  # ideographs that composing replaces by others
_BASE = 0x9E3779B97F4A7C15  # odd: 2**64 divided by the golden ratio
_BASE_INVERSE = pow(_BASE, -1, 1 << 64)

U64 = NDArray[np.uint64]


@dataclass(frozen=True)
class Tokens:
    """The words of a batch of documents as parallel arrays.

    Attributes
    ----------
    hashes : ndarray of uint64, shape (n_tokens,)
        Hash of the lower-cased word.
    starts, ends : ndarray of int64, shape (n_tokens,)
        Half-open span of the word in its own document, in code points.
    first : ndarray of int64, shape (n_documents + 1,)
        Document ``i`` owns the tokens ``first[i]`` to ``first[i + 1] - 1``.
    n_digits : ndarray of int64, shape (n_tokens,)
        Digits in the word.
    is_capitalised, is_acronym : ndarray of bool, shape (n_tokens,)
        Whether the word begins with an upper-case letter, and whether its second or last character is
        one, too.
    marks : ndarray of int64, shape (n_documents, len(MARKS))
        Punctuation marks per document, in the order of ``MARKS``.
    n_chars : ndarray of int64, shape (n_tokens,)
        Characters of the word in composed form: letter and mark may be one.
    """

    hashes: U64
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    first: NDArray[np.int64]
    n_digits: NDArray[np.int64]
    is_capitalised: NDArray[np.bool_]
    is_acronym: NDArray[np.bool_]
    marks: NDArray[np.int64]
    n_chars: NDArray[np.int64]

    @property
    def n_documents(self) -> int:
        """Number of documents in the batch."""
        return len(self.first) - 1

    @property
    def n_words(self) -> NDArray[np.int64]:
        """Words per document, shape (n_documents,)."""
        return np.diff(self.first)

    @cached_property
    def document(self) -> NDArray[np.int64]:
        """Document of each token, shape (n_tokens,)."""
        return np.repeat(np.arange(self.n_documents), self.n_words)


@cache
def _properties() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Return properties and lower case of every code point below the table size.

    The properties are packed in a byte: the class in the lowest three bits, of which the third is set in
    words, then whether it is upper case, then the number of the punctuation mark, counted from 1, or 0.
    """
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
    is_upper[upper_at] = _UPPER
    properties: NDArray[np.uint8] = kind | is_upper | mark << _MARK_SHIFT
    return properties, lower


@cache
def _character_codes() -> U64:
    """Return a 64-bit number per lower-cased code point, so that short words differ in every bit."""
    return mix(_properties()[1].astype(np.uint64) + np.uint64(1))


@cache
def _powers(n: int) -> tuple[U64, U64]:
    """Return B**j and B**-j for j < n, modulo 2**64."""
    powers = np.full(n, _BASE, dtype=np.uint64)
    inverses = np.full(n, _BASE_INVERSE, dtype=np.uint64)
    powers[0] = inverses[0] = 1
    return np.cumprod(powers), np.cumprod(inverses)


def mix(values: U64) -> U64:
    """Return `values` with their bits spread (the finaliser of MurmurHash3, public domain)."""
    values = values ^ (values >> np.uint64(33))
    values = values * np.uint64(0xFF51AFD7ED558CCD)
    values = values ^ (values >> np.uint64(33))
    values = values * np.uint64(0xC4CEB9FE1A85EC53)
    return values ^ (values >> np.uint64(33))


def _code_points(text: str) -> tuple[NDArray[np.unsignedinteger], NDArray[np.uint8]]:
    """Return code points of `text`, in the narrowest type that holds all, and the properties of each."""
    properties = _properties()[0]
    if text.isascii():
        raw = text.encode("ascii")
        # bytes.translate is the fastest table look-up that there is
        packed = np.frombuffer(raw.translate(properties[:256].tobytes()), dtype=np.uint8)
        return np.frombuffer(raw, dtype=np.uint8), packed
    raw = text.encode("utf-16-le", "surrogatepass")
    if len(raw) == 2 * len(text):
        narrow = np.frombuffer(raw, dtype=np.uint16)
        return narrow, properties.take(narrow)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    # the planes of rare ideographs end here; flags in emoji and private characters are no words
    beyond = codes >= _IDEOGRAPHS_END
    is_replaced = (codes >= _REPLACED.start) & (codes < _REPLACED.stop)
    # one stand-in for all rare ideographs keeps the tables small
    codes = np.where(codes < _TABLE_SIZE, codes, np.uint32(0x3400))
    codes[is_replaced] = 0xF900
    codes[beyond] = 0
    return codes, properties.take(codes)


@dataclass(frozen=True)
class _Characters:
    """A text as arrays.

    Attributes
    ----------
    codes, properties : ndarray of unsigned int, shape (n,)
        Code point and property byte of each character, in composed form where it has marks.
    extends : ndarray of bool, shape (n,), or None
        Which characters are marks of the character before them; None where there is none.
    origin : ndarray of int64, shape (n + 1,), or None
        Places in the text as it was given; None where they are the same.
    """

    codes: NDArray[np.unsignedinteger]
    properties: NDArray[np.uint8]
    extends: NDArray[np.bool_] | None = None
    origin: NDArray[np.int64] | None = None

    def composed_places(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where places of the text as it was given lie in the composed one."""
        return places if self.origin is None else np.searchsorted(self.origin, places)


def _characters(text: str) -> _Characters:
    """Return the characters of a text that begins with a line end, or is one sentence."""
    codes, properties = _code_points(text)
    if codes.dtype == np.uint8 or not (properties & _KIND == MARK).any():
        return _Characters(codes, properties)
    composed, origin = compose(text)
    if origin is not None:
        codes, properties = _code_points(composed)
    properties, extends = _attach_marks(properties)
    return _Characters(codes, properties, extends, origin)


def _attach_marks(properties: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return properties in which a mark is of the class of the character that bears it, and which are marks."""
    kind = properties & _KIND
    extends = kind == MARK
    marks = np.flatnonzero(extends)
    run = np.flatnonzero(np.diff(marks, prepend=-2) > 1)
    # nothing bears a mark at the very beginning
    bearer = np.repeat(np.maximum(marks[run] - 1, 0), np.diff(run, append=len(marks)))
    borne = kind[bearer]
    # a mark is no further digit or joiner, and one that nothing bears is no word
    borne = np.where(borne == IDEOGRAPH, IDEOGRAPH, np.where((borne & _IN_WORD != 0) & (borne != MARK), LETTER, OTHER))
    attached = properties.copy()
    attached[marks] = borne
    return attached, extends


def _word_mask(properties: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which code points belong to a word; the first and the last belong to none."""
    in_word: NDArray[np.bool_] = (properties & _IN_WORD) != 0
    joiner = np.flatnonzero((properties & _KIND) - np.uint8(1) < COMMA)
    before, after = properties[joiner - 1] & _KIND, properties[joiner + 1] & _KIND
    which = properties[joiner] & _KIND
    letters = (before == LETTER) & (after == LETTER)
    digits = (before == DIGIT) & (after == DIGIT)
    joined = (letters & (which != COMMA)) | (digits & (which != APOSTROPHE))
    in_word[joiner[joined]] = True
    return in_word


def _boundaries(characters: _Characters) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where words start and end in the batch."""
    properties = characters.properties
    in_word = _word_mask(properties)
    change = in_word[1:] != in_word[:-1]
    if characters.codes.dtype == np.uint8:
        edges = np.flatnonzero(change) + 1
        return edges[::2], edges[1::2]
    ideograph = (properties & _KIND) == IDEOGRAPH
    split = in_word[1:] & in_word[:-1] & (ideograph[1:] | ideograph[:-1])
    if characters.extends is not None:
        split &= ~characters.extends[1:]
    starts = np.flatnonzero((change & in_word[1:]) | split) + 1
    ends = np.flatnonzero((change & in_word[:-1]) | split) + 1
    return starts, ends


def _digit_counts(properties: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the digits in each word."""
    # a digit always belongs to a word, and digits are few
    digits = np.flatnonzero((properties & _KIND) == DIGIT)
    return np.bincount(np.searchsorted(starts, digits, side="right") - 1, minlength=len(starts))


def _mark_counts(properties: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return punctuation counts, shape (n_documents, len(MARKS))."""
    where = np.flatnonzero(properties >= np.uint8(1 << _MARK_SHIFT))
    mark = (properties[where] >> _MARK_SHIFT).astype(np.int64) - 1
    n_documents = len(offsets) - 1
    # each document's first cell, repeated for each of its marks
    first_cell = np.repeat(np.arange(n_documents) * len(MARKS), np.diff(np.searchsorted(where, offsets)))
    return np.bincount(first_cell + mark, minlength=n_documents * len(MARKS)).reshape(n_documents, len(MARKS))


def tokenize(documents: Sequence[str]) -> Tokens:
    """Return the words of `documents` as arrays.

    Parameters
    ----------
    documents : sequence of str
        Sentences or whole texts; may be empty.

    Returns
    -------
    Tokens
        Words in the order of the text. A document without a word has none.

    Examples
    --------
    >>> tokens = tokenize(["The U.S. fired 3,000 shells.", ""])
    >>> tokens.n_words.tolist()
    [5, 0]
    >>> list(zip(tokens.starts.tolist(), tokens.ends.tolist()))[1:4]
    [(4, 7), (9, 14), (15, 20)]
    """
    sizes = np.fromiter(map(len, documents), dtype=np.int64, count=len(documents))
    # a line end before, between and after the documents keeps words apart and spares edge cases
    text = "\n" + "\n".join(documents) + "\n"
    offsets = np.concatenate(([1], 1 + np.cumsum(sizes + 1)))
    characters = _characters(text)
    codes, properties = characters.codes, characters.properties
    starts, ends = _boundaries(characters)
    powers, inverses = _powers(1 << max(16, (len(codes) - 1).bit_length()))
    running = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum(_character_codes().take(codes) * powers[: len(codes)], out=running[1:])
    hashes = mix((running[ends] - running[starts]) * inverses[starts])
    initial, second, last = (properties[at] & _UPPER for at in (starts, starts + 1, ends - 1))
    n_chars = ends - starts
    is_acronym = (initial & (second | last) != 0) & (n_chars > 1)
    n_digits = _digit_counts(properties, starts)
    marks = _mark_counts(properties, characters.composed_places(offsets))
    if characters.origin is not None:
        starts, ends = characters.origin[starts], characters.origin[ends]
    first = np.searchsorted(starts, offsets)
    shift = np.repeat(offsets[:-1], np.diff(first))
    return Tokens(
        hashes=hashes,
        starts=starts - shift,
        ends=ends - shift,
        first=first,
        n_digits=n_digits,
        is_capitalised=initial != 0,
        is_acronym=is_acronym,
        marks=marks,
        n_chars=n_chars,
    )


def ngram_hashes(hashes: U64, n: int) -> U64:
    """Return the hash of every run of `n` words, shape (n_tokens - n + 1,), not minding documents.

    The hash of a run depends on its words and their order alone; for ``n=1`` it is the word's own.
    """
    if len(hashes) < n:
        return hashes[:0]
    size = len(hashes) - n + 1
    combined = hashes[:size]
    for step in range(1, n):
        combined = mix(combined * np.uint64(_BASE) + hashes[step : step + size])
    return combined


def run_hashes(hashes: U64, starts: NDArray[np.int64], n: int) -> U64:
    """Return the hash of the run of `n` words at each of `starts`, equal to that of `ngram_hashes`."""
    combined = hashes[starts]
    for step in range(1, n):
        combined = mix(combined * np.uint64(_BASE) + hashes[starts + step])
    return combined


def runs_within_documents(tokens: Tokens, n: int) -> NDArray[np.int64]:
    """Return the positions at which a run of `n` words stays inside its document."""
    last = np.repeat(tokens.first[1:], tokens.n_words) - n
    positions = np.arange(len(tokens.hashes))
    return positions[positions <= last]


def sequence_hashes(hashes: U64, first: NDArray[np.int64]) -> U64:
    """Return a hash of all words of each document and their order, shape (n_documents,).

    Parameters
    ----------
    hashes : ndarray of uint64, shape (n_tokens,)
        Words.
    first : ndarray of int64, shape (n_documents + 1,)
        Document ``i`` owns the words ``first[i]`` to ``first[i + 1] - 1``.
    """
    # order counts: a word's hash is scaled by its place, and wrapping sums of 64 bits keep documents apart
    place = np.arange(len(hashes)) - np.repeat(first[:-1], np.diff(first))
    running = np.zeros(len(hashes) + 1, dtype=np.uint64)
    np.cumsum(hashes * (2 * place.astype(np.uint64) + np.uint64(1)), out=running[1:])
    return running[first[1:]] - running[first[:-1]]


def mark_positions(text: str, marks: str) -> list[int]:
    """Return where in `text` one of `marks`, or a typographic form of it, stands."""
    wanted = {MARKS.index(mark) + 1 for mark in marks}
    characters = _characters(text)
    found = characters.properties >> _MARK_SHIFT
    places = [at for at in np.flatnonzero(found).tolist() if int(found[at]) in wanted]
    return places if characters.origin is None else characters.origin[places].tolist()


def word_hash(words: str) -> np.uint64:
    """Return the hash of one word, or of a run of words separated by spaces."""
    hashes = tokenize([words]).hashes
    hashed: np.uint64 = ngram_hashes(hashes, len(hashes))[0]
    return hashed


def batches(documents: Sequence[str], max_chars: int = 1 << 19) -> Iterator[tuple[int, int]]:
    """Yield half-open ranges of documents whose joined length stays near `max_chars`.

    Large enough that the cost of a call to NumPy does not count, small enough to bound memory; one long
    document is a batch by itself.
    """
    ends = np.cumsum(np.fromiter(map(len, documents), dtype=np.int64, count=len(documents)) + 1)
    start = done = 0
    while start < len(documents):
        stop = max(start + 1, int(np.searchsorted(ends, done + max_chars, side="right")))
        yield start, stop
        start, done = stop, int(ends[stop - 1])
