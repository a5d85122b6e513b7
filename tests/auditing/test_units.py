"""Copies are counted once: where nothing leaks, nothing is found, however many rows there are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ppml_core.accounting.guarantee import PrivacyGuarantee, for_groups
from ppml_core.accounting.mechanism import trade_offs
from ppml_core.accounting.tradeoff import REPLACE, curve_for
from ppml_core.attacks.membership.result import MembershipResult
from ppml_core.auditing.findings import find_frontier
from ppml_core.auditing.membership import summarise
from ppml_core.auditing.membership_report import FrontierCell
from ppml_core.auditing.report import DatasetSummary
from ppml_core.auditing.sentences import guarantee_sentence
from ppml_core.auditing.unit_findings import counted, exact_copies, per_row_only, unit_findings
from ppml_core.statistics.paired_auc import mean_auc, mean_share
from ppml_core.training.membership import unit_membership

UNITS, EACH = 40, 10


def nothing_leaks(targets: int, seed: int) -> MembershipResult:
    """Scores of 40 people in ten rows each, which know nothing of membership."""
    rng = np.random.default_rng(seed)
    units = np.repeat(np.arange(UNITS), EACH)
    person = rng.normal(size=(1, UNITS)) + rng.normal(size=(targets, UNITS))
    scores = person[:, units] + 0.1 * rng.normal(size=(targets, len(units)))
    return MembershipResult(
        name="loss",
        scores=scores,
        membership=unit_membership(units, len(units), len(units) // 2, targets, seed),
        record_ids=np.arange(len(units)),
        units=units,
    )


def inside(interval: tuple[float, float] | None, value: float) -> bool:
    assert interval is not None
    return interval[0] <= value <= interval[1]


@pytest.mark.parametrize("targets", [1, 8])
def test_the_null_holds_at_its_nominal_rate(targets: int) -> None:
    runs = 60
    found = [nothing_leaks(targets, seed) for seed in range(runs)]
    honest = [summarise(r, seed=1, replicates=40, curves=False) for r in found]
    blind = [
        summarise(replace(r, units=None), seed=1, replicates=40, curves=False) for r in found[:30]
    ]
    # Binomial slack: 95 % and 2.5 % leave these limits once in a thousand.
    assert np.mean([inside(s.auc_ci, 0.5) for s in honest]) >= 0.85
    assert np.mean([inside(s.advantage_ci, 0.0) for s in honest]) >= 0.85
    assert np.mean([s.verdict == "leaks" for s in honest]) <= 0.1
    assert all((s.n_records, s.n_units) == (400, 40) for s in honest)
    # Counting rows is what made it a lie: with one target most intervals miss one half.
    if targets == 1:
        assert np.mean([inside(s.auc_ci, 0.5) for s in blind]) <= 0.7


def test_a_rate_needs_as_many_people_not_rows() -> None:
    rate = summarise(nothing_leaks(4, 0), replicates=40).tpr_at_fpr[1]
    assert rate.tpr is None
    assert "there are 80" in (rate.reason or "")  # 4 targets with 20 non-members each


def test_identical_copies_say_what_one_record_says() -> None:
    """Ten equal rows a person give the interval of the forty rows they are copies of."""
    rng = np.random.default_rng(3)
    single = rng.normal(size=(6, UNITS))
    member = unit_membership(None, UNITS, UNITS // 2, 6, 0)
    units = np.repeat(np.arange(UNITS), EACH)
    one = summarise(
        MembershipResult(
            name="loss", scores=single, membership=member, record_ids=np.arange(UNITS)
        ),
        curves=False,
    )
    ten = summarise(
        MembershipResult(
            name="loss",
            scores=single[:, units],
            membership=member[:, units],
            record_ids=np.arange(len(units)),
            units=units,
        ),
        curves=False,
    )
    assert ten.auc == pytest.approx(one.auc)
    assert ten.auc_ci == pytest.approx(one.auc_ci)
    assert ten.advantage_ci == pytest.approx(one.advantage_ci)


def test_paired_statistics_count_units() -> None:
    rng = np.random.default_rng(0)
    units = np.repeat(np.arange(UNITS), EACH)
    scores, positive = rng.normal(size=UNITS), np.arange(UNITS) % 2 == 0
    every = np.ones((3, UNITS), bool)
    one = mean_auc(scores, positive, every)
    ten = mean_auc(scores[units], positive[units], every[:, units], units)
    assert ten.value == pytest.approx(one.value)
    assert ten.share_interval() == pytest.approx(one.share_interval())
    hits = scores > 0.3
    share, shares = mean_share(hits, every), mean_share(hits[units], every[:, units], units)
    assert shares.records == share.records == UNITS
    assert shares.interval() == pytest.approx(share.interval())


DATA = DatasetSummary(name="x", n=1000, sha256="", distinct=1000, units=1000)


def test_copies_are_a_finding_as_grave_as_they_are_many() -> None:
    assert exact_copies(DATA) is None
    assert exact_copies(replace(DATA, distinct=0)) is None  # a report from before they were counted
    few, many = (exact_copies(replace(DATA, distinct=d)) for d in (999, 900))
    assert few is not None and many is not None
    assert (few.code, few.severity, many.severity) == ("LS060", "info", "warning")
    assert few.evidence.startswith("1 of the 1,000 records is an exact copy of another one")
    assert many.evidence.startswith("100 of the 1,000 records are exact copies")
    assert counted(DATA) == ""
    assert counted(replace(DATA, distinct=900)) == ", 900 different"


GUARANTEE = PrivacyGuarantee(
    epsilon=1.0,
    delta=1e-5,
    noise_multiplier=1.0,
    max_grad_norm=1.0,
    sample_rate=0.1,
    steps=10,
)


def test_a_guarantee_for_a_row_is_not_one_for_a_person() -> None:
    assert per_row_only(None) is None
    assert per_row_only(GUARANTEE) is None
    assert for_groups(GUARANTEE, "person", 1) == GUARANTEE
    three, thirty = (for_groups(GUARANTEE, "person", k) for k in (3, 30))
    assert three.group is not None and three.group.epsilon == 3.0
    assert three.group.delta == pytest.approx(1e-5 * (1 + np.e + np.e**2))
    said, nothing = per_row_only(three), per_row_only(thirty)
    assert said is not None and nothing is not None
    assert said.code == "LS061" and "up to 3 of the training records" in said.evidence
    assert "epsilon is 3 and delta 0.000111" in said.evidence
    assert "guarantees nothing" in nothing.evidence
    assert {f.code for f in unit_findings(replace(DATA, distinct=9), three)} == {"LS060", "LS061"}


def test_the_sentence_does_not_promise_a_person_what_a_row_has() -> None:
    row = guarantee_sentence(GUARANTEE)
    assert "2.7 % of the members" in row
    three, thirty = (guarantee_sentence(for_groups(GUARANTEE, "person", k)) for k in (3, 30))
    assert "for up to 3 rows of one person together epsilon is 3 and delta 0.000111" in three
    assert "20.1 % of the members" in three  # e^3 times one percent
    assert "too weak to bound" in thirty and "guarantees nothing" in thirty


def test_copies_do_not_break_a_guarantee_for_one_record() -> None:
    """Ten copies leak up to ten times epsilon: that is no sign of wrong training."""
    rng = np.random.default_rng(0)
    units = np.concatenate([np.repeat(np.arange(20), 10), np.arange(20, 60)])
    member = unit_membership(units, len(units), len(units) // 2, 16, 0)
    crowd = np.bincount(units)[units] > 1
    scores = rng.normal(size=member.shape) + 5.0 * (member & crowd)
    result = MembershipResult(
        name="loss",
        scores=scores,
        membership=member,
        record_ids=np.arange(len(units)),
        units=units,
    )
    limit = curve_for(trade_offs(3.0, 0.1, 100), REPLACE)
    assert limit is not None
    with_units = summarise(result, limit=limit, replicates=40, curves=False).against_guarantee
    blind = summarise(
        replace(result, units=None), limit=limit, replicates=40, curves=False
    ).against_guarantee
    assert with_units is not None and not with_units.exceeds
    assert blind is not None and blind.exceeds
    only_crowd = replace(
        result,
        scores=scores[:, crowd],
        membership=member[:, crowd],
        record_ids=result.record_ids[crowd],
        units=units[crowd],
    )
    summary = summarise(only_crowd, limit=limit, replicates=40, curves=False)
    assert summary.against_guarantee is None


def test_a_frontier_says_once_that_there_are_copies() -> None:
    cells = [
        FrontierCell(
            epsilon=epsilon,
            clip=1.0,
            test_accuracy=0.9,
            test_accuracy_ci=(0.88, 0.92),
            train_accuracy=0.9,
            attacks=(),
            guarantee=GUARANTEE,
        )
        for epsilon in (1.0, 8.0)
    ]
    found = find_frontier(replace(DATA, distinct=400), None, cells)
    (copies,) = [finding for finding in found if finding.code == "LS060"]
    assert copies.evidence.startswith("600 of the 1,000")
    assert "other setting" not in copies.evidence
