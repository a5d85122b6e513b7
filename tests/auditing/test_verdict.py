"""Verdicts: nothing is green without data, nothing is red by having looked often."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core.auditing.materiality import SIZES
from ppml_core.auditing.report import AttackSummary, TprAtFpr
from ppml_core.auditing.verdict import judge, overall
from ppml_core.statistics.intervals import clopper_pearson

MEASURED = TprAtFpr(fpr=0.01, tpr=0.011, ci=(0.008, 0.015))
UNMEASURED = TprAtFpr(fpr=0.01, reason="needs at least 1,000 non-members, there are 50")


def summary(
    p_value: float | None = 0.4,
    rate: TprAtFpr = MEASURED,
    auc_ci: tuple[float, float] = (0.49, 0.52),
    not_applicable: str | None = None,
    auc: float = 0.505,
) -> AttackSummary:
    return AttackSummary(
        name="lira",
        auc=auc,
        auc_ci=auc_ci,
        tpr_at_fpr=(rate,),
        p_value=p_value,
        not_applicable=not_applicable,
    )


HIGH = (0.51, 0.53)
"""Above chance, and so far below 0.55 that it is slight."""


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (summary(), "no-leak-detected"),
        (summary(p_value=0.02, auc=0.52, auc_ci=HIGH), "leaks"),
        (summary(p_value=0.02), "inconclusive"),  # its own test says so, and no interval does
        (summary(p_value=0.03), "no-leak-detected"),
        (summary(p_value=0.03, auc=0.52, auc_ci=HIGH), "inconclusive"),  # excludes chance
        (summary(rate=UNMEASURED), "inconclusive"),
        (summary(rate=UNMEASURED, p_value=0.001, auc=0.52, auc_ci=HIGH), "leaks"),
        (summary(auc_ci=(0.40, 0.60)), "inconclusive"),
        (summary(auc_ci=(0.49, 0.55)), "inconclusive"),  # allows what is material
        (summary(rate=TprAtFpr(fpr=0.01, tpr=0.02, ci=(0.0, 0.05))), "inconclusive"),
        (summary(p_value=None, not_applicable="no shadow models"), "inconclusive"),
        (summary(p_value=1.0, auc=0.0, auc_ci=(0.0, 0.01)), "reversed"),
        (summary(p_value=1.0, auc=0.48, auc_ci=(0.47, 0.49)), "reversed"),
        (summary(p_value=1.0, auc=0.49, auc_ci=(0.48, 0.499)), "inconclusive"),
    ],
)
def test_one_attack(given: AttackSummary, verdict: str) -> None:
    assert judge([given])[0].verdict == verdict


def test_an_advantage_or_a_tenth_percent_that_may_be_material_is_no_pass() -> None:
    quiet = summary()
    assert judge([replace(quiet, advantage=0.0, advantage_ci=(-0.05, 0.05))])[0].verdict == (
        "no-leak-detected"
    )
    for interval in ((-0.1, 0.1), (0.01, 0.05), (-0.05, -0.01)):
        given = replace(quiet, advantage=sum(interval) / 2, advantage_ci=interval)
        assert judge([given])[0].verdict != "no-leak-detected"
    rare = TprAtFpr(fpr=0.001, tpr=0.002, ci=(0.0005, 0.006))
    assert judge([replace(quiet, tpr_at_fpr=(MEASURED, rare))])[0].verdict == "inconclusive"


def test_several_attacks_are_corrected_for() -> None:
    found = summary(p_value=0.02, auc=0.52, auc_ci=HIGH)
    alone = judge([found])
    among = judge([found, summary(), summary(), summary()])
    assert alone[0].verdict == "leaks"
    assert among[0].verdict == "inconclusive"  # its 95 % interval still excludes chance


def test_attacks_that_could_not_run_do_not_dilute() -> None:
    missing = summary(p_value=None, not_applicable="no shadow models")
    found = summary(p_value=0.02, auc=0.52, auc_ci=HIGH)
    assert judge([found, missing, missing])[0].verdict == "leaks"


@pytest.mark.parametrize(
    ("auc", "interval", "size"),
    [
        (0.513, (0.506, 0.521), "slight"),
        (0.60, (0.58, 0.62), "material"),
        (0.965, (0.950, 0.975), "grave"),
    ],
)
def test_the_size_is_what_is_surely_there(
    auc: float, interval: tuple[float, float], size: str
) -> None:
    (found,) = judge([summary(p_value=1e-6, auc=auc, auc_ci=interval, rate=UNMEASURED)])
    assert found.verdict == "leaks"
    assert found.evidence is not None
    assert found.evidence.size == size
    assert found.evidence.ci[0] > 0.5


def test_scores_turned_round_are_as_large_as_the_right_way_round() -> None:
    (found,) = judge([summary(p_value=1.0, auc=0.035, auc_ci=(0.025, 0.05))])
    (right,) = judge([summary(p_value=1e-9, auc=0.965, auc_ci=(0.95, 0.975))])
    assert found.evidence is not None
    assert right.evidence is not None
    assert found.evidence.size == right.evidence.size == "grave"
    assert found.evidence.ci[1] == pytest.approx(1 - right.evidence.ci[0])


def rate_of(tpr: float, trials: float) -> TprAtFpr:
    """Of so many independent members."""
    ends = clopper_pearson(tpr * trials, trials)
    return TprAtFpr(fpr=0.01, tpr=tpr, ci=ends, trials=trials)


def test_a_rates_corrected_interval_is_clopper_and_pearsons() -> None:
    given = replace(summary(p_value=1e-9), tpr_at_fpr=(rate_of(0.05, 1000),), auc_ci=None)
    found = judge([given, given])[0].evidence
    assert found is not None
    assert found.looks == 2
    assert found.ci == pytest.approx(clopper_pearson(50, 1000, 1 - 0.05 / 2))


@given(
    base=st.floats(0.5, 0.95),
    more=st.floats(0, 0.2),
    half=st.floats(0.001, 0.1),
    looks=st.integers(1, 50),
)
def test_a_larger_leak_is_never_milder(base: float, more: float, half: float, looks: int) -> None:
    def judged(auc: float) -> int:
        auc = min(auc, 0.999)
        centre = math.log(auc / (1 - auc))
        ends = tuple(1 / (1 + math.exp(-(centre + sign * 4 * half))) for sign in (-1, 1))
        given = summary(p_value=0.0, auc=auc, auc_ci=ends)
        one = judge([given, *[summary()] * looks])[0]
        return 1 + SIZES.index(one.evidence.size) if one.evidence else 0

    assert judged(base + more) >= judged(base)


def test_judging_again_changes_nothing() -> None:
    once = judge([summary(p_value=0.01, auc=0.52, auc_ci=HIGH), summary()])
    assert judge(once) == once


@pytest.mark.parametrize(
    ("verdicts", "together"),
    [
        (["leaks", "no-leak-detected"], "leaks"),
        (["no-leak-detected", "no-leak-detected"], "no-leak-detected"),
        (["no-leak-detected", "inconclusive"], "inconclusive"),
        (["reversed", "inconclusive"], "reversed"),
        ([], "inconclusive"),
    ],
)
def test_overall(verdicts: list[str], together: str) -> None:
    assert overall([AttackSummary(name="x", verdict=v) for v in verdicts]) == together


def test_only_attacks_that_could_not_run_are_no_pass() -> None:
    assert overall([summary(p_value=None, not_applicable="no")]) == "inconclusive"
