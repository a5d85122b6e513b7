"""Summaries against closed forms and simulation; nothing is found where nothing is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from ppml_core.attacks.membership.registry import ATTACKS
from ppml_core.attacks.membership.result import MembershipResult
from ppml_core.attacks.membership.signals import Signals
from ppml_core.auditing.membership import audit_membership, summarise
from ppml_core.auditing.report import (
    AttackSummary,
    AuditReport,
    DatasetSummary,
    TargetSummary,
    decode,
    encode,
)
from ppml_core.auditing.sentences import rate_at
from ppml_core.errors import InvalidValue, UnknownName
from ppml_core.statistics.intervals import clopper_pearson


def inside(interval: tuple[float, float] | None, value: float) -> bool:
    assert interval is not None
    return interval[0] <= value <= interval[1]


def test_gaussian_shift_has_closed_forms(make_result) -> None:  # type: ignore[no-untyped-def]
    d = 1.0
    summary = summarise(make_result(16, 4000, shift=d), replicates=100)
    assert summary.auc == pytest.approx(norm.cdf(d / math.sqrt(2)), abs=0.006)
    assert summary.advantage == pytest.approx(2 * norm.cdf(d / 2) - 1, abs=0.01)
    for fpr in (0.001, 0.01):
        rate = rate_at(summary, fpr)
        assert rate is not None
        assert rate.tpr == pytest.approx(norm.sf(norm.isf(fpr) - d), rel=0.12)
        assert inside(rate.ci, norm.sf(norm.isf(fpr) - d))
    assert summary.verdict == "leaks"
    assert (summary.targets, summary.n_records) == (16, 4000)
    assert summary.n_members + summary.n_nonmembers == 64_000


def test_one_target_has_clopper_pearson_for_both_rates(make_result) -> None:  # type: ignore[no-untyped-def]
    result = make_result(1, 4000, shift=1.0)
    summary = summarise(result)
    rate = rate_at(summary, 0.01)
    assert rate is not None
    members = int(result.membership.sum())
    found = round(rate.tpr * members)
    assert rate.ci == pytest.approx(clopper_pearson(found, members))
    accused = round(rate.fpr_achieved * (4000 - members))
    assert accused <= 0.01 * (4000 - members)
    assert rate.fpr_ci == pytest.approx(clopper_pearson(accused, 4000 - members))


def test_too_few_nonmembers_for_a_rate_says_how_many_it_takes(make_result) -> None:  # type: ignore[no-untyped-def]
    summary = summarise(make_result(1, 1000))
    thousandth, hundredth = summary.tpr_at_fpr
    assert thousandth.tpr is None
    assert thousandth.ci is None
    assert "10,000 non-members" in (thousandth.reason or "")
    assert "1,000 non-members" in (hundredth.reason or "")
    assert summary.verdict == "inconclusive"


def test_null_of_every_attack_over_many_seeds(make_signals) -> None:  # type: ignore[no-untyped-def]
    """Nominal: intervals cover 95 % of the time, "leaks" is said at most 2.5 %."""
    runs, covered_auc, covered_gain, aucs, alarms = 40, [], [], [], []
    for seed in range(runs):
        summaries = audit_membership(
            make_signals(12, 300, seed=seed), ATTACKS, seed=seed, replicates=60, curves=False
        )
        covered_auc.append([inside(s.auc_ci, 0.5) for s in summaries])
        covered_gain.append([inside(s.advantage_ci, 0.0) for s in summaries])
        aucs.append([s.auc for s in summaries])
        alarms.append(any(s.verdict == "leaks" for s in summaries))
    # Binomial slack for 40 runs: 95 % and 2.5 % leave these limits once in a thousand.
    assert np.min(np.mean(covered_auc, axis=0)) >= 0.82
    assert np.min(np.mean(covered_gain, axis=0)) >= 0.82
    assert np.mean(alarms) <= 0.125
    error = np.std(aucs, axis=0) / math.sqrt(runs)
    assert np.all(np.abs(np.mean(aucs, axis=0) - 0.5) < 4 * error)


def test_shuffling_the_truth_of_a_leaking_population_finds_nothing(make_signals) -> None:  # type: ignore[no-untyped-def]
    leaking = make_signals(16, 400, leak=3.0)
    assert audit_membership(leaking, ["lira"], seed=0)[0].verdict == "leaks"
    rng = np.random.default_rng(1)
    half = rng.random((8, 400)) < 0.5
    shuffled = Signals(
        phi=leaking.phi,
        membership=np.concatenate([half, ~half]),
        record_ids=leaking.record_ids,
        population_phi=leaking.population_phi,
    )
    for summary in audit_membership(shuffled, ATTACKS, seed=0):
        assert summary.verdict != "leaks"
        assert inside(summary.auc_ci, 0.5)


def test_intervals_of_a_leaking_population_cover_its_truth(make_result) -> None:  # type: ignore[no-untyped-def]
    """Score = record effect + noise + shift: the population's rates have closed forms."""
    shift, spread = 1.0, math.sqrt(2.0)
    truth = (
        norm.cdf(shift / spread / math.sqrt(2)),
        2 * norm.cdf(shift / spread / 2) - 1,
        norm.sf(norm.isf(0.01) - shift / spread),
    )
    hits = []
    for seed in range(60):
        result = make_result(10, 300, shift=shift, by_record=1.0, seed=seed)
        summary = summarise(result, replicates=80, curves=False)
        rate = rate_at(summary, 0.01)
        intervals = (summary.auc_ci, summary.advantage_ci, rate.ci)  # type: ignore[union-attr]
        hits.append([inside(ci, t) for ci, t in zip(intervals, truth, strict=True)])
    assert np.min(np.mean(hits, axis=0)) >= 0.85


