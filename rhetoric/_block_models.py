"""The models behind the classifier: a logistic regression for each block of features, and their average.

Each block has a say of its own size: decision values are divided by their spread on sentences held out in
turn, averaged, and turned into log-odds by a slope and an offset from the same held-out values. A model of
fewer blocks is another average of the same models; nothing has to be fitted again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from rhetoric._linear import fit_logistic, fit_sigmoid

REGULARISATION = {"substance": 0.05, "formula": 0.05, "vectors": 0.5, "profiles": 3.0, "words": 3.0}
"""Inverse regularisation of each block. Cross-validation over whole statements of the seed asks for twice as much in
the dense blocks; on printed text, which differs from the seed, the stronger regularisation holds better."""
N_FOLDS = 5


@dataclass(frozen=True)
class BlockFit:
    """A logistic regression over the columns of one block, in their own units.

    Attributes
    ----------
    weights : ndarray of float64, shape (n_columns,)
        Weight of each column.
    intercept : float
        Decision value of a sentence whose columns are all 0.
    """

    weights: NDArray[np.float64]
    intercept: float

    def decide(self, columns: NDArray[np.float64] | sp.csr_matrix) -> NDArray[np.float64]:
        """Return the decision values, shape (n_samples,)."""
        decision: NDArray[np.float64] = columns @ self.weights + self.intercept
        return decision


def fit_block(
    columns: NDArray[np.float64] | sp.csr_matrix, y: NDArray[np.bool_], weight: NDArray[np.float64], C: float
) -> BlockFit:
    """Return a logistic regression over one block; dense columns are standardised first.

    The standardised columns are divided by the square root of their number, so that a sentence has
    length 1 on average in every block and `C` means the same in all.
    """
    if sp.issparse(columns):
        return BlockFit(*fit_logistic(columns, y, weight, C=C))
    mean = np.average(columns, axis=0, weights=weight)
    spread = np.sqrt(np.average((columns - mean) ** 2, axis=0, weights=weight)) * np.sqrt(columns.shape[1])
    scale = np.where(spread > 0, spread, 1.0)
    coefficients, intercept = fit_logistic((columns - mean) / scale, y, weight, C=C)
    weights = coefficients / scale
    return BlockFit(weights, intercept - float(mean @ weights))


def held_out_decisions(
    columns: NDArray[np.float64] | sp.csr_matrix,
    y: NDArray[np.bool_],
    weight: NDArray[np.float64],
    groups: NDArray[np.int64],
    C: float,
) -> NDArray[np.float64]:
    """Return a decision value for each sentence from a model that has not seen its group.

    0 where all the others are of one class, as can be in a handful of sentences.
    """
    from sklearn.model_selection import GroupKFold

    decision = np.zeros(len(y))
    n_folds = min(N_FOLDS, len(np.unique(groups)))
    for train, test in GroupKFold(n_folds).split(columns, y, groups):
        if 0 < y[train].sum() < len(train):
            decision[test] = fit_block(columns[train], y[train], weight[train], C).decide(columns[test])
    return decision


@dataclass(frozen=True)
class FittedBlocks:
    """The models of all blocks, from which any of them can be averaged without fitting again.

    Attributes
    ----------
    fits : mapping of str to BlockFit
        The model of each block.
    held_out : mapping of str to ndarray of float64, shape (n_samples,)
        Decision values of each block on sentences that it had not seen.
    y : ndarray of bool, shape (n_samples,)
        Whether a sentence is of the second class.
    weight : ndarray of float64, shape (n_samples,)
        Weight of each sentence.
    """

    fits: Mapping[str, BlockFit]
    held_out: Mapping[str, NDArray[np.float64]]
    y: NDArray[np.bool_]
    weight: NDArray[np.float64]

    def average(self, blocks: Sequence[str]) -> tuple[dict[str, float], float]:
        """Return the factor of each of `blocks` in their average, and the offset of the average."""
        spread = {block: float(np.std(self.held_out[block])) or 1.0 for block in blocks}
        average = sum(self.held_out[block] / spread[block] for block in blocks) / len(blocks)
        slope, offset = fit_sigmoid(np.asarray(average), self.y, self.weight)
        return {block: slope / (spread[block] * len(blocks)) for block in blocks}, offset


def fit_blocks(
    columns: Iterable[tuple[str, NDArray[np.float64] | sp.csr_matrix]],
    y: NDArray[np.bool_],
    weight: NDArray[np.float64],
    groups: NDArray[np.int64],
    C: float,
) -> FittedBlocks:
    """Return the model of each block from its name and columns; `C` is a factor on `REGULARISATION`."""
    fits, held_out = {}, {}
    for block, values in columns:
        fits[block] = fit_block(values, y, weight, C * REGULARISATION[block])
        held_out[block] = held_out_decisions(values, y, weight, groups, C * REGULARISATION[block])
    return FittedBlocks(fits, held_out, y, weight)
