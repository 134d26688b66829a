"""Figures about probabilities and the labels they were given for, and how far each may be trusted.

`y` is True where a sentence has the positive class, `p` is the probability that it has. The predicted
class is the positive one where ``p > 0.5``; the confidence is the probability of the predicted class,
``max(p, 1 - p)``.

Intervals come from the bootstrap. Sentences of one statement resemble each other, so whole groups are
drawn, not rows, and nothing is computed twice:

1. a table of how often each group is in each resample, shape (n_resamples, n_groups);
2. for each group the sums that the figures are made of: cells of the confusion matrix, squared errors,
   surplus of each calibration bin, and weights in the order of probability and of confidence;
3. the product of the two gives these sums for each resample, and the figures follow from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.utils import check_random_state

FIGURES = ("macro_f1", "accuracy", "auc", "brier", "ece", "accuracy_at_60")
LOWER_IS_BETTER = frozenset({"brier", "ece"})
N_BINS = 10
COVERAGE = 0.6
_MAX_CELLS = 1 << 20  # of one table of a batch of resamples, so that it stays near the processor
_ROUNDING = 1e-9  # 0.1 * 30 is a little more than 3

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def brier_score(y: Bools, p: Floats) -> float:
    """Return the mean squared difference between probability and truth.

    Parameters
    ----------
    y : ndarray of bool, shape (n_samples,)
        True for the positive class.
    p : ndarray of float, shape (n_samples,)
        Probability of the positive class, 0 to 1.

    Returns
    -------
    float
        In [0, 1]: 0 where every probability is 0 or 1 and right, 0.25 for ``p = 0.5`` throughout.

    Raises
    ------
    ValueError
        If there is no sample, the lengths differ, or a probability is not in [0, 1].

    References
    ----------
    .. [1] G. W. Brier, "Verification of forecasts expressed in terms of probability", 1950.

    Examples
    --------
    >>> round(brier_score(np.array([True, False]), np.array([0.8, 0.4])), 2)
    0.1
    """
    y, p = _check(y, p)
    return float(np.mean((p - y) ** 2))


def expected_calibration_error(y: Bools, p: Floats, *, n_bins: int = N_BINS) -> float:
    """Return how far probabilities lie from the share of positives among sentences given them.

    Sentences are put into bins of equal width by the probability of the positive class, not by the
    confidence: bin ``b`` holds ``b / n_bins <= p < (b + 1) / n_bins``, and the last one ``p = 1``, too.
    With n_b sentences in bin b, the error is the sum over bins of ``n_b / n_samples`` times the distance
    between the share of positives and the mean probability in the bin. Empty bins count for nothing.

    Parameters
    ----------
    y : ndarray of bool, shape (n_samples,)
        True for the positive class.
    p : ndarray of float, shape (n_samples,)
        Probability of the positive class, 0 to 1.
    n_bins : int, default=10
        At least 1.

    Returns
    -------
    float
        In [0, 1]: 0 where the share of positives equals the mean probability in every bin. It grows with
        few samples, since each bin's share is then off by chance.

    Raises
    ------
    ValueError
        If there is no sample, the lengths differ, a probability is not in [0, 1], or `n_bins` < 1.

    References
    ----------
    .. [1] M. Pakdaman Naeini, G. Cooper and M. Hauskrecht, "Obtaining well calibrated probabilities using
       Bayesian binning", 2015.

    Examples
    --------
    >>> round(expected_calibration_error(np.array([True, False, True]), np.array([0.92, 0.94, 0.3])), 3)
    0.52
    """
    y, p = _check(y, p)
    if n_bins < 1:
        raise ValueError(f"n_bins must be at least 1, got {n_bins!r}; the default is {N_BINS}.")
    surplus = np.bincount(_bins(p, n_bins), weights=p - y)
    return float(np.abs(surplus).sum() / len(p))


def risk_coverage(is_correct: Bools, confidence: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the accuracy of the most confident predictions for every share that can be kept.

    Parameters
    ----------
    is_correct : ndarray of bool, shape (n_samples,)
        Whether the predicted class is the true one.
    confidence : ndarray of float, shape (n_samples,)
        Probability of the predicted class.

    Returns
    -------
    coverage : ndarray of float64, shape (n_thresholds,)
        Share of samples whose confidence reaches the threshold, rising to 1.
    accuracy : ndarray of float64, shape (n_thresholds,)
        Share of these that are correct; 1 minus it is the risk.
    threshold : ndarray of float64, shape (n_thresholds,)
        Every different confidence, falling. Samples of equal confidence are kept or left together, so
        that the order of the samples does not matter.

    Raises
    ------
    ValueError
        If there is no sample, the lengths differ, or a confidence is not in [0, 1].

    References
    ----------
    .. [1] R. El-Yaniv and Y. Wiener, "On the foundations of noise-free selective classification", 2010.

    Examples
    --------
    >>> coverage, accuracy, threshold = risk_coverage(np.array([True, False, True]), np.array([0.9, 0.6, 0.6]))
    >>> coverage.round(2).tolist(), accuracy.round(2).tolist(), threshold.tolist()
    ([0.33, 1.0], [1.0, 0.67], [0.9, 0.6])
    """
    correct, confidence = _check(is_correct, confidence, names=("is_correct", "confidence"))
    threshold, place, n_kept = np.unique(-confidence, return_inverse=True, return_counts=True)
    kept = np.cumsum(n_kept)
    return kept / len(correct), np.cumsum(np.bincount(place, weights=correct)) / kept, -threshold


