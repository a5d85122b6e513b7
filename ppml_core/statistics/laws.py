"""Quantiles and tails of a few laws, and ranks, without ``scipy.stats``.

Importing ``scipy.stats`` takes more than half a second of CPU, because it builds a hundred
laws; what is needed here are five functions of ``scipy.special``, which it calls itself.
"""

from __future__ import annotations

import numpy as np
from scipy.special import bdtrc, betaincinv, betaln, stdtr, stdtrit


def student_quantile(share: float, degrees: float) -> float:
    """The value below which ``share`` of Student's t with ``degrees`` > 0 of freedom lies.

    >>> round(student_quantile(0.975, 10), 4)
    2.2281
    """
    return float(stdtrit(degrees, share))


def student_tail(value: float, degrees: float) -> float:
    """The chance that Student's t with ``degrees`` > 0 of freedom exceeds ``value``.

    >>> round(student_tail(2.2281, 10), 4)
    0.025
    """
    return float(stdtr(degrees, -value))


def beta_quantile(share: float, a: float, b: float) -> float:
    """The value below which ``share`` of the beta law with ``a``, ``b`` > 0 lies.

    >>> round(beta_quantile(0.5, 2, 2), 4)
    0.5
    """
    return float(betaincinv(a, b, share))


def binomial_tail(least: int, trials: int, chance: float) -> float:
    """The chance of ``least`` or more successes among ``trials``.

    >>> round(binomial_tail(9, 10, 0.5), 6)
    0.010742
    """
    return 1.0 if least <= 0 else float(bdtrc(least - 1, trials, chance))


def beta_binomial_tail(least: int, trials: int, a: float, b: float) -> float:
    """The chance of ``least`` or more successes among ``trials`` whose chance is beta(a, b).

    The terms are summed, so that small chances keep their digits.

    >>> beta_binomial_tail(3, 4, 1, 1)
    0.4
    """
    if least <= 0:
        return 1.0
    found = np.arange(least, trials + 1, dtype=np.float64)
    left = trials - found
    choices = -np.log(trials + 1.0) - betaln(left + 1, found + 1)
    terms = choices + betaln(found + a, left + b) - betaln(a, b)
    return float(min(1.0, round(float(np.exp(terms).sum()), 15)))


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1 along the last axis, float64; ties share the mean of theirs.

    >>> ranks(np.array([3.0, 1.0, 3.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    values = np.asarray(values)
    if values.ndim > 1:
        return np.stack([ranks(row) for row in values])
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place.reshape(-1)])
