"""The interval that a 95 % interval becomes when more is asked of it than 95 %.

For corrections that are known only after an interval was computed: how many others there
are beside it.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from ppml_core._validate import open_unit

Interval = tuple[float, float]
NORMAL = 1e6
"""Degrees of freedom from which on Student's distribution is taken for the normal one."""
_TAIL = 0.025


def widening(tail: float, degrees: float | None = None) -> float:
    """By which factor the half-width grows from a tail of 2.5 % to this one.

    >>> round(widening(0.025), 3), round(widening(0.0005), 3)
    (1.0, 1.679)
    """
    open_unit("tail", tail)
    if degrees is None or degrees >= NORMAL:
        law = NormalDist()
        return law.inv_cdf(tail) / law.inv_cdf(_TAIL)
    # The interface, which widens as well, never imports what Student's quantiles need.
    from ppml_core.statistics.laws import student_quantile

    many = max(degrees, 1.0)
    return student_quantile(tail, many) / student_quantile(_TAIL, many)


def widened(value: float, ci: Interval, tail: float, degrees: float | None = None) -> Interval:
    """On the ordinary scale: both half-widths by the same factor."""
    factor = widening(tail, degrees)
    return value - factor * (value - ci[0]), value + factor * (ci[1] - value)


def widened_share(
    value: float, ci: Interval, tail: float, degrees: float | None = None
) -> Interval:
    """On the logit scale, for values in [0, 1].

    At 0 and 1 the interval is Clopper and Pearson's of ``n`` equal trials, and ``n`` can be
    read off it. An end at 0 or 1 stays there.

    >>> low, high = widened_share(1.0, (0.025 ** (1 / 50), 1.0), 0.001)
    >>> round(low - 0.001 ** (1 / 50), 12), high
    (0.0, 1.0)
    """
    if value <= 0 or value >= 1:
        power = math.log(open_unit("tail", tail)) / math.log(_TAIL)
        if value >= 1:
            return float(ci[0] ** power), 1.0
        return 0.0, float(1 - (1 - ci[1]) ** power)
    centre, factor = _logit(value), widening(tail, degrees)
    low, high = (
        end if end <= 0 or end >= 1 else _expit(centre + factor * (_logit(end) - centre))
        for end in ci
    )
    return low, high


def _logit(share: float) -> float:
    """Of a number strictly between 0 and 1."""
    return math.log(share / (1 - share))


def _expit(x: float) -> float:
    """Logistic function without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
