"""AUCs of several targets on shared records, and differences of AUCs on the same pairs.

For one target this is DeLong et al. (1988) for correlated curves; for several, the structural
components are summed by target and by record (``clustered.spread``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ppml_core.errors import InvalidValue
from ppml_core.statistics.clustered import by_unit, mean_interval, reached, spread
from ppml_core.statistics.intervals import Interval, clopper_pearson
from ppml_core.statistics.laws import ranks


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """A statistic over (target, record) pairs: its ``value``, and in ``psi (T, n)`` each pair's
    influence on it, so that statistics of the same pairs can be subtracted. ``pairs``
    and ``records`` are how many it rests on. Where records are not independent, ``psi`` is
    summed by unit, and ``records`` counts units."""

    value: float
    psi: np.ndarray
    pairs: int
    records: int

    def __sub__(self, other: Measured) -> Measured:
        """The paired difference."""
        pairs, records = max(self.pairs, other.pairs), max(self.records, other.records)
        psi = self.psi - other.psi
        return Measured(value=self.value - other.value, psi=psi, pairs=pairs, records=records)

    def interval(self) -> Interval:
        """95 %, symmetric. Where no pair varies, what so many records could have missed."""
        around = spread(self.psi)
        if around.variance <= 1e-18:
            missed = 1 - 0.025 ** (1 / max(self.records, 1))
            return self.value - missed, self.value + missed
        return mean_interval(self.value, around)

    def share_interval(self) -> Interval:
        """95 % for an AUC or a share: on the logit scale, so that it stays in [0, 1]."""
        around = spread(self.psi)
        if self.value <= 0 or self.value >= 1 or around.variance <= 1e-18:
            share = min(max(self.value, 0.0), 1.0)
            return clopper_pearson(share * self.records, self.records)
        half = around.quantile * math.sqrt(around.variance) / (self.value * (1 - self.value))
        centre = math.log(self.value / (1 - self.value))
        return _expit(centre - half), _expit(centre + half)


def mean_auc(
    scores: np.ndarray,
    positive: np.ndarray,
    mask: np.ndarray,
    units: np.ndarray | None = None,
) -> Measured:
    """The mean over targets of each target's AUC.

    ``scores``: ``(T, n)``, or ``(n,)`` where they are the same for all targets;
    ``positive``: bool ``(n,)``; ``mask``: bool ``(T, n)``, the pairs that count; ``units``:
    ``(n,)``, numbers 0 .. u - 1, equal for records that are not independent. Targets with
    no positive or no negative record are left out; ``InvalidValue`` if all are.

    >>> truth = np.array([True, False, True, False])
    >>> mean_auc(np.array([3.0, 1.0, 2.0, 2.5]), truth, np.ones((1, 4), bool)).value
    0.75
    """
    scores = np.broadcast_to(scores, mask.shape)
    psi, values = np.zeros(mask.shape), np.full(len(mask), np.nan)
    for target, (row, used) in enumerate(zip(scores, mask, strict=True)):
        inside, outside = used & positive, used & ~positive
        if not inside.any() or not outside.any():
            continue
        wins = _wins(row[inside], row[outside])
        values[target] = wins[0].mean()
        psi[target, inside] = (wins[0] - values[target]) / len(wins[0])
        psi[target, outside] = (wins[1] - values[target]) / len(wins[1])
    ran = ~np.isnan(values)
    if not ran.any():
        raise InvalidValue("records of each kind", ">= 1", 0)
    return _mean_over_targets(values, psi, mask & ran[:, None], ran, units)


def mean_share(hits: np.ndarray, mask: np.ndarray, units: np.ndarray | None = None) -> Measured:
    """The mean over targets of the share of ``hits`` among the pairs of ``mask``.

    Both bool ``(T, n)`` (``hits`` also ``(n,)``).
    """
    hits = np.broadcast_to(hits, mask.shape)
    sizes = mask.sum(axis=1)
    ran = sizes > 0
    if not ran.any():
        raise InvalidValue("records", ">= 1", 0)
    values = (hits & mask).sum(axis=1) / np.maximum(sizes, 1)
    psi = np.where(mask, hits - values[:, None], 0.0) / np.maximum(sizes, 1)[:, None]
    return _mean_over_targets(values, psi, mask, ran, units)


def _wins(high: np.ndarray, low: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each high score the share of low ones below it, of each low one the share of high ones
    above it; ties count half."""
    together = ranks(np.concatenate([high, low]))
    below = (together[: len(high)] - ranks(high)) / len(low)
    above = 1 - (together[len(high) :] - ranks(low)) / len(high)
    return below, above


def _mean_over_targets(
    values: np.ndarray,
    psi: np.ndarray,
    mask: np.ndarray,
    ran: np.ndarray,
    units: np.ndarray | None,
) -> Measured:
    """Average, and let each pair carry its share of how its target differs from the others."""
    value, count = float(values[ran].mean()), int(ran.sum())
    differs = np.where(ran, values - value, 0.0) / np.maximum(mask.sum(axis=1), 1)
    psi = (psi + np.where(mask, differs[:, None], 0.0)) / count
    return Measured(
        value=value,
        psi=by_unit(psi, units),
        pairs=int(mask.sum()),
        records=reached(mask, units),
    )


def _expit(x: float) -> float:
    """Logistic function without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
