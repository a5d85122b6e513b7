"""What findings of an inversion run say of whom epsilon protects."""

from __future__ import annotations

import pytest

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.inversion_findings import find_inversion
from ppml_core.auditing.inversion_report import InversionCell
from ppml_core.auditing.report import DatasetSummary, TargetSummary

TARGET = TargetSummary(train_accuracy=0.9, test_accuracy=0.9, test_accuracy_ci=(0.85, 0.94))
DATA = DatasetSummary(name="digits", n=1797, sha256="")


def findings(unit: str, chance: float = 0.2) -> dict:
    """Of one setting with a guarantee."""
    guarantee = PrivacyGuarantee(
        epsilon=1.0, delta=1e-5, noise_multiplier=2.0, max_grad_norm=1.0, sample_rate=0.1, steps=100
    )
    cell = InversionCell(
        epsilon=1.0, clip=1.0, target=TARGET, guarantee=guarantee, copies_of_person=7,
        person_epsilon=7.0, person_delta=0.0063441, verdict="class-average",
    )  # fmt: skip
    found = find_inversion(DATA, (cell,), unit=unit, members=70, chance=chance)
    return {finding.code: finding for finding in found}


@pytest.mark.parametrize("unit", ["person", "record"])
def test_epsilon_is_for_one_copy_of_whoever_is_swapped(unit):
    found = findings(unit)["LS105"]
    assert unit in found.title
    assert f"Each {unit} is in the data 7 times" in found.evidence


def test_a_groups_delta_is_never_shown_smaller_than_it_is():
    assert "delta 0.00635 " in findings("person")["LS105"].evidence


def test_accuracy_is_compared_with_a_constant_answer():
    """Nine of ten test pictures may be of one class."""
    said = [f.title + f.evidence for f in findings("record", chance=0.95).values()]
    assert any("most frequent class" in text for text in said)
    said = [f.title + f.evidence for f in findings("record", chance=0.2).values()]
    assert not any("most frequent class" in text for text in said)
