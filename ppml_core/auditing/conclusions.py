"""The one word and tone of each result, from which badges, tables and figures take theirs.

Pure and on report types only. Green (``clear``) is said of nothing that is undecided, of no
model that may have learned nothing, and never beside a guarantee that is broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ppml_core.auditing.attack_sentences import strongest_of
from ppml_core.auditing.evidence import evidence_words, label_of, size_of
from ppml_core.auditing.learning import has_learned
from ppml_core.auditing.materiality import SEVERITY
from ppml_core.auditing.report import AttackSummary, AuditReport, FrontierCell, FrontierReport
from ppml_core.auditing.report_parts import DatasetSummary, Finding
from ppml_core.auditing.verdict_sentences import BROKEN

Tone = Literal["grave", "warning", "open", "clear"]
TONES: tuple[Tone, ...] = ("grave", "warning", "open", "clear")
"""Worst first. ``warning`` is a visible leak, ``open`` is undecided, ``clear`` a pass."""


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """``label``: two or three words, as badges and tables show; ``tone``: their colour."""

    label: str
    tone: Tone


INCONCLUSIVE = Conclusion(label="Inconclusive", tone="open")
CLEAR = Conclusion(label="No material leak", tone="clear")
NOT_RUN = Conclusion(label="Did not run", tone="open")
USELESS = Conclusion(label="Learning not shown", tone="open")
BROKEN_GUARANTEE = Conclusion(label="Guarantee broken", tone="grave")


def of_attack(attack: AttackSummary, *, learned: bool = True) -> Conclusion:
    """One attack; ``learned``: whether the models surely have."""
    if attack.not_applicable is not None:
        return NOT_RUN
    if attack.verdict in ("leaks", "reversed"):
        severity = SEVERITY[size_of(attack)]
        way = "" if attack.verdict == "leaks" else "Wrong way round: "
        label = label_of(attack)
        return Conclusion(
            label=way + (label.lower() if way else label),
            tone="grave" if severity == "grave" else "warning",
        )
    if attack.verdict == "inconclusive":
        return INCONCLUSIVE
    if _exceeds(attack):
        return BROKEN_GUARANTEE
    return CLEAR if learned else USELESS


def _exceeds(attack: AttackSummary) -> bool:
    """It surely did better than the guarantee allows."""
    return attack.against_guarantee is not None and attack.against_guarantee.exceeds


def words_of(attack: AttackSummary, *, learned: bool = True) -> str:
    """The cell of a table: the label, and what a visible leak rests on or why nothing ran.

    >>> words_of(AttackSummary(name="rmia", not_applicable="It needs other records."))
    'Did not run: It needs other records.'
    """
    label = of_attack(attack, learned=learned).label
    by = attack.not_applicable or evidence_words(attack.evidence)
    return f"{label}: {by}" if by else label


def of_attacks(
    attacks: Sequence[AttackSummary],
    *,
    learned: bool = True,
    findings: Iterable[Finding] = (),
) -> Conclusion:
    """Several attacks on the same models, of which those that could not run say nothing."""
    if any(finding.code in BROKEN for finding in findings) or any(map(_exceeds, attacks)):
        return BROKEN_GUARANTEE
    ran = [attack for attack in attacks if attack.not_applicable is None]
    strongest = strongest_of(ran)
    if strongest is None:
        return INCONCLUSIVE if ran else NOT_RUN
    if strongest.verdict in ("leaks", "reversed"):
        return of_attack(strongest)
    if not learned:
        return USELESS
    return CLEAR if all(a.verdict == "no-leak-detected" for a in ran) else INCONCLUSIVE


def of_audit(report: AuditReport) -> Conclusion:
    """A whole audit."""
    learned = has_learned(report.dataset, report.target)
    return of_attacks(report.attacks, learned=learned, findings=report.findings)


def of_cell(dataset: DatasetSummary, cell: FrontierCell) -> Conclusion:
    """One setting of a frontier, by all its attacks."""
    return of_attacks(cell.attacks, learned=has_learned(dataset, cell))


def of_frontier(report: FrontierReport) -> Conclusion:
    """A whole grid: the worst of its settings, the one without protection among them."""
    if any(finding.code in BROKEN for finding in report.findings):
        return BROKEN_GUARANTEE
    cells = [*([report.reference] if report.reference else []), *report.cells]
    if not cells:
        return INCONCLUSIVE
    worst = strongest_of([attack for cell in cells for attack in cell.attacks])
    if worst is not None and worst.verdict in ("leaks", "reversed"):
        return of_attack(worst)
    found = [of_cell(report.dataset, cell) for cell in cells]
    return min(found, key=lambda one: TONES.index(one.tone))
