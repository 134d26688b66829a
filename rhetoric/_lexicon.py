"""What is known about words and short phrases before a sentence is read.

Three tables in ``rhetoric/data``: ``cues.toml`` (word lists written for this project), ``phrases.tsv.gz``
(stock phrases of two to six words with the documents and years in which they were seen) and
``words.tsv.gz`` (words with the documents that have them and how often they stood in reused wording).
All are merged by length into one table of hashes, so that a run of words is looked up once.
"""

from __future__ import annotations

import gzip
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rhetoric._lookup import HashIndex
from rhetoric._tokens import Tokens, ngram_hashes, runs_within_documents, tokenize

MAX_PHRASE = 6
EVERGREEN_FIRST, EVERGREEN_LAST = 2012, 2021
"""A phrase is evergreen when it was seen up to the first and again from the last of these years."""


@dataclass(frozen=True)
class Runs:
    """The known runs of `n` words in a batch.

    Attributes
    ----------
    n : int
        Words per run.
    positions : ndarray of int64, shape (n_runs,)
        Token at which each run begins, ascending.
    rows : ndarray of int64, shape (n_runs,)
        Row of each run in the table for this length.
    """

    n: int
    positions: NDArray[np.int64]
    rows: NDArray[np.int64]


@dataclass(frozen=True)
class PhraseTable:
    """All known runs of one length.

    Attributes
    ----------
    index : HashIndex
        Hash of a run to its row.
    cues : ndarray of uint8, shape (n_runs, n_cues)
        1 where the run is in the word list of a cue.
    documents : ndarray of float32, shape (n_runs,)
        Documents in which it was seen; 0 for a run that is only a cue.
    is_evergreen : ndarray of bool, shape (n_runs,)
        Whether it was seen in both decades.
    reused_share : ndarray of float32, shape (n_runs,)
        For single words: share of their uses inside reused wording; else 0.
    """

    index: HashIndex
    cues: NDArray[np.uint8]
    documents: NDArray[np.float32]
    is_evergreen: NDArray[np.bool_]
    reused_share: NDArray[np.float32]


@dataclass(frozen=True)
class Lexicon:
    """Known words and phrases, one table per length from 1 to `MAX_PHRASE`.

    Attributes
    ----------
    cue_names : tuple of str
        Lexical cues in the order of the columns of every table's ``cues``.
    tables : dict of int to PhraseTable
        Keyed by the number of words.
    """

    cue_names: tuple[str, ...]
    tables: dict[int, PhraseTable]

    def find(self, tokens: Tokens) -> Iterator[Runs]:
        """Yield the known runs of each length, shortest first."""
        for n, table in self.tables.items():
            positions = runs_within_documents(tokens, n)
            rows = table.index.find(ngram_hashes(tokens.hashes, n)[positions])
            known = np.flatnonzero(rows >= 0)
            yield Runs(n, positions[known], rows[known])


def read_table(name: str) -> list[list[str]]:
    """Return the rows of a packed, tab-separated table of ``rhetoric/data``, without its header."""
    packed = (files("rhetoric") / "data" / name).read_bytes()
    lines = gzip.decompress(packed).decode("utf-8").splitlines()
    return [line.split("\t") for line in lines[1:]]


def read_cues() -> dict[str, dict[str, str]]:
    """Return the word lists of the lexical cues, keyed by cue."""
    return tomllib.loads((files("rhetoric") / "data" / "cues.toml").read_text(encoding="utf-8"))


def _hash_phrases(phrases: list[str]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return the number of words and the hash of each phrase."""
    tokens = tokenize(phrases)
    hashes = np.zeros(len(phrases), dtype=np.uint64)
    for n in np.unique(tokens.n_words):
        rows = np.flatnonzero(tokens.n_words == n)
        hashes[rows] = ngram_hashes(tokens.hashes, int(n))[tokens.first[rows]]
    return tokens.n_words, hashes


def _cue_entries() -> tuple[tuple[str, ...], dict[str, list[int]]]:
    """Return the names of the cues and, for each word or phrase, the cues that list it."""
    cues = read_cues()
    entries: dict[str, list[int]] = {}
    for number, cue in enumerate(cues.values()):
        for word in dict.fromkeys(cue["words"].split()):
            entries.setdefault(" ".join(word.replace("-", " ").split("_")), []).append(number)
    return tuple(cues), entries


@cache
def load_lexicon() -> Lexicon:
    """Return the lexicon that ships with the package."""
    cue_names, cue_entries = _cue_entries()
    phrases = {row[0]: (float(row[1]), int(row[2]), int(row[3])) for row in read_table("phrases.tsv.gz")}
    words = {row[0]: (float(row[1]), float(row[2])) for row in read_table("words.tsv.gz")}
    known = list(dict.fromkeys([*cue_entries, *phrases, *words]))
    lengths, hashes = _hash_phrases(known)
    tables = {}
    for n in range(1, MAX_PHRASE + 1):
        rows = np.flatnonzero(lengths == n)
        names = [known[row] for row in rows]
        cues = np.zeros((len(rows), len(cue_names)), dtype=np.uint8)
        for row, name in enumerate(names):
            cues[row, cue_entries.get(name, [])] = 1
        seen = [phrases.get(name, (words.get(name, (0.0, 0.0))[0], 9999, 0)) for name in names]
        documents, first, last = (np.array(column) for column in zip(*seen, strict=True))
        tables[n] = PhraseTable(
            index=HashIndex(hashes[rows]),
            cues=cues,
            documents=documents.astype(np.float32),
            is_evergreen=(first <= EVERGREEN_FIRST) & (last >= EVERGREEN_LAST),
            reused_share=np.array([words.get(name, (0.0, 0.0))[1] for name in names], dtype=np.float32),
        )
    return Lexicon(cue_names, tables)
