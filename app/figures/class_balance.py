"""How many records each class has."""

from __future__ import annotations

import plotly.graph_objects as go

from app.figures import base

LABELLED = 20
"""Up to so many classes are named on the axis; more are drawn sorted, unnamed."""


def draw(labels: tuple[str, ...], counts: tuple[int, ...], *, dark: bool) -> go.Figure:
    """Bars, one a class, with its count written on it where there is room."""
    if len(labels) > LABELLED:
        return _many(counts, dark)
    made = base.figure(dark=dark, x="Records", y="", height=max(150, 60 + 26 * len(labels)))
    colours = base.palette(dark)
    total = max(1, sum(counts))
    made.add_trace(
        go.Bar(
            y=list(range(len(labels))),  # by place: two names may begin alike
            x=list(counts),
            customdata=[base.shortened(label) for label in labels],
            orientation="h",
            marker={"color": base.tint(colours.series[0], 0.75)},
            text=[f"{count:,} · {100 * count / total:.1f} %" for count in counts],
            textposition="outside",
            textfont={"color": colours.text},
            cliponaxis=False,
            hovertemplate="%{customdata}: %{x:,} records<extra></extra>",
        )
    )
    made.update_xaxes(range=[0, 1.35 * max(counts, default=1)], nticks=4)
    base.name_lines(made, labels)
    return made


def _many(counts: tuple[int, ...], dark: bool) -> go.Figure:
    """Too many to name: from the largest class to the smallest."""
    made = base.figure(
        dark=dark, x=f"The {len(counts):,} classes, largest first", y="Records", height=240
    )
    colours = base.palette(dark)
    made.add_trace(
        go.Scatter(
            x=list(range(1, len(counts) + 1)),
            y=sorted(counts, reverse=True),
            mode="lines",
            line={"shape": "hv", "color": colours.series[0]},
            fill="tozeroy",
            fillcolor=base.tint(colours.series[0], 0.25),
            hovertemplate="class at rank %{x}: %{y:,} records<extra></extra>",
        )
    )
    made.update_yaxes(rangemode="tozero")
    return made


def alt(labels: tuple[str, ...], counts: tuple[int, ...]) -> str:
    """What the bars show, in one sentence."""
    order = sorted(zip(counts, labels, strict=True))
    (fewest, small), (most, large) = order[0], order[-1]
    return (
        f"Records a class for {len(labels)} classes: the smallest is {small} with {fewest:,}, "
        f"the largest {large} with {most:,}."
    )


def sentence(labels: tuple[str, ...], counts: tuple[int, ...]) -> str:
    """What the balance means for the numbers that follow."""
    total, most = sum(counts), max(counts)
    guess = f"always answering the largest class is right for {100 * most / total:.0f} %"
    if most <= 1.5 * min(counts):
        return f"The {len(labels)} classes are about equally large; {guess}."
    name = labels[counts.index(most)]
    return f"The classes are uneven: {name} is the largest, and {guess} of the records."
