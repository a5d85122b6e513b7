"""Colours and the shared layout of every figure, for light and dark.

Figures are pure: a result goes in, a plotly figure comes out. Series differ by dash
and marker as well as by colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from app import escape

FONT = '"Source Sans", "Source Sans Pro", sans-serif'
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
NAME_LENGTH = 20
MARKERS = ("circle", "square", "diamond", "triangle-up", "x", "cross")

TICKS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
TICK_TEXT = ("0.01 %", "0.1 %", "1 %", "10 %", "100 %")
"""Of a logarithmic axis of rates."""


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Colours that hold on the light and on the dark background alike (contrast of at least
    3 to 1 on both); ``series`` is safe for the common colour-blindnesses."""

    series: tuple[str, ...]
    text: str
    muted: str
    grid: str
    background: str
    surface: str
    accent: str


PALETTE = Palette(
    series=("#12868d", "#cf6412", "#5d74de", "#a957b0", "#7f8511", "#748489"),
    text="#748489",
    muted="#748489",
    grid="#a3b1b5",
    background="#ffffff",
    surface="#17252a",
    accent="#12868d",
)


def palette(dark: bool) -> Palette:
    """The colours of a figure: the same in both themes.

    A person may change the theme at any moment and the server hears of it late or never,
    so no figure depends on it. Words and grid lines take the page's own text colour from
    the style sheet.
    """
    return PALETTE


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
                "bordercolor": colours.surface,
                "font": {"family": FONT, "color": "#ffffff"},
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


def shortened(name: str) -> str:
    """A name from a file, as a figure may show it.

    >>> shortened("<b>" + 40 * "x")
    '&lt;b&gt;xxxxxxxxxxxxxxxx…'
    """
    name = escape.plain(name)
    short = name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…"
    return escape.plotly(short)


def name_lines(made: go.Figure, names: Sequence[str]) -> None:
    """Bars at 0, 1, ... get the names of what they stand for, the first one on top."""
    made.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(names))),
        ticktext=[shortened(name) for name in names],
        range=[len(names) - 0.5, -0.5],
        showgrid=False,
        ticks="",
    )
