"""What a reader should know about a result: every check of ``auditing.checks``, sorted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.checks import CHECKS, Facts
from ppml_core.auditing.data_checks import data_findings
from ppml_core.auditing.evidence import strength
from ppml_core.auditing.frontier_sentences import place_of, setting_of
from ppml_core.auditing.report import (
    AttackSummary,
    DatasetSummary,
    Finding,
    FrontierCell,
    TargetSummary,
)
from ppml_core.auditing.report_parts import Severity
from ppml_core.auditing.unit_findings import OF_DATA, unit_findings

SEVERITIES: tuple[Severity, ...] = ("grave", "warning", "info")


def find(
    dataset: DatasetSummary,
    target: TargetSummary,
    guarantee: PrivacyGuarantee | None,
    attacks: Sequence[AttackSummary],
) -> tuple[Finding, ...]:
    """All findings, gravest first, then by code. ``attacks`` with their final verdicts."""
    facts = Facts(dataset=dataset, target=target, guarantee=guarantee, attacks=tuple(attacks))
    found = [finding for check in CHECKS if (finding := check(facts)) is not None]
    found += (*data_findings(dataset), *unit_findings(dataset, guarantee))
    return tuple(sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.code)))


def find_frontier(
    dataset: DatasetSummary, reference: FrontierCell | None, cells: Sequence[FrontierCell]
) -> tuple[Finding, ...]:
    """Findings of all cells, each code once: in which setting first, in how many more.

    That cells without noise have no guarantee is what a frontier is about, and
    no finding there.
    """
    found: dict[str, list[_Place]] = {}
    for cell in (*([reference] if reference else []), *sorted(cells, key=place_of)):
        target = TargetSummary(
            train_accuracy=cell.train_accuracy,
            test_accuracy=cell.test_accuracy,
            test_accuracy_ci=cell.test_accuracy_ci,
        )
        for finding in find(dataset, target, cell.guarantee, cell.attacks):
            if finding.code != "LS002":
                found.setdefault(finding.code, []).append((cell, finding))
    merged = [_merged(places) for places in found.values()]
    return tuple(sorted(merged, key=lambda f: (SEVERITIES.index(f.severity), f.code)))


_Place = tuple[FrontierCell, Finding]
_VISIBLE = {"LS007": "leaks", "LS022": "reversed"}


def _merged(places: list[_Place]) -> Finding:
    """One finding for several cells: the worst, with its place and the number of others.

    The order in which cells were asked for plays no part: of equally severe ones it is that
    with the largest leak, else the first by :func:`place_of`.
    """
    cell, worst = min(places, key=lambda p: (SEVERITIES.index(p[1].severity), *_mildness(p)))
    if worst.code in OF_DATA:
        return worst
    where = "Without protection" if cell.clip is None else f"With {setting_of(cell)}"
    alike = [one for _, one in places if (one.severity, one.title) == (worst.severity, worst.title)]
    milder = len(places) - len(alike)
    said = _settings("The same holds in {}.", len(alike) - 1)
    said += _settings("It is milder in {}.", milder)
    return replace(worst, evidence=f"{where}: {worst.evidence}{said}")


def _mildness(place: _Place) -> tuple[float, ...]:
    """Smaller for larger leaks."""
    cell, finding = place
    verdict = _VISIBLE.get(finding.code)
    found = [strength(a) for a in cell.attacks if a.verdict == verdict]
    size, far = max(found, default=(0, 0.0))
    return -size, -far


def _settings(words: str, count: int) -> str:
    """How many other settings; nothing for none."""
    if not count:
        return ""
    return " " + words.format(f"{count} other setting{'s' * (count > 1)}")


def left_out(titles: Sequence[str], learning_rate: float | None = None) -> tuple[Finding, ...]:
    """LS011: settings that a grid lacks, because their training diverged; none if ``titles``
    is empty."""
    if not titles:
        return ()
    named = "" if learning_rate is None else f" ({learning_rate:g})"
    return (
        Finding(
            code="LS011",
            title="A setting could not be trained",
            severity="warning",
            evidence="Training diverged, and nothing could be measured, with: "
            f"{'; '.join(titles)}.",
            advice=f"Lower the learning rate{named} or the number of epochs, and run again.",
        ),
    )
