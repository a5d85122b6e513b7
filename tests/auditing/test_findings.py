"""Every finding: found when it should be, and not a step earlier."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.accounting.tradeoff import TradeOff
from ppml_core.auditing.checks import CHECKS
from ppml_core.auditing.findings import SEVERITIES, find, find_frontier
from ppml_core.auditing.report import (
    AgainstGuarantee,
    AttackSummary,
    DatasetSummary,
    Finding,
    FrontierCell,
    TargetSummary,
    TprAtFpr,
)
from ppml_core.auditing.verdict import judge

DATA = DatasetSummary(name="digits", n=1000, sha256="0" * 64, members=400)
TARGET = TargetSummary(train_accuracy=0.97, test_accuracy=0.96)
GUARANTEE = PrivacyGuarantee(
    epsilon=1.0,
    delta=1e-5,
    noise_multiplier=1.0,
    max_grad_norm=1.0,
    sample_rate=0.1,
    steps=100,
)
RATE = TprAtFpr(fpr=0.01, tpr=0.012, ci=(0.009, 0.015), fpr_achieved=0.01, fpr_ci=(0.009, 0.011))
CLEAR = AttackSummary(
    name="lira",
    auc=0.5,
    auc_ci=(0.49, 0.51),
    advantage=0.0,
    advantage_ci=(-0.01, 0.01),
    tpr_at_fpr=(RATE,),
    targets=16,
    n_members=6400,
    n_nonmembers=6400,
    n_records=800,
    verdict="no-leak-detected",
)
FOUND = TprAtFpr(fpr=0.01, tpr=0.08, ci=(0.07, 0.09), fpr_achieved=0.01, fpr_ci=(0.009, 0.011))
LEAK = replace(CLEAR, auc=0.64, tpr_at_fpr=(FOUND,), verdict="leaks")
REASON = "needs at least 1,000 non-members, there are 50"
UNSURE = replace(CLEAR, tpr_at_fpr=(TprAtFpr(fpr=0.01, reason=REASON),), verdict="inconclusive")
MISSING = AttackSummary(name="rmia", not_applicable="RMIA needs other records.")


def codes(**changes: object) -> dict[str, Finding]:
    facts = {"dataset": DATA, "target": TARGET, "guarantee": GUARANTEE, "attacks": (CLEAR,)}
    return {f.code: f for f in find(**{**facts, **changes})}  # type: ignore[arg-type]


def test_a_sound_audit_has_only_its_ceiling_as_a_note() -> None:
    assert set(codes()) == {"LS010"}
    assert codes()["LS010"].severity == "info"


def test_overfitting() -> None:
    assert "LS001" in codes(target=replace(TARGET, test_accuracy=0.915))
    assert "LS001" not in codes(target=replace(TARGET, test_accuracy=0.925))


def test_overfitting_is_more_than_the_test_records_chance() -> None:
    few = TargetSummary(train_accuracy=0.646, test_accuracy=0.596, test_accuracy_ci=(0.431, 0.761))
    assert "LS001" not in codes(target=few)
    many = replace(few, test_accuracy=0.59, test_accuracy_ci=(0.55, 0.63))
    assert "LS001" in codes(target=many)
    assert "LS001" not in codes(target=replace(many, test_accuracy_ci=(0.55, 0.64)))


@pytest.mark.parametrize(
    ("test", "interval", "train", "found"),
    [
        (0.098, (0.09, 0.102), 0.5, "has learned nothing"),  # surely no better on others
        (0.10, (0.09, 0.11), 0.111, "has learned nothing"),  # a constant answer, on either side
        (0.098, (0.09, 0.103), 0.5, "not certain"),
        (0.131, (0.097, 0.165), 0.14, "not certain"),  # better by luck, perhaps
        (0.131, (0.103, 0.165), 0.14, None),
    ],
)
def test_a_model_no_better_than_a_constant_answer(
    test: float, interval: tuple[float, float], train: float, found: str | None
) -> None:
    target = TargetSummary(train_accuracy=train, test_accuracy=test, test_accuracy_ci=interval)
    data = replace(DATA, majority_share=0.102)
    one = codes(dataset=data, target=target).get("LS012")
    assert found in one.title if found and one else one is found
    assert "LS012" not in codes(target=target)  # share unknown


def test_equal_reasons_are_told_once() -> None:
    missing = codes(attacks=(CLEAR, MISSING, replace(MISSING, name="lira")))["LS009"]
    assert missing.evidence == "RMIA needs other records."


def test_no_guarantee() -> None:
    assert codes(guarantee=None)["LS002"].severity == "info"


def test_a_vacuous_guarantee_says_what_it_allows() -> None:
    assert "LS003" not in codes(guarantee=replace(GUARANTEE, epsilon=10.0))
    found = codes(guarantee=replace(GUARANTEE, epsilon=12.0))["LS003"]
    assert "100.00 % of the members" in found.evidence


def test_delta_against_the_number_of_training_records() -> None:
    assert "LS004" in codes(guarantee=replace(GUARANTEE, delta=1 / 400))
    assert "LS004" not in codes(guarantee=replace(GUARANTEE, delta=1 / 401))


def test_private_statistics_matter_only_under_a_guarantee() -> None:
    data = replace(DATA, private_statistics=("minimum and maximum of age",))
    assert "of age" in codes(dataset=data)["LS005"].evidence
    assert "LS005" not in codes(dataset=data, guarantee=None)


AGAINST = AgainstGuarantee(
    adjacency="replace-one", fpr=0.1, tpr=0.5, allowed=0.224, p_value=1e-6, exceeds=True
)
CURVES = (
    TradeOff("add-or-remove-one", (0.0,), (0.107,)),
    TradeOff("replace-one", (0.0,), (0.211,)),
)


def test_an_attack_above_the_mechanism_s_curve_is_grave() -> None:
    found = codes(attacks=(CLEAR, replace(LEAK, against_guarantee=AGAINST)))["LS006"]
    assert (found.severity, found.title) == ("grave", "The guarantee does not hold for this run")
    assert "50.0 % of the members at 10.00 % false alarms" in found.evidence
    assert "allows no attack more than 22.4 %" in found.evidence
    within = replace(AGAINST, exceeds=False)
    assert "LS006" not in codes(attacks=(replace(LEAK, against_guarantee=within),))
    assert "LS006" not in codes(attacks=(replace(LEAK, against_guarantee=AGAINST),), guarantee=None)


def test_a_comparison_without_a_find_says_what_it_cannot_see() -> None:
    within = replace(CLEAR, advantage=0.05, against_guarantee=replace(AGAINST, exceeds=False))
    guarantee = replace(GUARANTEE, trade_offs=CURVES)
    found = codes(attacks=(within,), guarantee=guarantee)["LS020"]
    assert found.severity == "info"
    assert "above 0.211" in found.evidence
    assert "0.107" in found.evidence
    assert "half of the noise" in found.advice
    broken = replace(CLEAR, against_guarantee=AGAINST)
    assert "LS020" not in codes(attacks=(within, broken), guarantee=guarantee)


def test_a_leak_is_as_severe_as_it_surely_is_large() -> None:
    def found(tpr: float, auc: float) -> Finding:
        rate = replace(FOUND, tpr=tpr, ci=(0.9 * tpr, 1.1 * tpr))
        ends = (auc - 0.007, auc + 0.007)
        given = replace(CLEAR, p_value=1e-9, auc=auc, auc_ci=ends, tpr_at_fpr=(rate,))
        given = replace(given, n_nonmembers=10_000, advantage_ci=None)
        return codes(attacks=judge([given]), guarantee=None)["LS007"]

    assert found(0.08, 0.51).severity == "grave"
    assert found(0.009, 0.96).severity == "grave"
    assert found(0.009, 0.60).severity == "warning"
    slight = found(0.009, 0.513)
    assert slight.severity == "warning"
    assert "a little better than by guessing" in slight.title
    assert "Surely so by AUC 0.513 (0.505 to 0.521, corrected for 2 looks)." in slight.evidence


def test_scores_that_point_the_wrong_way_are_a_leak_or_a_sign_of_a_fault() -> None:
    def found(auc: float, ends: tuple[float, float]) -> Finding:
        attacks = judge([replace(CLEAR, p_value=1.0, auc=auc, auc_ci=ends)])
        found = codes(attacks=attacks, guarantee=None)
        assert "LS008" not in found
        return found["LS022"]

    turned = found(0.0, (0.0, 0.01))
    assert turned.severity == "grave"
    assert "whoever turns the sign round recognises members" in turned.advice
    shifted = found(0.48, (0.475, 0.485))
    assert shifted.severity == "warning"
    assert "a sign that something is wrong" in shifted.advice


def test_old_reports_leaks_are_sized_by_their_intervals() -> None:
    assert codes(attacks=(LEAK,), guarantee=None)["LS007"].severity == "grave"
    small = replace(LEAK, auc_ci=(0.5, 0.6), tpr_at_fpr=(replace(FOUND, ci=(0.02, 0.09)),))
    assert codes(attacks=(small,), guarantee=None)["LS007"].severity == "warning"


def test_too_little_data_names_reason_and_ceiling() -> None:
    found = codes(attacks=(UNSURE, CLEAR))["LS008"]
    assert REASON in found.evidence
    assert "no epsilon above 4.7" in found.evidence  # 400 and 400 records
    assert "LS008" not in codes(attacks=(UNSURE, LEAK))


def test_not_applicable_is_not_passed() -> None:
    assert codes(attacks=(CLEAR, MISSING))["LS009"].severity == "info"
    assert codes(attacks=(MISSING,))["LS009"].severity == "warning"
    assert set(codes(attacks=(MISSING,))) == {"LS009"}


def test_training_alone_has_no_audit_findings() -> None:
    assert codes(attacks=()) == {}


def test_the_gravest_come_first_and_codes_are_unique() -> None:
    everything = find(
        replace(DATA, private_statistics=("mean of age",)),
        replace(TARGET, test_accuracy=0.5),
        replace(GUARANTEE, epsilon=0.5, delta=0.01),
        (replace(LEAK, against_guarantee=AGAINST), MISSING),
    )
    order = [SEVERITIES.index(f.severity) for f in everything]
    assert order == sorted(order)
    assert len({f.code for f in everything}) == len(everything) == 7


def test_each_check_documents_its_code() -> None:
    documented = [(check.__doc__ or "")[:5] for check in CHECKS]
    # LS011 is found where training is seen, in the pipeline.
    assert documented == [f"LS{number:03d}" for number in (*range(1, 11), 12, 20, 22)]


def cell(
    attack: AttackSummary, guarantee: PrivacyGuarantee | None, clip: float | None = 1.0
) -> FrontierCell:
    return FrontierCell(
        epsilon="inf" if guarantee is None else guarantee.epsilon,
        clip=clip,
        test_accuracy=0.95,
        test_accuracy_ci=(0.94, 0.96),
        train_accuracy=0.96,
        attacks=(attack,),
        guarantee=guarantee,
    )


def test_a_frontier_names_the_setting_and_counts_the_others() -> None:
    weak = replace(GUARANTEE, epsilon=11.0)
    weaker = replace(GUARANTEE, epsilon=20.0)
    found = {
        f.code: f
        for f in find_frontier(
            DATA, cell(LEAK, None, None), [cell(CLEAR, weak), cell(CLEAR, weaker)]
        )
    }
    assert "LS002" not in found
    assert "LS012" not in found
    useless = find_frontier(
        replace(DATA, majority_share=0.97), cell(LEAK, None, None), [cell(CLEAR, weak)]
    )
    assert "LS012" in {f.code for f in useless}
    assert found["LS003"].evidence.startswith("With epsilon 20, clipping norm 1: ")
    assert found["LS003"].evidence.endswith("The same holds in 1 other setting.")
    assert found["LS007"].evidence.startswith("Without protection: ")


@pytest.mark.parametrize("reference", [None, cell(CLEAR, None, None)])
def test_a_frontier_that_has_only_begun(reference: FrontierCell | None) -> None:
    assert {f.code for f in find_frontier(DATA, reference, [])} <= {"LS010"}


def test_a_frontiers_evidence_does_not_depend_on_the_order_of_its_cells() -> None:
    def leaking(epsilon: float, auc: float) -> FrontierCell:
        ends = (auc - 0.01, auc + 0.01)
        given = replace(CLEAR, p_value=1e-9, auc=auc, auc_ci=ends, tpr_at_fpr=(RATE,))
        return cell(judge([given])[0], replace(GUARANTEE, epsilon=epsilon))

    cells = [leaking(8.0, 0.53), leaking(4.0, 0.90), leaking(2.0, 0.80), leaking(1.0, 0.52)]
    expected = find_frontier(DATA, None, cells)
    for order in itertools.permutations(cells):
        assert find_frontier(DATA, None, list(order)) == expected
    (worst,) = [f for f in expected if f.code == "LS007"]
    assert worst.severity == "grave"
    assert worst.evidence.startswith("With epsilon 4, clipping norm 1: ")
    assert worst.evidence.endswith(
        "The same holds in 1 other setting. It is milder in 2 other settings."
    )
