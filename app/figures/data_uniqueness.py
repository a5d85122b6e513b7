"""Which columns single a person out by themselves."""

from __future__ import annotations

import plotly.graph_objects as go

from app.figures import base
from ppml_core.datasets.uniqueness import ColumnUniqueness, Uniqueness

SHOWN = 12
IDENTIFIES = 0.9
"""A column in which so many records are alone is an identifier in all but name."""


def columns(found: Uniqueness) -> list[ColumnUniqueness]:
    """The columns that single out most, first."""
    return sorted(found.columns, key=lambda column: (-column.alone, column.name))[:SHOWN]


def draw(found: Uniqueness, *, dark: bool) -> go.Figure:
    """Bars of the share of records that are alone with their value; hatched: identifiers."""
    colours = base.palette(dark)
    shown = columns(found)
    made = base.figure(
        dark=dark, x="Records alone with their value", y="", height=max(150, 70 + 24 * len(shown))
    )
    flagged = [round(100 * column.alone) >= round(100 * IDENTIFIES) for column in shown]
    made.add_trace(
        go.Bar(
            y=list(range(len(shown))),  # by place: two names may begin alike
            x=[column.alone for column in shown],
            orientation="h",
            marker={
                "color": [colours.series[1] if flag else colours.series[0] for flag in flagged],
                "opacity": 0.85,
                "pattern": {
                    "shape": ["/" if flag else "" for flag in flagged],
                    "fillmode": "replace",
                },
            },
            text=[f"{100 * column.alone:.0f} %" for column in shown],
            customdata=[
                (base.shortened(column.name), f"{column.distinct:,} different values")
                for column in shown
            ],
            textposition="outside",
            textfont={"color": colours.text},
            cliponaxis=False,
            hovertemplate="%{customdata[0]}: %{x:.1%} of the records are alone; "
            "%{customdata[1]}<extra></extra>",
        )
    )
    made.update_xaxes(range=[0, 1.18], tickvals=[0, 0.25, 0.5, 0.75, 1.0], tickformat=".0%")
    base.name_lines(made, [column.name for column in shown])
    return made


def sentence(found: Uniqueness) -> str:
    """What it means, in two sentences at most."""
    everyone = f"{100 * found.alone:.0f} % of the records are unlike every other one"
    if found.pair is None or found.alone_pair is None:
        return f"{everyone}."
    first, second = found.pair
    return (
        f"Whoever knows only {first} and {second} can pick out "
        f"{100 * found.alone_pair:.0f} % of these records; with all columns, {everyone}."
    )


def alt(found: Uniqueness) -> str:
    """The bars in words."""
    listed = ", ".join(f"{c.name} {100 * c.alone:.0f} %" for c in columns(found)[:5])
    return f"Share of records alone with their value, by column. Highest: {listed}."


def rows(found: Uniqueness) -> list[dict[str, str | float | int | None]]:
    """The table twin: every column."""
    ordered = sorted(found.columns, key=lambda column: (-column.alone, column.name))
    return [
        {
            "column": column.name,
            "distinct values": column.distinct,
            "alone with their value, %": round(100 * column.alone, 1),
        }
        for column in ordered
    ]