def accuracy_at_coverage(is_correct: Bools, confidence: Floats, coverage: float = COVERAGE) -> float:
    """Return the accuracy of the most confident share of the predictions.

    Parameters
    ----------
    is_correct : ndarray of bool, shape (n_samples,)
        Whether the predicted class is the true one.
    confidence : ndarray of float, shape (n_samples,)
        Probability of the predicted class.
    coverage : float, default=0.6
        Share of the samples to keep, in (0, 1]; their number is rounded up.

    Returns
    -------
    float
        In [0, 1]. Where samples of equal confidence straddle the cut, the expected accuracy of a random
        choice among them.

    Raises
    ------
    ValueError
        If there is no sample, the lengths differ, a confidence is not in [0, 1], or `coverage` is not in
        (0, 1].

    Examples
    --------
    >>> is_correct, confidence = np.array([True, True, False, True]), np.array([0.9, 0.8, 0.8, 0.6])
    >>> accuracy_at_coverage(is_correct, confidence, 0.5)
    0.75
    """
    correct, confidence = _check(is_correct, confidence, names=("is_correct", "confidence"))
    if not 0 < coverage <= 1:
        raise ValueError(f"coverage must be in (0, 1], got {coverage!r}; divide a percentage by 100.")
    _, place, n_kept = np.unique(-confidence, return_inverse=True, return_counts=True)
    n_correct = np.bincount(place, weights=correct)
    kept = n_kept.astype(np.float64)
    return float(_accuracy_at(kept[None], n_correct.astype(np.float64)[None], coverage)[0])


def measure(y: Bools, p: Floats) -> dict[str, float]:
    """Return all figures.

    Parameters
    ----------
    y : ndarray of bool, shape (n_samples,)
        True for the positive class.
    p : ndarray of float, shape (n_samples,)
        Probability of the positive class, 0 to 1.

    Returns
    -------
    dict of str to float
        One entry for each of `FIGURES`. ``macro_f1`` is the mean over the classes that occur among labels
        or predictions, so it is defined even for one class; ``auc`` is NaN where `y` holds one class.

    Raises
    ------
    ValueError
        If there is no sample, the lengths differ, or a probability is not in [0, 1].

    Examples
    --------
    >>> figures = measure(np.array([True, False, True]), np.array([0.9, 0.6, 0.7]))
    >>> round(figures["accuracy"], 3), round(figures["macro_f1"], 3), figures["auc"]
    (0.667, 0.4, 1.0)
    """
    y, p = _check(y, p)
    predicted = p > 0.5
    return {
        "macro_f1": float(f1_score(y, predicted, average="macro", zero_division=0)),
        "accuracy": float(accuracy_score(y, predicted)),
        "auc": float(roc_auc_score(y, p)) if 0 < y.sum() < len(y) else float("nan"),
        "brier": brier_score(y, p),
        "ece": expected_calibration_error(y, p),
        "accuracy_at_60": accuracy_at_coverage(predicted == y, np.maximum(p, 1 - p)),
    }


