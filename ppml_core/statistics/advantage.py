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
    fold = _folds(scores.shape[1], folds, rng, units)
    return _crossfit(scores, _Ranked(scores, membership), fold, costs)


def _crossfit(
    scores: np.ndarray, ranked: _Ranked, fold: np.ndarray, costs: Sequence[float]
) -> np.ndarray:
    """:func:`crossfit_at` for given folds."""
    decisions = np.zeros((len(costs), *scores.shape), dtype=bool)
    for number in range(int(fold.max()) + 1):
        for calls, threshold in zip(decisions, ranked.best(fold != number, costs), strict=True):
            calls[:, fold == number] = scores[:, fold == number] >= threshold
    return decisions


def _folds(
    records: int, folds: int, rng: np.random.Generator, units: np.ndarray | None
) -> np.ndarray:
    """The fold of each record, int ``(records,)``; the same for all of a unit."""
    if units is None:
        return rng.permutation(np.arange(records) % folds)
    return np.asarray(rng.permutation(np.arange(int(units.max()) + 1) % folds)[units])


class _Ranked:
    """Pairs sorted once: the curve of any part of the records is then two cumulative sums."""

    def __init__(self, scores: np.ndarray, membership: np.ndarray) -> None:
        order = np.argsort(-scores, axis=None, kind="stable")
        self._falling, self._member = scores.ravel()[order], membership.ravel()[order]
        self._ends = np.flatnonzero(np.append(self._falling[1:] != self._falling[:-1], True))
        self._record = order % scores.shape[1]

    def best(self, fitted: np.ndarray, costs: Sequence[float] = (1.0,)) -> list[float]:
        """Thresholds with the largest TPR - cost FPR over the fitted records, bool
        ``(records,)``; NaN, which calls nobody, where none is above zero."""
        part = fitted[self._record]
        ends = _best_ends(self._member, part, self._ends, costs)
        return [float(self._falling[self._ends[e]]) if e >= 0 else np.nan for e in ends]


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
    """Cross-fitted advantage, with a 95 % interval of the best threshold's.

    ``scores``, ``membership``: ``(targets, records)``. The value is a little low, because a
    fitted threshold is not the best one, and its folds depend on each other through the
    thresholds, so its own variance is no interval. Instead, each end by itself:

    * Below: every threshold is fitted on *earlier* folds only, so that the errors of the
      folds, each given what came before, add up without covariances (a martingale), and no
      threshold is better than the best.
    * Above: on the same records, the threshold that looks best reaches at least what the
      truly best one reaches, so the upper limit at the first is above that at the second.

    One target: Newcombe's limits for two proportions. Several, or records
    that share ``units``: the two-way clustered variance.
    """
    ranked, fold = _Ranked(scores, membership), _folds(scores.shape[1], FOLDS, rng, units)
    decided = _crossfit(scores, ranked, fold, (1.0,))[0]
    value = float(decided[membership].mean()) - float(decided[~membership].mean())
    earlier, scored = _progressive(scores, ranked, fold)
    (apparent,) = ranked.best(np.ones(scores.shape[1], dtype=bool))
    low, high = -1.0, _limits(scores >= apparent, membership, units)[1]
    if _both(membership[:, scored]):
        some = None if units is None else np.unique(units[scored], return_inverse=True)[1]
        low = _limits(earlier[:, scored], membership[:, scored], some)[0]
    return Advantage(value=value, ci=(min(low, value), max(high, value)))


def _progressive(
    scores: np.ndarray, ranked: _Ranked, fold: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Decisions at thresholds from earlier folds, and which records have such; both bool."""
    calls = np.zeros(scores.shape, dtype=bool)
    for number in range(1, FOLDS):
        (threshold,) = ranked.best(fold < number)
        calls[:, fold == number] = scores[:, fold == number] >= threshold
    return calls, fold >= 1


def _both(membership: np.ndarray) -> bool:
    """Whether there are members and non-members."""
    return bool(membership.any() and not membership.all())


def _limits(calls: np.ndarray, membership: np.ndarray, units: np.ndarray | None) -> Interval:
    """95 % limits of TPR - FPR of decisions whose thresholds are given."""
    members, nonmembers = int(membership.sum()), int((~membership).sum())
    tpr, fpr = float(calls[membership].mean()), float(calls[~membership].mean())
    if len(calls) == 1 and units is None:
        return difference((tpr * members, members), (fpr * nonmembers, nonmembers))
    psi = np.where(membership, (calls - tpr) / members, -(calls - fpr) / nonmembers)
    return _interval(tpr, fpr, spread(by_unit(psi, units)), membership, units)


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
