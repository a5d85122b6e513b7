"""Conclusions are as large as the leak, and say what they rest on."""

from __future__ import annotations

from dataclasses import replace

from ppml_core.auditing.report import AttackSummary, TprAtFpr
from ppml_core.auditing.sentences import verdict_sentence
from ppml_core.auditing.verdict import judge

RATE = TprAtFpr(fpr=0.01, tpr=0.079, ci=(0.068, 0.091))
LEAK = AttackSummary(
    name="lira", auc=0.64, auc_ci=(0.62, 0.66), tpr_at_fpr=(RATE,), verdict="leaks"
)
QUIET_RATE = TprAtFpr(fpr=0.01, tpr=0.011, ci=(0.008, 0.014))
QUIET = replace(
    LEAK, auc=0.5, auc_ci=(0.49, 0.51), tpr_at_fpr=(QUIET_RATE,), verdict="no-leak-detected"
)
UNMEASURED = TprAtFpr(fpr=0.01, reason="needs at least 1,000 non-members, there are 50")
UNSURE = replace(LEAK, auc=0.51, tpr_at_fpr=(UNMEASURED,), verdict="inconclusive")
MISSING = AttackSummary(name="rmia", not_applicable="It needs other records.")


def test_the_conclusion_follows_the_worst_verdict() -> None:
    assert "can be recognised" in verdict_sentence([QUIET, LEAK])
    assert "not a pass" in verdict_sentence([QUIET, UNSURE])
    assert "No leak of the size that matters" in verdict_sentence([QUIET, MISSING])
    assert "nothing can be concluded" in verdict_sentence([MISSING])


def sized(tpr: float, ci: tuple[float, float], auc_ci: tuple[float, float]) -> AttackSummary:
    rate = TprAtFpr(fpr=0.01, tpr=tpr, ci=ci)
    return replace(LEAK, auc=sum(auc_ci) / 2, auc_ci=auc_ci, tpr_at_fpr=(rate,))


def test_a_leak_is_called_as_large_as_it_surely_is() -> None:
    large = sized(0.07, (0.05, 0.09), (0.51, 0.53))
    assert "well above chance" in verdict_sentence([large])
    assert "(visible, grave)" in verdict_sentence([large])
    medium = sized(0.05, (0.03, 0.07), (0.51, 0.53))
    assert "recognised above chance" in verdict_sentence([medium])
    average = sized(0.012, (0.008, 0.015), (0.56, 0.58))
    assert "(visible, material)" in verdict_sentence([average])
    little = sized(0.014, (0.012, 0.016), (0.512, 0.524))
    assert verdict_sentence([QUIET, little]) == (
        "Attacks on models trained this way do a little better than guessing: a small but real "
        "leak (visible, slight)."
    )
    for vague in (sized(0.03, (0.012, 0.05), (0.51, 0.53)), sized(0.02, (0.01, 0.03), (0.5, 0.6))):
        assert "whose size the data leaves open" in verdict_sentence([vague])
        assert "little" not in verdict_sentence([vague])


def test_a_verdict_says_the_corrected_interval_it_rests_on() -> None:
    """Uncorrected intervals that touch chance are no evidence, and are not all that is said."""
    shown = replace(
        sized(0.011, (0.008, 0.014), (0.503, 0.511)), p_value=1e-6, verdict="inconclusive"
    )
    (judged,) = judge([shown])
    assert "LiRA, AUC 0.507 (0.502 to 0.512, corrected for 2 looks)" in verdict_sentence([judged])


def test_scores_that_point_the_wrong_way_are_no_pass() -> None:
    wrong = replace(QUIET, p_value=1.0, auc=0.0, auc_ci=(0.0, 0.004))
    told = verdict_sentence([QUIET, *judge([wrong])])
    assert "ranks members below non-members" in told
    assert "not a pass" in told
    assert "whoever turns the sign round" in told


def test_a_pass_names_what_could_have_been_missed() -> None:
    told = verdict_sentence([QUIET])
    assert "more than 1.4 % of the members at 1 % false alarms or reach an AUC above 0.510" in told


def test_a_leak_without_measured_rate_is_sized_by_its_auc() -> None:
    unmeasured = replace(LEAK, auc=0.7, auc_ci=(0.6, 0.8), tpr_at_fpr=(UNMEASURED,))
    assert "recognised above chance" in verdict_sentence([unmeasured])


def test_a_model_that_learned_nothing_is_no_pass_but_its_leak_is_a_leak() -> None:
    assert "learned nothing" in verdict_sentence([QUIET], learned=False)
    assert "not a pass" in verdict_sentence([QUIET], learned=False)
    assert verdict_sentence([LEAK], learned=False) == verdict_sentence([LEAK])
