"""Verdicts: nothing is green without data, nothing is red by having looked often."""

from __future__ import annotations

import pytest

from ppml_core.auditing.report import AttackSummary, TprAtFpr
from ppml_core.auditing.verdict import judge, overall

MEASURED = TprAtFpr(fpr=0.01, tpr=0.011, ci=(0.008, 0.015))
UNMEASURED = TprAtFpr(fpr=0.01, reason="needs at least 1,000 non-members, there are 50")


def summary(
    p_value: float | None = 0.4,
    rate: TprAtFpr = MEASURED,
    auc_ci: tuple[float, float] = (0.49, 0.52),
    not_applicable: str | None = None,
) -> AttackSummary:
    return AttackSummary(
        name="lira",
        auc=0.5,
        auc_ci=auc_ci,
        tpr_at_fpr=(rate,),
        p_value=p_value,
        not_applicable=not_applicable,
    )


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (summary(), "no-leak-detected"),
        (summary(p_value=0.02), "leaks"),
        (summary(p_value=0.03), "no-leak-detected"),
        (summary(rate=UNMEASURED), "inconclusive"),
        (summary(rate=UNMEASURED, p_value=0.001), "leaks"),
        (summary(auc_ci=(0.40, 0.60)), "inconclusive"),
        (summary(rate=TprAtFpr(fpr=0.01, tpr=0.02, ci=(0.0, 0.05))), "inconclusive"),
        (summary(p_value=None, not_applicable="no shadow models"), "inconclusive"),
    ],
)
def test_one_attack(given: AttackSummary, verdict: str) -> None:
    assert judge([given])[0].verdict == verdict


def test_several_attacks_are_corrected_for() -> None:
    alone = judge([summary(p_value=0.02)])
    among = judge([summary(p_value=0.02), summary(), summary(), summary()])
    assert alone[0].verdict == "leaks"
    assert among[0].verdict == "no-leak-detected"


def test_attacks_that_could_not_run_do_not_dilute() -> None:
    missing = summary(p_value=None, not_applicable="no shadow models")
    assert judge([summary(p_value=0.02), missing, missing])[0].verdict == "leaks"


def test_judging_again_changes_nothing() -> None:
    once = judge([summary(p_value=0.01), summary()])
    assert judge(once) == once


@pytest.mark.parametrize(
    ("verdicts", "together"),
    [
        (["leaks", "no-leak-detected"], "leaks"),
        (["no-leak-detected", "no-leak-detected"], "no-leak-detected"),
        (["no-leak-detected", "inconclusive"], "inconclusive"),
        ([], "inconclusive"),
    ],
)
def test_overall(verdicts: list[str], together: str) -> None:
    assert overall([AttackSummary(name="x", verdict=v) for v in verdicts]) == together


def test_only_attacks_that_could_not_run_are_no_pass() -> None:
    assert overall([summary(p_value=None, not_applicable="no")]) == "inconclusive"
