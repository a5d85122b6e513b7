"""Does a run keep what was guaranteed for it? Attacks against the mechanism's own curve.

A guarantee is a claim about noise and clipping that were used. An attack that surely does
better than any attack can on the mechanism claimed shows that another one ran. Compared
between replace-one neighbours: the models of an audit have training sets of one size, so
that without a record each has another one in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import betaincinv, ndtri, stdtrit

from ppml_core.accounting.tradeoff import TradeOff
from ppml_core.auditing.report import AgainstGuarantee, AttackSummary
from ppml_core.statistics.advantage import crossfit_at
from ppml_core.statistics.clustered import spread
from ppml_core.statistics.intervals import effective_trials
from ppml_core.statistics.multiplicity import holm

FALSE_ALARMS = 0.025
"""Of "the guarantee is broken", over all attacks of a run together, at the very limit."""

AT = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.9, 0.99)
"""False-positive rates at which the curve's tangents are tested, besides the advantage."""

MIN_FALSE_POSITIVES = 10
_LEVELS = np.geomspace(1e-12, 0.5, 240)


@dataclass(frozen=True, kw_only=True)
class _Line:
    """``TPR <= e^epsilon FPR + delta``, and how an attack stands to it."""

    fpr: float
    tpr: float
    p_value: float
    excess: float


def against(
    curve: TradeOff, scores: np.ndarray, membership: np.ndarray, *, rng: np.random.Generator
) -> AgainstGuarantee:
    """The attack with these scores ``(targets, records)`` against the curve, at every FPR.

    ``TPR(f) <= R(f)`` for all f is ``TPR - e^eps FPR <= delta(eps)`` for all eps, whatever
    chooses the threshold. So for each of several tangents of the curve the threshold is
    fitted on other records, and the lower confidence limit of ``TPR - e^eps FPR`` on these
    is compared with delta. Bonferroni over the tangents.
    """
    outside = int((~membership).sum())
    near = [f for f in AT if min(f, 1 - f) * outside >= MIN_FALSE_POSITIVES]
    lines = sorted({(0.0, curve.max_advantage), *(curve.tangent(f) for f in near)})
    costs = [float(np.exp(epsilon)) for epsilon, _ in lines]
    decided = crossfit_at(scores, membership, costs, rng=rng)
    found = [
        _against_line(calls, membership, cost, delta)
        for calls, cost, (_, delta) in zip(decided, costs, lines, strict=True)
    ]
    worst = min(found, key=lambda line: (line.p_value, -line.excess))
    return AgainstGuarantee(
        adjacency=curve.adjacency,
        fpr=worst.fpr,
        tpr=worst.tpr,
        allowed=float(curve.max_tpr(worst.fpr)),
        p_value=min(1.0, len(lines) * worst.p_value),
    )


def judge_guarantee(summaries: Sequence[AttackSummary]) -> tuple[AttackSummary, ...]:
    """The summaries with ``exceeds`` decided for all of them together (Holm)."""
    tested = [s.against_guarantee for s in summaries if s.against_guarantee is not None]
    adjusted = iter(holm([each.p_value for each in tested]) if tested else ())
    return tuple(
        s
        if s.against_guarantee is None
        else replace(
            s,
            against_guarantee=replace(s.against_guarantee, exceeds=next(adjusted) <= FALSE_ALARMS),
        )
        for s in summaries
    )


def _against_line(calls: np.ndarray, membership: np.ndarray, cost: float, delta: float) -> _Line:
    """The smallest level at which ``TPR - cost FPR`` is surely above delta."""
    tpr, fpr = float(calls[membership].mean()), float(calls[~membership].mean())
    excess = tpr - cost * fpr - delta
    p_value = 1.0
    if excess > 0:
        surely = excess > _half_widths(calls, membership, tpr, fpr, cost)
        p_value = float(_LEVELS[np.argmax(surely)]) if surely.any() else 1.0
    return _Line(fpr=fpr, tpr=tpr, p_value=p_value, excess=excess)


def _half_widths(
    calls: np.ndarray, membership: np.ndarray, tpr: float, fpr: float, cost: float
) -> np.ndarray:
    """How far the lower limit is below ``TPR - cost FPR``, at each of ``_LEVELS``.

    The larger of two: Student's from the two-way clustered variance; and the limits of
    both rates by Clopper and Pearson on effective trials, put together as squares (Zou and
    Donner 2008), which knows that none of a few accused is not none of many.
    """
    inside, outside = int(membership.sum()), int((~membership).sum())
    psi_in = np.where(membership, (calls - tpr) / inside, 0.0)
    psi_out = np.where(membership, 0.0, (calls - fpr) / outside)
    both = spread(psi_in - cost * psi_out)
    student = -stdtrit(max(both.degrees, 1.0), _LEVELS)
    clustered = student * np.sqrt(both.variance)
    wider = np.maximum(student / np.maximum(-ndtri(_LEVELS), 1e-9), 1.0)
    members, others = membership.any(axis=0).sum(), (~membership).any(axis=0).sum()
    found = _trials(tpr, spread(psi_in).variance * wider**2, inside, int(members))
    accused = _trials(fpr, spread(psi_out).variance * wider**2, outside, int(others))
    low = tpr - _lower(tpr, found)
    high = _lower(1 - fpr, accused)  # an upper limit is the lower one of the complement
    return np.maximum(clustered, np.hypot(low, cost * ((1 - fpr) - high)))


def _trials(share: float, variances: np.ndarray, trials: int, distinct: int) -> np.ndarray:
    """Effective numbers of trials, one a variance."""
    return np.array([effective_trials(share, v, trials, distinct=distinct) for v in variances])


def _lower(share: float, trials: np.ndarray) -> np.ndarray:
    """Clopper and Pearson's lower limit of a proportion at each of ``_LEVELS``, one-sided."""
    if share <= 0:
        return np.zeros(len(_LEVELS))
    successes = share * trials
    return np.asarray(betaincinv(successes, trials - successes + 1, _LEVELS))
