"""Grammar told from wording without a list of words, so that it works in any language.

Articles, prepositions and conjunctions go with anything: what stands before and after them is hard to
guess. The measure is the entropy of the word before plus that of the word after. A word is a *function
word* when it is widespread, mostly written small, and its neighbours are at least 0.6 times as varied as
those of the most varied word. On two years of North Korean statements in English that gives the, of, and,
to, in, at, was, their and their like, but not DPRK, people, leader or nation, which are as frequent.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rhetoric._dated_words import DatedWords, Int32

MIN_SHARE = 0.02  # of the documents; rarer words show too few neighbours
MIN_USES = 100  # entropies of fewer neighbours are too low by chance
MIN_VARIETY = 0.6


def _entropy(words: Int32, neighbours: Int32, n_words: int) -> NDArray[np.float64]:
    """Return the entropy of the neighbours of each word in bits, shape (n_words,)."""
    pairs, uses = np.unique(words.astype(np.int64) * n_words + neighbours, return_counts=True)
    word = pairs // n_words
    share: NDArray[np.float64] = uses / np.bincount(word, weights=uses, minlength=n_words)[word]
    return np.bincount(word, weights=-share * np.log2(share), minlength=n_words).astype(np.float64)


def function_words(words: DatedWords) -> NDArray[np.bool_]:
    """Return whether each word of the corpus is a function word, shape (n_words,)."""
    if not words.n_words:
        return np.zeros(0, dtype=bool)
    n_words, uses = len(words.counts), words.counts
    pairs = np.unique(words.ids.astype(np.int64) * words.n_documents + words.document)
    documents = np.bincount(pairs // words.n_documents, minlength=n_words)
    together = words.sentence[1:] == words.sentence[:-1]
    before, after = words.ids[:-1][together], words.ids[1:][together]
    variety = _entropy(before, after, n_words) + _entropy(after, before, n_words)
    is_known = (documents >= MIN_SHARE * words.n_documents) & (uses >= MIN_USES)
    capitals = np.bincount(words.ids[words.is_capitalised], minlength=n_words)
    highest = variety[is_known].max(initial=0.0)
    is_function: NDArray[np.bool_] = is_known & (2 * capitals < uses) & (variety > MIN_VARIETY * highest)
    of_each: NDArray[np.bool_] = is_function[words.ids]
    return of_each
