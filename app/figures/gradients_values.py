"""What the figures and tables of page Gradients read from its report. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ppml_core.auditing.gradients_report import GradientCell, GradientsReport
from ppml_core.auditing.report import Estimate


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One of the things that can be drawn against noise."""

    label: str
    axis: str
    percent: bool


MEASURES = {
    "psnr": Measure(label="PSNR", axis="PSNR of the reconstructions, dB", percent=False),
    "recognised": Measure(label="Recognised", axis="Pictures recognised", percent=True),
    "correlation": Measure(label="Correlation", axis="Correlation with the truth", percent=False),
    "labels": Measure(label="Labels", axis="Labels recovered", percent=True),
}


def clips_of(report: GradientsReport) -> list[float | None]:
    """As asked for, loosest first: none, then from large to small."""
    asked = report.request["clips"]
    return sorted(asked, key=lambda clip: -float("inf") if clip is None else -float(clip))


def noises_of(report: GradientsReport) -> list[float]:
    """As asked for, least first."""
    return sorted(float(noise) for noise in report.request["noises"])


def find_cell(report: GradientsReport, clip: float | None, noise: float) -> GradientCell | None:
    """The cell of that setting; None while it is not computed."""
    return next((c for c in report.cells if c.clip == clip and c.noise == noise), None)


def estimate(cell: GradientCell, measure: str) -> Estimate:
    """The figure of a cell."""
    found: Estimate = getattr(cell, measure)
    return found


def number(value: float | None, measure: str) -> str:
    """As it is written: ``31.6 dB``, ``75 %``, ``0.87``."""
    if value is None:
        return "–"
    if MEASURES[measure].percent:
        return f"{100 * value:.0f} %"
    return f"{value:.1f} dB" if measure == "psnr" else f"{value:.2f}"


def interval(found: Estimate, measure: str) -> str:
    """``29.8 to 33.4 dB``, or an empty text."""
    if found.ci is None:
        return ""
    low, high = (number(end, measure) for end in found.ci)
    for unit in (" dB", " %"):
        low = low.removesuffix(unit)
    return f"{low} to {high}"
