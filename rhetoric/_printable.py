"""Text without anything that a terminal or a browser would obey instead of showing it."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return `text` with control characters and direction overrides shown as code points.

    Examples
    --------
    >>> printable("a\\u202eb")
    'a<U+202E>b'
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character == " " else f"<U+{ord(character):04X}>" for character in text
    )