def bootstrap_intervals(
    y: Bools,
    p: Floats,
    *,
    groups: NDArray[Any] | None = None,
    n_bootstrap: int = 1000,
    level: float = 0.95,
    random_state: Any = 0,
) -> dict[str, tuple[float, float]]:
    """Return where each figure would lie on other samples of the same kind.

    Parameters
    ----------
    y : ndarray of bool, shape (n_samples,)
        True for the positive class.
    p : ndarray of float, shape (n_samples,)
        Probability of the positive class, 0 to 1.
    groups : ndarray, shape (n_samples,), optional
        Samples of equal value are drawn together; where not given each is drawn by itself.
    n_bootstrap : int, default=1000
        Resamples, at least 1. Each draws as many groups as there are, with replacement.
    level : float, default=0.95
        Share of the resamples inside the interval, in (0, 1).
    random_state : int, RandomState or None, default=0
        Seed of the draws; None is different each time.

    Returns
    -------
    dict of str to (float, float)
        Low and high quantile of each of `FIGURES`. Resamples in which a figure is undefined are left out.
        NaN where it is undefined in all or on the samples themselves, and everywhere when there are
        fewer than two groups: one cannot tell how another would differ. A resample repeats rows, so ECE
        comes out a little larger there than on the samples, and its interval may lie above it.

    Raises
    ------
    ValueError
        If there is no sample, the lengths differ, a probability is not in [0, 1], `n_bootstrap` < 1, or
        `level` is not in (0, 1).

    References
    ----------
    .. [1] B. Efron, "Bootstrap methods: another look at the jackknife", 1979.
    .. [2] C. A. Field and A. H. Welsh, "Bootstrapping clustered data", 2007.

    Examples
    --------
    >>> y, p = np.array([True, False] * 20), np.array([0.9, 0.2] * 19 + [0.4, 0.7])
    >>> low, high = bootstrap_intervals(y, p)["accuracy"]
    >>> low < 0.95 <= high
    True
    """
    y, p = _check(y, p)
    if n_bootstrap < 1:
        raise ValueError(f"n_bootstrap must be at least 1, got {n_bootstrap!r}; the default is 1000.")
    if not 0 < level < 1:
        raise ValueError(f"level must be in (0, 1), got {level!r}; divide a percentage by 100.")
    owner = np.arange(len(y)) if groups is None else np.unique(groups, return_inverse=True)[1]
    if owner.shape != y.shape:
        raise ValueError(f"groups must have one entry a sample, got shape {owner.shape} for {len(y)} samples.")
    if owner.max() == 0:
        return dict.fromkeys(FIGURES, (float("nan"), float("nan")))
    sums, defined = _group_sums(y, p, owner), measure(y, p)
    drawn = [_resampled(sums, times) for times in _draws(owner, n_bootstrap, random_state)]
    tails = ((1 - level) / 2, (1 + level) / 2)
    return {
        name: _quantiles(np.concatenate([figures[name] for figures in drawn]), tails)
        if np.isfinite(defined[name])
        else (float("nan"), float("nan"))
        for name in FIGURES
    }


def _check(y: Bools, p: Floats, names: tuple[str, str] = ("y", "p")) -> tuple[Bools, Floats]:
    """Return truth and probability as arrays of one length."""
    truth, probability = np.asarray(y, dtype=bool), np.asarray(p, dtype=np.float64)
    if truth.ndim != 1 or truth.shape != probability.shape or len(truth) == 0:
        raise ValueError(
            f"{names[0]} and {names[1]} must have one length, at least 1, got shapes {truth.shape} and "
            f"{probability.shape}; pass one entry a sample."
        )
    outside = ~((probability >= 0) & (probability <= 1))
    if outside.any():
        value = probability[outside.argmax()].item()
        raise ValueError(f"{names[1]} must be in [0, 1], got {value!r}; divide a percentage by 100.")
    return truth, probability


def _bins(p: Floats, n_bins: int) -> NDArray[np.int64]:
    """Return the calibration bin of each probability."""
    return np.minimum((p * n_bins).astype(np.int64), n_bins - 1)


