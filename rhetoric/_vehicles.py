"""The vehicle of a statement: the form in which it was issued, and how binding that form is.

Official texts say in the title or in the first sentence who speaks and in which form ("A spokesman for
the Foreign Ministry gave the following answer to a question put by KCNA"). What to look for is data, in
``rhetoric/data/vehicles.toml``; this module only compiles and matches it:

1. the words of the text tell which names and rules can match at all; most texts end here;
2. the names of bodies and forms are replaced by tags, so that all ways to write one read alike;
3. rules are tried on the title, in the order of the table;
4. then on the first sentence;
5. then those for titles that name a body and leave the form open.

The first match decides. A rule may also say that there is no vehicle: a text about a statement is not
that statement. The rules read English, and the levels of authority order the vehicles of the DPRK alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, reduce
from itertools import groupby
from operator import add, or_

from rhetoric._vehicle_table import Name, Rule, Vehicle, load_vehicles

MAX_CHARS = 600
"""Code points that are read of the title and of the first sentence."""

MAX_PARTS = 2**16
"""Parts of texts between blanks whose words are remembered: a year of news has about half as many."""

_KEPT = re.compile(r"<[a-z]+:([^<>]*)>")
# angle brackets are kept for the tags
_PLAIN = str.maketrans(
    {"<": "(", ">": ")", "\u2018": "'", "\u2019": "'", "\u2032": "'", "\u2011": "-", "\u2060": None, "\u200b": None}
)
# patterns that ignore case take these for s and i, str.lower does not
_CASELESS = str.maketrans({"\u017f": "s", "\u0130": "i", "\u0131": "i"})
# the kinds of rules that are tried on the title, on the first sentence, and on the title again
_ROUNDS = (("title", "any"), ("first", "any"), ("title alone",))
_NO_RULES: tuple[tuple[Rule, ...], ...] = ((),) * len(_ROUNDS)


Words = int
"""A set of words and tags of the table, one bit each: such sets are united and compared at once."""

_Filed = dict[Words, tuple[tuple[Words, int], ...]]


# compared as an object: it is part of the key of a cache, and its rows would be costly to hash
@dataclass(frozen=True, eq=False)
class _SourceTable:
    """What holds for one source: names and rules, and where to find those that a word can concern."""

    names: tuple[Name, ...]
    rules: tuple[Rule, ...]
    words: Words
    tags: tuple[Words, ...]
    names_by_word: _Filed
    rules_by_word: _Filed


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return `pattern` compiled on its first use: most titles are decided by a few rules."""
    return re.compile(pattern, re.IGNORECASE)


@lru_cache(maxsize=64)
def _table_for(source: str) -> _SourceTable:
    """Return what of the table holds for `source`, in the order of the table."""
    table = load_vehicles()
    names = tuple(name for name in table.names if _compiled(name.source).search(source))
    rules = tuple(rule for rule in table.rules if _compiled(rule.source).search(source))
    words = _united(_words_sought((*names, *rules)))
    tags = tuple(_united(name.tags) for name in names)
    return _SourceTable(names, rules, words, tags, _filed(names), _filed(rules))


def _words_sought(rows: Iterable[Name | Rule]) -> frozenset[str]:
    """Return the words that `rows` ask for, tags left out."""
    return frozenset(word for row in rows for way in row.has for word in way if not word.startswith("<"))


@cache
def _bits() -> dict[str, Words]:
    """Return the bit of each word and tag that the table asks for."""
    table = load_vehicles()
    rows: list[Name | Rule] = [*table.names, *table.rules]
    asked = sorted({word for row in rows for way in row.has for word in way})
    return {word: 1 << number for number, word in enumerate(asked)}


def _united(words: Iterable[str]) -> Words:
    """Return the set of `words`; what the table does not ask for is left out."""
    bits = _bits()
    return reduce(or_, (bits.get(word, 0) for word in words), 0)


def _each(words: Words) -> list[Words]:
    """Return each member of a set, as a set."""
    members = []
    while words:
        members.append(words & -words)
        words &= words - 1
    return members


