"""TPR at low FPR over (target, record) pairs, with honest intervals and p-values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from ppml_core.auditing.report import Interval, RocCurve, TprAtFpr
from ppml_core.statistics.bootstrap import replicates_for, tpr_replicates
from ppml_core.statistics.clustered import Spread, by_unit, reached, spread
from ppml_core.statistics.intervals import clopper_pearson, effective_trials
from ppml_core.statistics.laws import beta_binomial_tail
from ppml_core.statistics.roc import Roc, roc_curve

FPRS = (0.001, 0.01)
MIN_FALSE_POSITIVES = 10
CURVE_POINTS = 120
_ANCHORS = 8
_NORMAL = 1.959963984540054


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One TPR at a FPR, and how likely as much is when nothing leaks (one-sided)."""

    summary: TprAtFpr
    p_value: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Rates:
    """Shared working of one attack: scores ``(T, n)``, truth, curve, bootstrap.

    ``fpr`` is the rising grid at which ``variance`` (of the TPR, targets and
    records drawn anew, threshold refitted) is known; None with one target,
    where records are independent and the binomial says it all. ``units``: ``(n,)``, numbers
    0 .. u - 1, equal for records that are not; None where all are.
    """

    scores: np.ndarray
    membership: np.ndarray
    roc: Roc
    fpr: np.ndarray
    variance: np.ndarray | None
    units: np.ndarray | None = None

    @property
    def distinct_members(self) -> int:
        """Units that are a member for at least one target."""
        return reached(self.membership, self.units)

    @property
    def distinct_nonmembers(self) -> int:
        """Units that are a non-member for at least one target."""
        return reached(~self.membership, self.units)

    @property
    def nonmembers(self) -> int:
        """(target, unit) pairs of non-members."""
        if self.units is None:
            return self.roc.n_nonmembers
        return int((by_unit(~self.membership, self.units) > 0).sum())


def measure(
    scores: np.ndarray,
    membership: np.ndarray,
    *,
    replicates: int,
    rng: np.random.Generator,
    units: np.ndarray | None = None,
) -> Rates:
    """ROC curve over all pairs and, with several targets or shared ``units``, the variance
    along it."""
    roc = roc_curve(scores, membership)
    floor = max(1e-5, 1.0 / roc.n_nonmembers)
    fpr = np.union1d(np.geomspace(floor, 1.0, CURVE_POINTS), np.array(FPRS))
    variance = None
    if len(scores) > 1 or units is not None:
        count = replicates_for(scores.size, replicates)
        drawn = tpr_replicates(scores, membership, fpr, replicates=count, rng=rng, units=units)
        factors = _factors(fpr, scores, membership, roc, units)
        variance = np.var(drawn, axis=0, ddof=1) * factors
    return Rates(
        scores=scores, membership=membership, roc=roc, fpr=fpr, variance=variance, units=units
    )


def tpr_at_fpr(rates: Rates, fpr: float) -> Rate:
    """TPR at most this FPR, or the reason why the data cannot say."""
    roc = rates.roc
    if rates.nonmembers * fpr < MIN_FALSE_POSITIVES:
        needed = int(np.ceil(MIN_FALSE_POSITIVES / fpr))
        reason = f"needs at least {needed:,} non-members, there are {rates.nonmembers:,}"
        return Rate(summary=TprAtFpr(fpr=fpr, reason=reason))
    found, accused = roc.counts_at(fpr)
    tpr, achieved = found / roc.n_members, accused / roc.n_nonmembers
    trials = _trials(rates, fpr, tpr)
    summary = TprAtFpr(
        fpr=fpr,
        tpr=tpr,
        ci=_around(tpr, trials),
        fpr_achieved=achieved,
        fpr_ci=_around(achieved, _fpr_trials(rates, fpr, achieved)),
        trials=trials,
    )
    return Rate(summary=summary, p_value=_p_value(rates, fpr, found, trials))


