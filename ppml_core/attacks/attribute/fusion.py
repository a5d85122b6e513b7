"""Imputer and model together: how much weight each deserves, learned on shadow models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax

STEPS = 50
RIDGE = np.array([10.0, 4.0])
"""Pull of the two weights towards the imputer alone, worth as much as a few records: where
the shadow models teach nothing, the fused guess is the imputer's."""


_IMPUTER_ALONE = np.array([1.0, 0.0])


@dataclass(frozen=True, kw_only=True)
class Fusion:
    """Posterior of value v in proportion to ``p_imputer(v)^imputer * p_model(y | v)^model``.

    For two values this is logistic regression, without a constant, on the imputer's log-odds
    and the model's log-likelihood ratio.
    """

    imputer: float
    model: float

    def log_posterior(self, imputer: np.ndarray, model: np.ndarray) -> np.ndarray:
        """``imputer (n, V)`` and ``model (M, n, V)``, log scale, to ``(M, n, V)``."""
        return np.asarray(log_softmax(self.imputer * imputer + self.model * model, axis=-1))


def fit_fusion(
    imputer: np.ndarray, model: np.ndarray, codes: np.ndarray, *, records: int | None = None
) -> Fusion:
    """Maximum-likelihood weights, lightly pulled towards (1, 0), by Newton's method.

    ``imputer``, ``model``: ``(N, V)`` log-probabilities of N pairs of a *shadow* model and a
    record; ``codes (N,)`` the true values. Neither the target model nor any attacked
    record takes part. ``records``: how many different records the pairs are of, as they
    count for no more than that; left out, each is of its own.

    >>> rng = np.random.default_rng(0)
    >>> codes = rng.integers(0, 2, 4000)
    >>> told = np.stack([0 * codes, rng.normal(2 * codes - 1.0, 1.0)], axis=1)  # LLR / 2
    >>> fusion = fit_fusion(np.log(np.full((4000, 2), 0.5)), told, codes)
    >>> abs(fusion.model - 2) < 0.2
    True
    """
    model = model - model.mean(axis=-1, keepdims=True)
    scale = float(np.sqrt(np.mean(np.square(model)))) or 1.0
    parts = np.stack([imputer, model / scale], axis=-1)  # (N, V, 2)
    start = _IMPUTER_ALONE
    weights, each = start.copy(), (records or len(codes)) / len(codes)
    value, gradient, hessian = _objective(parts, codes, weights, each)
    for _ in range(STEPS):
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        while size > 1e-6 and _objective(parts, codes, weights - size * step, each)[0] > value:
            size /= 2
        weights = weights - size * step
        value, gradient, hessian = _objective(parts, codes, weights, each)
        if float(np.abs(gradient).max()) < 1e-8 * len(codes):
            break
    return Fusion(imputer=float(weights[0]), model=float(weights[1] / scale))


def _objective(
    parts: np.ndarray, codes: np.ndarray, weights: np.ndarray, each: float
) -> tuple[float, np.ndarray, np.ndarray]:
    """Penalised negative log-likelihood, its gradient and Hessian: convex. A pair counts
    for ``each``."""
    log_p = log_softmax(parts @ weights, axis=-1)
    p = np.exp(log_p)[..., None]
    mean = (p * parts).sum(axis=1)
    centred = parts - mean[:, None]
    rows = np.arange(len(codes))
    away = weights - _IMPUTER_ALONE
    value = float(-each * log_p[rows, codes].sum() + RIDGE / 2 @ away**2)
    gradient = each * (mean - parts[rows, codes]).sum(axis=0) + RIDGE * away
    weighted = (p * centred).reshape(-1, 2)
    hessian = each * weighted.T @ centred.reshape(-1, 2) + np.diag(RIDGE)
    return value, gradient, hessian
