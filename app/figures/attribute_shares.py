"""To what the right guesses about members are owed, as one bar of a hundred members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from app.figures import base
from ppml_core.auditing.attribute_report import Shares
from ppml_core.auditing.attribute_sentences import of_a_hundred

_PATTERNS = {"population": "", "model": "/", "membership": "."}
_NARROW = 0.06
"""A part thinner than this has no room for its number inside."""


def draw(shares: Shares, titles: Mapping[str, str], *, dark: bool) -> go.Figure:
    """Population, model and membership from the left; the rest was guessed wrong."""
    colours = base.palette(dark)
    made = base.figure(dark=dark, x="Of 100 members", y="", height=190)
    right = shares.right.value or 0.0
    fills = dict(
        zip(_PATTERNS, (colours.series[0], colours.series[2], colours.series[1]), strict=True)
    )
    *people, wrong = of_a_hundred(shares)
    for (name, pattern), whole in zip(_PATTERNS.items(), people, strict=True):
        part = right * (getattr(shares, name).value or 0.0)
        made.add_trace(_bar(titles[name], part, whole, fills[name], pattern, line=fills[name]))
    made.add_trace(_bar("Guessed wrong", 1 - right, wrong, None, "", line=colours.muted))
    made.update_layout(barmode="stack", bargap=0.35, legend={"traceorder": "normal"})
    made.update_xaxes(range=[0, 101.5], fixedrange=True, tickvals=list(range(0, 101, 20)))
    made.update_yaxes(visible=False, fixedrange=True)
    return made


def _bar(
    name: str, share: float, people: int, fill: str | None, pattern: str, *, line: str
) -> go.Bar:
    """One part, its number on it where there is room and in the legend anyway. The fill is
    pale enough for the page's own text colour, dark or light, to be read on it."""
    marker: dict[str, Any] = {"color": "rgba(0,0,0,0)", "line": {"width": 1.5, "color": line}}
    if fill is not None:
        marker["color"] = base.tint(fill, 0.4)
        tints = {"bgcolor": base.tint(fill, 0.3), "fgcolor": base.tint(fill, 0.55)}
        marker["pattern"] = {"shape": pattern, "size": 9, "solidity": 0.25, **tints}
    return go.Bar(
        x=[100 * share],
        y=["members"],
        orientation="h",
        name=f"{name} {people}",
        marker=marker,
        text=[f"{people}" if share >= _NARROW else ""],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"size": 15},
        hovertemplate=f"{name}: %{{x:.1f}} of 100 members<extra></extra>",
    )
