"""What is known about words and short phrases before a sentence is read.

Five tables in ``rhetoric/data``: ``cues.toml`` (word lists written for this project), ``phrases.tsv.gz``
(stock phrases of two to six words with the documents and years in which they were seen),
``words.tsv.gz`` (words with the documents that have them and how often they stood in reused wording),
``vectors.npz`` (word vectors counted from the company that words keep) and ``profiles.npz`` (in what sort of
sentence each word stands). All are found by hash; a phrase of a cue is looked for only behind a word with
which some cue's phrase begins.
"""

from __future__ import annotations

import gzip
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rhetoric._lookup import HashIndex
from rhetoric._tokens import Tokens, batches, ngram_hashes, run_hashes, tokenize

MAX_PHRASE = 6
EVERGREEN_FIRST, EVERGREEN_LAST = 2012, 2021
"""A phrase is evergreen when it was seen up to the first and again from the last of these years."""
LISTED, OPENS, FOLLOWS = map(np.uint8, (1, 2, 4))
FIGURE_CLASSES = 5
"""Figures have no row in the word table; they fall into classes by their number of digits."""


@dataclass(frozen=True)
class CueTable:
    """Which cues list each of a number of words or phrases, one after another.

    Attributes
    ----------
    cues : ndarray of int64, shape (n_listings,)
        Numbers of cues; those of row ``i`` stand from ``first[i]`` to ``first[i + 1] - 1``.
    first : ndarray of int64, shape (n_rows + 1,)
        Where the cues of each row begin.
    """

    cues: NDArray[np.int64]
    first: NDArray[np.int64]

    def of(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return for every listing of `rows` its place among them and its cue."""
        begin = self.first.take(rows)
        number = self.first.take(rows + 1) - begin
        place = np.repeat(np.arange(len(rows)), number)
        # the first listing of row i stands at sum(number[:i]) in the result
        shift = begin - (np.cumsum(number) - number)
        return place, self.cues[shift[place] + np.arange(len(place))]


@dataclass(frozen=True)
class StockPhrases:
    """The stock phrases of one length.

    Attributes
    ----------
    index : HashIndex
        Hash of a phrase to its row.
    documents : ndarray of float32, shape (n_phrases,)
        Documents in which it was seen.
    is_evergreen : ndarray of bool, shape (n_phrases,)
        Whether it was seen in both decades.
    """

    index: HashIndex
    documents: NDArray[np.float32]
    is_evergreen: NDArray[np.bool_]


@dataclass(frozen=True)
class Words:
    """The word statistics of ``words.tsv.gz``, most widespread words first.

    Attributes
    ----------
    hashes : ndarray of uint64, shape (n_words,)
        Hash of each word.
    documents : ndarray of float32, shape (n_words,)
        Documents that have it.
    reused_share : ndarray of float32, shape (n_words,)
        Share of its uses inside wording that another document has too, 0 to 1.
    """

    hashes: NDArray[np.uint64]
    documents: NDArray[np.float32]
    reused_share: NDArray[np.float32]


@dataclass(frozen=True)
class CueUses:
    """The uses of cues in a batch, shorter ones first.

    Attributes
    ----------
    positions : ndarray of int64, shape (n_uses,)
        Token at which the word or phrase begins.
    lengths : ndarray of int64, shape (n_uses,)
        Its number of words.
    cues : ndarray of int64, shape (n_uses,)
        Number of the cue that lists it.
    """

    positions: NDArray[np.int64]
    lengths: NDArray[np.int64]
    cues: NDArray[np.int64]


@dataclass(frozen=True)
class Lexicon:
    """Known words and phrases.

    Attributes
    ----------
    cue_names : tuple of str
        Lexical cues; a cue's number is its place here.
    words : Words
        Statistics of single words.
    word_index : HashIndex
        Rows of the words of `words`, in their order, and after them of the words that only cues know.
    word_cues : CueTable
        Cues of each row of `word_index`.
    roles : ndarray of uint8, shape (n_rows + 1,)
        Whether some cue lists the word (`LISTED`), and whether it is first (`OPENS`) or second (`FOLLOWS`) in
        a phrase of some cue; the last entry, for unknown words, is 0.
    phrase_beginnings : HashIndex
        The first two words of the phrases of all cues.
    cue_phrases : dict of int to (HashIndex, CueTable)
        Phrases listed by cues, keyed by their number of words, 2 and more.
    stock : dict of int to StockPhrases
        Stock phrases, keyed by their number of words, 2 to `MAX_PHRASE`.
    """

    cue_names: tuple[str, ...]
    words: Words
    word_index: HashIndex
    word_cues: CueTable
    roles: NDArray[np.uint8]
    phrase_beginnings: HashIndex
    cue_phrases: dict[int, tuple[HashIndex, CueTable]]
    stock: dict[int, StockPhrases]

    def find_words(self, tokens: Tokens) -> NDArray[np.int64]:
        """Return the row of each word in `word_index`, -1 where unknown, shape (n_tokens,)."""
        return self.word_index.find(tokens.hashes)

    def find_cues(self, tokens: Tokens, rows: NDArray[np.int64]) -> CueUses:
        """Return the uses of cues, given the row of each word."""
        # row -1, an unknown word, reads the last entry
        roles = self.roles.take(rows)
        listed = np.flatnonzero((roles & LISTED) != 0)
        place, cues = self.word_cues.of(rows[listed])
        found = [(listed[place], np.ones(len(place), dtype=np.int64), cues)]
        heads = np.flatnonzero(((roles[:-1] & OPENS) != 0) & ((roles[1:] & FOLLOWS) != 0))
        heads = heads[self.phrase_beginnings.find(run_hashes(tokens.hashes, heads, 2)) >= 0]
        last = tokens.first[1:][tokens.document[heads]]
        for n, (index, table) in self.cue_phrases.items():
            starts = heads[heads + n <= last]
            phrase = index.find(run_hashes(tokens.hashes, starts, n))
            hits = np.flatnonzero(phrase >= 0)
            place, cues = table.of(phrase[hits])
            found.append((starts[hits][place], np.full(len(place), n), cues))
        return CueUses(*(np.concatenate(column) for column in zip(*found, strict=True)))


def figure_class(n_digits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the class of a figure, 0 to `FIGURE_CLASSES` - 1, from its number of digits (1 and more)."""
    return np.minimum(n_digits, FIGURE_CLASSES) - 1


def _read_columns(name: str, n_columns: int) -> list[list[str]]:
    """Return the columns of a packed, tab-separated table of ``rhetoric/data``, without its header."""
    packed = (files("rhetoric") / "data" / name).read_bytes()
    _, _, body = gzip.decompress(packed).decode("utf-8").partition("\n")
    cells = body.rstrip("\n").replace("\n", "\t").split("\t")
    return [cells[column::n_columns] for column in range(n_columns)]


def read_cues() -> dict[str, dict[str, str]]:
    """Return the word lists of the lexical cues, keyed by cue."""
    return tomllib.loads((files("rhetoric") / "data" / "cues.toml").read_text(encoding="utf-8"))


def _hash_phrases(phrases: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return the number of words and the hash of each phrase."""
    lengths = np.zeros(len(phrases), dtype=np.int64)
    hashes = np.zeros(len(phrases), dtype=np.uint64)
    for start, stop in batches(phrases):
        tokens = tokenize(phrases[start:stop])
        lengths[start:stop] = tokens.n_words
        for n in np.unique(tokens.n_words):
            rows = np.flatnonzero(tokens.n_words == n)
            hashes[start + rows] = ngram_hashes(tokens.hashes, int(n))[tokens.first[rows]]
    return lengths, hashes


@cache
def read_words() -> Words:
    """Return the statistics of single words."""
    words, documents, reused = _read_columns("words.tsv.gz", 3)
    _, hashes = _hash_phrases(words)
    return Words(hashes, np.array(documents, dtype=np.float32), np.array(reused, dtype=np.float32))


@cache
def read_vectors() -> NDArray[np.float32]:
    """Return the word vectors, shape (n_words + FIGURE_CLASSES, n_dimensions), rows of length near 1."""
    return _read_table("vectors")


@cache
def read_profiles() -> NDArray[np.float32]:
    """Return the word profiles, shape (n_words + FIGURE_CLASSES, n_columns), each column of spread 1."""
    return _read_table("profiles")


def _read_table(name: str) -> NDArray[np.float32]:
    """Return a table of numbers that is stored in 8 bits and a scale for each column."""
    with (files("rhetoric") / "data" / f"{name}.npz").open("rb") as stream, np.load(stream) as stored:
        table: NDArray[np.float32] = stored[name] * stored["scale"]
    return table


def _cue_entries(cues: dict[str, dict[str, str]]) -> dict[str, list[int]]:
    """Return the words and phrases of all cues, and first words of phrases, with the cues that list them."""
    entries: dict[str, list[int]] = {}
    for number, cue in enumerate(cues.values()):
        for word in dict.fromkeys(cue["words"].split()):
            entries.setdefault(re.sub("[-_/]", " ", word), []).append(number)
    # a phrase is looked for only where two known words begin one, so that both must be known
    for name in list(entries):
        for word in name.split()[:2]:
            entries.setdefault(word, [])
    return entries


def _cue_table(listings: list[list[int]]) -> CueTable:
    """Return the table whose row ``i`` lists the cues ``listings[i]``."""
    first = np.concatenate(([0], np.cumsum([len(cues) for cues in listings]))).astype(np.int64)
    return CueTable(np.array([cue for cues in listings for cue in cues], dtype=np.int64), first)


def _word_table(words: Words, hashes: NDArray[np.uint64], listings: list[list[int]]) -> tuple[HashIndex, CueTable]:
    """Return the index of all known words and the cues of each."""
    rows = HashIndex(words.hashes).find(hashes)
    is_new = rows < 0
    rows[is_new] = len(words.hashes) + np.arange(int(is_new.sum()))
    per_row: list[list[int]] = [[] for _ in range(len(words.hashes) + int(is_new.sum()))]
    for row, cues in zip(rows, listings, strict=True):
        per_row[row] = cues
    return HashIndex(np.concatenate([words.hashes, hashes[is_new]])), _cue_table(per_row)


def _roles(index: HashIndex, cues: CueTable, beginnings: list[str]) -> NDArray[np.uint8]:
    """Return what each row of the word table is to the cues, and 0 for an unknown word."""
    roles = np.append(np.where(np.diff(cues.first) > 0, LISTED, 0), 0).astype(np.uint8)
    for place, role in enumerate((OPENS, FOLLOWS)):
        words = sorted({phrase.split()[place] for phrase in beginnings})
        roles[index.find(_hash_phrases(words)[1])] |= role
    return roles


def _stock_phrases() -> dict[int, StockPhrases]:
    """Return the stock phrases by their number of words."""
    phrases, *figures = _read_columns("phrases.tsv.gz", 4)
    lengths, hashes = _hash_phrases(phrases)
    documents, first, last = (np.array(column, dtype=np.float32) for column in figures)
    is_evergreen = (first <= EVERGREEN_FIRST) & (last >= EVERGREEN_LAST)
    rows = {n: np.flatnonzero(lengths == n) for n in range(2, MAX_PHRASE + 1)}
    return {n: StockPhrases(HashIndex(hashes[at]), documents[at], is_evergreen[at]) for n, at in rows.items()}


@cache
def load_lexicon() -> Lexicon:
    """Return the lexicon that ships with the package."""
    cues = read_cues()
    entries = _cue_entries(cues)
    names, listings = list(entries), list(entries.values())
    lengths, hashes = _hash_phrases(names)
    words = read_words()
    single = np.flatnonzero(lengths == 1)
    word_index, word_cues = _word_table(words, hashes[single], [listings[row] for row in single])
    cue_phrases = {}
    for n in range(2, int(lengths.max()) + 1):
        rows = np.flatnonzero(lengths == n)
        cue_phrases[n] = (HashIndex(hashes[rows]), _cue_table([listings[row] for row in rows]))
    beginnings = sorted({" ".join(name.split()[:2]) for name in names if " " in name})
    return Lexicon(
        cue_names=tuple(cues),
        words=words,
        word_index=word_index,
        word_cues=word_cues,
        roles=_roles(word_index, word_cues, beginnings),
        phrase_beginnings=HashIndex(_hash_phrases(beginnings)[1]),
        cue_phrases=cue_phrases,
        stock=_stock_phrases(),
    )
