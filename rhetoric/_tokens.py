"""Text becomes arrays once: words as 64-bit hashes with spans, shapes and punctuation counts.

A batch of documents is joined into one text, so that no Python code runs per word:

1. properties and lower case of each code point, a byte each (see ``_characters``);
2. joiners belong to a word only between the right neighbours: ``don't``, ``U.S``, ``2.5``, ``3,000``;
3. words begin and end where code points that belong to a word meet others;
4. the hash of a word is made of its bytes, eight at a time: most words are a single number of 64 bits,
   whose bits are spread. Words with a letter beyond Latin-1 are hashed in the same way, four bytes a
   code point.

Words are lower-cased for hashing and the typographic apostrophe counts as the plain one. Text in
scripts without spaces becomes one token per ideograph or per letter with its marks. Text with marks is
read in composed form, and spans are carried back: half-open, in code points of the original string.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rhetoric._characters import (
    APOSTROPHE,
    COMMA,
    DIGIT,
    IDEOGRAPH,
    IN_WORD,
    KIND,
    LETTER,
    MARK_SHIFT,
    MARKS,
    PADDING,
    UPPER,
    Characters,
    read_characters,
)

_BASE = 0x9E3779B97F4A7C15  # odd: 2**64 divided by the golden ratio
_HALF_UP = np.uint64(33)
_BLOCK = 1 << 15
_CHUNK = 8
BATCH_CHARS = 1 << 19
"""Characters that are tokenised at a time."""
_KEPT_BYTES = np.array([(1 << 8 * n) - 1 for n in range(_CHUNK + 1)], dtype=np.uint64)
"""Masks that keep the first 0 to 8 bytes of a chunk."""

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
    def figures(self) -> NDArray[np.int64]:
        """Tokens with a digit, ascending."""
        return np.flatnonzero(self.n_digits > 0)

    @cached_property
    def document(self) -> NDArray[np.int64]:
        """Document of each token, shape (n_tokens,)."""
        return np.repeat(np.arange(self.n_documents), self.n_words)


def mix(values: U64) -> U64:
    """Return `values`, shape (n,), with their bits spread (the finaliser of MurmurHash3, public domain)."""
    mixed = np.empty_like(values)
    # all steps of a block before the next one, while it is in the processor's cache
    for start in range(0, len(values), _BLOCK):
        block, into = values[start : start + _BLOCK], mixed[start : start + _BLOCK]
        np.right_shift(block, _HALF_UP, out=into)
        into ^= block
        into *= np.uint64(0xFF51AFD7ED558CCD)
        into ^= into >> _HALF_UP
        into *= np.uint64(0xC4CEB9FE1A85EC53)
        into ^= into >> _HALF_UP
    return mixed


def _word_mask(properties: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which code points belong to a word; the first and the last belong to none."""
    in_word: NDArray[np.bool_] = (properties & IN_WORD) != 0
    joiner = np.flatnonzero((properties & KIND) - np.uint8(1) < COMMA)
    before, after = properties[joiner - 1] & KIND, properties[joiner + 1] & KIND
    which = properties[joiner] & KIND
    letters = (before == LETTER) & (after == LETTER)
    digits = (before == DIGIT) & (after == DIGIT)
    joined = (letters & (which != COMMA)) | (digits & (which != APOSTROPHE))
    in_word[joiner[joined]] = True
    return in_word


