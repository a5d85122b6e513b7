"""How well the column is guessed without the model, by the model, and by both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from app.figures import base
from ppml_core.auditing.attribute_report import Guesser
from ppml_core.auditing.report import Estimate

_APART = 0.16
"""Members above their line, non-members below it."""


def draw(guessers: Sequence[Guesser], titles: Mapping[str, str], *, dark: bool) -> go.Figure:
    """A line a guesser: AUC of members (filled) and non-members (hollow), 95 % intervals."""
    colours = base.palette(dark)
    made = base.figure(dark=dark, x="AUC (0.5 is guessing)", y="", height=270)
    lines = range(len(guessers))
    groups = (
        ("Members", [g.auc_members for g in guessers], "circle", colours.series[1], -_APART),
        (
            "Non-members",
            [g.auc_nonmembers for g in guessers],
            "square-open",
            colours.series[0],
            _APART,
        ),
    )
    for name, estimates, symbol, colour, shift in groups:
        made.add_trace(_points(name, estimates, [y + shift for y in lines], symbol, colour))
    made.add_vline(x=0.5, line={"dash": "dot", "width": 1.5, "color": colours.muted})
    made.update_yaxes(
        tickmode="array",
        tickvals=list(lines),
        ticktext=[titles[guesser.name] for guesser in guessers],
        range=[len(guessers) - 0.5, -0.5],
        showgrid=False,
        ticks="",
        fixedrange=True,
    )
    made.update_xaxes(range=[_left(guessers), 1.02], fixedrange=True, nticks=6)
    return made


def _points(
    name: str, estimates: Sequence[Estimate], y: list[float], symbol: str, colour: str
) -> go.Scatter:
    """One group's dots with error bars."""
    values = [estimate.value or 0.0 for estimate in estimates]
    ends = [
        estimate.ci or (value, value) for estimate, value in zip(estimates, values, strict=True)
    ]
    return go.Scatter(
        x=values,
        y=y,
        mode="markers",
        name=name,
        marker={"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [high - value for value, (_, high) in zip(values, ends, strict=True)],
            "arrayminus": [value - low for value, (low, _) in zip(values, ends, strict=True)],
            "color": colour,
            "thickness": 2,
            "width": 5,
        },
        customdata=ends,
        hovertemplate=f"{name}: %{{x:.3f}} (%{{customdata[0]:.3f}} to %{{customdata[1]:.3f}})"
        "<extra></extra>",
    )


def _left(guessers: Sequence[Guesser]) -> float:
    """Where the axis begins: 0.4, or below the lowest interval."""
    lows = [
        estimate.ci[0]
        for guesser in guessers
        for estimate in (guesser.auc_members, guesser.auc_nonmembers)
        if estimate.ci
    ]
    return max(0.0, min([0.4, *(low - 0.03 for low in lows)]))