def _filed(rows: Sequence[Name | Rule]) -> _Filed:
    """Return the sets of words that `rows` ask for and the rows' numbers, each under one word of the set.

    Under a tag where there is one: tags come to a text last. Else under the longest word, likely the rarest.
    Rows that ask for nothing are filed under the empty set.
    """
    filed: dict[Words, list[tuple[Words, int]]] = {}
    for number, row in enumerate(rows):
        for way in row.has or [frozenset[str]()]:
            key = max(sorted(way), key=lambda word: (word.startswith("<"), len(word)), default="")
            filed.setdefault(_united([key]), []).append((_united(way), number))
    return {key: tuple(ways) for key, ways in filed.items()}


@cache
def _words_by_start() -> dict[str, tuple[tuple[str, Words], ...]]:
    """Return the words, tags left out, that the table asks for, and their bits, by their first one or two letters."""
    words = [(word, bit) for word, bit in _bits().items() if not word.startswith("<")]
    return {start: tuple(group) for start, group in groupby(words, key=lambda each: each[0][:2])}


class _WordsByPart(dict[str, Words]):
    """The words of the table in each part of a text that was looked at.

    A part stands between blanks, and no word of the table holds a blank. Running text repeats its parts.
    """

    def __missing__(self, part: str) -> Words:
        if len(self) > MAX_PARTS:
            self.clear()
        self[part] = found = _words_in_part(part)
        return found


_known_parts = cache(_WordsByPart)


def _words_in(text: str) -> Words:
    """Return the words of the table that stand in the beginning of `text`."""
    return reduce(or_, filter(None, map(_known_parts().__getitem__, text[:MAX_CHARS].split())), 0)


def _words_in_part(part: str) -> Words:
    """Return the words of the table that stand in `part`."""
    lower = part.lower() if part.isalpha() and part.isascii() else part.translate(_PLAIN).translate(_CASELESS).lower()
    by_start = _words_by_start()
    found: Words = 0
    for start in filter(by_start.__contains__, (*lower, *map(add, lower, lower[1:]))):
        for word, bit in by_start[start]:
            if word in lower:
                found |= bit
    return found


@lru_cache(maxsize=2**14)
def _possible(words: Words, table: _SourceTable) -> tuple[tuple[Name, ...], tuple[tuple[Rule, ...], ...]]:
    """Return the names and the rules of each round that can match a text that holds `words`."""
    held, names, reached = words, set(), [0, *_each(words)]
    for word in reached:
        for way, number in table.names_by_word.get(word, ()):
            if way & held == way and number not in names:
                names.add(number)
                reached += _each(table.tags[number] & ~held)
                held |= table.tags[number]
    filed = table.rules_by_word
    numbers = {number for word in reached for way, number in filed.get(word, ()) if way & held == way}
    if not numbers:
        return (), _NO_RULES
    rules = [table.rules[number] for number in sorted(numbers)]
    rounds = tuple(tuple(rule for rule in rules if rule.where in kinds) for kinds in _ROUNDS)
    return tuple(table.names[number] for number in sorted(names)), rounds


def _tagged(text: str, names: Iterable[Name]) -> str:
    """Return the beginning of `text` with plain typography and with tags for `names`."""
    text = " ".join(text[:MAX_CHARS].translate(_PLAIN).split())
    for name in names:
        text = _compiled(name.pattern).sub(name.becomes, text)
    return text


def _decided(
    text: str, names: Iterable[Name], rounds: tuple[tuple[Rule, ...], ...], number: int
) -> tuple[Rule, re.Match[str]] | None:
    """Return the first rule of a round that matches `text` once `names` have their tags, and its match."""
    tagged = _tagged(text, names) if rounds[number] else ""
    for rule in rounds[number] if tagged else ():
        match = _compiled(rule.pattern).search(tagged)
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
    headline = (title, *_possible(_words_in(title) & table.words, table))
    found = _decided(*headline, 0)
    if found is None:
        words = _words_in(first_sentence) & table.words
        found = _decided(first_sentence, *_possible(words, table), 1)
    return found or _decided(*headline, 2)


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
