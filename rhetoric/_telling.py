"""How telling a word is when it is changed or left out.

Rare words tell more than frequent ones; articles and prepositions tell nothing. Negations, conditions, offers,
hedges and commitments tell most, however frequent: they carry the position. Figures and dates change from
one statement to the next and tell little about wording.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from rhetoric._lexicon import load_lexicon
from rhetoric._tokens import Tokens, tokenize, word_hash

ROUTINE_CUES = ("month", "weekday", "time_reference", "number_word", "ordinal")
TELLING_CUES = ("negation", "condition", "offer", "hedge", "obligation", "vow", "future_act", "admission")
ROUTINE_WEIGHT = 0.1


def telling(text: str) -> NDArray[np.float64]:
    """Return the weight of each word of `text`, shape (n_words,).

    Returns
    -------
    ndarray of float64
        0 to 1: for most words 1 - log(d) / log(d_max), where d is the number of documents of the lexicon's
        corpora that have the word and d_max that of the most frequent one; 1 for words not in the lexicon.

    Examples
    --------
    >>> [round(float(weight), 1) for weight in telling("the unless dismantlement 2021")]
    [0.0, 1.0, 0.6, 0.1]
    """
    return _weights(tokenize([text]))


def _weights(tokens: Tokens) -> NDArray[np.float64]:
    """Return the weight of each word of one text."""
    lexicon = load_lexicon()
    rows = lexicon.find_words(tokens)
    documents = lexicon.words.documents
    is_known = (rows >= 0) & (rows < len(documents))
    counts = np.where(is_known, documents[np.where(is_known, rows, 0)], 1.0)
    weights: NDArray[np.float64] = 1 - np.log(np.maximum(counts, 1.0)) / np.log(documents.max())
    weights[tokens.n_digits > 0] = ROUTINE_WEIGHT
    uses = lexicon.find_cues(tokens, rows)
    for names, weight in ((ROUTINE_CUES, ROUTINE_WEIGHT), (TELLING_CUES, 1.0)):
        numbers = [lexicon.cue_names.index(name) for name in names]
        weights[uses.positions[np.isin(uses.cues, numbers)]] = weight
    weights[_mays_of_dates(tokens)] = ROUTINE_WEIGHT
    return weights


@cache
def _may() -> np.uint64:
    """Return the hash of the word that is a month and a hedge."""
    return word_hash("may")


def _mays_of_dates(tokens: Tokens) -> NDArray[np.bool_]:
    """Return which words are a "May" beside a figure: a month, no hedge."""
    has_digits = np.concatenate(([False], tokens.n_digits > 0, [False]))
    is_may: NDArray[np.bool_] = (tokens.hashes == _may()) & tokens.is_capitalised
    return is_may & (has_digits[:-2] | has_digits[2:])


def most_telling(text: str, start: int, end: int) -> float:
    """Return the greatest weight of a word of `text` between `start` and `end`, 0 where there is none.

    The words around it decide with it: the month in "on 4 May" is no hedge.
    """
    tokens = tokenize([text])
    is_inside = (tokens.starts >= start) & (tokens.ends <= end)
    return float(_weights(tokens)[is_inside].max(initial=0.0))