def test_record_order_changes_nothing(make_result) -> None:  # type: ignore[no-untyped-def]
    result = make_result(6, 300, shift=0.5)
    order = np.random.default_rng(0).permutation(300)
    shuffled = MembershipResult(
        name=result.name,
        scores=result.scores[:, order],
        membership=result.membership[:, order],
        record_ids=result.record_ids[order],
    )
    assert summarise(shuffled, seed=3) == summarise(result, seed=3)


def test_curves_are_extra_and_change_no_number(make_result) -> None:  # type: ignore[no-untyped-def]
    result = make_result(6, 300, shift=0.5)
    with_curves, without = summarise(result), summarise(result, curves=False)
    assert without.roc is None
    assert without.histogram is None
    assert with_curves.tpr_at_fpr == without.tpr_at_fpr
    assert with_curves.auc_ci == without.auc_ci


@pytest.mark.parametrize("targets", [1, 6])
def test_the_curve_rises_inside_its_band_and_agrees_with_the_rates(make_result, targets) -> None:  # type: ignore[no-untyped-def]
    summary = summarise(make_result(targets, 4000, shift=0.8))
    curve, rate = summary.roc, rate_at(summary, 0.01)
    assert curve is not None
    assert rate is not None
    assert len(curve.fpr) <= 200
    assert np.all(np.diff(curve.fpr) > 0)
    assert np.all(np.diff(curve.tpr) >= 0)
    assert np.all(np.array(curve.low) <= np.array(curve.tpr) + 1e-12)
    assert np.all(np.array(curve.tpr) <= np.array(curve.high) + 1e-12)
    place = curve.fpr.index(0.01)
    assert (curve.tpr[place], (curve.low[place], curve.high[place])) == (rate.tpr, rate.ci)
    assert curve.tpr[-1] == 1.0


@pytest.mark.parametrize("targets", [1, 6])
def test_constant_scores_are_chance_with_honest_intervals(targets: int) -> None:
    membership = np.tile(np.arange(2000) % 2 == 0, (targets, 1))
    result = MembershipResult(
        name="loss",
        scores=np.zeros((targets, 2000)),
        membership=membership,
        record_ids=np.arange(2000),
    )
    summary = summarise(result)
    assert (summary.auc, summary.advantage) == (0.5, 0.0)
    rate = rate_at(summary, 0.01)
    assert rate is not None
    assert (rate.tpr, rate.fpr_achieved) == (0.0, 0.0)
    # No success among 1,000 distinct members, however many targets repeat them.
    assert rate.ci == pytest.approx(clopper_pearson(0, 1000))
    assert summary.verdict != "leaks"


def test_repeating_the_same_target_adds_no_certainty(make_result) -> None:  # type: ignore[no-untyped-def]
    once = make_result(1, 1500, shift=0.6)
    copies = MembershipResult(
        name="lira",
        scores=np.repeat(once.scores, 10, axis=0),
        membership=np.repeat(once.membership, 10, axis=0),
        record_ids=once.record_ids,
    )
    one, ten = summarise(once, curves=False), summarise(copies, curves=False)

    def width(summary: AttackSummary) -> float:
        assert summary.auc_ci is not None
        return summary.auc_ci[1] - summary.auc_ci[0]

    assert ten.auc == pytest.approx(one.auc)
    assert width(ten) >= 0.97 * width(one)


@given(
    targets=st.integers(1, 4),
    records=st.integers(2, 12),
    decimals=st.integers(0, 2),
    seed=st.integers(0, 10_000),
)
@settings(max_examples=80, deadline=None)
def test_any_small_input_gives_a_sound_summary(
    targets: int, records: int, decimals: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    membership = rng.random((targets, records)) < rng.uniform(0.1, 0.9)
    membership[0, :2] = [True, False]
    result = MembershipResult(
        name="loss",
        scores=rng.normal(0, 1, membership.shape).round(decimals) + membership * (seed % 3),
        membership=membership,
        record_ids=np.arange(records),
    )
    summary = summarise(result, replicates=20)
    assert summary.auc_ci is not None
    assert summary.advantage_ci is not None
    assert 0 <= summary.auc_ci[0] <= summary.auc <= summary.auc_ci[1] <= 1  # type: ignore[operator]
    low, high = summary.advantage_ci
    assert -1 <= low <= summary.advantage <= high <= 1  # type: ignore[operator]
    assert 0 <= (summary.p_value or 0.0) <= 1
    assert decode(encode(_report(summary))) == _report(summary)
    assert summary.verdict != "no-leak-detected"


def _report(summary: AttackSummary) -> AuditReport:
    return AuditReport(
        request={},
        dataset=DatasetSummary(name="x", n=1, sha256=""),
        target=TargetSummary(train_accuracy=1.0, test_accuracy=1.0),
        guarantee=None,
        attacks=(summary,),
    )


def test_same_seed_same_summary(make_result) -> None:  # type: ignore[no-untyped-def]
    result = make_result(4, 200, shift=0.5)
    assert summarise(result, seed=5) == summarise(result, seed=5)
    assert summarise(result, seed=5) != summarise(result, seed=6)


def test_an_attack_that_cannot_run_is_reported_and_not_passed(make_signals) -> None:  # type: ignore[no-untyped-def]
    summaries = audit_membership(make_signals(4, 300), ["lira", "loss"], seed=0)
    assert summaries[0].verdict == "inconclusive"
    assert "at least 2 other models" in (summaries[0].not_applicable or "")
    assert summaries[0].auc is None
    assert summaries[1].auc is not None


def test_refuses(make_result, make_signals) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidValue, match="replicates"):
        summarise(make_result(2, 50), replicates=5)
    with pytest.raises(UnknownName):
        audit_membership(make_signals(), ["guess"], seed=0)
