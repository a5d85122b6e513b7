"""Success of reconstruction against epsilon: three measured rungs under one proven bound."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import plotly.graph_objects as go

from app.figures import base
from ppml_core.accounting.reconstruction import gaussian_bound, gaussian_epsilon
from ppml_core.auditing.ladder_report import RUNGS, LadderPoint, LadderReport
from ppml_core.auditing.ladder_sentences import RUNG_TITLES

POINTS = 48
_DODGE = (0.955, 1.0, 1.047)
"""Rungs stand beside each other, so that their bars can be told apart."""

Line = tuple[tuple[float, ...], tuple[float, ...]]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the controls say: ``k`` candidates, epsilon per ``unit``, the marked noise."""

    k: int
    unit: str
    noise: float | None = None


def draw(report: LadderReport, choice: Choice, *, dark: bool) -> go.Figure:
    """At most some hundred points."""
    colours = base.palette(dark)
    made = base.figure(
        dark=dark, x=f"Epsilon per {choice.unit} (less is safer)", y="Right guesses", height=440
    )
    _bounds(made, report, choice, colours)
    for number, name in enumerate(RUNGS):
        _rung(made, report, choice, name, number, colours)
    _marked(made, report, choice, colours)
    _chance(made, choice, colours)
    made.update_layout(showlegend=True)
    made.update_xaxes(type="log", tickvals=_ticks(report, choice), tickformat="~g")
    made.update_yaxes(range=[-0.03, 1.06], tickformat=".0%")
    return made


def alt(report: LadderReport, choice: Choice) -> str:
    """A sentence for screen readers."""
    lines = ", ".join(RUNG_TITLES[name] for name in RUNGS)
    return (
        f"Share of right guesses among {choice.k} candidates against epsilon per {choice.unit} at "
        f"{len(report.points)} noise levels: {lines}, each with 95 % intervals, under the proven "
        f"bound and above guessing at {100 / choice.k:.1f} %. The numbers are in the table below."
    )


def epsilon_at(point: LadderPoint, unit: str) -> float:
    """Where a noise level stands on the axis."""
    return point.person_epsilon if unit == "person" else point.guarantee.epsilon


@lru_cache(maxsize=256)
def bound_line(
    noises: tuple[float, float], steps: int, delta: float, k: int, axis_copies: int, copies: int
) -> Line:
    """Epsilons for ``axis_copies`` records and bounds for ``copies``, from much to little noise.

    ``noises``: the largest and the smallest noise multiplier of the line.
    """
    most, least = noises
    found = [most * (least / most) ** (i / (POINTS - 1)) for i in range(POINTS)]
    return (
        tuple(gaussian_epsilon(s, steps, delta, copies=axis_copies) for s in found),
        tuple(gaussian_bound(1 / k, s, steps, copies=copies) for s in found),
    )


def _bounds(made: go.Figure, report: LadderReport, choice: Choice, colours: base.Palette) -> None:
    """The proven line of the unit, all above it shaded; with several records, the other's too."""
    if not report.points:
        return
    mine = report.copies if choice.unit == "person" else 1
    xs, ys = _line(report, choice, mine)
    colour = colours.series[3]
    _add(made, xs, ys, _bound_name(report, choice.unit), {"color": colour, "width": 3})
    made.add_scatter(
        x=[*xs, xs[-1], xs[0]],
        y=[*ys, 1.06, 1.06],
        mode="none",
        fill="toself",
        fillcolor=base.tint(colour, 0.10),
        hoverinfo="skip",
        showlegend=False,
    )
    if report.copies > 1:
        other = "record" if choice.unit == "person" else "person"
        xs, ys = _line(report, choice, report.copies if other == "person" else 1)
        style = {"color": colours.muted, "width": 2, "dash": "dash"}
        _add(made, xs, ys, _bound_name(report, other), style)


def _line(report: LadderReport, choice: Choice, copies: int) -> Line:
    """Over the measured noises and a little beyond."""
    noises = [point.noise_multiplier for point in report.points]
    ends = (max(noises) * 1.25, max(0.5, min(noises) / 1.15))
    axis = report.copies if choice.unit == "person" else 1
    delta = report.points[0].guarantee.delta
    return bound_line(ends, report.steps, delta, choice.k, axis, copies)


def _bound_name(report: LadderReport, unit: str) -> str:
    """As the legend says it."""
    return "Bound (proven)" if report.copies == 1 else f"Bound for a {unit} (proven)"


def _add(
    made: go.Figure,
    xs: tuple[float, ...],
    ys: tuple[float, ...],
    name: str,
    line: dict[str, object],
) -> None:
    """A line without markers."""
    made.add_scatter(
        x=xs,
        y=ys,
        mode="lines",
        name=name,
        line=line,
        hovertemplate=f"{name}<br>epsilon %{{x:.3g}}: at most %{{y:.1%}}<extra></extra>",
    )


def _rung(
    made: go.Figure,
    report: LadderReport,
    choice: Choice,
    name: str,
    number: int,
    colours: base.Palette,
) -> None:
    """One adversary at every noise level, with intervals."""
    found = [
        (epsilon_at(point, choice.unit), rung.successes[choice.k - 2])
        for point in report.points
        for rung in point.rungs
        if rung.name == name
    ]
    values = [one.value or 0.0 for _, one in found]
    ends = [one.ci or (value, value) for (_, one), value in zip(found, values, strict=True)]
    colour = colours.series[number]
    made.add_scatter(
        x=[x * _DODGE[number] for x, _ in found],
        y=values,
        mode="lines+markers",
        name=RUNG_TITLES[name],
        line={"color": base.tint(colour, 0.7), "width": 1.5, "dash": base.DASHES[number]},
        marker={"symbol": base.MARKERS[number], "size": 9, "color": colour},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [high - value for (_, high), value in zip(ends, values, strict=True)],
            "arrayminus": [value - low for (low, _), value in zip(ends, values, strict=True)],
            "color": colour,
            "thickness": 1.5,
            "width": 4,
        },
        customdata=[[x, *end] for (x, _), end in zip(found, ends, strict=True)],
        hovertemplate=f"{RUNG_TITLES[name]}<br>epsilon %{{customdata[0]:.3g}}: %{{y:.1%}} "
        "(%{customdata[1]:.1%} to %{customdata[2]:.1%})<extra></extra>",
    )


def _marked(made: go.Figure, report: LadderReport, choice: Choice, colours: base.Palette) -> None:
    """A line where the chosen noise level stands."""
    for point in report.points:
        if point.noise_multiplier == choice.noise:
            made.add_vline(
                x=epsilon_at(point, choice.unit),
                line={"color": colours.muted, "width": 1, "dash": "dot"},
            )


def _chance(made: go.Figure, choice: Choice, colours: base.Palette) -> None:
    """What guessing reaches."""
    made.add_hline(
        y=1 / choice.k,
        line={"color": colours.muted, "dash": "dot", "width": 1.5},
        annotation_text=f"guessing, 1 in {choice.k}",
        annotation_position="bottom right",
        annotation_font={"color": colours.muted, "size": 12},
    )


def _ticks(report: LadderReport, choice: Choice) -> list[float]:
    """Round numbers across the axis."""
    epsilons = [epsilon_at(point, choice.unit) for point in report.points] or [1.0]
    steps = [m * 10**e for e in range(-3, 4) for m in (1, 2, 5)]
    return [s for s in steps if min(epsilons) / 1.6 <= s <= max(epsilons) * 1.6]
