"""From attack scores to the summary that every page, download and the CLI show."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ppml_core._seeds import generator
from ppml_core._validate import in_range
from ppml_core.accounting.tradeoff import TradeOff
from ppml_core.attacks.membership.registry import attack_named
from ppml_core.attacks.membership.result import MembershipResult
from ppml_core.attacks.membership.signals import Signals
from ppml_core.auditing import rates as low_fpr
from ppml_core.auditing.guarantee_check import against, judge_guarantee
from ppml_core.auditing.report import AgainstGuarantee, AttackSummary, Histogram
from ppml_core.auditing.verdict import judge
from ppml_core.datasets.units import count, shared
from ppml_core.errors import AttackNotApplicable
from ppml_core.statistics.advantage import advantage
from ppml_core.statistics.auc import Auc, auc_interval
from ppml_core.statistics.histogram import histogram
from ppml_core.statistics.laws import student_tail
from ppml_core.statistics.multiplicity import bonferroni
from ppml_core.statistics.roc import finite_scores

REPLICATES = 300


def audit_membership(
    signals: Signals,
    attacks: Iterable[str],
    *,
    seed: int,
    replicates: int = REPLICATES,
    curves: bool = True,
) -> tuple[AttackSummary, ...]:
    """Run the named attacks, summarise each, and judge them together.

    An attack that cannot run is in the result with the reason. Verdicts are
    corrected for the number of attacks. Raises ``UnknownName``.
    """
    summaries = []
    for name in attacks:
        try:
            result = replace(attack_named(name).run(signals), units=signals.units)
        except AttackNotApplicable as reason:
            summaries.append(not_applicable(name, str(reason)))
            continue
        summaries.append(summarise(result, seed=seed, replicates=replicates, curves=curves))
    return judge(summaries)


def summarise(
    result: MembershipResult,
    *,
    seed: int = 0,
    replicates: int = REPLICATES,
    curves: bool = True,
    limit: TradeOff | None = None,
) -> AttackSummary:
    """AUC, advantage and TPR at low FPR over all (target, record) pairs, with 95 % intervals.

    ``replicates`` (at least 20) of the two-way bootstrap; very large populations
    use fewer (``statistics.bootstrap.replicates_for``). Infinite scores count by
    their rank. ``curves`` adds the ROC
    curve and the histogram; ``limit``, the guaranteed mechanism's curve between replace-one
    neighbours, how the attack stands to it. The order of the records does not matter: equal
    seeds and equal scores by record id give equal summaries. Records that share a unit
    (``result.units``) count as one wherever it is asked how much is known. The verdict is that
    of this attack alone; ``auditing.verdict.judge`` corrects several.
    """
    in_range("replicates", replicates, 20, 100_000)
    order = np.argsort(result.record_ids, kind="stable")
    scores, membership = finite_scores(result.scores[:, order]), result.membership[:, order]
    rng = generator(seed, "summarise", result.name)
    units = None if result.units is None else shared(result.units[order])
    gained = advantage(scores, membership, rng=rng, units=units)
    area = auc_interval(scores, membership, units)
    measured = low_fpr.measure(scores, membership, replicates=replicates, rng=rng, units=units)
    found = [low_fpr.tpr_at_fpr(measured, fpr) for fpr in low_fpr.FPRS]
    p_values = [_auc_p_value(area, measured), *(r.p_value for r in found if r.p_value is not None)]
    summary = AttackSummary(
        name=result.name,
        auc=area.value,
        auc_ci=area.ci,
        auc_degrees=float(area.spread.degrees),
        advantage=gained.value,
        advantage_ci=gained.ci,
        tpr_at_fpr=tuple(rate.summary for rate in found),
        targets=len(scores),
        n_members=measured.roc.n_members,
        n_nonmembers=measured.roc.n_nonmembers,
        n_records=scores.shape[1],
        n_units=count(units, scores.shape[1]),
        roc=low_fpr.curve(measured) if curves else None,
        histogram=_histogram(scores, membership) if curves else None,
        p_value=bonferroni(p_values),
        against_guarantee=_against(limit, scores, membership, units, (seed, result.name)),
    )
    return judge_guarantee(judge([summary]))[0]


def _against(
    limit: TradeOff | None,
    scores: np.ndarray,
    membership: np.ndarray,
    units: np.ndarray | None,
    stream: tuple[int, str],
) -> AgainstGuarantee | None:
    """The comparison, with a stream of its own: it shifts no other figure.

    The curve is for one record. Of a unit all records are in or out, which is more than it
    speaks of, so only records that are alone are compared; None where there are too few.
    """
    if limit is None:
        return None
    alone = np.ones(scores.shape[1], bool) if units is None else np.bincount(units)[units] == 1
    scores, membership = scores[:, alone], membership[:, alone]
    if membership.all() or not membership.any():
        return None
    return against(limit, scores, membership, rng=generator(stream[0], "guarantee", stream[1]))


def not_applicable(name: str, reason: str) -> AttackSummary:
    """The summary of an attack that could not run. It did not pass."""
    return AttackSummary(name=name, not_applicable=reason)


def _histogram(scores: np.ndarray, membership: np.ndarray) -> Histogram:
    """80 bins of scores: fine enough for a threshold at about 1 % false alarms."""
    edges, members, nonmembers = histogram(scores, membership)
    return Histogram(
        edges=tuple(edges.tolist()),
        members=tuple(members.tolist()),
        nonmembers=tuple(nonmembers.tolist()),
    )


def _auc_p_value(area: Auc, measured: low_fpr.Rates) -> float:
    """One-sided test of AUC = 0.5; the null's own variance where the data shows none."""
    variance, degrees = area.spread.variance, area.spread.degrees
    if variance <= 0:
        n_in, n_out = measured.distinct_members, measured.distinct_nonmembers
        variance = (n_in + n_out + 1) / (12 * n_in * n_out)
    return student_tail((area.value - 0.5) / math.sqrt(variance), max(degrees, 1.0))
