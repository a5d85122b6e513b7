"""What epsilon does to the swap test and to the likeness: one figure a quantity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from app.figures import base
from app.figures import inversion_values as values
from ppml_core.auditing.inversion_report import InversionCell, InversionReport
from ppml_core.auditing.report_parts import Estimate

QUANTITIES = ("swap", "correlation")
TITLES = {"swap": "Swap test won", "correlation": "Correlation with the truth"}
CHANCE = {"swap": 0.5, "correlation": 0.0}
Point = tuple[int, InversionCell]


def draw(
    report: InversionReport, chosen: values.Setting, quantity: str, *, dark: bool
) -> go.Figure:
    """The quantity over epsilon from strict to none, at the chosen clipping norm, with 95 %
    intervals; a few dozen points at most."""
    colours = base.palette(dark)
    made = base.figure(dark=dark, x="Epsilon, from strict to none", y=TITLES[quantity], height=320)
    names = places(report)
    points = along(report, chosen)
    if quantity == "correlation":
        _line(made, points, _strongest, "best null", colours.series[1], "square-open", "dot")
    _line(
        made, points, reader(quantity), TITLES[quantity].lower(), colours.accent, "circle", "solid"
    )
    _mark(made, report, chosen, quantity, colours)
    _frame(made, names, quantity, colours)
    return made


def places(report: InversionReport) -> tuple[str, ...]:
    """The axis: every epsilon asked for, then no noise, then the ordinary model."""
    return (*values.grid_of(report)[0], values.ORDINARY)


def along(report: InversionReport, chosen: values.Setting) -> list[Point]:
    """The finished cells of the chosen clipping norm, and the ordinary model, by place."""
    clips = values.grid_of(report)[1]
    clip = chosen.clip if chosen.clip is not None else (clips[0] if clips else None)
    settings = [
        values.Setting(epsilon=name, clip=None if name == values.ORDINARY else clip)
        for name in places(report)
    ]
    found = [(at, values.find_cell(report, one)) for at, one in enumerate(settings)]
    return [(at, cell) for at, cell in found if cell is not None]


def reader(quantity: str) -> Any:
    """The quantity of a cell, as an estimate."""
    return _swap if quantity == "swap" else _correlation


def _swap(cell: InversionCell) -> Estimate:
    """The swap test as an estimate."""
    swap = cell.swap
    return Estimate(value=swap.rate, ci=swap.ci, n=swap.pairs, unit="pairs", reason=swap.reason)


def _correlation(cell: InversionCell) -> Estimate:
    return cell.correlation


def _strongest(cell: InversionCell) -> Estimate:
    """The strongest null's mean correlation."""
    best = values.strongest_null(cell)
    return best[1] if best else Estimate(reason="no null was measured")


def _line(
    made: go.Figure,
    points: Sequence[Point],
    read: Any,
    name: str,
    colour: str,
    symbol: str,
    dash: str,
) -> None:
    """Measured points with their intervals, joined."""
    measured = [(at, read(cell), cell) for at, cell in points]
    measured = [one for one in measured if one[1].value is not None]
    made.add_trace(
        go.Scatter(
            x=[at for at, _, _ in measured],
            y=[one.value for _, one, _ in measured],
            mode="lines+markers",
            name=name,
            line={"color": colour, "width": 1.5, "dash": dash},
            marker={"size": 9, "symbol": symbol, "color": colour, "line": {"width": 2}},
            error_y=_bars([one for _, one, _ in measured], colour),
            hovertext=[_hover(cell, one, name) for _, one, cell in measured],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )


def _bars(found: Sequence[Estimate], colour: str) -> dict[str, Any]:
    """Error bars that end at the intervals' ends."""
    up = [max(0.0, one.ci[1] - float(one.value or 0)) if one.ci else 0.0 for one in found]
    down = [max(0.0, float(one.value or 0) - one.ci[0]) if one.ci else 0.0 for one in found]
    return {
        "type": "data",
        "symmetric": False,
        "array": up,
        "arrayminus": down,
        "color": colour,
        "thickness": 1.5,
        "width": 5,
    }


def _hover(cell: InversionCell, one: Estimate, name: str) -> str:
    """Setting, value, interval and n."""
    ci = f" ({one.ci[0]:.2f} to {one.ci[1]:.2f})" if one.ci else ""
    where = values.told(values.setting_of(cell))
    return f"<b>{where}</b><br>{name} {one.value:.2f}{ci}<br>n = {one.n} {one.unit}"


def _mark(
    made: go.Figure,
    report: InversionReport,
    chosen: values.Setting,
    quantity: str,
    colours: base.Palette,
) -> None:
    """A ring around the chosen cell."""
    cell = values.find_cell(report, chosen)
    value = reader(quantity)(cell).value if cell is not None else None
    if value is None:
        return
    made.add_trace(
        go.Scatter(
            x=[places(report).index(chosen.epsilon)],
            y=[value],
            mode="markers",
            name="chosen",
            marker={
                "symbol": "circle-open",
                "size": 22,
                "color": colours.accent,
                "line": {"width": 2.5},
            },
            hoverinfo="skip",
            cliponaxis=False,
        )
    )


def _frame(made: go.Figure, names: Sequence[str], quantity: str, colours: base.Palette) -> None:
    """Axes that stay put, and the line of chance."""
    texts = [name.replace(" ", "<br>") for name in names]
    made.update_layout(showlegend=True)
    made.update_xaxes(
        tickvals=list(range(len(names))), ticktext=texts, range=[-0.5, len(names) - 0.5]
    )
    swap = quantity == "swap"
    made.update_yaxes(
        range=[-0.04, 1.06] if swap else [-0.3, 1.06], tickformat=".0%" if swap else ".1f"
    )
    made.add_hline(
        y=CHANCE[quantity],
        line={"color": colours.muted, "dash": "dot", "width": 1.5},
        annotation_text="chance, exactly 50 %" if swap else "nothing in common",
        annotation_position="bottom right",
        annotation_font={"color": colours.muted, "size": 12},
    )


def alt(report: InversionReport, chosen: values.Setting, quantity: str) -> str:
    """What a listener needs to know of the figure."""
    read = reader(quantity)
    told = "; ".join(
        f"{values.told(values.setting_of(cell))}: {spoken(read(cell), quantity)}"
        for _, cell in along(report, chosen)
    )
    chance = (
        "A dotted line marks chance, 50 %."
        if quantity == "swap"
        else ("Squares mark the best null.")
    )
    return f"{TITLES[quantity]} against epsilon, with 95 % intervals. {told}. {chance}"


def spoken(one: Estimate, quantity: str) -> str:
    """A value as people read it."""
    if one.value is None:
        return one.reason or "not measured"
    return f"{100 * one.value:.0f} %" if quantity == "swap" else f"{one.value:.2f}"
