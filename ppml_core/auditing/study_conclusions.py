"""The one word and tone of a result of the other studies, as ``conclusions`` has membership's."""

from __future__ import annotations

from ppml_core.auditing.attribute_report import AttributesReport
from ppml_core.auditing.attribute_size import at_most, shown_verdict, size_of
from ppml_core.auditing.conclusions import CLEAR, INCONCLUSIVE, NOT_RUN, USELESS, Conclusion
from ppml_core.auditing.learning import has_learned
from ppml_core.auditing.materiality import SEVERITY, Size, leak_label


def leak(size: Size, most: Size | None = None) -> Conclusion:
    """A visible leak that surely is so large, and may be larger."""
    grave = SEVERITY[size] == "grave"
    return Conclusion(label=leak_label(size, most), tone="grave" if grave else "warning")


def of_attributes(report: AttributesReport) -> Conclusion:
    """What the model tells of a column about its training records."""
    verdict = shown_verdict(report)
    if verdict == "leaks-about-members":
        return leak(size_of(report), at_most(report))
    if verdict == "population-only":
        return CLEAR
    if verdict == "did-not-run":
        return NOT_RUN
    return INCONCLUSIVE if has_learned(report.dataset, report.target) else USELESS
