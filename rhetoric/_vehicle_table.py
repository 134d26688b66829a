"""The table of vehicles: the names to replace and the rules that read what stands in their place.

It ships as ``rhetoric/data/vehicles.toml``, which explains its fields. A text is long and a table has many
patterns, so each row also says what words a text must hold for its pattern to match (`has`). Where a rule
does not say it, the tags in its pattern do.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import product

TAG = re.compile(r"<[a-z]+")
"""The beginning of what stands in place of a name."""

_WORD = re.compile(r"\{([a-z_]+)\}")
_PIECE = re.compile(r"\\.|\[[^\]]*\]|.")

Ways = tuple[frozenset[str], ...]
"""Sets of lower-case words and tags; a text that matches holds all of at least one set."""


@dataclass(frozen=True)
class Vehicle:
    """The form in which a statement was issued.

    Attributes
    ----------
    name : str
        Stable identifier of the form, such as "Foreign Ministry spokesman's answer".
    authority : int or None
        0 (outward propaganda site) to 10 (the leader's own word, party congress, law). None where the
        form is open, and for issuers other than the DPRK.
    body : str or None
        Who issued it; None where neither the rule nor the text says.
    """

    name: str
    authority: int | None = None
    body: str | None = None


@dataclass(frozen=True)
class Name:
    """One name of the table.

    Attributes
    ----------
    pattern : str
        Regular expression for the text.
    becomes : str
        Replacement, with references to the groups of `pattern`.
    has : tuple of frozenset of str
        Sets of lower-case words and tags of earlier names; a text that matches contains every member of
        one set. Empty where any text will do.
    source : str
        Regular expression for the source; the empty one matches any.
    """

    pattern: str
    becomes: str
    has: Ways
    source: str

    @cached_property
    def tags(self) -> frozenset[str]:
        """Beginnings of the tags that the replacement brings into a text."""
        return frozenset(TAG.findall(self.becomes))


@dataclass(frozen=True)
class Rule:
    """One rule of the table.

    Attributes
    ----------
    where : str
        "title", "first" (sentence), "any" (both) or "title alone" (last, for titles that leave the form open).
    pattern : str
        Regular expression for the tagged text.
    has : tuple of frozenset of str
        Sets of lower-case words and tags; a text that matches contains every member of one set. Empty
        where any text will do.
    source : str
        Regular expression for the source; the empty one matches any.
    vehicle : Vehicle or None
        What a match means; None says that the text has no vehicle.
    """

    where: str
    pattern: str
    has: Ways
    source: str
    vehicle: Vehicle | None


@dataclass(frozen=True)
class VehicleTable:
    """The names to replace and the rules that read the tags, both in order."""

    names: tuple[Name, ...]
    rules: tuple[Rule, ...]


@cache
def load_vehicles() -> VehicleTable:
    """Return the table that ships with the package."""
    table = tomllib.loads((files("rhetoric") / "data" / "vehicles.toml").read_text(encoding="utf-8"))
    sources = {"": "", **table["sources"]}
    words: dict[str, str] = {}
    for name, pattern in table["words"].items():
        words[name] = _fill(pattern, words)
    names = tuple(
        Name(row["pattern"], row["becomes"], _ways(row.get("has", [])), sources[row.get("source", "")])
        for row in table["name"]
    )
    rules = tuple(
        Rule(
            where=row.get("where", "any"),
            pattern=_fill(row["pattern"], words),
            has=_ways(row["has"]) if "has" in row else _tags_required(row["pattern"]),
            source=sources[row.get("source", "")],
            vehicle=Vehicle(row["name"], row.get("authority"), row.get("body")) if "name" in row else None,
        )
        for row in table["rule"]
    )
    return VehicleTable(names, rules)


def _fill(pattern: str, words: dict[str, str]) -> str:
    """Return `pattern` with every ``{word}`` replaced by the pattern it stands for."""
    return _WORD.sub(lambda match: words[match[1]], pattern)


def _ways(has: list[str]) -> Ways:
    """Return the sets of words that the strings of `has` allow: one of the choices for each of its words."""
    choices = [[word.split("|") for word in words.split()] for words in has]
    return tuple(frozenset(way) for words in choices for way in product(*words))


def _tags_required(pattern: str) -> Ways:
    """Return the tags of each alternative of `pattern`; nothing if an alternative has no tag.

    Only what stands outside all brackets counts.
    """
    depth, alternatives = 0, [""]
    for piece in _PIECE.findall(pattern):
        depth -= piece == ")"
        if depth == 0 and piece == "|":
            alternatives.append("")
        elif depth == 0:
            alternatives[-1] += piece
        depth += piece == "("
    tags = tuple(frozenset(TAG.findall(alternative)) for alternative in alternatives)
    return tags if all(tags) else ()
