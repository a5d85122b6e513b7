"""What a reader of an inversion report should know: codes are stable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ppml_core.auditing.findings import SEVERITIES, find, left_out
from ppml_core.auditing.inversion_report import InversionCell
from ppml_core.auditing.inversion_sentences import group_delta
from ppml_core.auditing.inversion_size import at_most, size_of, strength
from ppml_core.auditing.materiality import SEVERITY, leak_label
from ppml_core.auditing.report import DatasetSummary, Finding


def find_inversion(
    dataset: DatasetSummary,
    cells: Sequence[InversionCell],
    *,
    unit: str,
    members: int,
    chance: float,
    notes: Sequence[str] = (),
    failed: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """All findings, gravest first. ``members``: training pictures of each model;
    ``chance``: accuracy of a constant answer."""
    if not cells:
        return ()
    first = cells[0]
    trained = replace(dataset, members=members, majority_share=chance)
    found = [
        *find(trained, first.target, first.guarantee, ()),
        *_leaks(cells),
        *_undecided(first),
        _pictures(),
        _unit(unit),
        *_per_copy(cells, unit),
        *_notes(notes),
        *left_out(failed),
    ]
    return tuple(sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.code)))


def setting_of(cell: InversionCell) -> str:
    """In words.

    >>> from ppml_core.auditing.report import TargetSummary
    >>> target = TargetSummary(train_accuracy=1.0, test_accuracy=1.0)
    >>> setting_of(InversionCell(epsilon=8.0, clip=1.0, target=target))
    'epsilon 8, clipping norm 1'
    """
    if cell.epsilon is None:
        return "no protection"
    clip = f"clipping norm {cell.clip:g}"
    return f"no noise, {clip}" if cell.epsilon == "inf" else f"epsilon {cell.epsilon:g}, {clip}"


def _leaks(cells: Sequence[InversionCell]) -> list[Finding]:
    """LS101: reconstructions show single people."""
    leaking = [cell for cell in cells if cell.verdict == "individual-leakage"]
    if not leaking:
        return []
    worst = max(leaking, key=strength)
    others = len(leaking) - 1
    more = (
        f" A leak is visible in {others} other setting{'s' * (others > 1)}, too, none of them "
        "larger."
        if others
        else ""
    )
    label = leak_label(size_of(worst), at_most(worst)).lower()
    return [
        Finding(
            code="LS101",
            title=f"The model gives away single training pictures: {label}",
            severity=SEVERITY[size_of(worst)],
            evidence=f"With {setting_of(worst)}: {worst.evidence}{more}",
            advice="Train on more records a class, or with differential privacy, "
            "and run this test again.",
        )
    ]


def _undecided(cell: InversionCell) -> list[Finding]:
    """LS102: nothing follows from the first setting."""
    if cell.verdict not in ("inconclusive", "did-not-run"):
        return []
    return [
        Finding(
            code="LS102",
            title="Nothing can be concluded",
            severity="warning",
            evidence=cell.evidence,
            advice="Run more model pairs, or change the training so that the model learns. "
            "This is no pass.",
        )
    ]


def _pictures() -> Finding:
    """LS103: the report itself is private."""
    return Finding(
        code="LS103",
        title="This report contains private pictures",
        severity="warning",
        evidence="The true pictures are shown beside what was reconstructed of them.",
        advice="Share it only with those who may see the records.",
    )


def _unit(unit: str) -> Finding:
    """LS104: who is swapped for whom."""
    if unit == "person":
        evidence = (
            "Every class is one person, and the person is swapped. Nearness is the "
            "correlation with the nearest of the person's training pictures, after brightness "
            "and contrast are removed."
        )
    else:
        evidence = (
            "Classes hold many records, and one record of a class is swapped; the others are "
            "the same in all models. Nearness is the correlation with that record, after "
            "brightness and contrast are removed."
        )
    return Finding(
        code="LS104",
        title=f"What is tested is one {unit}",
        severity="info",
        evidence=evidence,
        advice="SSIM and PSNR describe how pictures look. They prove nothing about a person.",
    )


def _per_copy(cells: Sequence[InversionCell], unit: str) -> list[Finding]:
    """LS105: epsilon covers one copy, a person or record has several."""
    private = [cell for cell in cells if cell.guarantee is not None]
    if not private or private[0].copies_of_person == 1:
        return []
    cell = private[-1]
    assert cell.guarantee is not None
    copies = cell.copies_of_person
    delta = group_delta(cell)
    return [
        Finding(
            code="LS105",
            title=f"Epsilon protects one copy, not one {unit}",
            severity="warning",
            evidence=(
                f"Each {unit} is in the data {copies} times. Epsilon "
                f"{cell.guarantee.epsilon:.3g} for one copy is epsilon {cell.person_epsilon:.3g} "
                f"with {delta} for all {copies} (group privacy)."
            ),
            advice=f"For a guarantee for each {unit}, keep one picture of each, or make the "
            f"{unit} the unit when training.",
        )
    ]


def _notes(notes: Sequence[str]) -> list[Finding]:
    """LS106: how the data was divided."""
    if not notes:
        return []
    return [
        Finding(
            code="LS106",
            title="How the data was divided",
            severity="info",
            evidence=" ".join(notes),
            advice="Choose other data or fewer classes to change this.",
        )
    ]
