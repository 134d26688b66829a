"""The vehicle of a statement: the form in which it was issued, and how binding that form is.

Official texts say in the title or in the first sentence who speaks and in which form ("A spokesman for
the Foreign Ministry gave the following answer to a question put by KCNA"). What to look for is data, in
``rhetoric/data/vehicles.toml``; this module only compiles and matches it:

1. the names of bodies and forms are replaced by tags, so that all ways to write one read alike;
2. rules are tried on the title, in the order of the table;
3. then on the first sentence;
4. then those for titles that name a body and leave the form open.

The first match decides. A rule may also say that there is no vehicle: a text about a statement is not
that statement. The rules read English, and the levels of authority order the vehicles of the DPRK alone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

MAX_CHARS = 600
"""Code points that are read of the title and of the first sentence."""

_WORD = re.compile(r"\{([a-z_]+)\}")
_TAG = re.compile(r"<[a-z]+")
_KEPT = re.compile(r"<[a-z]+:([^<>]*)>")
_PIECE = re.compile(r"\\.|\[[^\]]*\]|.")
# angle brackets are kept for the tags
_PLAIN = str.maketrans(
    {"<": "(", ">": ")", "\u2018": "'", "\u2019": "'", "\u2032": "'", "\u2011": "-", "\u2060": None, "\u200b": None}
)


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
    has : tuple of str
        Lower-case strings, one of which a text must contain; empty where any text will do.
    source : str
        Regular expression for the source; the empty one matches any.
    """

    pattern: str
    becomes: str
    has: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Rule:
    """One rule of the table.

    Attributes
    ----------
    where : str
        "title", "first" (sentence), "any" (both) or "title alone" (last, for titles that leave the form open).
    pattern : str
        Regular expression for the tagged text.
    source : str
        Regular expression for the source; the empty one matches any.
    vehicle : Vehicle or None
        What a match means; None says that the text has no vehicle.
    """

    where: str
    pattern: str
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
        Name(row["pattern"], row["becomes"], tuple(row.get("has", "").split()), sources[row.get("source", "")])
        for row in table["name"]
    )
    rules = tuple(
        Rule(
            where=row.get("where", "any"),
            pattern=_fill(row["pattern"], words),
            source=sources[row.get("source", "")],
            vehicle=Vehicle(row["name"], row.get("authority"), row.get("body")) if "name" in row else None,
        )
        for row in table["rule"]
    )
    return VehicleTable(names, rules)


def _fill(pattern: str, words: dict[str, str]) -> str:
    """Return `pattern` with every ``{word}`` replaced by the pattern it stands for."""
    return _WORD.sub(lambda match: words[match[1]], pattern)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return `pattern` compiled on its first use: most titles are decided by a few rules."""
    return re.compile(pattern, re.IGNORECASE)


@cache
def _required_tags(pattern: str) -> frozenset[str]:
    """Return tags, one of which a text must hold to match; none if an alternative of `pattern` has no tag.

    Only what stands outside all brackets counts. It spares most rules their search in most texts.
    """
    depth, alternatives = 0, [""]
    for piece in _PIECE.findall(pattern):
        depth -= piece == ")"
        if depth == 0 and piece == "|":
            alternatives.append("")
        elif depth == 0:
            alternatives[-1] += piece
        depth += piece == "("
    tags = [_TAG.search(alternative) for alternative in alternatives]
    return frozenset(tag[0] for tag in tags if tag) if all(tags) else frozenset()


@lru_cache(maxsize=64)
def _table_for(source: str) -> VehicleTable:
    """Return the names and rules that hold for `source`, in the order of the table."""
    table = load_vehicles()
    return VehicleTable(
        names=tuple(name for name in table.names if _compiled(name.source).search(source)),
        rules=tuple(rule for rule in table.rules if _compiled(rule.source).search(source)),
    )


def _tagged(text: str, names: tuple[Name, ...]) -> str:
    """Return the beginning of `text` with plain typography and with tags for `names`."""
    text = " ".join(text[:MAX_CHARS].translate(_PLAIN).split())
    lower = text.lower()
    for name in names:
        if not name.has or any(word in lower for word in name.has):
            text = _compiled(name.pattern).sub(name.becomes, text)
    return text


def _first_match(text: str, rules: Iterable[Rule]) -> tuple[Rule, re.Match[str]] | None:
    """Return the first of `rules` that matches the tagged `text`, and its match."""
    tags = set(_TAG.findall(text))
    for rule in rules:
        required = _required_tags(rule.pattern)
        if required and tags.isdisjoint(required):
            continue
        match = _compiled(rule.pattern).search(text)
        if match:
            return rule, match
    return None


def _checked(name: str, text: str | None) -> str:
    """Return `text`, "" for None; refuse what is no text, such as the NaN of an empty table cell."""
    if text is None:
        return ""
    if not isinstance(text, str):
        raise TypeError(f"{name} must be a str or None, got {text!r}; pass None where there is none.")
    return text


def find_rule(
    title: str | None, first_sentence: str | None, source: str | None = None
) -> tuple[Rule, re.Match[str]] | None:
    """Return the rule that decides and its match in the tagged text, None where no rule matches."""
    title, first_sentence = _checked("title", title), _checked("first_sentence", first_sentence)
    table = _table_for(_checked("source", source))
    texts = {"title": _tagged(title, table.names), "first": _tagged(first_sentence, table.names)}
    for text, kinds in (("title", ("title", "any")), ("first", ("first", "any")), ("title", ("title alone",))):
        found = _first_match(texts[text], (rule for rule in table.rules if rule.where in kinds))
        if texts[text] and found:
            return found
    return None


def find_vehicle(title: str | None, first_sentence: str | None, source: str | None = None) -> Vehicle | None:
    """Return the vehicle that a text's title or first sentence names.

    Parameters
    ----------
    title : str or None
        Headline; decides where it states the form.
    first_sentence : str or None
        Read where the title does not state the form.
    source : str or None, default=None
        Outlet that carries the text, such as "KCNA" or "White House". Settles names that several
        issuers share ("Foreign Ministry Spokesman"); without one such names are read as the DPRK's.

    Returns
    -------
    Vehicle or None
        None where neither names a vehicle: plain news, messages, and texts about a statement.

    Raises
    ------
    TypeError
        If an argument is neither a str nor None.

    Examples
    --------
    >>> find_vehicle("Press Statement of Spokesman for DPRK Foreign Ministry", None)
    Vehicle(name="Foreign Ministry spokesman's press statement", authority=5, body='Foreign Ministry')
    >>> lead = "A spokesman for the DPRK Foreign Ministry gave the following answer to a question put by KCNA:"
    >>> find_vehicle("", lead).authority
    3
    >>> find_vehicle("New Cement Kiln Goes into Operation", "The kiln was built in a year.") is None
    True
    """
    found = find_rule(title, first_sentence, source)
    if found is None:
        return None
    vehicle, match = found[0].vehicle, found[1]
    if vehicle is None or vehicle.body is not None:
        return vehicle
    kept = _KEPT.search(match.string, match.start())
    return replace(vehicle, body=kept[1]) if kept else vehicle
