"""Score histograms of members and non-members, with a threshold that can be moved."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from app.figures.base import TICK_TEXT, TICKS, figure, palette, tint
from ppml_core.auditing.report import Histogram


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What calling every score of at least a threshold "member" does."""

    found: int
    missed: int
    accused: int
    cleared: int

    @property
    def tpr(self) -> float:
        return self.found / max(1, self.found + self.missed)

    @property
    def fpr(self) -> float:
        return self.accused / max(1, self.accused + self.cleared)


def counts(histogram: Histogram, edge: int) -> Counts:
    """Counts at the threshold ``histogram.edges[edge]``: bins from there on are accused."""
    found = sum(histogram.members[edge:])
    accused = sum(histogram.nonmembers[edge:])
    return Counts(
        found=found,
        missed=sum(histogram.members) - found,
        accused=accused,
        cleared=sum(histogram.nonmembers) - accused,
    )


def edge_at_fpr(histogram: Histogram, fpr: float) -> int:
    """The lowest threshold that accuses at most a share ``fpr`` of the non-members.

    Where even the highest bin holds more, that bin's lower edge: some are accused.
    """
    last = len(histogram.edges) - 2
    return next((edge for edge in range(last) if counts(histogram, edge).fpr <= fpr), last)


def scores(histogram: Histogram, edge: int, *, dark: bool, height: int = 320) -> go.Figure:
    """Both distributions as shares of their group, and the threshold as a line. The shares
    are logarithmic: what an attacker uses is in the thin right tail."""
    colours = palette(dark)
    made = figure(
        dark=dark, height=height, x="Score (higher: more like a member)", y="Share of the group"
    )
    groups = (
        ("Non-members", histogram.nonmembers, colours.series[1], "/"),
        ("Members", histogram.members, colours.series[0], ""),
    )
    centres = [
        (low + high) / 2 for low, high in zip(histogram.edges, histogram.edges[1:], strict=False)
    ]
    widths = [high - low for low, high in zip(histogram.edges, histogram.edges[1:], strict=False)]
    for name, values, colour, pattern in groups:
        made.add_bar(
            x=centres,
            y=shares(values),
            width=widths,
            name=name,
            customdata=values,
            marker={
                "color": tint(colour, 0.5),
                "line": {"color": colour, "width": 1},
                "pattern": {"shape": pattern, "fgcolor": colour, "size": 6, "solidity": 0.25},
            },
            hovertemplate=f"{name}: %{{customdata:,}} (%{{y:.1%}})<extra></extra>",
        )
    at = histogram.edges[edge]
    made.add_vline(x=at, line={"color": colours.text, "width": 2.5})
    made.add_annotation(
        x=at,
        y=1,
        yref="paper",
        yanchor="top",
        xanchor="right" if edge > 0.8 * len(centres) else "left",
        showarrow=False,
        text=" called members → ",
        font={"color": colours.text, "size": 12},
    )
    made.update_layout(barmode="overlay", bargap=0)
    made.update_xaxes(range=[histogram.edges[0], histogram.edges[-1]])
    made.update_yaxes(type="log", range=[-4, 0], tickvals=TICKS, ticktext=TICK_TEXT)
    return made


def shares(values: tuple[int, ...]) -> list[float]:
    """Counts as shares of their sum."""
    total = max(1, sum(values))
    return [value / total for value in values]
