"""Figures about probabilities: calibration, selective accuracy, bootstrap intervals.

Everything works on two arrays: whether each sentence is of the positive class, and the probability that
the model gave to it. What scikit-learn has is taken from there.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

N_BINS = 10
CONFIDENT_SHARE = 0.6


def macro_f1(y: Bools, p: Floats) -> float:
    """Return the mean of the F1 of both classes, 0 to 1; a class without a sentence or prediction counts as 0."""
    return float(f1_score(y, p > 0.5, average="macro", labels=[False, True], zero_division=0.0))


def accuracy(y: Bools, p: Floats) -> float:
    """Return the share of sentences whose likelier class is the right one, 0 to 1."""
    return float(accuracy_score(y, p > 0.5))


def auc(y: Bools, p: Floats) -> float:
    """Return the area under the ROC curve, 0 to 1; NaN where only one class is there."""
    return float(roc_auc_score(y, p)) if 0 < y.sum() < len(y) else float("nan")


def brier(y: Bools, p: Floats) -> float:
    """Return the mean squared distance of probability and truth, 0 (best) to 1."""
    return float(np.mean((p - y) ** 2))


def ece(y: Bools, p: Floats) -> float:
    """Return the expected calibration error over ten equal bins of the positive probability.

    In each bin the distance between mean probability and share of positives, weighted by the sentences in
    it; 0 is best, 1 the worst.

    References
    ----------
    .. [1] M. P. Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining well calibrated probabilities using
       Bayesian binning", AAAI 2015.
    """
    bins = np.minimum((p * N_BINS).astype(int), N_BINS - 1)
    gaps = np.bincount(bins, weights=p - y, minlength=N_BINS)
    return float(np.abs(gaps).sum() / len(p))


def risk_coverage(y: Bools, p: Floats) -> tuple[Floats, Floats, Floats]:
    """Return coverage, accuracy and least confidence when only the most confident are answered.

    Returns
    -------
    coverage, accuracy, confidence : ndarray of float64, shape (n_samples,)
        Coverage rises to 1. Confidence is the probability of the likelier class, 0.5 to 1. Among equals
        the earlier sentence comes first.
    """
    confidence = np.maximum(p, 1 - p)
    order = np.argsort(-confidence, kind="stable")
    right = ((p > 0.5) == y)[order]
    rank = np.arange(1, len(y) + 1)
    return rank / len(y), np.cumsum(right) / rank, confidence[order]


def accuracy_at_60(y: Bools, p: Floats) -> float:
    """Return the accuracy on the 60 % most confident sentences, at least one; 0 to 1."""
    _, accuracies, _ = risk_coverage(y, p)
    return float(accuracies[max(1, int(CONFIDENT_SHARE * len(y))) - 1])


FIGURES: dict[str, Callable[[Bools, Floats], float]] = {
    "macro_f1": macro_f1,
    "accuracy": accuracy,
    "auc": auc,
    "brier": brier,
    "ece": ece,
    "accuracy_at_60": accuracy_at_60,
}
"""All figures by name. Smaller is better for those in `SMALLER_IS_BETTER`."""
SMALLER_IS_BETTER = frozenset({"brier", "ece"})


def figures(y: Bools, p: Floats) -> dict[str, float]:
    """Return every figure."""
    return {name: figure(y, p) for name, figure in FIGURES.items()}


def bootstrap_intervals(
    y: Bools, p: Floats, groups: NDArray[np.int64], *, n_bootstrap: int, level: float, random_state: int
) -> dict[str, tuple[float, float]]:
    """Return percentile intervals of every figure, resampling whole groups.

    Parameters
    ----------
    y, p : ndarray, shape (n_samples,)
        Truth and probability.
    groups : ndarray of int64, shape (n_samples,)
        Sentences of one group are drawn together; numbered from 0.
    n_bootstrap : int
        Draws; with 0 there are no intervals.
    level : float
        Share of the draws inside the interval, in (0, 1).
    random_state : int
        Seed of the draws.

    Returns
    -------
    dict of str to (float, float)
        NaN where a figure is undefined in every draw.

    References
    ----------
    .. [1] B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
    """
    if n_bootstrap == 0:
        return {}
    rng = np.random.default_rng(random_state)
    order = np.argsort(groups, kind="stable")
    first = np.searchsorted(groups[order], np.arange(groups.max() + 2))
    drawn = []
    for _ in range(n_bootstrap):
        chosen = rng.integers(0, len(first) - 1, len(first) - 1)
        size = first[chosen + 1] - first[chosen]
        step = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
        rows = order[np.repeat(first[chosen], size) + step]
        drawn.append(list(figures(y[rows], p[rows]).values()))
    table = np.array(drawn)
    tails = [(1 - level) / 2, (1 + level) / 2]
    intervals = {}
    for name, column in zip(FIGURES, table.T, strict=True):
        known = column[~np.isnan(column)]
        low, high = np.quantile(known, tails) if len(known) else (np.nan, np.nan)
        intervals[name] = (float(low), float(high))
    return intervals
