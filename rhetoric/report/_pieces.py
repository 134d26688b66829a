"""A text cut where a mark begins or ends.

Marks come in layers, such as *reused* and *added*; a piece carries the value of every layer, None where a
layer has no mark. The pieces together are the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

Mark = tuple[int, int, Any]
"""First code point, code point behind the last, and what the mark says."""


def cut(text: str, layers: Sequence[Sequence[Mark]], start: int = 0) -> list[tuple[str, list[Any]]]:
    """Return the pieces of a text with the values of their marks.

    Parameters
    ----------
    text : str
        What to cut.
    layers : sequence of sequences of (int, int, value)
        Marks of each layer, in order and without overlap; empty ones and what lies outside is ignored.
    start : int, default=0
        Position of `text` in what the marks count from.

    Examples
    --------
    >>> cut("a bc d", [[(2, 4, "x")], [(3, 6, "y")]])
    [('a ', [None, None]), ('b', ['x', None]), ('c', ['x', 'y']), (' d', [None, 'y'])]
    """
    end = start + len(text)
    inside = [[(max(low, start), min(high, end), value) for low, high, value in layer] for layer in layers]
    kept = [[mark for mark in layer if mark[0] < mark[1]] for layer in inside]
    places = sorted({start, end, *(place for layer in kept for mark in layer for place in mark[:2])})
    at = [0] * len(kept)
    pieces = []
    for low, high in pairwise(places):
        values: list[Any] = []
        for which, layer in enumerate(kept):
            while at[which] < len(layer) and layer[at[which]][1] <= low:
                at[which] += 1
            is_here = at[which] < len(layer) and layer[at[which]][0] <= low
            values.append(layer[at[which]][2] if is_here else None)
        pieces.append((text[low - start : high - start], values))
    return pieces
