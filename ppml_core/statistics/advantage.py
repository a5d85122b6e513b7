"""Membership advantage at a threshold that was fitted on other records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ppml_core.statistics.clustered import Spread, by_unit, mean_interval, reached, spread
from ppml_core.statistics.intervals import Interval, clopper_pearson, difference

FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class Advantage:
    """``TPR - FPR`` (Yeom et al. 2018, definition 4): 0 is chance, 1 is certainty."""

    value: float
    ci: Interval


def crossfit_decisions(
    scores: np.ndarray,
    membership: np.ndarray,
    *,
    rng: np.random.Generator,
    folds: int = FOLDS,
    units: np.ndarray | None = None,
) -> np.ndarray:
    """bool ``(targets, records)``: called a member, at a threshold from the other folds' records.

    Records, not pairs, are divided into folds, so no record takes part in
    choosing the threshold that judges it, under any target; nor does its copy, where
    ``units`` ``(records,)`` says that they are one.
    """
    return crossfit_at(scores, membership, (1.0,), rng=rng, folds=folds, units=units)[0]


def crossfit_at(
    scores: np.ndarray,
    membership: np.ndarray,
    costs: Sequence[float],
    *,
    rng: np.random.Generator,
    folds: int = FOLDS,
    units: np.ndarray | None = None,
) -> np.ndarray:
    """The same where a false alarm costs ``costs[k]`` times a find, bool ``(costs, targets,
    records)``: thresholds with the largest ``TPR - cost FPR`` on the other folds."""
    records = scores.shape[1] if units is None else int(units.max()) + 1
    fold = rng.permutation(np.arange(records) % folds)
    fold = fold if units is None else fold[units]
    # Sorted once: each fold's curve is then two cumulative sums over the same order.
    order = np.argsort(-scores, axis=None, kind="stable")
    falling, member = scores.ravel()[order], membership.ravel()[order]
    ends = np.flatnonzero(np.append(falling[1:] != falling[:-1], True))
    place = np.broadcast_to(fold, scores.shape).ravel()[order]
    decisions = np.zeros((len(costs), *scores.shape), dtype=bool)
    for number in range(min(folds, records)):
        judged = fold == number
        for row, best in enumerate(_best_ends(member, place != number, ends, costs)):
            if best >= 0:
                decisions[row][:, judged] = scores[:, judged] >= falling[ends[best]]
    return decisions


def _best_ends(
    member: np.ndarray, fitted: np.ndarray, ends: np.ndarray, costs: Sequence[float]
) -> list[int]:
    """Blocks with the largest TPR - cost FPR over the fitted pairs; -1 where none is above zero."""
    found, accused = np.cumsum(member & fitted)[ends], np.cumsum(~member & fitted)[ends]
    if found[-1] == 0 or accused[-1] == 0:
        return [-1] * len(costs)
    # In whole numbers where costs are equal, so that equal gains are equal and the stricter
    # threshold wins.
    gained, lost = found * accused[-1], accused * found[-1]
    bests = []
    for cost in costs:
        gain = gained - (lost if cost == 1.0 else cost * lost)
        best = int(np.argmax(gain))
        bests.append(best if gain[best] > 0 else -1)
    return bests


def advantage(
    scores: np.ndarray,
    membership: np.ndarray,
    *,
    rng: np.random.Generator,
    units: np.ndarray | None = None,
) -> Advantage:
    """Cross-fitted advantage with a 95 % interval, conditional on the thresholds.

    ``scores``, ``membership``: ``(targets, records)``. One target: Newcombe's
    interval for two proportions. Several, or records that share ``units``: the two-way
    clustered variance.
    """
    decided = crossfit_decisions(scores, membership, rng=rng, units=units)
    members, nonmembers = int(membership.sum()), int((~membership).sum())
    tpr = float(decided[membership].mean())
    fpr = float(decided[~membership].mean())
    if len(scores) == 1 and units is None:
        return Advantage(
            value=tpr - fpr, ci=difference((tpr * members, members), (fpr * nonmembers, nonmembers))
        )
    psi = np.where(membership, (decided - tpr) / members, -(decided - fpr) / nonmembers)
    return Advantage(
        value=tpr - fpr, ci=_interval(tpr, fpr, spread(by_unit(psi, units)), membership, units)
    )


def _interval(
    tpr: float, fpr: float, around: Spread, membership: np.ndarray, units: np.ndarray | None
) -> Interval:
    """Normal interval, or exact bounds over distinct records where nothing varies."""
    if around.variance <= 0:
        n_in, n_out = reached(membership, units), reached(~membership, units)
        low_in, high_in = clopper_pearson(tpr * n_in, n_in)
        low_out, high_out = clopper_pearson(fpr * n_out, n_out)
        return low_in - high_out, high_in - low_out
    low, high = mean_interval(tpr - fpr, around)
    return max(low, -1.0), min(high, 1.0)
