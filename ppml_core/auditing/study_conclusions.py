"""The one word and tone of a result of the other studies, as ``conclusions`` has membership's."""

from __future__ import annotations

from ppml_core.auditing.attribute_report import AttributesReport
from ppml_core.auditing.attribute_size import at_most, shown_verdict, size_of
from ppml_core.auditing.conclusions import CLEAR, INCONCLUSIVE, NOT_RUN, USELESS, Conclusion
from ppml_core.auditing.gradients_report import GradientCell
from ppml_core.auditing.inversion_report import InversionCell
from ppml_core.auditing.inversion_size import at_most as inversion_at_most
from ppml_core.auditing.inversion_size import off_chance
from ppml_core.auditing.inversion_size import size_of as inversion_size
from ppml_core.auditing.learning import has_learned
from ppml_core.auditing.materiality import SEVERITY, Size, larger, leak_label, share_scale
from ppml_core.statistics.widen import widened_share

NO_RECOVERY = Conclusion(label="No recovery by this attack", tone="clear")


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


def of_inversion(cell: InversionCell) -> Conclusion:
    """What one setting's pictures tell. A pass only where both tests are at chance, and nobody
    on the sheet is given away."""
    if cell.verdict == "individual-leakage":
        return leak(inversion_size(cell), inversion_at_most(cell))
    if cell.verdict == "did-not-run":
        return NOT_RUN
    if cell.verdict not in ("class-average", "adversarial-noise") or off_chance(cell):
        return INCONCLUSIVE
    shown = any(one.verdict == "individual-leakage" for one in cell.reconstructions)
    return INCONCLUSIVE if shown else CLEAR


def gradients_size(cell: GradientCell, chance: float) -> Size:
    """Of a leak by a shared gradient: the share that is recognised in any case, corrected."""
    share = cell.recognised
    if share.value is None or share.ci is None:
        return "slight"
    low = widened_share(share.value, share.ci, 0.025 / max(cell.looks, 1))[0]
    return share_scale(chance).size(low) or "slight"


def of_gradients(cell: GradientCell, chance: float) -> Conclusion:
    """What one setting's gradients give away. ``chance``: the report's."""
    ci, scale = cell.recognised.ci, share_scale(chance)
    if cell.verdict == "individual-leakage":
        size = gradients_size(cell, chance)
        most = scale.size(ci[1]) if ci else None
        return leak(size, larger(size, most or "slight"))
    if cell.verdict != "nothing-recovered" or ci is None or ci[1] >= scale.material:
        return INCONCLUSIVE
    return NO_RECOVERY
