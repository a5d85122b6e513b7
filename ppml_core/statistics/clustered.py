"""Variance of statistics over (target, record) pairs, which are not independent.

One record meets every target and one target meets every record, so pairs are
clustered both ways. With ``psi[t, i]`` the influence of a pair on the statistic
(scaled so that the statistic's error is its sum), the two-way estimator adds the
variance between targets and between records and takes away what was counted
twice (Cameron, Gelbach and Miller 2011, equation 2.11).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ppml_core.statistics.intervals import Interval
from ppml_core.statistics.laws import student_quantile


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Variance of a statistic, and the degrees of freedom it was estimated with.

    ``inflation`` is by how much a bootstrap that draws targets and records
    independently overstates the variance (it counts the pairs' own variance
    three times: Owen 2007, theorem 3). At least 1.
    """

    variance: float
    degrees: float
    inflation: float = 1.0

    @property
    def quantile(self) -> float:
        """Student's 97.5 % quantile at these degrees of freedom."""
        return student_quantile(0.975, max(self.degrees, 1.0))


def spread(psi: np.ndarray) -> Spread:
    """Two-way clustered variance of ``psi.sum()``; ``psi`` is ``(targets, records)``.

    With one target the pairs are independent records, and the statement is
    about that one model. The estimate is never below the larger of the two
    one-way variances: the subtraction can otherwise leave too little.
    """
    targets, records = psi.shape
    pairs = float(np.square(psi).sum())
    if targets == 1:
        return Spread(variance=pairs * records / max(records - 1, 1), degrees=max(records - 1, 1))
    between_targets = float(np.square(psi.sum(axis=1)).sum()) * targets / (targets - 1)
    between_records = float(np.square(psi.sum(axis=0)).sum()) * records / max(records - 1, 1)
    variance = max(between_targets + between_records - pairs, between_targets, between_records)
    drawn = between_targets + between_records + pairs
    return Spread(
        variance=variance,
        degrees=_degrees(variance, between_targets, targets, between_records, records),
        inflation=max(drawn / variance, 1.0) if variance > 0 else 1.0,
    )


def by_unit(psi: np.ndarray, units: np.ndarray | None) -> np.ndarray:
    """``(targets, u)``: influences summed over the records of each unit; ``psi`` itself where
    ``units`` is None.

    Records of one unit (exact copies, rows of one person) vary together, so the unit takes
    the record's place: one cluster, however many rows. ``units``: ``(records,)``, numbers
    ``0 .. u - 1``.

    >>> by_unit(np.array([[1.0, 2.0, 4.0]]), np.array([0, 1, 0])).tolist()
    [[5.0, 2.0]]
    """
    if units is None:
        return psi
    total = int(units.max()) + 1
    return np.stack([np.bincount(units, row, minlength=total) for row in psi])


def reached(mask: np.ndarray, units: np.ndarray | None) -> int:
    """Units with any True in ``mask`` ``(targets, records)``."""
    found = mask.any(axis=0)
    return int(found.sum()) if units is None else len(np.unique(units[found]))


def mean_interval(estimate: float, spread: Spread) -> Interval:
    """Symmetric 95 % interval ``estimate +- t * standard error``."""
    half = spread.quantile * math.sqrt(spread.variance)
    return estimate - half, estimate + half


def _degrees(variance: float, by_target: float, targets: int, by_record: float, n: int) -> float:
    """Satterthwaite's degrees of freedom: few targets matter only if they differ."""
    uncertainty = by_target**2 / (targets - 1) + by_record**2 / max(n - 1, 1)
    return float(np.clip(variance**2 / uncertainty, 1.0, 1e6)) if uncertainty > 0 else 1e6
