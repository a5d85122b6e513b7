"""What a report of model inversion shows, in plain sentences."""

from __future__ import annotations

from ppml_core.auditing.inversion_report import InversionCell, InversionReport
from ppml_core.auditing.wording import small_up


def inversion_sentence(report: InversionReport) -> str:
    """What the setting that was asked for shows, and what to conclude."""
    return report.cells[0].evidence if report.cells else "No model has been inverted yet."


def group_delta(cell: InversionCell) -> str:
    """``delta 0.00635``, of everything of one person or record, rounded up."""
    delta = cell.person_delta
    return "no delta below 1" if delta is None else f"delta {small_up(delta)}"
