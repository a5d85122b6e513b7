"""Area under the ROC curve, with an interval that knows about shared records."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ppml_core.errors import InvalidValue
from ppml_core.statistics.clustered import Spread, by_unit, reached, spread
from ppml_core.statistics.intervals import Interval, clopper_pearson
from ppml_core.statistics.roc import check_scores


@dataclass(frozen=True, kw_only=True)
class Auc:
    """Probability that a random member scores above a random non-member (ties: half)."""

    value: float
    ci: Interval
    spread: Spread


def auc(scores: np.ndarray, membership: np.ndarray) -> float:
    """The Mann-Whitney statistic: wins plus half the ties, over all pairs.

    >>> auc(np.zeros(4), np.array([True, False, True, False]))
    0.5
    """
    flat, member = check_scores(scores, membership)
    wins, _ = _win_rates(flat, member)
    return float(wins[member].mean())


def auc_interval(
    scores: np.ndarray, membership: np.ndarray, units: np.ndarray | None = None
) -> Auc:
    """AUC with a 95 % interval.

    ``scores`` and ``membership``: ``(targets, records)``, or ``(records,)`` for
    one target. For one target the variance is that of DeLong et al. (1988); for
    several, its structural components are summed by target and by record. The
    interval is symmetric on the logit scale, so it stays inside [0, 1].

    ``units``: ``(records,)``, numbers 0 .. u - 1, equal for records that are not independent;
    components are then summed by unit (Obuchowski 1997), also for one target.
    """
    scores, membership = np.atleast_2d(scores), np.atleast_2d(membership)
    flat, member = check_scores(scores, membership)
    wins, _ = _win_rates(flat, member)
    value = float(wins[member].mean())
    psi = _components(wins, member, value).reshape(scores.shape)
    plain = len(scores) == 1 and units is None
    around = _delong(wins, member) if plain else spread(by_unit(psi, units))
    distinct = (reached(membership, units), reached(~membership, units))
    return Auc(value=value, ci=_interval(value, around, distinct), spread=around)


def delong_interval(scores: np.ndarray, membership: np.ndarray) -> Interval:
    """DeLong et al. (1988) for one target: ``(records,)`` arrays of independent records."""
    if np.ndim(scores) != 1:
        raise InvalidValue("scores", "of one target, (records,)", np.shape(scores))
    return auc_interval(scores, membership).ci


def _win_rates(flat: np.ndarray, member: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each pair, the share of the other group below it (ties count half), and block ids."""
    values, block = np.unique(flat, return_inverse=True)
    in_block = np.bincount(block[member], minlength=len(values)).astype(np.float64)
    out_block = np.bincount(block[~member], minlength=len(values)).astype(np.float64)
    below_in = (np.cumsum(in_block) - in_block / 2) / in_block.sum()
    below_out = (np.cumsum(out_block) - out_block / 2) / out_block.sum()
    return np.where(member, below_out[block], 1 - below_in[block]), block


def _components(wins: np.ndarray, member: np.ndarray, value: float) -> np.ndarray:
    """Influence of each pair: centred win rates over the size of its own group."""
    sizes = np.where(member, member.sum(), (~member).sum())
    return (wins - value) / sizes


def _delong(wins: np.ndarray, member: np.ndarray) -> Spread:
    """Variance of the members' components plus that of the non-members'."""
    groups = [wins[member], wins[~member]]
    variance = sum(float(np.var(g, ddof=1)) / len(g) for g in groups if len(g) > 1)
    return Spread(variance=float(variance), degrees=max(len(wins) - 2, 1))


def _interval(value: float, around: Spread, distinct: tuple[int, int]) -> Interval:
    """Logit interval; exact-binomial and null fallbacks where the variance is 0."""
    if value <= 0 or value >= 1:
        n = min(distinct)
        return clopper_pearson(value * n, n)
    variance = around.variance
    if variance <= 0:
        variance = (sum(distinct) + 1) / (12 * distinct[0] * distinct[1])
    half = around.quantile * math.sqrt(variance) / (value * (1 - value))
    centre = math.log(value / (1 - value))
    return _expit(centre - half), _expit(centre + half)


def _expit(x: float) -> float:
    """Logistic function without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
