"""Sentences say what the numbers say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.report import (
    AttackSummary,
    AuditReport,
    DatasetSummary,
    FrontierCell,
    FrontierReport,
    TargetSummary,
    TprAtFpr,
    TrainReport,
)
from ppml_core.auditing.sentences import (
    attack_sentence,
    gap_sentence,
    guarantee_sentence,
    headline,
    leak_sentence,
    strongest_of,
    times,
    verdict_sentence,
)

DATA = DatasetSummary(name="digits", n=1797, sha256="0" * 64, members=719)
TARGET = TargetSummary(train_accuracy=1.0, test_accuracy=0.97)
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


def guarantee(epsilon: float, delta: float = 1e-5) -> PrivacyGuarantee:
    return PrivacyGuarantee(
        epsilon=epsilon,
        delta=delta,
        noise_multiplier=1.0,
        max_grad_norm=1.0,
        sample_rate=0.1,
        steps=100,
    )


def audit(*attacks: AttackSummary) -> AuditReport:
    return AuditReport(request={}, dataset=DATA, target=TARGET, guarantee=None, attacks=attacks)


def test_a_leak_is_told_with_its_interval_and_against_chance() -> None:
    assert attack_sentence(LEAK) == (
        "At 1 % false alarms LiRA recognises 7.9 % of the members "
        "(95 % interval 6.8 to 9.1 %): eight times chance."
    )


def test_chance_is_called_chance() -> None:
    assert attack_sentence(QUIET).endswith("no more than chance explains.")
    average = replace(QUIET, auc=0.525, auc_ci=(0.522, 0.528))
    assert attack_sentence(average).endswith(
        "though on average members score higher, AUC 0.525 (0.522 to 0.528)."
    )
    below = TprAtFpr(fpr=0.01, tpr=0.004, ci=(0.002, 0.008))
    assert attack_sentence(replace(QUIET, tpr_at_fpr=(below,))).endswith("fewer than by chance.")


def test_an_unmeasured_rate_is_replaced_by_the_average_case_and_the_reason() -> None:
    told = attack_sentence(UNSURE)
    assert "in 51.0 % of cases" in told
    assert "needs at least 1,000 non-members, there are 50" in told


def test_counted_pairs_are_traced_to_distinct_records() -> None:
    told = attack_sentence(replace(UNSURE, n_records=71))
    assert told.endswith("there are 50 (pairs of model and record, from 71 distinct records).")


def test_a_leak_on_average_is_told_once_and_without_doubt() -> None:
    on_average = replace(QUIET, auc=0.557, auc_ci=(0.54, 0.574), verdict="leaks")
    assert leak_sentence(on_average) == (
        "LiRA ranks a random member above a random non-member in 55.7 % of cases (95 % interval "
        "54.0 to 57.4 %); chance is 50 %. At 1 % false alarms it recognises 1.1 % (0.8 to 1.4 %) "
        "of the members, which alone would be no sign."
    )
    assert leak_sentence(LEAK) == f"{attack_sentence(LEAK)} AUC 0.640 (0.620 to 0.660)."
    rare = TprAtFpr(fpr=0.001, tpr=0.006, ci=(0.004, 0.008))
    assert leak_sentence(replace(on_average, tpr_at_fpr=(QUIET_RATE, rare))).startswith(
        "At 0.1 % false alarms LiRA recognises 0.6 % (0.4 to 0.8 %) of the members, surely more"
    )


def test_an_attack_that_could_not_run_says_so() -> None:
    assert attack_sentence(MISSING) == "RMIA could not run: It needs other records."


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (1.04, "1.0 times chance"),
        (1.7, "1.7 times chance"),
        (2.0, "twice chance"),
        (2.5, "2.5 times chance"),
        (3.5, "3.5 times chance"),
        (7.6, "7.6 times chance"),
        (3.1, "three times chance"),
        (12.4, "twelve times chance"),
        (13.0, "13 times chance"),
    ],
)
def test_times(ratio: float, words: str) -> None:
    assert times(ratio) == words


def test_the_headline_of_an_audit_is_its_strongest_attack() -> None:
    report = audit(QUIET, MISSING, LEAK)
    assert strongest_of(report.attacks) is LEAK
    assert headline(report).startswith(attack_sentence(LEAK))
    assert headline(report).endswith(verdict_sentence(report.attacks))


def test_an_audit_without_any_result_has_a_headline() -> None:
    assert headline(audit(MISSING)) == "No attack could run, so nothing can be concluded."


@pytest.mark.parametrize(
    ("test_accuracy", "words"),
    [(0.9, "a gap of 10.0 points"), (0.98, "a small gap of 2.0 points"), (0.999, "hardly")],
)
def test_gap(test_accuracy: float, words: str) -> None:
    assert words in gap_sentence(replace(TARGET, test_accuracy=test_accuracy))


def test_a_guarantee_is_told_as_what_it_bounds() -> None:
    # e^1 * 0.01 + 1e-5
    assert "more than 2.7 % of the members" in guarantee_sentence(guarantee(1.0))
    assert "too weak" in guarantee_sentence(guarantee(20.0))
    assert guarantee_sentence(guarantee(1.0)).startswith("It is (1, 1e-5)-differentially private")
    assert guarantee_sentence(None) == "It has no privacy guarantee."


def test_a_train_report_tells_gap_and_guarantee() -> None:
    report = TrainReport(request={}, dataset=DATA, target=TARGET, guarantee=guarantee(2.0))
    assert headline(report) == f"{gap_sentence(TARGET)} {guarantee_sentence(guarantee(2.0))}"


def cell(epsilon: float | str, clip: float | None, accuracy: float, attack: AttackSummary):  # type: ignore[no-untyped-def]
    return FrontierCell(
        epsilon=epsilon,
        clip=clip,
        test_accuracy=accuracy,
        test_accuracy_ci=(accuracy - 0.01, accuracy + 0.01),
        train_accuracy=accuracy,
        attacks=(attack,),
        guarantee=guarantee(float(epsilon)) if epsilon != "inf" else None,
    )


REFERENCE = cell("inf", None, 0.97, LEAK)


def frontier(*cells: FrontierCell) -> FrontierReport:
    return FrontierReport(request={}, dataset=DATA, reference=REFERENCE, cells=cells)


def test_a_frontier_picks_the_most_accurate_quiet_setting() -> None:
    report = frontier(
        cell("inf", 1.0, 0.97, LEAK),
        cell(8.0, 1.0, 0.96, LEAK),
        cell(2.0, 1.0, 0.95, QUIET),
        cell(1.0, 1.0, 0.91, QUIET),
    )
    assert headline(report) == (
        "With epsilon 2, clipping norm 1 the model is right on 95.0 % of unseen records, "
        "2.0 points fewer than without protection; at 1 % false alarms LiRA recognises 1.1 % "
        "(0.8 to 1.4 %) of the members instead of 7.9 % (6.8 to 9.1 %). No attack finds members "
        "there."
    )


def test_without_a_measurable_leak_only_the_price_of_noise_is_told() -> None:
    cells = (cell(8.0, 1.0, 0.96, UNSURE), cell(2.0, 1.0, 0.95, QUIET))
    report = replace(frontier(*cells), reference=cell("inf", None, 0.97, UNSURE))
    assert headline(report) == (
        "Without protection no attack finds members with this little data, so there is nothing "
        "that noise could measurably take away. With epsilon 8, clipping norm 1 the model is right "
        "on 96.0 % of unseen records, 1.0 points fewer than without protection."
    )
    enough = replace(report, reference=cell("inf", None, 0.97, QUIET))
    assert headline(enough).startswith("Without protection no attack finds members, so")


LOPSIDED = replace(DATA, majority_share=0.9)


def test_a_useless_reference_makes_the_frontier_say_nothing_else() -> None:
    useless = cell("inf", None, 0.88, QUIET)  # its interval ends at 89 %
    report = replace(frontier(cell(2.0, 1.0, 0.88, QUIET)), dataset=LOPSIDED, reference=useless)
    assert headline(report).startswith("Without protection the model has learned nothing")
    only_the_cell = replace(report, reference=REFERENCE)
    assert "That model has learned nothing" in headline(only_the_cell)


def test_a_model_that_learned_nothing_is_named_in_its_headline() -> None:
    useless = TargetSummary(train_accuracy=0.9, test_accuracy=0.89, test_accuracy_ci=(0.87, 0.91))
    report = replace(audit(QUIET), dataset=LOPSIDED, target=useless)
    assert headline(report).endswith(verdict_sentence([QUIET], learned=False))
    train = TrainReport(request={}, dataset=LOPSIDED, target=useless, guarantee=None)
    assert headline(train).startswith(
        "The model has learned nothing. The model is right on 89.0 % (95 % interval 87.0 to 91.0 %)"
    )


def test_a_gap_within_the_interval_is_not_called_one() -> None:
    target = TargetSummary(train_accuracy=0.646, test_accuracy=0.596, test_accuracy_ci=(0.43, 0.76))
    assert "cannot tell from none" in gap_sentence(target)


def test_a_frontier_without_a_quiet_setting_says_so() -> None:
    weaker = replace(LEAK, tpr_at_fpr=(replace(RATE, tpr=0.03, ci=(0.02, 0.04)),))
    report = frontier(cell(8.0, 1.0, 0.96, LEAK), cell(4.0, 1.0, 0.95, weaker))
    assert headline(report).startswith("With epsilon 4")
    assert headline(report).endswith("Attacks find members at every epsilon computed so far.")


def test_a_bargain_is_named_before_a_silence_that_costs_too_much() -> None:
    weaker = replace(LEAK, tpr_at_fpr=(replace(RATE, tpr=0.02, ci=(0.015, 0.025)),))
    report = frontier(cell(8.0, 1.0, 0.96, LEAK), cell(4.0, 1.0, 0.93, weaker))
    report = replace(report, cells=(*report.cells, cell(0.5, 1.0, 0.5, QUIET)))
    assert headline(report).startswith("With epsilon 4, clipping norm 1 the model is right on 93.0")
    assert headline(report).endswith(
        "No attack finds members with epsilon 0.5, clipping norm 1 (50.0 % right)."
    )


def test_an_inconclusive_setting_is_not_called_safe() -> None:
    report = frontier(cell(2.0, 1.0, 0.95, UNSURE))
    assert "cannot be ruled out" in headline(report)


def test_a_frontier_that_has_only_begun() -> None:
    assert "No setting with a guarantee" in headline(frontier())
    empty = FrontierReport(request={}, dataset=DATA, reference=None, cells=())
    assert headline(empty) == "The first cell is being computed."
