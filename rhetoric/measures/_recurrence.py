"""When things come back: gaps between uses, how bursty they are, and a survival law for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import gamma

from rhetoric.measures._arrays import Floats

_MIN_SHAPE, _MAX_SHAPE = 1e-3, 1e3


def gaps(occurrences: ArrayLike, end: float) -> pd.DataFrame:
    """Return the times between the uses of a phrase, with the last, open one.

    Parameters
    ----------
    occurrences : array-like of float, shape (n_uses,)
        When it was used, in days or, where the volume of documents varies, in documents; in any order.
        Uses at the same time are one.
    end : float
        When observation ended, on the same scale, no earlier than the last use.

    Returns
    -------
    DataFrame, shape (n_gaps, 2)
        ``gap``, above 0, and ``is_censored``: True for the time since the last use, of which only is known
        that the gap is longer. It is left out where it is 0. Empty without a use.

    Raises
    ------
    ValueError
        If a use is later than `end` or not a number.

    Examples
    --------
    >>> gaps([3, 1, 8, 3], end=12).values.tolist()
    [[2.0, False], [5.0, False], [4.0, True]]
    """
    times = np.unique(np.asarray(occurrences, dtype=float))
    if len(times) and not times[-1] <= end:
        raise ValueError(
            f"end must be no earlier than the last use {times[-1]:g}, got {end!r}; use the corpus's last date."
        )
    closed = np.diff(times)
    rest = [end - times[-1]] if len(times) and end > times[-1] else []
    is_censored = np.zeros(len(closed) + len(rest), dtype=bool)
    is_censored[len(closed) :] = True
    return pd.DataFrame({"gap": np.concatenate((closed, rest)), "is_censored": is_censored})


def burstiness(gap: ArrayLike) -> float:
    """Return how bursty uses are: B = (sigma - mu) / (sigma + mu) of the gaps between them.

    Parameters
    ----------
    gap : array-like of float, shape (n_gaps,)
        Complete gaps, above 0; without the open one at the end.

    Returns
    -------
    float
        In [-1, 1): -1 if uses are regular, about 0 if they come at random, near 1 in bursts. sigma is the
        standard deviation of these gaps (divided by their number). NaN with fewer than two gaps.

    Raises
    ------
    ValueError
        If a gap is not above 0.

    References
    ----------
    .. [1] K.-I. Goh and A.-L. Barabasi, "Burstiness and memory in complex systems", Europhysics Letters 81,
       2008.

    Examples
    --------
    >>> burstiness([7, 7, 7]), round(burstiness([1, 1, 1, 97]), 3)
    (-1.0, 0.249)
    """
    lengths = _check_gaps(gap)
    if len(lengths) < 2:
        return float("nan")
    mean, deviation = float(lengths.mean()), float(lengths.std())
    return (deviation - mean) / (deviation + mean)


@dataclass(frozen=True)
class WeibullReturns:
    """A Weibull law of return times: the chance of not having returned after t is exp(-(t / scale)**shape).

    Attributes
    ----------
    shape : float
        1 for returns at random, below 1 for bursts: soon or not for long; above 1 for regular ones.
    scale : float
        Time after which 63 % have returned, in the unit of the gaps.
    n_returns, n_censored : int
        Complete and open gaps that it was fitted to.
    """

    shape: float
    scale: float
    n_returns: int
    n_censored: int

    @property
    def mean(self) -> float:
        """Mean return time, in the unit of the gaps; infinite where it passes the range of floats."""
        with np.errstate(over="ignore"):
            return float(self.scale * gamma(1 + 1 / self.shape))

    @property
    def median(self) -> float:
        """Time after which half have returned."""
        return float(self.scale * np.log(2) ** (1 / self.shape))

    def survival(self, t: ArrayLike) -> Floats:
        """Return the chance of not having returned after `t`, in [0, 1]; `t` is 0 and up."""
        chance: Floats = np.exp(-((np.asarray(t, dtype=float) / self.scale) ** self.shape))
        return chance


def weibull_returns(gap: ArrayLike, is_censored: ArrayLike | None = None) -> WeibullReturns:
    """Return the Weibull law of greatest likelihood for return times, some of which are only lower bounds.

    Parameters
    ----------
    gap : array-like of float, shape (n_gaps,)
        Return times, above 0.
    is_censored : array-like of bool, shape (n_gaps,), optional
        Whether the return was still to come; by default it was for none.

    Returns
    -------
    WeibullReturns
        Shape and scale; NaN for both with fewer than two different complete gaps.

    Raises
    ------
    ValueError
        If a gap is not above 0, or both arguments differ in length.

    Notes
    -----
    Leaving out open gaps, or taking them for returns, makes returns look faster than they are. A sample of
    complete gaps that are nearly equal has no finite best shape; it is cut at 1,000.

    References
    ----------
    .. [1] E. Altmann, J. Pierrehumbert and A. Motter, "Beyond word frequency: Bursts, lulls, and scaling in
       the temporal distributions of words", PLoS ONE 4, 2009.

    Examples
    --------
    >>> law = weibull_returns([2, 5, 9, 30, 40], [False, False, False, False, True])
    >>> round(law.shape, 3), round(law.scale, 1), law.n_censored
    (0.848, 21.0, 1)
    """
    times = _check_gaps(gap)
    is_open = np.zeros(len(times), dtype=bool) if is_censored is None else np.asarray(is_censored).astype(bool)
    if is_open.shape != times.shape:
        raise ValueError(f"is_censored must have {len(times)} values, got {is_open.size}; one for each gap.")
    n_returns = int(np.sum(~is_open))
    if len(np.unique(times[~is_open])) < 2:
        return WeibullReturns(float("nan"), float("nan"), n_returns, int(np.sum(is_open)))
    # times relative to the longest keep powers inside the range of floats
    longest = times.max()
    logs = np.log(times / longest)
    mean_log = logs[~is_open].mean()

    def slope(shape: float) -> float:
        weights = np.exp(shape * logs)
        return float(np.sum(weights * logs) / np.sum(weights) - 1 / shape - mean_log)

    shape = float(brentq(slope, _MIN_SHAPE, _MAX_SHAPE)) if slope(_MAX_SHAPE) > 0 else _MAX_SHAPE
    scale = float(longest * (np.sum(np.exp(shape * logs)) / n_returns) ** (1 / shape))
    return WeibullReturns(shape, scale, n_returns, int(np.sum(is_open)))


def _check_gaps(gap: ArrayLike) -> Floats:
    """Return gaps as an array, refusing those that are not above 0."""
    lengths = np.asarray(gap, dtype=float).ravel()
    if not np.all(lengths > 0):
        raise ValueError(f"gap must be above 0, got {np.min(lengths):g}; uses at the same time are one use.")
    return lengths


__all__ = ["WeibullReturns", "burstiness", "gaps", "weibull_returns"]
