"""Logistic regression that comes out the same on every processor, and its calibration.

Coefficients are solved to the last digits that double precision holds (Newton's method) and rounded to
a grid of 1/1024 afterwards. What differs between processors, threads or versions of the linear algebra
below lies ten orders of magnitude under the grid, so that equal data give equal models.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

GRID = 1024
MAX_NEWTON_STEPS = 200


def on_grid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `values` rounded to the nearest multiple of 1 / `GRID`."""
    rounded: NDArray[np.float64] = np.round(values * GRID) / GRID
    return rounded


def fit_logistic(
    X: NDArray[np.float64] | sp.csr_matrix,
    y: NDArray[np.bool_],
    sample_weight: NDArray[np.float64],
    *,
    C: float,
) -> tuple[NDArray[np.float64], float]:
    """Return coefficients and intercept of an L2-regularised logistic regression.

    Parameters
    ----------
    X : ndarray or csr_matrix, shape (n_samples, n_features)
        Columns of similar size.
    y : ndarray of bool, shape (n_samples,)
        True for the positive class.
    sample_weight : ndarray of float, shape (n_samples,)
        Weights, not negative.
    C : float
        Inverse strength of the regularisation, positive.

    Returns
    -------
    coefficients : ndarray of float64, shape (n_features,)
    intercept : float
    """
    # only fitting needs it, and it doubles the time to import the package
    from sklearn.linear_model import LogisticRegression

    # a dense Hessian is small and exact; a sparse one is solved by conjugate gradients
    solver = "newton-cg" if sp.issparse(X) else "newton-cholesky"
    model = LogisticRegression(C=C, solver=solver, tol=1e-11, max_iter=MAX_NEWTON_STEPS)
    model.fit(X, y, sample_weight=sample_weight)
    return model.coef_[0], float(model.intercept_[0])


def fit_sigmoid(
    decision: NDArray[np.float64], y: NDArray[np.bool_], sample_weight: NDArray[np.float64]
) -> tuple[float, float]:
    """Return slope and offset that turn a decision value into log-odds (Platt scaling).

    Parameters
    ----------
    decision : ndarray of float, shape (n_samples,)
        Values for sentences that the model has not seen in training.
    y : ndarray of bool, shape (n_samples,)
        True for the positive class.
    sample_weight : ndarray of float, shape (n_samples,)
        Weights, not negative.

    Returns
    -------
    slope, offset : float
        ``slope * decision + offset`` are log-odds of the positive class. 1 and 0 where the values do not
        rise with the class, as in a handful of sentences.

    References
    ----------
    .. [1] J. Platt, "Probabilistic outputs for support vector machines", 1999.
    """
    coefficients, offset = fit_logistic(decision[:, None], y, sample_weight, C=1e6)
    if coefficients[0] <= 0:
        # too few sentences to tell: what was held out says nothing about the scale
        return 1.0, 0.0
    return float(coefficients[0]), offset
