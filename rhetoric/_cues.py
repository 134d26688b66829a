"""Which cues of a sentence are worth showing, and what they are called.

The decision is a sum over many cues. Some of them nearly every sentence has, and words such as *of* or *the*
mean nothing to a reader although their weights count.
"""

from __future__ import annotations

from collections.abc import Iterable

from rhetoric._explain import Cue

UNTELLING = frozenset(f"substance__{name}" for name in ("words", "word_length", "full_stops", "commas"))
"""Cues that nearly every sentence has: part of the sum, but nothing to show a reader."""

FUNCTION_WORDS = frozenset(
    """
    a about above after again against all also although am among an and another any are as at be because been
    before being below between both but by can could did do does doing down during each either else even ever
    every few for from further had has have having he her here hers herself him himself his how however i if in
    into is it its itself just least less many may me might more most much must my myself neither no nor not now
    of off on once one only or other others our ours ourselves out over own per quite rather s same shall she
    should since so some such t than that the their theirs them themselves then there these they this those
    though through thus to too toward towards under until up upon us very was we were what when where whether
    which while who whom whose why will with within without would yet you your yours yourself yourselves
    """.split()  # noqa: SIM905 - a list of this length is read as text
)


def telling_cues(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """Return the cues that tell a reader something, in their order.

    Left out are cues that nearly every sentence has, and wording cues made of function words alone.

    Examples
    --------
    >>> [cue.text for cue in telling_cues([Cue("wording", 0.4, "of the", ()), Cue("wording", 0.3, "of talks", ())])]
    ['of talks']
    """
    return tuple(cue for cue in cues if cue.name not in UNTELLING and not _is_function(cue))


def _is_function(cue: Cue) -> bool:
    """Return whether a cue stands for function words alone."""
    return cue.name == "wording" and FUNCTION_WORDS.issuperset(cue.text.lower().split())


def cue_name(cue: Cue) -> str:
    """Return the name of a cue in plain words: ``person title`` for ``substance__person_title``."""
    return cue.name.partition("__")[2].replace("_", " ") or cue.name


def describe_cues(cues: Iterable[Cue], limit: int = 4) -> str:
    """Return the strongest telling cues in words: ``+figures (3,000)  -epithet (reckless)``."""
    parts = []
    for cue in telling_cues(cues)[:limit]:
        sign = "+" if cue.contribution > 0 else "-"
        parts.append(f"{sign}{cue_name(cue)} ({cue.text})" if cue.text else f"{sign}{cue_name(cue)}")
    return "  ".join(parts)
