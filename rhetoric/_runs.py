"""Runs of words that many documents share, grown word by word.

A run of n + 1 words stands in many documents only where the run without its last word and the run without
its first word do, so each length looks only at places that the one before has left. A run is numbered
through the numbers of these two shorter runs: no two different runs ever share a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric._dated_words import DatedWords, Int, Int32


@dataclass(frozen=True)
class Runs:
    """The frequent runs of one length.

    Attributes
    ----------
    n : int
        Words per run.
    positions : ndarray of int32, shape (n_uses,)
        First word of each use, ascending.
    ids : ndarray of int32, shape (n_uses,)
        Number of the run used.
    counts, documents : ndarray of int64, shape (n_runs,)
        Uses, overlapping ones included, and documents of each run.
    without_first, without_last : ndarray of int64, shape (n_runs,)
        Uses of the run that is left without the first, or without the last word; for single words the
        number of all words.
    """

    n: int
    positions: Int32
    ids: Int32
    counts: Int
    documents: Int
    without_first: Int
    without_last: Int


def number(keys: NDArray[Any], document: Int32) -> tuple[Int32, Int, Int]:
    """Return a number for each key in ascending order of the keys, and uses and documents of each number.

    `document` must ascend.
    """
    order = np.argsort(keys, kind="stable")
    is_new = np.ones(len(keys), dtype=bool)
    is_new[1:] = np.diff(keys[order]) != 0
    # the sort is stable, so that the uses of a key come document by document
    is_new_document = is_new.copy()
    is_new_document[1:] |= np.diff(document[order]) != 0
    group = np.cumsum(is_new, dtype=np.int32) - np.int32(1)
    ids = np.empty(len(keys), dtype=np.int32)
    ids[order] = group
    return ids, np.bincount(group), np.bincount(group[is_new_document])


def _keep(runs: Runs, min_documents: int) -> Runs:
    """Return the runs that stand in at least `min_documents` documents, numbered anew."""
    is_frequent = runs.documents >= min_documents
    renumbered = np.cumsum(is_frequent, dtype=np.int32) - np.int32(1)
    used = is_frequent[runs.ids]
    return Runs(
        n=runs.n,
        positions=runs.positions[used],
        ids=renumbered[runs.ids[used]],
        counts=runs.counts[is_frequent],
        documents=runs.documents[is_frequent],
        without_first=runs.without_first[is_frequent],
        without_last=runs.without_last[is_frequent],
    )


def _longer(words: DatedWords, runs: Runs, min_documents: int) -> Runs:
    """Return the frequent runs that are one word longer."""
    at, following = runs.positions[:-1], runs.positions[1:]
    first = np.flatnonzero((following - at == 1) & (words.sentence[following] == words.sentence[at]))
    positions = runs.positions[first]
    keys = runs.ids[first].astype(np.int64) * len(runs.counts) + runs.ids[first + 1]
    ids, counts, documents = number(keys, words.document[positions])
    representative = np.empty(len(counts), dtype=np.int64)
    representative[ids] = first
    without_first = runs.counts[runs.ids[representative + 1]] if len(first) else counts
    without_last = runs.counts[runs.ids[representative]] if len(first) else counts
    return _keep(Runs(runs.n + 1, positions, ids, counts, documents, without_first, without_last), min_documents)


def frequent_runs(words: DatedWords, *, min_documents: int, max_words: int) -> list[Runs]:
    """Return the runs of words that stand in at least `min_documents` documents.

    Parameters
    ----------
    words : DatedWords
        The corpus.
    min_documents : int
        At least 1.
    max_words : int
        Longest run, at least 1.

    Returns
    -------
    list of Runs
        One entry for each length from 1 on, up to the longest that has a run. No run crosses the end of a
        sentence.
    """
    ids, counts, documents = number(words.ids, words.document)
    total = np.full(len(counts), words.n_words)
    singles = Runs(1, np.arange(words.n_words, dtype=np.int32), ids, counts, documents, total, total)
    found = [_keep(singles, min_documents)]
    while len(found[-1].positions) and len(found) < max_words:
        found.append(_longer(words, found[-1], min_documents))
    return [runs for runs in found if len(runs.positions)]
