"""What a reader should know about a result of gradient leakage."""

from __future__ import annotations

from collections.abc import Sequence

from ppml_core.auditing.gradients_report import GradientCell
from ppml_core.auditing.gradients_sentences import setting_words
from ppml_core.auditing.materiality import SEVERITY, SIZES
from ppml_core.auditing.report_parts import Finding
from ppml_core.auditing.study_conclusions import gradients_size, of_gradients


def gradients_findings(cells: Sequence[GradientCell], chance: float) -> tuple[Finding, ...]:
    """LS110: pictures are recognised in what gradients gave away. As grave as the worst."""
    leaking = [cell for cell in cells if cell.verdict == "individual-leakage"]
    if not leaking:
        return ()

    def strength(cell: GradientCell) -> tuple[int, float]:
        return SIZES.index(gradients_size(cell, chance)), (cell.recognised.ci or (0.0, 0.0))[0]

    worst, others = max(leaking, key=strength), len(leaking) - 1
    more = f" A leak is visible in {others} of the other settings, too." if others else ""
    label = of_gradients(worst, chance).label.lower()
    return (
        Finding(
            code="LS110",
            title=f"Shared gradients give away single pictures: {label}",
            severity=SEVERITY[gradients_size(worst, chance)],
            evidence=f"{setting_words(worst)}: {worst.evidence}{more}",
            advice="Add noise before a gradient is shared, share gradients of more pictures "
            "together, or aggregate them so that nobody sees a single one.",
        ),
    )
