"""Confidence intervals of proportions. Two-sided unless said otherwise."""

from __future__ import annotations

import math

from scipy.special import ndtri

from ppml_core._validate import in_range, open_unit, positive
from ppml_core.statistics.laws import beta_quantile

Interval = tuple[float, float]


def clopper_pearson(successes: float, trials: float, confidence: float = 0.95) -> Interval:
    """Exact binomial interval (Clopper and Pearson 1934): covers at least ``confidence``.

    Real-valued counts are allowed (effective sample sizes); the beta quantiles
    interpolate.

    >>> low, high = clopper_pearson(0, 10)
    >>> low, round(high, 4)
    (0.0, 0.3085)
    """
    positive("trials", trials)
    in_range("successes", successes, 0, trials)
    tail = (1 - open_unit("confidence", confidence)) / 2
    low = 0.0 if successes <= 0 else beta_quantile(tail, successes, trials - successes + 1)
    failures = trials - successes
    high = 1.0 if failures <= 0 else beta_quantile(1 - tail, successes + 1, failures)
    return low, high


def wilson(successes: float, trials: float, confidence: float = 0.95) -> Interval:
    """Score interval (Wilson 1927): close to nominal coverage, narrower than exact.

    >>> low, high = wilson(5, 10)
    >>> round(low, 4), round(high, 4)
    (0.2366, 0.7634)
    """
    positive("trials", trials)
    in_range("successes", successes, 0, trials)
    z = float(ndtri(0.5 + open_unit("confidence", confidence) / 2))
    share = successes / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials)
    half *= math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return max(0.0, centre - half), min(1.0, centre + half)


def difference(
    first: tuple[float, float], second: tuple[float, float], confidence: float = 0.95
) -> Interval:
    """Interval of a difference of two independent proportions (Newcombe 1998, method 10).

    ``first`` and ``second`` are (successes, trials).

    >>> low, high = difference((56, 70), (48, 80))
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    p, q = first[0] / first[1], second[0] / second[1]
    low_p, high_p = wilson(*first, confidence)
    low_q, high_q = wilson(*second, confidence)
    down = math.hypot(p - low_p, high_q - q)
    up = math.hypot(high_p - p, q - low_q)
    return p - q - down, p - q + up


def effective_trials(share: float, variance: float, trials: float, *, distinct: float) -> float:
    """How many independent trials would have this variance (Korn and Graubard 1998).

    ``trials`` is the number of dependent ones, an upper limit. Where all or none
    succeeded, the variance says nothing (it is 0), and ``distinct``, the number
    of different records behind the trials, is the honest count.
    """
    if variance <= 0 or share <= 0 or share >= 1:
        return float(min(distinct, trials))
    return float(min(max(share * (1 - share) / variance, 1.0), trials))