def _accuracy_at(n_kept: Floats, n_correct: Floats, coverage: float) -> Floats:
    """Return the accuracy at a coverage, shape (n_resamples,).

    Both tables, shape (n_resamples, n_thresholds), hold counts at every confidence, the highest first.
    """
    kept, correct = np.cumsum(n_kept, axis=1), np.cumsum(n_correct, axis=1)
    wanted = np.ceil(coverage * kept[:, -1] - _ROUNDING)
    row, cut = np.arange(len(kept)), (kept >= wanted[:, None]).argmax(axis=1)
    # of the confidence at the cut only a part is wanted
    surplus = (kept[row, cut] - wanted) / n_kept[row, cut]
    result: Floats = (correct[row, cut] - surplus * n_correct[row, cut]) / wanted
    return result


def _draws(owner: NDArray[np.int64], n_bootstrap: int, random_state: Any) -> Iterator[Floats]:
    """Yield tables of how often each group is in each resample, a batch of resamples at a time."""
    random = check_random_state(random_state)
    n_groups = int(owner.max()) + 1
    size = max(1, _MAX_CELLS // len(owner))
    for start in range(0, n_bootstrap, size):
        n = min(size, n_bootstrap - start)
        cells = random.randint(0, n_groups, size=(n, n_groups)) + n_groups * np.arange(n)[:, None]
        yield np.bincount(cells.ravel(), minlength=n * n_groups).reshape(n, n_groups).astype(float)


def _group_sums(y: Bools, p: Floats, owner: NDArray[np.int64]) -> dict[str, sp.csr_array]:
    """Return the sums of each group that figures are made of, each of shape (n_groups, n_columns)."""
    predicted, ones = p > 0.5, np.ones(len(y))
    rank, place = (np.unique(values, return_inverse=True)[1] for values in (p, -np.maximum(p, 1 - p)))
    parts = {
        "cells": (2 * y + predicted, ones, 4),
        "squares": (np.zeros(len(y), dtype=np.int64), (p - y) ** 2, 1),
        "surplus": (_bins(p, N_BINS), p - y, N_BINS),
        "negative": (rank, 1.0 - y, rank.max() + 1),
        "positive": (rank, 1.0 * y, rank.max() + 1),
        "kept": (place, ones, place.max() + 1),
        "correct": (place, 1.0 * (predicted == y), place.max() + 1),
    }
    n_groups = int(owner.max()) + 1
    return {
        name: sp.csr_array((weight, (owner, column)), shape=(n_groups, int(n_columns)))
        for name, (column, weight, n_columns) in parts.items()
    }


def _resampled(sums: dict[str, sp.csr_array], times: Floats) -> dict[str, Floats]:
    """Return all figures of each resample; `times` has shape (n_resamples, n_groups)."""
    of = {name: times @ table for name, table in sums.items()}
    cells = of["cells"]
    n = cells.sum(axis=1)
    return {
        "macro_f1": _macro_f1(cells),
        "accuracy": (cells[:, 0] + cells[:, 3]) / n,
        "auc": _auc(of["negative"], of["positive"]),
        "brier": of["squares"][:, 0] / n,
        "ece": np.abs(of["surplus"]).sum(axis=1) / n,
        "accuracy_at_60": _accuracy_at(of["kept"], of["correct"], COVERAGE),
    }


def _macro_f1(cells: Floats) -> Floats:
    """Return macro-F1 of each row of confusion cells: truth and prediction 00, 01, 10, 11."""
    errors = cells[:, 1] + cells[:, 2]
    whole = 2 * cells[:, [0, 3]] + errors[:, None]
    f1 = np.divide(2 * cells[:, [0, 3]], whole, out=np.zeros_like(whole), where=whole > 0)
    result: Floats = f1.sum(axis=1) / (whole > 0).sum(axis=1)
    return result


def _auc(negative: Floats, positive: Floats) -> Floats:
    """Return the area under the ROC curve of each row of counts at rising probabilities, NaN for one class."""
    below = np.cumsum(negative, axis=1) - negative / 2
    pairs = negative.sum(axis=1) * positive.sum(axis=1)
    area: Floats = np.divide((positive * below).sum(axis=1), pairs, out=np.full(len(pairs), np.nan), where=pairs > 0)
    return area


def _quantiles(values: Floats, tails: tuple[float, float]) -> tuple[float, float]:
    """Return two quantiles of the values that are defined, NaN where none is."""
    defined = values[np.isfinite(values)]
    if len(defined) == 0:
        return float("nan"), float("nan")
    low, high = np.quantile(defined, tails)
    return float(low), float(high)
