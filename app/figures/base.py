"""Colours and the shared layout of every figure, in light and dark.

Figures are pure: a result goes in, a plotly figure comes out. Series differ by dash
and marker as well as by colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

FONT = '"Source Sans", "Source Sans Pro", sans-serif'
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
MARKERS = ("circle", "square", "diamond", "triangle-up", "x", "cross")

TICKS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
TICK_TEXT = ("0.01 %", "0.1 %", "1 %", "10 %", "100 %")
"""Of a logarithmic axis of rates."""


@dataclass(frozen=True, kw_only=True)
class Palette:
    """One theme's colours; ``series`` is safe for the common colour-blindnesses."""

    series: tuple[str, ...]
    text: str
    muted: str
    grid: str
    background: str
    surface: str
    accent: str


LIGHT = Palette(
    series=("#0b6b72", "#b4500f", "#4a5fc1", "#8a3f86", "#6b7a10", "#5d6b70"),
    text="#17252a",
    muted="#52646a",
    grid="#e3eaeb",
    background="#ffffff",
    surface="#f1f5f5",
    accent="#0b6b72",
)
DARK = Palette(
    series=("#53c1c4", "#f0a067", "#9aabff", "#dd9bd8", "#c3cf62", "#9fb0b4"),
    text="#e4edee",
    muted="#a3b4b8",
    grid="#25363a",
    background="#0f1719",
    surface="#182427",
    accent="#53c1c4",
)


def palette(dark: bool) -> Palette:
    """The colours of one theme."""
    return DARK if dark else LIGHT


def figure(*, dark: bool, x: str, y: str, height: int = 380) -> go.Figure:
    """An empty figure with axes titled ``x`` and ``y`` in the product's look."""
    colours = palette(dark)
    axis: dict[str, Any] = {
        "gridcolor": colours.grid,
        "linecolor": colours.muted,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": colours.muted,
        "ticklen": 4,
        "tickfont": {"color": colours.muted, "size": 12},
        "title": {"font": {"color": colours.text, "size": 13}, "standoff": 8},
        "automargin": True,
    }
    # One dict at once: plotly's update methods take ten times as long.
    return go.Figure(
        layout={
            "template": "none",
            "height": height,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "color": colours.text, "size": 13},
            "colorway": list(colours.series),
            "legend": {
                "orientation": "h",
                "yanchor": "bottom",
                "y": 1.02,
                "x": 0,
                "font": {"color": colours.text, "size": 13},
            },
            "hoverlabel": {
                "bgcolor": colours.surface,
                "bordercolor": colours.muted,
                "font": {"family": FONT, "color": colours.text},
            },
            "hovermode": "closest",
            "dragmode": False,
            "xaxis": axis | {"title": axis["title"] | {"text": x}},
            "yaxis": axis | {"title": axis["title"] | {"text": y}},
        }
    )


def tint(colour: str, alpha: float) -> str:
    """``#rrggbb`` with an opacity, as plotly takes it.

    >>> tint("#0b6b72", 0.5)
    'rgba(11, 107, 114, 0.5)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {alpha:g})"
