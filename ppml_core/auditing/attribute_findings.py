"""What a reader should know about a result of attribute inference."""

from __future__ import annotations

from ppml_core.auditing.attribute_report import AttributesReport
from ppml_core.auditing.attribute_sentences import conclusion, figures, least
from ppml_core.auditing.attribute_size import at_most, size_of
from ppml_core.auditing.materiality import SEVERITY, leak_label
from ppml_core.auditing.report_parts import Finding

SIMILAR = 0.9
"""Of a target's training records: a shadow model with fewer is another kind of model."""


def attribute_findings(report: AttributesReport, shadow_records: int) -> tuple[Finding, ...]:
    """Those of this attack alone; ``shadow_records`` is what a shadow model was trained on."""
    found = (_leak(report), _small_shadows(report, shadow_records), _thinned(report))
    return tuple(finding for finding in found if finding is not None)


def _leak(report: AttributesReport) -> Finding | None:
    """LS032: members' values can be guessed better than those of others. As grave as large."""
    if report.verdict != "leaks-about-members":
        return None
    size, label = size_of(report), leak_label(size_of(report), at_most(report))
    return Finding(
        code="LS032",
        title=f"The model betrays “{report.column.name}” of its training records: {label.lower()}",
        severity=SEVERITY[size],
        evidence=f"{conclusion(report)} {figures(report)}{least(report)}",
        advice="Leave the column out if the task does not need it, let the model remember less "
        "(a smaller one, more regularisation, more records), or train with differential privacy.",
    )


def _small_shadows(report: AttributesReport, size: int) -> Finding | None:
    """LS030: the fusion was learned on models unlike the targets."""
    if size >= SIMILAR * report.dataset.members:
        return None
    return Finding(
        code="LS030",
        title="Shadow models are smaller than the targets",
        severity="info",
        evidence=f"They were trained on {size:,} records, the targets on "
        f"{report.dataset.members:,}: the fused guess is weighted for models that remember more.",
        advice="Keep more auxiliary records aside.",
    )


def _thinned(report: AttributesReport) -> Finding | None:
    """LS031: a run of limited length on large data."""
    data, most = report.dataset, report.request.get("records", report.dataset.n)
    used = data.members + data.nonmembers + data.auxiliary
    if used >= data.n or data.n <= most:
        return None
    return Finding(
        code="LS031",
        title="Only some of the records were used",
        severity="info",
        evidence=f"{used:,} of {data.n:,}, drawn at random, so that the run stays short.",
        advice="A model of all records remembers each of them less.",
    )
