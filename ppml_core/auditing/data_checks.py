"""Findings about the records themselves, whatever was trained on them."""

from __future__ import annotations

from ppml_core.auditing.report_parts import DatasetSummary, Finding

_NAMED = 5


def data_findings(dataset: DatasetSummary) -> tuple[Finding, ...]:
    """All of this file."""
    found = (_label_twin(dataset),)
    return tuple(finding for finding in found if finding is not None)


def _label_twin(dataset: DatasetSummary) -> Finding | None:
    """LS051: a feature gives the label away, so there is nothing to learn."""
    twins = dataset.label_twins
    if not twins:
        return None
    more = len(twins) - _NAMED
    named = ", ".join(f"“{name}”" for name in twins[:_NAMED])
    each = "each of them" if len(twins) > 1 else "it"
    return Finding(
        code="LS051",
        title="A column determines the label",
        severity="warning",
        evidence=(
            f"The label follows from {named}{f' and {more:,} more' if more > 0 else ''}: {each} "
            "alone tells the class of nearly every record, perhaps in other words, turned round "
            "or on another scale."
        ),
        advice="Accuracy then says nothing about learning, and memorising is not needed. Leave "
        "such a column out, unless it would be known before the label is.",
    )
