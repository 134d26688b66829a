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
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

MAX_CHARS = 600
"""Code points that are read of the title and of the first sentence."""

_ROUNDS = (("title", "any"), ("first", "any"), ("title alone",))
_WORD = re.compile(r"\{([a-z_]+)\}")
_PLAIN = str.maketrans({"\u2018": "'", "\u2019": "'", "\u2032": "'", "\u2011": "-", "\u2060": None, "\u200b": None})


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
    """Names to replace, as pairs of pattern and tag, and the rules that read the tags, both in order."""

    names: tuple[tuple[str, str], ...]
    rules: tuple[Rule, ...]


@cache
def load_vehicles() -> VehicleTable:
    """Return the table that ships with the package."""
    table = tomllib.loads((files("rhetoric") / "data" / "vehicles.toml").read_text(encoding="utf-8"))
    words: dict[str, str] = {}

    def fill(pattern: str) -> str:
        return _WORD.sub(lambda match: words[match[1]], pattern)

    for name, pattern in table["words"].items():
        words[name] = fill(pattern)
    rules = tuple(
        Rule(
            where=row.get("where", "any"),
            pattern=fill(row["pattern"]),
            source=table["sources"][row["source"]] if "source" in row else "",
            vehicle=Vehicle(row["name"], row.get("authority"), row.get("body")) if "name" in row else None,
        )
        for row in table["rule"]
    )
    return VehicleTable(tuple((row["pattern"], row["becomes"]) for row in table["name"]), rules)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return `pattern` compiled on its first use: most titles are decided by a few rules."""
    return re.compile(pattern, re.IGNORECASE)


def _tagged(text: str) -> str:
    """Return the beginning of `text` with plain typography and with tags for the names of the table."""
    text = " ".join(text[:MAX_CHARS].translate(_PLAIN).split())
    for pattern, tag in load_vehicles().names:
        text = _compiled(pattern).sub(tag, text)
    return text


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
    title, first = _tagged(_checked("title", title)), _tagged(_checked("first_sentence", first_sentence))
    source = _checked("source", source)
    for kinds, text in zip(_ROUNDS, (title, first, title), strict=True):
        for rule in load_vehicles().rules:
            if rule.where not in kinds or (rule.source and not _compiled(rule.source).search(source)):
                continue
            match = _compiled(rule.pattern).search(text)
            if match:
                return rule, match
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
    if found is None or found[0].vehicle is None:
        return None
    rule, match = found
    body = match.groupdict().get("body")
    return replace(rule.vehicle, body=body) if body and rule.vehicle.body is None else rule.vehicle