def curve(rates: Rates) -> RocCurve:
    """The curve at about 120 log-spaced FPRs with its pointwise 95 % band."""
    tpr = rates.roc.tpr_at(rates.fpr)
    band = [
        _around(share, _trials(rates, float(fpr), float(share)))
        for fpr, share in zip(rates.fpr, tpr, strict=True)
    ]
    return RocCurve(
        fpr=tuple(rates.fpr.tolist()),
        tpr=tuple(tpr.tolist()),
        low=tuple(low for low, _ in band),
        high=tuple(high for _, high in band),
    )


def _around(share: float, trials: float) -> Interval:
    """Clopper-Pearson on an effective number of trials."""
    return clopper_pearson(share * trials, trials)


def _trials(rates: Rates, fpr: float, tpr: float) -> float:
    """Effective number of members behind the TPR at this FPR."""
    members = rates.roc.n_members
    if rates.variance is None:
        return float(members)
    variance = float(rates.variance[int(np.argmin(np.abs(rates.fpr - fpr)))])
    return effective_trials(tpr, variance, members, distinct=rates.distinct_members)


def _fpr_trials(rates: Rates, fpr: float, achieved: float) -> float:
    """Effective number of non-members behind the achieved FPR, threshold held fixed."""
    nonmembers = rates.roc.n_nonmembers
    if rates.variance is None:
        return float(nonmembers)
    accused = rates.scores >= _threshold(rates.roc, fpr)
    psi = np.where(rates.membership, 0.0, (accused - achieved) / nonmembers)
    found = spread(by_unit(psi, rates.units))
    variance = found.variance * (found.quantile / _NORMAL) ** 2
    return effective_trials(achieved, variance, nonmembers, distinct=rates.distinct_nonmembers)


def _p_value(rates: Rates, fpr: float, found: int, trials: float) -> float:
    """Chance of at least this TPR when members and non-members look alike.

    One target: exact. If ``k`` accusations of non-members are allowed, the number
    of members ranked above the (k + 1)-th non-member is beta-binomial.
    """
    members, nonmembers = rates.roc.n_members, rates.roc.n_nonmembers
    if found == 0:
        return 1.0
    if rates.variance is None:
        allowed = int(np.floor(fpr * nonmembers * (1 + 1e-12)))
        return beta_binomial_tail(found, members, allowed + 1, nonmembers - allowed)
    successes = found / members * trials
    return float(betainc(successes, trials - successes + 1, fpr))


def _factors(
    fpr: np.ndarray,
    scores: np.ndarray,
    membership: np.ndarray,
    roc: Roc,
    units: np.ndarray | None,
) -> np.ndarray:
    """By what bootstrap variances are multiplied: drawing both ways counts some twice too often.

    The factor comes from the linearised TPR at a few points and is interpolated;
    Student's quantile over the normal one makes up for few targets.
    """
    anchors = np.geomspace(fpr[0], min(0.5, fpr[-2]), _ANCHORS)
    factors = []
    for anchor in anchors:
        found = _linearised(float(anchor), scores, membership, roc, units)
        factors.append((found.quantile / _NORMAL) ** 2 / found.inflation)
    return np.asarray(np.interp(np.log(fpr), np.log(anchors), factors))


def _linearised(
    fpr: float,
    scores: np.ndarray,
    membership: np.ndarray,
    roc: Roc,
    units: np.ndarray | None,
) -> Spread:
    """Spread of the TPR at a FPR: members found, less the slope times non-members accused."""
    low, tpr, high = roc.tpr_at(np.array([fpr / 2, fpr, min(2 * fpr, 1.0)]))
    slope = max(float(high - low), 0.0) / (1.5 * fpr)
    called = scores >= _threshold(roc, fpr)
    accused = roc.counts_at(fpr)[1] / roc.n_nonmembers
    psi_in = (called - tpr) / roc.n_members
    psi_out = -slope * (called - accused) / roc.n_nonmembers
    return spread(by_unit(np.where(membership, psi_in, psi_out), units))


def _threshold(roc: Roc, fpr: float) -> float:
    """Lowest threshold with at most this FPR; infinite where none accuses so few (scores
    themselves are finite here: ``statistics.roc.finite_scores``)."""
    index = int(roc.at_most(fpr))
    return float(roc.thresholds[index]) if index >= 0 else float("inf")
