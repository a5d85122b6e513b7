"""What a report of model inversion shows, in plain sentences."""

from __future__ import annotations

from ppml_core.auditing.inversion_report import InversionReport


def inversion_sentence(report: InversionReport) -> str:
    """What the setting that was asked for shows, and what to conclude."""
    return report.cells[0].evidence if report.cells else "No model has been inverted yet."
