"""Quality of reconstructions against noise: a line a clipping norm, and what needs no gradient."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from app.figures import base
from app.figures import gradients_values as values
from ppml_core.auditing.gradients_report import GradientCell, GradientsReport
from ppml_core.auditing.report import Estimate


def draw(
    report: GradientsReport, clip: float | None, noise: float, measure: str, *, dark: bool
) -> go.Figure:
    """Noises at equal distances, because 0 has no place on a logarithmic axis."""
    colours = base.palette(dark)
    told = values.MEASURES[measure]
    noises = values.noises_of(report)
    made = base.figure(dark=dark, x="Noise in every coordinate", y=told.axis, height=380)
    clips = values.clips_of(report)
    for number, other in enumerate(clips):
        if other != clip:
            _line(made, report, other, measure, colours, number)
    _line(made, report, clip, measure, colours, clips.index(clip), chosen=True)
    _marked(made, report, clip, noise, measure, colours)
    _nulls(made, report, measure, colours, len(noises))
    made.update_xaxes(
        tickvals=list(range(len(noises))),
        ticktext=[_tick(one) for one in noises],
        range=[-0.3, len(noises) - 0.7],
    )
    if told.percent:
        made.update_yaxes(tickformat=".0%", range=[-0.04, 1.06])
    elif measure == "correlation":
        made.update_yaxes(range=[min(-0.05, *_lows(report, measure)), 1.05])
    else:
        made.update_yaxes(rangemode="tozero")
    return made


def alt(report: GradientsReport, clip: float | None, noise: float, measure: str) -> str:
    """A sentence for screen readers."""
    told = values.MEASURES[measure]
    cell = values.find_cell(report, clip, noise)
    shown = "not computed yet"
    if cell is not None:
        found = values.estimate(cell, measure)
        shown = f"{values.number(found.value, measure)} ({values.interval(found, measure)})"
    return (
        f"{told.axis} against noise, one line for each of {len(values.clips_of(report))} clipping "
        f"norms. Chosen: {_name(clip)}, noise {noise:g}: {shown}."
    )


def _line(
    made: go.Figure,
    report: GradientsReport,
    clip: float | None,
    measure: str,
    colours: base.Palette,
    number: int,
    *,
    chosen: bool = False,
) -> None:
    """One clipping norm over all noises; only the chosen one has its intervals."""
    noises = values.noises_of(report)
    cells = [c for n in noises if (c := values.find_cell(report, clip, n)) is not None]
    found = [values.estimate(cell, measure) for cell in cells]
    colour = colours.accent if chosen else colours.muted
    points = [(noises.index(c.noise), e.value, c) for c, e in zip(cells, found, strict=True)]
    made.add_scatter(
        x=[x for x, _, _ in points],
        y=[y for _, y, _ in points],
        mode="lines+markers",
        name=_name(clip),
        line={
            "color": colour if chosen else base.tint(colour, 0.6),
            "width": 3 if chosen else 1.5,
            "dash": base.DASHES[number % len(base.DASHES)],
        },
        marker={"symbol": base.MARKERS[number % len(base.MARKERS)], "size": 9 if chosen else 6},
        error_y=_bars(found, colour) if chosen else None,
        hovertext=[_hover(cell, measure) for _, _, cell in points],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _bars(found: list[Estimate], colour: str) -> dict[str, Any]:
    """Intervals of the chosen line."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [e.ci[1] - e.value if e.ci and e.value is not None else 0 for e in found],
        "arrayminus": [e.value - e.ci[0] if e.ci and e.value is not None else 0 for e in found],
        "color": colour,
        "thickness": 1.5,
        "width": 5,
    }


def _marked(
    made: go.Figure,
    report: GradientsReport,
    clip: float | None,
    noise: float,
    measure: str,
    colours: base.Palette,
) -> None:
    """The chosen cell, large."""
    cell = values.find_cell(report, clip, noise)
    if cell is None:
        return
    made.add_scatter(
        x=[values.noises_of(report).index(noise)],
        y=[values.estimate(cell, measure).value],
        mode="markers",
        marker={
            "size": 18,
            "color": base.tint(colours.accent, 0.35),
            "line": {"color": colours.accent, "width": 3},
        },
        showlegend=False,
        hovertext=[_hover(cell, measure)],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _nulls(
    made: go.Figure, report: GradientsReport, measure: str, colours: base.Palette, n: int
) -> None:
    """What an attacker reaches without any gradient."""
    if measure == "psnr":
        _rule(made, report.mean_psnr.value, "the mean picture", n, colours.series[1], "dot")
        _rule(made, report.nearest_psnr.value, "the nearest other", n, colours.series[3], "dash")
    if measure == "recognised":
        _rule(made, report.chance, "knowing the label only", n, colours.series[1], "dot")


def _rule(made: go.Figure, y: float | None, name: str, n: int, colour: str, dash: str) -> None:
    """A horizontal line with an entry in the legend."""
    if y is None:
        return
    made.add_scatter(
        x=[-0.3, n - 0.7],
        y=[y, y],
        mode="lines",
        name=f"without gradient: {name}",
        line={"color": colour, "dash": dash, "width": 2},
        hoverinfo="skip",
    )


def _hover(cell: GradientCell, measure: str) -> str:
    """Setting, figure, interval."""
    found = values.estimate(cell, measure)
    return (
        f"<b>{_name(cell.clip)}, noise {cell.noise:g}</b><br>{values.MEASURES[measure].label} "
        f"{values.number(found.value, measure)} ({values.interval(found, measure)})"
    )


def _lows(report: GradientsReport, measure: str) -> list[float]:
    """Lower ends of all intervals, so that bars fit."""
    found = [values.estimate(cell, measure) for cell in report.cells]
    return [e.ci[0] for e in found if e.ci] or [0.0]


def _name(clip: float | None) -> str:
    return "no clipping" if clip is None else f"clipping norm {clip:g}"


def _tick(noise: float) -> str:
    return "none" if noise == 0 else f"{noise:g}"
