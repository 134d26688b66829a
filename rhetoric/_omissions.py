"""Formulas that are missing: what statements of one source and vehicle nearly always say, and this one does not.

The statements of the same source and vehicle in the window before are the yardstick. Runs of words that
nearly all of them have are joined, sentence by sentence, as the latest of them has them; such a stretch is
missing when the statement has none of its runs. Where fewer than `MIN_STATEMENTS` were issued in the
window there is nothing to expect, and nothing is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhetoric._segment import Segment
from rhetoric._sentence_tokens import SentenceTokens, tokenize_sentences
from rhetoric._telling import telling
from rhetoric._tokens import U64
from rhetoric._trace import Omission
from rhetoric._verdicts import document_at

WINDOW_DAYS = 1826
MIN_STATEMENTS = 5
MIN_RATE = 0.8
MAX_STATEMENTS = 200
"""Of more statements in the window the latest are looked at."""
MAX_CHARS = 1 << 24
"""Of statements that are longer together the latest are looked at, so that an archive cannot fill the memory."""
MIN_CONTENT_WORDS = 2
CONTENT_WEIGHT = 0.25
"""Words that stand in fewer than about one document in ten; "a spokesman for the" is no formula to miss."""
EDGE_WEIGHT = 0.05
_N_LAST = 3


@dataclass(frozen=True)
class Peers:
    """The statements of one source and vehicle in the window, latest first.

    Attributes
    ----------
    places : list of (int, int)
        Segment and document of each.
    texts : list of str
        As printed.
    """

    places: list[tuple[int, int]]
    texts: list[str]


def find_peers(
    segments: Sequence[Segment], families: NDArray[np.int64], source: str, vehicle: str, before: int,
    window_days: int = WINDOW_DAYS,
) -> Peers:  # fmt: skip
    """Return the statements of `source` and `vehicle` in the days before `before`; re-issues count once."""
    found: list[NDArray[np.int64]] = []
    base = 0
    for which, segment in enumerate(segments):
        low, high = np.searchsorted(segment.days, [before - window_days, before])
        is_peer = _has_name(segment, "source", source) & _has_name(segment, "vehicle", vehicle)
        numbers = low + np.flatnonzero(is_peer[low:high])
        numbers = numbers[families[base + numbers] == base + numbers]
        found.append(np.stack((segment.days[numbers], np.full_like(numbers, which), numbers)))
        base += segment.n_documents
    peers = np.concatenate(found, axis=1)
    # all of the last day that is needed, and then by id: in which segment a statement lies must not show
    oldest = np.sort(peers[0])[-MAX_STATEMENTS:][:1]
    near = peers[:, peers[0] >= oldest].T.tolist() if len(oldest) else []
    latest = sorted(near, key=lambda place: (place[0], segments[place[1]].string("id", place[2])), reverse=True)
    places, texts, n_chars = [], [], 0
    for _, which, number in latest[:MAX_STATEMENTS]:
        if n_chars > MAX_CHARS:
            break
        places.append((which, number))
        texts.append(segments[which].text(number))
        n_chars += len(texts[-1])
    return Peers(places, texts)


def _has_name(segment: Segment, column: str, name: str) -> NDArray[np.bool_]:
    """Return which documents of a segment have this source or vehicle."""
    names = segment.strings(column)
    if name not in names:
        return np.zeros(segment.n_documents, dtype=bool)
    is_named: NDArray[np.bool_] = segment.arrays[f"document_{column}"] == names.index(name)
    return is_named


def find_omissions(
    statement: U64, peers: Peers, segments: Sequence[Segment], n: int, min_rate: float = MIN_RATE
) -> tuple[Omission, ...]:
    """Return the formulas of the peers that a statement lacks, most surprising first.

    Parameters
    ----------
    statement : ndarray of uint64
        Hashes of the runs of the statement.
    peers : Peers
        From `find_peers`.
    segments : sequence of Segment
        The archive.
    n : int
        Words of a run.
    min_rate : float, default=0.8
        Share of the peers that must have a formula, in (0, 1].
    """
    size = len(peers.places)
    if size < MIN_STATEMENTS:
        return ()
    tokens = tokenize_sentences(peers.texts)
    hashes, positions = tokens.runs(n)
    document = tokens.document[tokens.sentence[positions]]
    keys, which = np.unique(hashes, return_inverse=True)
    pairs = np.unique(which * size + document)
    owner, holder = np.divmod(pairs, size)
    counts = np.bincount(owner, minlength=len(keys))
    is_said = np.isin(keys, statement)
    found = []
    for start, stop, rows in _stretches(tokens, positions, which, counts >= min_rate * size, n):
        if is_said[rows].any():
            continue  # said in part: the rest shows among the changed lines
        with_it = np.flatnonzero(np.bincount(holder[np.isin(owner, rows)], minlength=size) == len(rows))
        text = _text(peers, tokens, start, stop)
        if np.sum(telling(text) >= CONTENT_WEIGHT) < MIN_CONTENT_WORDS:
            continue
        n_with = int(counts[rows].min())
        last = tuple(document_at(segments[peers.places[at][0]], peers.places[at][1]) for at in with_it[:_N_LAST])
        surprise = float(-np.log2((size - n_with + 0.5) / (size + 1)))
        found.append(Omission(text, n_with / size, n_with, size, last, surprise))
    return tuple(sorted(found, key=lambda one: (-one.surprise, -len(one.text), one.text)))


def _stretches(
    tokens: SentenceTokens, positions: NDArray[np.int64], which: NDArray[np.int64], is_expected: NDArray[np.bool_],
    n: int,
) -> Iterator[tuple[int, int, NDArray[np.int64]]]:  # fmt: skip
    """Yield the expected runs of a sentence as first word, word behind the last, and runs; each run once.

    Peers are laid out latest first, so that a formula is shown as the latest of them has it.
    """
    at = np.flatnonzero(is_expected[which])
    at = np.sort(at[np.unique(which[at], return_index=True)[1]])
    breaks = np.flatnonzero(np.diff(tokens.sentence[positions[at]])) + 1
    for stretch in np.split(at, breaks) if len(at) else ():
        yield int(positions[stretch[0]]), int(positions[stretch[-1]]) + n, which[stretch]


def _text(peers: Peers, tokens: SentenceTokens, start: int, stop: int) -> str:
    """Return the words from `start` to `stop` as printed, without articles and prepositions at the edges."""
    text = peers.texts[int(tokens.document[tokens.sentence[start]])]
    weights = telling(text[int(tokens.word_starts[start]) : int(tokens.word_ends[stop - 1])])
    kept = start + np.flatnonzero(weights >= EDGE_WEIGHT)
    if len(kept) == 0:
        return ""
    return text[int(tokens.word_starts[kept[0]]) : int(tokens.word_ends[kept[-1]])]
