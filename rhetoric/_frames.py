"""Phrase frames: formulas with a slot, such as *under the * leadership of Kim*, and what has filled it.

1. Anchors, two to four words that recur, with one to four words between them inside one sentence.
2. Pairs that stand in enough documents and meet at least 16 times as often as by chance.
3. Words on the outside that nearly always go with a pair become part of it.
4. A slot is variable if neither its first nor its last word is the same in more than three quarters of the
   documents, and if it has at least three fillers. Otherwise the pair is part of a formula, or of a frame
   with a shorter slot.
5. Best first; a pair goes out where three quarters of its slots overlap those of better ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhetoric._anchors import MAX_WORDS
from rhetoric._dated_words import DatedWords, Int, Int32, ReadText
from rhetoric._formulas import check_bounds, default_min_documents
from rhetoric._function_words import function_words
from rhetoric._phrase_edges import MIN_EDGE_BITS
from rhetoric._runs import frequent_runs, number
from rhetoric._slots import MAX_SLOT_WORDS, RIGID_SHARE, Slots, commonest, find_slots, grow, run_keys
from rhetoric._tokens import U64, mix

MIN_FILLERS = 3


@dataclass(frozen=True)
class Filler:
    """What has filled the slot of a frame.

    Attributes
    ----------
    text : str
        One to four words as they stand at the first use.
    n_documents, n_occurrences : int
        Documents and uses, each text once.
    first, last : int
        Days of the first and the last use, since 1970-01-01.
    """

    text: str
    n_documents: int
    n_occurrences: int
    first: int
    last: int


@dataclass(frozen=True)
class Frame:
    """A recurring phrase with a slot.

    Attributes
    ----------
    prefix, suffix : str
        The words before and after the slot as they stand at the first use, two or more each.
    n_documents, n_occurrences : int
        Documents and uses, each text once.
    first, last : int
        Days of the first and the last use, since 1970-01-01.
    fillers : tuple of Filler
        The most widespread first, then the earliest.
    hapaxity : float
        Share of the fillers used once, in [0, 1]: low is rigid, high takes anything.
    association : float
        How much oftener than by chance the two sides meet, in bits.

    References
    ----------
    .. [1] R. Forsyth and L. Grabowski, "Is there a formula for formulaic language?", Poznan Studies in
       Contemporary Linguistics 51(4), 2015.
    """

    prefix: str
    suffix: str
    n_documents: int
    n_occurrences: int
    first: int
    last: int
    fillers: tuple[Filler, ...]
    hapaxity: float
    association: float


def find_frames(words: DatedWords, read: ReadText, *, min_documents: int | None = None) -> list[Frame]:
    """Return the phrase frames of a corpus, the most telling first.

    Parameters
    ----------
    words : DatedWords
        The corpus.
    read : callable
        Gives the text of a document between two code points.
    min_documents : int, optional
        Documents in which a frame must stand, at least 2; by default 10 for each million words, at least 5.

    Returns
    -------
    list of Frame
        Ordered by documents times the square root of the association; empty if there is none.

    Raises
    ------
    ValueError
        If `min_documents` < 2.

    Examples
    --------
    >>> from rhetoric._dated_words import date_words
    >>> from rhetoric._sentence_tokens import tokenize_sentences
    >>> wish = "They wished the {} great success in his work."
    >>> texts = [wish.format(who) for who in ("president", "king", "prime minister")] + [" ".join(map(str, range(600)))]
    >>> words = date_words(tokenize_sentences(texts), np.arange(4), np.zeros(4, dtype=int), np.arange(4))
    >>> frame, = find_frames(words, lambda d, start, end: texts[d][start:end], min_documents=3)
    >>> frame.prefix, [filler.text for filler in frame.fillers], frame.suffix
    ('They wished the', ['president', 'king', 'prime minister'], 'great success in his work')
    >>> frame.hapaxity
    1.0
    """
    needed = default_min_documents(words) if min_documents is None else min_documents
    check_bounds(needed, 2, MAX_WORDS)
    if not words.n_words:
        return []
    levels = frequent_runs(words, min_documents=needed, max_words=MAX_WORDS)
    is_content = ~function_words(words)
    slots = find_slots(words, levels, is_content, min_documents=needed)
    slots = slots.only(slots.association[slots.pairs] >= MIN_EDGE_BITS)
    slots = slots.only(_has_fillers(words, slots)[slots.pairs])
    slots = grow(words, slots, is_content, min_documents=needed)
    slots = slots.only(_is_variable(words, slots)[slots.pairs])
    slots = slots.only(_is_distinct(words, slots)[slots.pairs])
    fillers = _fillers(words, slots, read)
    uses = _uses(slots)
    return [_frame(words, slots, uses[pair], read, fillers[pair]) for pair in _best_first(words, slots)]


def _uses(slots: Slots) -> list[Int]:
    """Return the uses of each pair, in the order of time."""
    bounds = np.cumsum(np.bincount(slots.pairs, minlength=slots.n_pairs))
    return np.split(np.argsort(slots.pairs, kind="stable"), bounds[:-1])


def _best_first(words: DatedWords, slots: Slots) -> Int:
    """Return the pairs by documents times the square root of their association, then by their first use."""
    documents = number(slots.pairs, words.document[slots.starts])[2]
    return np.lexsort((_bounds(slots.pairs, slots.n_pairs)[0], -np.sqrt(slots.association) * documents))


def _filler_keys(words: DatedWords, slots: Slots) -> U64:
    """Return a number for each use, the same for the same filler of the same pair."""
    return mix(slots.pairs.astype(np.uint64)) ^ run_keys(words, slots.starts, slots.stops - slots.starts)


def _has_fillers(words: DatedWords, slots: Slots) -> NDArray[np.bool_]:
    """Return which pairs have enough different fillers."""
    owner = slots.pairs[np.unique(_filler_keys(words, slots), return_index=True)[1]]
    return np.bincount(owner, minlength=slots.n_pairs) >= MIN_FILLERS


def _is_variable(words: DatedWords, slots: Slots) -> NDArray[np.bool_]:
    """Return which pairs have enough fillers, whose first and last word vary."""
    is_variable = _has_fillers(words, slots)
    for edge in (slots.starts, slots.stops - 1):
        keys = mix(words.ids[edge].astype(np.uint64))
        _, documents, total = commonest(slots.pairs, keys, words.document[slots.starts], slots.n_pairs)
        is_variable &= documents <= RIGID_SHARE * total
    return is_variable


def _is_distinct(words: DatedWords, slots: Slots) -> NDArray[np.bool_]:
    """Return which pairs are not the shifted double of a better one: most of their slots are theirs alone."""
    is_claimed = np.zeros(words.n_words, dtype=bool)
    is_distinct = np.zeros(slots.n_pairs, dtype=bool)
    uses = _uses(slots)
    for pair in _best_first(words, slots):
        starts, lasts = slots.starts[uses[pair]], slots.stops[uses[pair]] - 1
        places = [np.minimum(starts + step, lasts) for step in range(MAX_SLOT_WORDS)]
        is_taken = np.any([is_claimed[place] for place in places], axis=0)
        is_distinct[pair] = is_taken.mean() < RIGID_SHARE
        if is_distinct[pair]:
            is_claimed[np.concatenate(places)] = True
    return is_distinct


def _fillers(words: DatedWords, slots: Slots, read: ReadText) -> list[list[Filler]]:
    """Return the fillers of each pair, the most widespread first."""
    document = words.document[slots.starts]
    ids, n_uses, n_documents = number(_filler_keys(words, slots), document)
    first, last = _bounds(ids, len(n_uses))
    fillers: list[list[Filler]] = [[] for _ in range(slots.n_pairs)]
    for i in np.lexsort((first, -n_documents)):
        start, stop = int(slots.starts[first[i]]), int(slots.stops[first[i]])
        fillers[slots.pairs[first[i]]].append(
            Filler(
                text=words.text(read, start, stop - start),
                n_documents=int(n_documents[i]),
                n_occurrences=int(n_uses[i]),
                first=int(words.days[document[first[i]]]),
                last=int(words.days[document[last[i]]]),
            )
        )
    return fillers


def _frame(words: DatedWords, slots: Slots, uses: Int, read: ReadText, fillers: Sequence[Filler]) -> Frame:
    """Return one pair as a `Frame`."""
    begin, start, stop, end = (int(at[uses[0]]) for at in (slots.begins, slots.starts, slots.stops, slots.ends))
    document = words.document[slots.starts[uses]]
    return Frame(
        prefix=words.text(read, begin, start - begin),
        suffix=words.text(read, stop, end - stop),
        n_documents=len(np.unique(document)),
        n_occurrences=len(document),
        first=int(words.days[document[0]]),
        last=int(words.days[document[-1]]),
        fillers=tuple(fillers),
        hapaxity=sum(filler.n_occurrences == 1 for filler in fillers) / len(fillers),
        association=float(slots.association[slots.pairs[uses[0]]]),
    )


def _bounds(groups: Int | Int32, n_groups: int) -> tuple[Int, Int]:
    """Return the first and the last entry of each group."""
    first, last = np.zeros(n_groups, dtype=np.int64), np.zeros(n_groups, dtype=np.int64)
    index = np.arange(len(groups))
    first[groups[::-1]] = index[::-1]
    last[groups] = index
    return first, last