def _changes(flags: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where runs of True start and end; the first and the last flag are False."""
    edges = np.flatnonzero(flags[1:] != flags[:-1]) + 1
    return edges[::2].copy(), edges[1::2].copy()


def _boundaries(characters: Characters) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where words start and end in the batch."""
    in_word = _word_mask(characters.properties)
    starts, ends = _changes(in_word)
    if len(characters.wide) == 0:
        return starts, ends
    ideograph = (characters.properties & KIND) == IDEOGRAPH
    split = in_word[1:] & in_word[:-1] & (ideograph[1:] | ideograph[:-1])
    if characters.extends is not None:
        split &= ~characters.extends[1:]
    inside = np.flatnonzero(split) + 1
    if len(inside) == 0:
        return starts, ends
    return np.sort(np.concatenate([starts, inside])), np.sort(np.concatenate([ends, inside]))


def _span_hashes(raw: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> U64:
    """Return the hash of each span of bytes; at least `PADDING` bytes stand behind the last one."""
    summed = _chunks(raw, starts, lengths)
    long = np.flatnonzero(lengths > _CHUNK)
    if len(long):
        n_further = (lengths[long] - 1) // _CHUNK
        first = np.cumsum(n_further) - n_further
        which = np.repeat(long, n_further)
        number = np.arange(1, len(which) + 1) - np.repeat(first, n_further)
        further = _chunks(raw, starts[which] + _CHUNK * number, lengths[which] - _CHUNK * number)
        # a chunk counts by its place, too
        further += number.view(np.uint64) * np.uint64(_BASE)
        summed[long] += np.add.reduceat(mix(further), first)
    return mix(summed)


def _chunks(raw: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> U64:
    """Return the first eight bytes of each span as a number, fewer where it is shorter."""
    # one number for every place of the bytes, without a copy
    numbers = np.ndarray(len(raw) - _CHUNK + 1, dtype="<u8", buffer=raw, strides=(1,))
    kept = _KEPT_BYTES.take(lengths, mode="clip")
    kept &= numbers.take(starts)
    return kept


def _word_hashes(characters: Characters, starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> U64:
    """Return the hash of each lower-cased word."""
    hashes = _span_hashes(characters.lower, starts, lengths)
    if len(characters.wide) == 0:
        return hashes
    # words with a letter beyond Latin-1: four bytes a code point instead of one
    words = np.unique(np.searchsorted(starts, characters.wide, side="right") - 1)
    n_letters = lengths[words]
    begin = np.cumsum(n_letters) - n_letters
    places = np.arange(int(n_letters.sum())) + np.repeat(starts[words] - begin, n_letters)
    codes = np.zeros(len(places) + PADDING, dtype="<u4")
    codes[: len(places)] = characters.lower[places]
    is_wide = codes[: len(places)] == 0
    codes[: len(places)][is_wide] = characters.wide_codes[np.searchsorted(characters.wide, places[is_wide])]
    # the complement, since four bytes may be those of another word
    hashes[words] = ~_span_hashes(codes.view(np.uint8), 4 * begin, 4 * n_letters)
    return hashes


def _digit_counts(properties: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the digits in each word."""
    # a digit always belongs to a word, and runs of digits are few
    begin, end = _changes((properties & KIND) == DIGIT)
    word = np.repeat(np.searchsorted(starts, begin, side="right") - 1, end - begin)
    return np.bincount(word, minlength=len(starts))


def _capitals(
    properties: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which words are capitalised, and which are acronyms."""
    is_capitalised = (properties.take(starts) & UPPER) != 0
    capitalised = np.flatnonzero(is_capitalised)
    first, last = starts[capitalised], ends[capitalised] - 1
    is_acronym = np.zeros(len(starts), dtype=bool)
    is_acronym[capitalised] = ((properties[first + 1] | properties[last]) & UPPER != 0) & (last > first)
    return is_capitalised, is_acronym


def _mark_counts(properties: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return punctuation counts, shape (n_documents, len(MARKS))."""
    where = np.flatnonzero(properties >= np.uint8(1 << MARK_SHIFT))
    mark = (properties[where] >> MARK_SHIFT).astype(np.int64) - 1
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
    return _tokenized(documents, _lengths(documents))


def tokenize_batches(documents: Sequence[str]) -> Iterator[Tokens]:
    """Yield the words of `documents`, some documents at a time, as `batches` divides them."""
    lengths = _lengths(documents)
    for start, stop in _ranges(lengths, BATCH_CHARS):
        yield _tokenized(documents[start:stop], lengths[start:stop])


def _lengths(documents: Sequence[str]) -> NDArray[np.int64]:
    """Return the code points of each document."""
    return np.fromiter(map(len, documents), dtype=np.int64, count=len(documents))


def _tokenized(documents: Sequence[str], lengths: NDArray[np.int64]) -> Tokens:
    """Return the words of `documents`, whose lengths are known."""
    # a line end before, between and after the documents keeps words apart and spares edge cases
    text = "\n" + "\n".join(documents) + "\n"
    offsets = np.concatenate(([1], 1 + np.cumsum(lengths + 1)))
    characters = read_characters(text)
    starts, ends = _boundaries(characters)
    is_capitalised, is_acronym = _capitals(characters.properties, starts, ends)
    n_chars = ends - starts
    hashes = _word_hashes(characters, starts, n_chars)
    n_digits = _digit_counts(characters.properties, starts)
    marks = _mark_counts(characters.properties, characters.composed_places(offsets))
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
        is_capitalised=is_capitalised,
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
    # mixed after the place is added: sums of words scaled by their places are equal for "a b b a" and "b a a b"
    place = np.arange(len(hashes)) - np.repeat(first[:-1], np.diff(first))
    running = np.zeros(len(hashes) + 1, dtype=np.uint64)
    np.cumsum(mix(hashes + place.astype(np.uint64) * np.uint64(_BASE)), out=running[1:])
    return running[first[1:]] - running[first[:-1]]


def word_hash(words: str) -> np.uint64:
    """Return the hash of one word, or of a run of words separated by spaces."""
    hashes = tokenize([words]).hashes
    hashed: np.uint64 = ngram_hashes(hashes, len(hashes))[0]
    return hashed


def batches(documents: Sequence[str], max_chars: int = BATCH_CHARS) -> Iterator[tuple[int, int]]:
    """Yield half-open ranges of documents whose joined length stays near `max_chars`.

    Large enough that the cost of a call to NumPy does not count, small enough to bound memory; one long
    document is a batch by itself.
    """
    yield from _ranges(_lengths(documents), max_chars)


def _ranges(lengths: NDArray[np.int64], max_chars: int) -> Iterator[tuple[int, int]]:
    """Yield half-open ranges of documents, given their lengths."""
    ends = np.cumsum(lengths + 1)
    start = done = 0
    while start < len(lengths):
        stop = max(start + 1, int(np.searchsorted(ends, done + max_chars, side="right")))
        yield start, stop
        start, done = stop, int(ends[stop - 1])
