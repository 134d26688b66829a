"""Decision values of a batch without a matrix: weights are gathered by hash and summed per sentence.

A decision value is an intercept, a weight times a value for each surface column, and for the word
vectors and the hashed terms each a sum of weights over the length of the sentence's vector. Both that
sum and the square of that length are sums over the same words. A complex number holds the weight of a
word and its part of the square, so that one look-up and one sum give both.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rhetoric._formula import sum_per_document
from rhetoric._lexicon import FIGURE_CLASSES, Lexicon, figure_class, load_lexicon, read_words
from rhetoric._terms import find_terms, narrow_squares, word_weights
from rhetoric._tokens import Tokens
from rhetoric.features import dense_columns

SURFACE_BLOCKS = ("substance", "formula")


class LinearWeights(Protocol):
    """What a decision and its explanation read of a fitted classifier."""

    dense_names_: NDArray[np.str_]
    dense_weights_: NDArray[np.float64]
    word_weights_: NDArray[np.float64]
    term_weights_: NDArray[np.float64]
    term_frequency_: NDArray[np.float64]
    intercept_: float


@dataclass(frozen=True)
class GatheredWeights:
    """The weights of a fitted classifier, laid out for look-up.

    Attributes
    ----------
    intercept : float
        Decision value of a sentence without any cue or word.
    surface : dict of str to ndarray of float64
        Weights of the columns of each surface block.
    words : ndarray of complex128, shape (n_rows + FIGURE_CLASSES + 1,) or (0,)
        Weight and square of each row of the lexicon, of each class of figures, and of an unknown word.
    terms : ndarray of complex64, shape (n_buckets,) or (0,)
        Weight and square of each bucket of the hashed terms.
    """

    intercept: float
    surface: dict[str, NDArray[np.float64]]
    words: NDArray[np.complex128]
    terms: NDArray[np.complex64]


def surface_weights(model: LinearWeights) -> dict[str, NDArray[np.float64]]:
    """Return the weights of the columns of each surface block of a fitted classifier."""
    n_columns = Counter(str(name).partition("__")[0] for name in model.dense_names_)
    ends = np.cumsum(list(n_columns.values()), dtype=np.int64)
    return dict(zip(n_columns, np.split(model.dense_weights_, ends[:-1]), strict=False))


def gather_weights(model: LinearWeights) -> GatheredWeights:
    """Return the weights of a fitted classifier, laid out for look-up."""
    terms = np.zeros(len(model.term_weights_), dtype=np.complex64)
    terms.real = model.term_weights_
    terms.imag = narrow_squares(model.term_frequency_)
    return GatheredWeights(
        intercept=model.intercept_,
        surface=surface_weights(model),
        words=_by_row(model.word_weights_, load_lexicon()),
        terms=terms,
    )


def _by_row(weights: NDArray[np.float64], lexicon: Lexicon) -> NDArray[np.complex128]:
    """Return weight and square of each row of the lexicon, of figures and of an unknown word."""
    if len(weights) == 0:
        return np.zeros(0, dtype=np.complex128)
    n_words = len(read_words().hashes)
    both = weights + 1j * word_weights() ** 2
    # the lexicon goes on with words that only cues know; the last entry is read by row -1
    by_row = np.zeros(len(lexicon.word_index.keys) + FIGURE_CLASSES + 1, dtype=np.complex128)
    by_row[:n_words] = both[:n_words]
    by_row[-1 - FIGURE_CLASSES : -1] = both[n_words:]
    return by_row


def decide(tokens: Tokens, weights: GatheredWeights) -> NDArray[np.float64]:
    """Return the decision values of a batch.

    Parameters
    ----------
    tokens : Tokens
        The batch.
    weights : GatheredWeights
        As given by `gather_weights`.

    Returns
    -------
    ndarray of float64, shape (n_documents,)
        The value of a document does not depend on the others of the batch.
    """
    lexicon = load_lexicon()
    rows = lexicon.find_words(tokens)
    decision = np.full(tokens.n_documents, weights.intercept)
    for block, of_columns in weights.surface.items():
        # row by row, so that a sum does not depend on the size of the batch
        decision += np.einsum("ij,j->i", dense_columns(block, tokens, lexicon, rows), of_columns)
    if len(weights.words):
        rows[tokens.figures] = len(lexicon.word_index.keys) + figure_class(tokens.n_digits[tokens.figures])
        decision += _over_length(sum_per_document(weights.words.take(rows), tokens))
    if len(weights.terms):
        decision += _over_length(find_terms(tokens, len(weights.terms)).sum_by_document(weights.terms, tokens))
    return decision


def _over_length(both: NDArray[np.complex128]) -> NDArray[np.float64]:
    """Return each sum of weights over the root of its sum of squares, 0 where there is nothing to add up."""
    filled = both.imag > 0
    return np.divide(both.real, np.sqrt(both.imag), out=np.zeros(len(both)), where=filled)
