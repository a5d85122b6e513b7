"""What the reconstruction ladder shows, in sentences computed from its points."""

from __future__ import annotations

from ppml_core.auditing.ladder_report import LadderPoint, LadderReport, LadderRung
from ppml_core.auditing.wording import in_percent, percent, small

RUNG_TITLES = {
    "inversion": "Inversion, final model",
    "final-model": "Informed, final model",
    "all-iterates": "Informed, all iterates",
}
RUNG_KNOWS = {
    "inversion": "sees the final model",
    "final-model": "knows everything but {unknown} and sees the final model",
    "all-iterates": "knows everything but {unknown} and sees every step of training",
}
CAUTION = (
    "A bound is proven, a measurement is not: what no attack here reached is not thereby safe; "
    "only what lies above the bound is out of reach."
)


def ladder_sentence(report: LadderReport, k: int | None = None) -> str:
    """The ends of the ladder and what is proven, among ``k`` candidates (default: all)."""
    k = k or report.candidates
    point = telling_point(report, k)
    if point is None:
        return "No setting has been computed yet."
    loose, strict = report.points[0], report.points[-1]
    ends = _reached(report, loose, k)
    if strict is not loose:
        ends += f" and in {_reached(report, strict, k, short=True)}"
    return (
        f"Of {k} candidates for one unknown {_unit(report)}, the strongest adversary here names "
        f"the right one in {ends}; guessing is right in {percent(1 / k, 1)}. At epsilon "
        f"{_epsilon(report, point):.3g} {_limit(_bounds(report, point)[k - 2])} {CAUTION}"
    )


def _reached(report: LadderReport, point: LadderPoint, k: int, *, short: bool = False) -> str:
    """``88.7 % of trainings at epsilon 53.1``."""
    value = strongest_rung(point, k).successes[k - 2].value or 0.0
    trainings = "" if short else " of trainings"
    return f"{percent(value, 1)}{trainings} at epsilon {_epsilon(report, point):.3g}"


def telling_point(report: LadderReport, k: int) -> LadderPoint | None:
    """Where the bound is nearest to half way between guessing and certainty."""
    middle = (1 + 1 / k) / 2
    return min(report.points, key=lambda p: abs(_bounds(report, p)[k - 2] - middle), default=None)


def point_sentence(report: LadderReport, point: LadderPoint, k: int | None = None) -> str:
    """What the strongest adversary reaches at one noise, against guessing and the bound."""
    k = k or report.candidates
    bound, strongest = _bounds(report, point)[k - 2], strongest_rung(point, k)
    measured = strongest.successes[k - 2]
    assert measured.value is not None
    unknown = "one record" if report.copies == 1 else "one person's records"
    knows = RUNG_KNOWS[strongest.name].format(unknown=unknown)
    return (
        f"At {setting(report, point)} an adversary who {knows} names the "
        f"right one of {k} candidates in {percent(measured.value, 1)} of {measured.n} trainings"
        f"{in_percent(measured.ci)}. Guessing is right in {percent(1 / k, 1)}; "
        f"{_limit(bound)}"
    )


def setting(report: LadderReport, point: LadderPoint) -> str:
    """``epsilon 3.02 per record (delta 0.001)``."""
    unit = "record" if report.copies == 1 else f"person of {report.copies} records"
    delta = small(point.guarantee.delta)
    return f"epsilon {_epsilon(report, point):.3g} per {unit} (delta {delta})"


def strongest_rung(point: LadderPoint, k: int) -> LadderRung:
    """The adversary that succeeded most; of equals the one that knows least."""
    return max(point.rungs, key=lambda rung: rung.successes[k - 2].value or 0.0)


def person_sentence(report: LadderReport, k: int) -> str:
    """What the guarantee per record is worth to a person with several; empty for one."""
    point = telling_point(report, k)
    if report.copies == 1 or point is None:
        return ""
    record, person = point.bounds[k - 2], point.person_bounds[k - 2]
    crossed = _crossed(report, k)
    seen = (
        f" In {crossed} of {len(report.points)} settings the 95 % interval of a measured success "
        "lies above the bound for one record: that bound does not hold for them."
        if crossed
        else ""
    )
    return (
        f"Each person has {report.copies} records. Epsilon {point.guarantee.epsilon:.3g} per "
        f"record is {point.person_epsilon:.3g} for the person, and the bound rises from "
        f"{percent(record, 1)} to {percent(person, 1)}.{seen}"
    )


def _crossed(report: LadderReport, k: int) -> int:
    """Settings in which some adversary's interval lies above the bound for one record."""
    return sum(
        any(
            (ci := rung.successes[k - 2].ci) and ci[0] > point.bounds[k - 2] for rung in point.rungs
        )
        for point in report.points
    )


def _unit(report: LadderReport) -> str:
    """What is unknown."""
    return "record" if report.copies == 1 else "person"


def _epsilon(report: LadderReport, point: LadderPoint) -> float:
    """For what is unknown."""
    return point.guarantee.epsilon if report.copies == 1 else point.person_epsilon


def _bounds(report: LadderReport, point: LadderPoint) -> tuple[float, ...]:
    """The bound for what is unknown here: a record, or a person's records."""
    return point.bounds if report.copies == 1 else point.person_bounds


def _limit(bound: float) -> str:
    """What is proven."""
    if bound > 0.9995:
        return "the guarantee is too weak to exclude certainty."
    return f"no attack whatever can exceed {percent(bound, 1)}."
