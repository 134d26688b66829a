"""Which recurring runs read as phrases: both ends belong to the run, and it says something.

A run that recurs may begin or end in the middle of a thought: *of the great leader Kim*. A word at the
edge belongs to a run if the rest makes it at least 16 times as likely as it is anywhere; a word that is a
tenth of all words, as *the* in North Korean English, can never be. A function word must go with the rest at
nine uses in ten: so *under the pretext of* keeps its end. Runs with a single word of content, such as *in the course
of*, are grammar, and three capitalised words in a row are a name: both go out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rhetoric._dated_words import DatedWords
from rhetoric._runs import Runs

# chosen by reading the first two hundred formulas of two corpora
MIN_EDGE_BITS = 4.0
MIN_EDGE_SHARE = 0.9
MIN_CONTENT_WORDS = 2
MAX_NAME_WORDS = 3  # nothing but capitalised words: a person, a law, a place


def reads_well(words: DatedWords, runs: Runs, is_function: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which runs begin and end on words that belong to them and hold words of content."""
    start = np.empty(len(runs.counts), dtype=np.int64)
    start[runs.ids[::-1]] = runs.positions[::-1]
    n_content = np.sum([~is_function[start + step] for step in range(runs.n)], axis=0)
    is_good: NDArray[np.bool_] = n_content >= MIN_CONTENT_WORDS
    if runs.n <= MAX_NAME_WORDS:
        is_name = np.all([words.is_capitalised[runs.positions + step] for step in range(runs.n)], axis=0)
        is_good &= 2 * np.bincount(runs.ids[is_name], minlength=len(start)) < runs.counts
    for edge, rest in ((start, runs.without_first), (start + runs.n - 1, runs.without_last)):
        likely = runs.counts / rest
        is_good &= likely >= 2**MIN_EDGE_BITS * words.counts[words.ids[edge]] / words.n_words
        is_good &= ~is_function[edge] | (likely >= MIN_EDGE_SHARE)
    return is_good
