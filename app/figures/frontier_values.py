"""What the frontier's pictures and tables read from a report: one number a cell, with its interval.

Pure: a :class:`FrontierReport` in, plain values out. The figure, the heat map and
the table twin all go through here, so they cannot disagree.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from app import escape
from ppml_core.accounting import theory
from ppml_core.auditing.conclusions import NOT_RUN, words_of
from ppml_core.auditing.learning import has_learned
from ppml_core.auditing.report import AttackSummary, FrontierCell, FrontierReport, Interval
from ppml_core.auditing.sentences import strongest_of

FPR = 0.01
"""The false-alarm rate at which the frontier reads the true-positive rate."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A number and its 95 % interval, or the sentence that says why there is none."""

    value: float | None = None
    ci: Interval | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One way to say how well the attack did.

    ``chance`` is what guessing reaches; ``ceiling`` what (epsilon, delta)-DP allows at
    most; ``percent`` whether people read it in percent.
    """

    key: str
    label: str
    axis: str
    chance: float
    percent: bool
    read: Callable[[AttackSummary], Measured]
    ceiling: Callable[[float, float], float]


def _tpr(attack: AttackSummary) -> Measured:
    """TPR at 1 % FPR, or the reason the report gives for not stating it."""
    for point in attack.tpr_at_fpr:
        if math.isclose(point.fpr, FPR):
            return Measured(value=point.tpr, ci=point.ci, reason=point.reason)
    return Measured(reason="This run did not measure the rate at 1 % false alarms.")


def _advantage(attack: AttackSummary) -> Measured:
    return Measured(value=attack.advantage, ci=attack.advantage_ci)


def _auc(attack: AttackSummary) -> Measured:
    return Measured(value=attack.auc, ci=attack.auc_ci)


METRICS: dict[str, Metric] = {
    metric.key: metric
    for metric in (
        Metric(
            key="tpr",
            label="TPR at 1 % FPR",
            axis="Members found at 1 % false alarms",
            chance=FPR,
            percent=True,
            read=_tpr,
            ceiling=lambda epsilon, delta: float(theory.max_tpr(FPR, epsilon, delta)),
        ),
        Metric(
            key="advantage",
            label="Advantage",
            axis="Attack advantage (TPR - FPR)",
            chance=0.0,
            percent=True,
            read=_advantage,
            ceiling=lambda epsilon, delta: float(theory.max_advantage(epsilon, delta)),
        ),
        Metric(
            key="auc",
            label="AUC",
            axis="Attack AUC",
            chance=0.5,
            percent=False,
            read=_auc,
            ceiling=lambda epsilon, delta: float(theory.max_auc(epsilon, delta)),
        ),
    )
}


def measure(cell: FrontierCell, attack: str, metric: str) -> Measured:
    """The cell's number for one attack and one metric, or why there is none."""
    for summary in cell.attacks:
        if summary.name == attack:
            if summary.not_applicable:
                return Measured(reason=summary.not_applicable)
            return METRICS[metric].read(summary)
    return Measured(reason="This attack was not part of the run.")


def verdict(report: FrontierReport, cell: FrontierCell, attack: str) -> str:
    """What one attack's verdict on a cell is, and what it rests on."""
    learned = has_learned(report.dataset, cell)
    found = (words_of(one, learned=learned) for one in cell.attacks if one.name == attack)
    return next(found, NOT_RUN.label)


def attack_names(report: FrontierReport) -> tuple[str, ...]:
    """The attacks of the report: first the one that is strongest on the ordinary model, of
    which the sentences speak, then the others in the order of the request."""
    cells = (*((report.reference,) if report.reference else ()), *report.cells)
    if not cells:
        return ()
    names = [summary.name for summary in cells[0].attacks]
    strongest = strongest_of(cells[0].attacks)
    return tuple(sorted(names, key=lambda name: strongest is None or name != strongest.name))


def same_epsilon(cell: FrontierCell, epsilon: float | None) -> bool:
    """Whether a cell is at this epsilon; None means no noise."""
    if epsilon is None or isinstance(cell.epsilon, str):
        return epsilon is None and isinstance(cell.epsilon, str)
    return math.isclose(cell.epsilon, epsilon)


