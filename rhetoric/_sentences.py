"""Sentences of a text as spans.

Sentences come from `sentencex` (rules for abbreviations, quotations and brackets), after splitting at
line ends and after the full stops of scripts that put no space behind them: official statements set
headings, list items and signatures on lines of their own, often without a full stop.

`sentencex` sees an ASCII copy of each line, one character for each code point: its spans are then
spans of the original, and its byte arithmetic cannot meet a character of several bytes. Text with marks
that can be one with their letter is split in its composed form, so that both forms have the same sentences.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from sentencex import segment

from rhetoric._composed import compose_all
from rhetoric._tokens import batches

_LANGUAGE = "en"  # decides which abbreviations do not end a sentence
_FULL_STOPS = "\u3002\uff01\uff1f\uff61\u0964\u061f\u06d4"
_STOPPED = re.compile(f"[^{_FULL_STOPS}]*[{_FULL_STOPS}]+|[^{_FULL_STOPS}]+")


def _ascii_part(character: str) -> str:
    """Return an ASCII character that a sentence splitter treats as it would `character`."""
    if character.isascii():
        return character
    if character.isalpha():
        return "A" if character.isupper() else "a"
    if character.isdigit():
        return "0"
    if unicodedata.category(character)[0] == "M":
        return "a"
    return " " if character.isspace() else ","


_PARTS = dict(zip("\u2018\u2019\u201c\u201d\u2013\u2014\u2060\u2026\u2022", "''\"\"---.*", strict=True))
_UNKNOWN = np.uint8(0x80)  # no ASCII character


@cache
def _ascii_table() -> NDArray[np.uint8]:
    """Return the ASCII part of every code point, to be filled with those that texts hold."""
    table = np.full(sys.maxunicode + 1, _UNKNOWN)
    table[:_UNKNOWN] = np.arange(_UNKNOWN)
    table[list(map(ord, _PARTS))] = list(map(ord, _PARTS.values()))
    return table


def _ascii_copy(text: str) -> str:
    """Return a text in which each code point is the ASCII character that plays its part."""
    if text.isascii():
        return text
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    table = _ascii_table()
    copy = table.take(codes)
    unknown = np.unique(codes[copy == _UNKNOWN])
    if len(unknown):
        table[unknown] = [ord(_ascii_part(chr(code))) for code in unknown.tolist()]
        copy = table.take(codes)
    return copy.tobytes().decode("ascii")


@dataclass(frozen=True)
class SentenceSpans:
    """The sentences of some texts.

    Attributes
    ----------
    starts, ends : ndarray of int64, shape (n_sentences,)
        Half-open span of each sentence in its text, in code points, without surrounding white space.
    first : ndarray of int64, shape (n_texts + 1,)
        Text ``i`` owns the sentences ``first[i]`` to ``first[i + 1] - 1``; none if it has no visible character.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    first: NDArray[np.int64]


def split_all(texts: Sequence[str]) -> SentenceSpans:
    """Return the sentences of many texts.

    Parameters
    ----------
    texts : sequence of str
        Whole statements; line ends always end a sentence. May be empty.

    Returns
    -------
    SentenceSpans
        In the order of the texts.

    Examples
    --------
    >>> spans = split_all(["He left. The end", " ", "Glory!"])
    >>> spans.starts.tolist(), spans.ends.tolist(), spans.first.tolist()
    ([0, 9, 0], [8, 16, 6], [0, 2, 2, 3])
    """
    pieces: list[str] = []
    lengths: list[int] = []
    n_pieces: list[int] = []
    n_lines: list[int] = []
    origins: list[NDArray[np.int64] | None] = []
    for start, stop in batches(texts):
        composed = compose_all(texts[start:stop])
        origins += [origin for _, origin in composed]
        lines = [_lines(text) for text, _ in composed]
        n_lines += map(len, lines)
        # one copy of many lines: what a call costs is spread over them
        copy = _ascii_copy("".join(text for text, _ in composed))
        sizes = [len(line) for of_text in lines for line in of_text]
        for end, size in zip(accumulate(sizes), sizes, strict=True):
            # the pieces of a line add up to the line, white space included
            found = segment(_LANGUAGE, copy[end - size : end])
            pieces += found
            n_pieces.append(len(found))
        lengths += sizes
    spans = _spans(pieces, *(np.array(column, dtype=np.int64) for column in (lengths, n_pieces, n_lines)))
    return _carried_back(spans, origins)


def _carried_back(spans: SentenceSpans, origins: list[NDArray[np.int64] | None]) -> SentenceSpans:
    """Return spans in texts as they were given from spans in their composed forms."""
    for number, origin in enumerate(origins):
        if origin is not None:
            own = slice(spans.first[number], spans.first[number + 1])
            spans.starts[own], spans.ends[own] = origin[spans.starts[own]], origin[spans.ends[own]]
    is_kept = spans.ends > spans.starts
    if is_kept.all():
        return spans
    # a boundary inside a character and its marks leaves nothing before it; the sentence behind it holds them
    n_before = np.concatenate(([0], np.cumsum(is_kept)))
    return SentenceSpans(spans.starts[is_kept], spans.ends[is_kept], n_before[spans.first])


def _lines(text: str) -> list[str]:
    """Return the lines of a text, line ends included; a full stop without a space behind it ends one, too."""
    if text.isascii() or not any(stop in text for stop in _FULL_STOPS):
        return text.splitlines(keepends=True)
    return [part for line in text.splitlines(keepends=True) for part in _STOPPED.findall(line)]


def _spans(
    pieces: list[str], lengths: NDArray[np.int64], n_pieces: NDArray[np.int64], n_lines: NDArray[np.int64]
) -> SentenceSpans:
    """Return the spans of the pieces of lines, given the length of each line."""
    whole, unled, visible = (
        np.fromiter(map(len, column), dtype=np.int64, count=len(pieces))
        for column in (pieces, map(str.lstrip, pieces), map(str.strip, pieces))
    )
    line_starts = np.cumsum(lengths) - lengths
    text_starts = np.append(line_starts, 0)[np.minimum(np.cumsum(n_lines) - n_lines, len(line_starts))]
    first_piece = np.cumsum(n_pieces) - n_pieces
    before = np.cumsum(whole) - whole
    shift = line_starts - np.repeat(text_starts, n_lines) - np.append(before, 0)[first_piece]
    starts = before + np.repeat(shift, n_pieces) + whole - unled
    text = np.repeat(np.repeat(np.arange(len(n_lines)), n_lines), n_pieces)
    keep = visible > 0
    first = np.searchsorted(text[keep], np.arange(len(n_lines) + 1))
    return SentenceSpans(starts[keep], (starts + visible)[keep], first)


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the half-open spans of the sentences of one text, in code points.

    Parameters
    ----------
    text : str
        A whole statement; line ends always end a sentence.

    Returns
    -------
    list of (int, int)
        In the order of the text, without surrounding white space; empty for a text without any
        visible character.

    Examples
    --------
    >>> text = "Pyongyang, May 2. He left.\\nThe end"
    >>> [text[start:end] for start, end in split_sentences(text)]
    ['Pyongyang, May 2.', 'He left.', 'The end']
    """
    spans = split_all([text])
    return list(zip(spans.starts.tolist(), spans.ends.tolist(), strict=True))
