"""The reconstruction ladder in words and rows. Pure."""

from __future__ import annotations

from dataclasses import replace

from app.components import formats
from app.components.tables import Row
from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.ladder_report import LadderPoint, LadderReport
from ppml_core.auditing.ladder_sentences import RUNG_TITLES
from ppml_core.auditing.report import Estimate
from ppml_core.jobs.requests import LadderRequest

RECORD, PERSON = "record", "person"
KNOWS = (
    "Inversion, final model: sees the final model, inverts its class and names the candidate most "
    "like the picture. Informed, final model: knows all other records and the start as well, and "
    "has trained models of its own. Informed, all iterates: also sees every step; its guess is "
    "the likeliest candidate, so nobody who sees the steps can do better. Bound: proven by the "
    "accountant for any attack."
)


def request_line(request: LadderRequest, dataset_name: str) -> str:
    """``Faces · 20 people · 10 candidates · ...``."""
    noises = ", ".join(f"{noise:g}" for noise in request.noise_multipliers)
    pictures = f" with {request.copies} records each" if request.copies > 1 else ""
    return " · ".join(
        [
            dataset_name,
            f"softmax regression of {request.people} people{pictures}",
            f"{request.candidates} candidates",
            f"full-batch DP-GD, {request.steps} steps, clipping norm {request.clip:g}",
            f"noise {noises}",
            f"{request.runs} trainings each",
            f"seed {request.seed}",
        ]
    )


def units(report: LadderReport) -> tuple[str, ...]:
    """What epsilon can be read for."""
    return (RECORD,) if report.copies == 1 else (PERSON, RECORD)


def epsilon_of(point: LadderPoint, unit: str) -> float:
    """Of the unit."""
    return point.person_epsilon if unit == PERSON else point.guarantee.epsilon


def bound_of(point: LadderPoint, unit: str, k: int) -> float:
    """Of the unit."""
    return (point.person_bounds if unit == PERSON else point.bounds)[k - 2]


def guarantee_of(report: LadderReport, point: LadderPoint, unit: str) -> PrivacyGuarantee:
    """The guarantee for one record, or worked out for all records of a person."""
    if unit == RECORD:
        return point.guarantee
    return replace(
        point.guarantee,
        epsilon=point.person_epsilon,
        rdp_epsilon=None,
        accountant="Exact Gaussian (full batch)",
        unit=f"person ({report.copies} records)",
        neighboring_relation=f"add or remove all {report.copies} records of one person",
        caveats=(
            *point.guarantee.caveats,
            f"All {report.copies} records move a step by up to {report.copies} clipping norms, "
            "which is what this epsilon counts. Clipping norm and noise are per record.",
        ),
    )


def measured_text(one: Estimate) -> str:
    """``19.3 % (13.4 to 26.5 %)``."""
    return f"{formats.percent(one.value)} ({formats.percent_interval(one.ci)})"


def rows(report: LadderReport, k: int, unit: str) -> list[Row]:
    """The table twin: one row a noise level."""
    return [_row(report, point, k, unit) for point in report.points]


def _row(report: LadderReport, point: LadderPoint, k: int, unit: str) -> Row:
    """One noise level as people read it."""
    row: Row = {
        f"Epsilon per {unit}": formats.epsilon(epsilon_of(point, unit)),
        "Noise multiplier": f"{point.noise_multiplier:g}",
    }
    for rung in point.rungs:
        row[RUNG_TITLES[rung.name]] = measured_text(rung.successes[k - 2])
    row[f"Bound per {unit}"] = formats.percent(bound_of(point, unit, k))
    row["Guessing"] = formats.percent(1 / k)
    row["Training accuracy"] = measured_text(point.train_accuracy)
    row["Trainings"] = str(point.runs)
    return row


def file_rows(report: LadderReport) -> list[Row]:
    """Plain numbers for the CSV: a row a noise level, number of candidates and adversary."""
    return [
        {
            "noise_multiplier": point.noise_multiplier,
            "epsilon_record": point.guarantee.epsilon,
            "epsilon_person": point.person_epsilon,
            "delta": point.guarantee.delta,
            "candidates": k,
            "adversary": rung.name,
            "success": rung.successes[k - 2].value,
            "success_low": (rung.successes[k - 2].ci or (None, None))[0],
            "success_high": (rung.successes[k - 2].ci or (None, None))[1],
            "trainings": point.runs,
            "bound_record": point.bounds[k - 2],
            "bound_record_closed_form": point.closed_form[k - 2],
            "bound_person": point.person_bounds[k - 2],
        }
        for point in report.points
        for k in range(2, report.candidates + 1)
        for rung in point.rungs
    ]
