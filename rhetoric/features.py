"""The feature extractor: sentences in, named columns out.

Five blocks, each a set of columns with names of its own (see the page *Features* of the documentation):

``substance``
    surface cues of something checkable: figures, dates, names, reported acts, conditions, epithets;
``formula``
    how much of the wording is stock phrase, and how common its words are;
``vectors``
    word vectors counted from the corpora, averaged;
``profiles``
    in what sort of sentence the words stand in the corpora, averaged;
``words``
    runs of one and two words, hashed into buckets.

The last is sparse, the others are dense. A batch of sentences is tokenised and looked up once for
all blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from rhetoric._documents import check_documents
from rhetoric._formula import FORMULA_COLUMNS, formula_columns
from rhetoric._lexicon import Lexicon, load_lexicon, read_vectors
from rhetoric._substance import substance_columns, substance_descriptions
from rhetoric._terms import PROFILE_COLUMNS, bucket_weights, read_word_table, term_matrix, word_table_columns
from rhetoric._tokens import Tokens, batches, tokenize

__all__ = ["RhetoricFeatures"]

DENSE_BLOCKS = ("substance", "formula", "vectors", "profiles")
BLOCKS = (*DENSE_BLOCKS, "words")


def check_blocks(blocks: Sequence[str]) -> tuple[str, ...]:
    """Return `blocks` as a tuple, refusing what is no block, or none at all."""
    if isinstance(blocks, str) or not blocks or set(blocks) - set(BLOCKS) or len(set(blocks)) < len(blocks):
        raise ValueError(f"blocks must be a list of different names out of {', '.join(BLOCKS)}, got {blocks!r}.")
    return tuple(blocks)


def check_buckets(n_buckets: int) -> int:
    """Return `n_buckets`, refusing what is no power of two from 2 to 2**24."""
    if not (isinstance(n_buckets, int | np.integer) and 2 <= n_buckets <= 1 << 24 and n_buckets & (n_buckets - 1) == 0):
        raise ValueError(f"n_buckets must be a power of two from 2 to 2**24, got {n_buckets!r}; the default is 2**18.")
    return int(n_buckets)


def block_descriptions(block: str) -> dict[str, str]:
    """Return name and meaning of the columns of a dense block, in their order."""
    if block == "substance":
        return substance_descriptions()
    if block == "formula":
        return dict(FORMULA_COLUMNS)
    if block == "profiles":
        return {name: f"of the sentences that its words stand in: {what}" for name, what in PROFILE_COLUMNS.items()}
    n_dimensions = read_vectors().shape[1]
    return {f"{number:02d}": f"component {number} of the averaged word vectors" for number in range(n_dimensions)}


def dense_columns(block: str, tokens: Tokens, lexicon: Lexicon, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the columns of a dense block, shape (n_documents, n_columns)."""
    if block == "substance":
        return substance_columns(tokens, lexicon, rows)
    if block == "formula":
        return formula_columns(tokens, lexicon, rows)
    return word_table_columns(tokens, rows, read_word_table(block))


def column_names(blocks: Sequence[str], n_buckets: int = 0) -> list[str]:
    """Return the names of the columns of all `blocks`, each after its block."""
    names: list[str] = []
    for block in blocks:
        if block == "words":
            names += [f"words__{bucket:06x}" for bucket in range(n_buckets)]
        else:
            names += [f"{block}__{name}" for name in block_descriptions(block)]
    return names


class RhetoricFeatures(TransformerMixin, BaseEstimator):
    """Turn sentences into the cues that tell formula from substance.

    Parameters
    ----------
    blocks : sequence of str, default=("substance", "formula")
        Any of ``"substance"``, ``"formula"``, ``"vectors"``, ``"profiles"`` and ``"words"``, in the order of the
        columns. With ``"words"`` the result is sparse.
    n_buckets : int, default=2**18
        Columns of the ``words`` block, a power of two.

    Attributes
    ----------
    bucket_weights_ : ndarray of float64, shape (n_buckets,)
        Inverse document frequency of each bucket in the training data; only with ``"words"``.
    n_features_out_ : int
        Number of columns.

    See Also
    --------
    rhetoric.classify.RhetoricClassifier : the classifier on top of these features.

    Examples
    --------
    >>> features = RhetoricFeatures().set_output(transform="pandas")
    >>> table = features.fit_transform(["On May 2 it fired 3 missiles.", "They will pay dearly!"])
    >>> table[["substance__figures", "substance__generic_threat"]].round(2).values.tolist()
    [[1.1, 0.0], [0.0, 0.69]]
    """

    def __init__(self, blocks: Sequence[str] = ("substance", "formula"), n_buckets: int = 1 << 18) -> None:
        self.blocks = blocks
        self.n_buckets = n_buckets

    def fit(self, X: Iterable[str], y: Any = None) -> Self:  # noqa: ARG002 - scikit-learn passes y
        """Learn the weights of the hashed terms; the other blocks have nothing to learn.

        Parameters
        ----------
        X : iterable of str
            Sentences.
        y : None
            Not used.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            If `X` is not a list of str, or a parameter is out of its range.
        """
        documents = check_documents(X)
        blocks = check_blocks(self.blocks)
        if "words" in blocks:
            self.bucket_weights_ = bucket_weights(tokenize(documents), check_buckets(self.n_buckets))
        elif hasattr(self, "bucket_weights_"):
            # of an earlier fit
            del self.bucket_weights_
        self.n_features_out_ = len(column_names(blocks, self.n_buckets))
        return self

    def transform(self, X: Iterable[str]) -> NDArray[np.float64] | sp.csr_matrix:
        """Return one row a sentence.

        Parameters
        ----------
        X : iterable of str
            Sentences; an empty one gives a row of zeros.

        Returns
        -------
        ndarray or csr_matrix of float64, shape (n_samples, n_features_out_)
            Sparse if ``"words"`` is among the blocks.
        """
        check_is_fitted(self, "n_features_out_")
        documents = check_documents(X)
        parts = [self._transform_batch(documents[start:stop]) for start, stop in batches(documents)]
        return sp.vstack(parts, format="csr") if "words" in self.blocks else np.vstack(parts)

    def _transform_batch(self, documents: list[str]) -> NDArray[np.float64] | sp.csr_matrix:
        """Return the rows of one batch."""
        tokens, lexicon = tokenize(documents), load_lexicon()
        rows = lexicon.find_words(tokens)
        columns = [
            term_matrix(tokens, self.bucket_weights_)
            if block == "words"
            else dense_columns(block, tokens, lexicon, rows)
            for block in self.blocks
        ]
        return sp.hstack(columns, format="csr") if "words" in self.blocks else np.hstack(columns)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:  # noqa: ARG002
        """Return the names of the columns, ``block__column``.

        Parameters
        ----------
        input_features : None
            Not used: the input has no columns.

        Returns
        -------
        ndarray of str, shape (n_features_out_,)
            Buckets of the ``words`` block are numbered in hexadecimal.
        """
        check_is_fitted(self, "n_features_out_")
        return np.array(column_names(self.blocks, self.n_buckets), dtype=object)