def find_cell(report: FrontierReport, epsilon: float | None, clip: float) -> FrontierCell | None:
    """The finished cell at (epsilon, clip), or None while it is not computed."""
    for cell in report.cells:
        if same_epsilon(cell, epsilon) and cell.clip is not None and math.isclose(cell.clip, clip):
            return cell
    return None


def grid_of(report: FrontierReport) -> tuple[tuple[float | None, ...], tuple[float, ...]]:
    """The requested epsilons (strictest first, no noise last) and clipping norms (ascending)."""
    epsilons = [None if e is None else float(e) for e in report.request.get("epsilons", ())]
    ordered = sorted(set(epsilons), key=lambda e: math.inf if e is None else e)
    return tuple(ordered), tuple(sorted({float(c) for c in report.request.get("clips", ())}))


def start_cell(report: FrontierReport) -> tuple[float | None, float]:
    """Where the sliders stand at first: in the middle of the grid, or on the nearest cell
    with noise that is computed."""
    epsilons, clips = grid_of(report)
    middle = len(epsilons) // 2, len(clips) // 2
    places = [(i, j) for i in range(len(epsilons)) for j in range(len(clips))]
    places.sort(key=lambda place: abs(place[0] - middle[0]) + abs(place[1] - middle[1]))
    for i, j in places:
        if epsilons[i] is not None and find_cell(report, epsilons[i], clips[j]) is not None:
            return epsilons[i], clips[j]
    return epsilons[middle[0]], clips[middle[1]]


def epsilon_text(epsilon: float | str | None) -> str:
    """How an epsilon is written everywhere: ``0.5``, or ``no noise``."""
    return "no noise" if epsilon is None or isinstance(epsilon, str) else f"{epsilon:g}"


def noise_text(epsilon: float | str | None) -> str:
    """The same in a sentence: ``epsilon 0.5``, or ``no noise``."""
    text = epsilon_text(epsilon)
    return text if epsilon is None or isinstance(epsilon, str) else f"epsilon {text}"


def number_text(value: float | None, metric: str) -> str:
    """A metric's value as people read it: ``3.4 %`` or ``0.612``."""
    if value is None:
        return "not measurable"
    return f"{100 * value:.1f} %" if METRICS[metric].percent else f"{value:.3f}"


def ceiling_text(ceiling: float, metric: str) -> str:
    """What the guarantee says about the attack, in words."""
    if ceiling > 0.99:
        return "the guarantee allows nearly any attack"
    return f"no attack can exceed {number_text(ceiling, metric)} at this ε"


def interval_text(ci: Interval | None, metric: str) -> str:
    """``2.1 to 4.9 %`` or ``0.580 to 0.640``; empty where there is no interval."""
    if ci is None:
        return ""
    if METRICS[metric].percent:
        return f"{100 * ci[0]:.1f} to {100 * ci[1]:.1f} %"
    return f"{ci[0]:.3f} to {ci[1]:.3f}"


def hover(report: FrontierReport, cell: FrontierCell, attack: str, metric: str) -> str:
    """The text under the pointer: the cell, its accuracy, its attack, and the verdict."""
    measured = measure(cell, attack, metric)
    where = (
        "ordinary model: no clipping, no noise"
        if cell.clip is None
        else f"{noise_text(cell.epsilon)} · clipping norm {cell.clip:g}"
    )
    low, high = cell.test_accuracy_ci
    return (
        f"<b>{where}</b><br>accuracy {100 * cell.test_accuracy:.1f} % "
        f"({100 * low:.1f} to {100 * high:.1f})<br>{METRICS[metric].label} "
        f"{number_text(measured.value, metric)} ({interval_text(measured.ci, metric)})"
        f"<br>{escape.plotly(verdict(report, cell, attack))}"
    )


def padded(numbers: list[float], share: float, *, least: float) -> list[float]:
    """Smallest and largest, with some air on both sides; at least ``least`` wide."""
    low, high = min(numbers), max(numbers)
    air = share * (high - low) + max(0.0, least - (high - low)) / 2
    return [low - air, high + air]
