"""Sentences of a text as spans.

Sentences come from `sentencex` (rules for abbreviations, quotations and brackets), after splitting at
line ends and after the full stops of scripts that put no space behind them: official statements set
headings, list items and signatures on lines of their own, often without a full stop.

`sentencex` sees an ASCII copy of the line, one character for each code point: its spans are then
spans of the original, and its byte arithmetic cannot meet a character of several bytes.
"""

from __future__ import annotations

import re

from sentencex import segment

_LANGUAGE = "en"  # decides which abbreviations do not end a sentence
_LINE_ENDS = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_FULL_STOPS = "\u3002\uff01\uff1f\uff61\u0964\u061f\u06d4"
_LINE = re.compile(f"[^{_LINE_ENDS}{_FULL_STOPS}]*[{_FULL_STOPS}]+|[^{_LINE_ENDS}{_FULL_STOPS}]+")


class _AsciiCopy(dict[int, str]):
    """Translation table from any code point to the ASCII character that plays its part."""

    def __missing__(self, code: int) -> str:
        self[code] = _ascii_part(chr(code))
        return self[code]


def _ascii_part(character: str) -> str:
    """Return an ASCII character that a sentence splitter treats as it would `character`."""
    if character.isascii():
        return character
    if character.isalpha():
        return "A" if character.isupper() else "a"
    if character.isdigit():
        return "0"
    return " " if character.isspace() else ","


_ASCII_COPY = _AsciiCopy(
    {
        ord(fancy): plain
        for fancy, plain in zip("\u2018\u2019\u201c\u201d\u2013\u2014\u2060\u2026\u2022", "''\"\"---.*", strict=True)
    }
)


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the half-open spans of the sentences of `text`, in code points.

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
    spans = []
    for line in _LINE.finditer(text):
        position = line.start()
        original = line.group()
        # the pieces of a line add up to the line, white space included
        for piece in segment(_LANGUAGE, original if original.isascii() else original.translate(_ASCII_COPY)):
            end = position + len(piece)
            visible = piece.strip()
            if visible:
                start = end - len(piece.lstrip())
                spans.append((start, start + len(visible)))
            position = end
    return spans
