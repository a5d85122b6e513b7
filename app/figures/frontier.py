"""Test accuracy against attack success: every cell of the grid, one of them chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from app.figures import base
from app.figures import frontier_values as values
from app.figures.frontier_labels import Board
from ppml_core.auditing.report import FrontierCell, FrontierReport

PathEnd = tuple[float, float, FrontierCell]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the controls of the page say. ``epsilon`` None is no noise."""

    epsilon: float | None
    clip: float
    attack: str
    metric: str = "tpr"


def draw(report: FrontierReport, choice: Choice, *, dark: bool) -> go.Figure:
    """The main picture of page Defend; at most a few hundred points."""
    colours = base.palette(dark)
    metric = values.METRICS[choice.metric]
    made = base.figure(dark=dark, x="Test accuracy", y=metric.axis, height=440)
    board = _board(report, choice)
    end = board.end_of_rule(metric.chance, "guessing")
    _others(made, report, choice, colours)
    _reference(made, report, choice, colours)
    _chosen(made, report, choice, colours, board)
    _path(made, report, choice, colours, board)
    _frame(made, report, choice, colours, end)
    return made


def alt(report: FrontierReport, choice: Choice) -> str:
    """A sentence for screen readers: what is drawn and where the chosen cell lies."""
    metric = values.METRICS[choice.metric]
    cell = values.find_cell(report, choice.epsilon, choice.clip)
    text = f"Scatter of test accuracy against {metric.label} for {len(report.cells)} cells."
    if cell is None:
        return f"{text} The chosen cell is not computed yet."
    number = values.number_text(
        values.measure(cell, choice.attack, choice.metric).value, choice.metric
    )
    return (
        f"{text} Chosen: {values.noise_text(choice.epsilon)}, clipping norm "
        f"{choice.clip:g}: accuracy {100 * cell.test_accuracy:.1f} %, {metric.label} {number}."
    )


def _points(report: FrontierReport, choice: Choice) -> list[PathEnd]:
    """(accuracy, success, cell) of all cells in which the metric could be measured."""
    found = []
    for cell in report.cells:
        value = values.measure(cell, choice.attack, choice.metric).value
        if value is not None:
            found.append((cell.test_accuracy, value, cell))
    return found


def _scatter(
    made: go.Figure,
    report: FrontierReport,
    points: list[PathEnd],
    choice: Choice,
    **style: Any,
) -> None:
    """One trace with the shared hover text."""
    made.add_trace(
        go.Scatter(
            x=[x for x, _, _ in points],
            y=[y for _, y, _ in points],
            hovertext=[values.hover(report, c, choice.attack, choice.metric) for _, _, c in points],
            hovertemplate="%{hovertext}<extra></extra>",
            **style,
        )
    )


def _others(made: go.Figure, report: FrontierReport, choice: Choice, colours: base.Palette) -> None:
    """Every finished cell of the other clipping norms, faint."""
    points = [p for p in _points(report, choice) if p[2].clip != choice.clip]
    marker = {
        "size": 9,
        "color": base.tint(colours.muted, 0.28),
        "line": {"color": base.tint(colours.muted, 0.75), "width": 1},
    }
    _scatter(
        made, report, points, choice, mode="markers", marker=marker, name="other clipping norms"
    )


def _board(report: FrontierReport, choice: Choice) -> Board:
    """The markers that words must keep clear of."""
    x_range, y_range = ranges(report, choice)
    board = Board(x_range=x_range, y_range=y_range)
    chosen = values.find_cell(report, choice.epsilon, choice.clip)
    for x, y, cell in _points(report, choice):
        board.mark(x, y, 18 if cell is chosen else 8)
    for large in filter(None, (chosen, report.reference)):
        measured = values.measure(large, choice.attack, choice.metric)
        if measured.value is not None:
            board.mark(large.test_accuracy, measured.value, 14)
            board.bar(large.test_accuracy, *(measured.ci or (measured.value, measured.value)))
    return board


def _path(
    made: go.Figure, report: FrontierReport, choice: Choice, colours: base.Palette, board: Board
) -> None:
    """The cells of the chosen clipping norm, joined from strict to loose and labelled."""
    points = [p for p in _points(report, choice) if p[2].clip == choice.clip]
    points.sort(key=lambda p: float(p[2].epsilon))
    said = [_label(point, choice, board) for point in points]
    _scatter(
        made,
        report,
        points,
        choice,
        mode="lines+markers+text",
        line={"color": colours.series[0], "width": 1.5, "dash": "dot"},
        marker={
            "symbol": "circle-open",
            "size": 9,
            "color": colours.series[0],
            "line": {"width": 2},
        },
        text=[text if side else "" for text, side in said],
        textposition=[side or "top center" for _, side in said],
        textfont={"color": colours.muted, "size": 12},
        name=f"clipping norm {choice.clip:g}",
        cliponaxis=False,
    )


def _label(point: PathEnd, choice: Choice, board: Board) -> tuple[str, str | None]:
    """The epsilon of a point and the side where it is written; none where there is no room,
    nor at the chosen cell, which has its own."""
    x, y, cell = point
    if values.same_epsilon(cell, choice.epsilon):
        return "", None
    return _short(cell), board.beside(x, y, _short(cell))


def _short(cell: FrontierCell) -> str:
    text = values.epsilon_text(cell.epsilon)
    return text if isinstance(cell.epsilon, str) else f"ε {text}"


def _reference(
    made: go.Figure, report: FrontierReport, choice: Choice, colours: base.Palette
) -> None:
    """The ordinary model, as a diamond of its own."""
    cell = report.reference
    measured = values.measure(cell, choice.attack, choice.metric) if cell else None
    if cell is None or measured is None or measured.value is None:
        return
    colour = colours.series[1]
    _scatter(
        made,
        report,
        [(cell.test_accuracy, measured.value, cell)],
        choice,
        mode="markers",
        marker={"symbol": "diamond", "size": 13, "color": colour},
        error_x=_bar(cell.test_accuracy, cell.test_accuracy_ci, colour, 1),
        error_y=_bar(measured.value, measured.ci, colour, 1),
        name="ordinary model",
    )


def _chosen(
    made: go.Figure, report: FrontierReport, choice: Choice, colours: base.Palette, board: Board
) -> None:
    """The chosen cell, large, with its intervals on both axes."""
    cell = values.find_cell(report, choice.epsilon, choice.clip)
    measured = values.measure(cell, choice.attack, choice.metric) if cell else None
    if cell is None or measured is None or measured.value is None:
        return
    colour = colours.accent
    _scatter(
        made,
        report,
        [(cell.test_accuracy, measured.value, cell)],
        choice,
        mode="markers",
        marker={"size": 18, "color": colour},
        error_x=_bar(cell.test_accuracy, cell.test_accuracy_ci, colour, 2),
        error_y=_bar(measured.value, measured.ci, colour, 2),
        name="chosen, with 95 % intervals",
        cliponaxis=False,
    )
    right, above = board.corner(cell.test_accuracy, measured.value, f"{_short(cell)}  ")
    made.add_annotation(
        x=cell.test_accuracy,
        y=measured.value,
        text=f"<b>{_short(cell)}</b>",
        showarrow=False,
        xshift=right,
        yshift=above,
        bgcolor=base.tint(colours.background, 0.85),
        font={"color": colours.text, "size": 14},
    )


def _bar(value: float, ci: tuple[float, float] | None, colour: str, width: float) -> dict[str, Any]:
    """An asymmetric error bar that ends at the interval's ends."""
    if ci is None:
        return {"visible": False}
    return {
        "type": "data",
        "symmetric": False,
        "array": [max(0.0, ci[1] - value)],
        "arrayminus": [max(0.0, value - ci[0])],
        "color": colour,
        "thickness": width,
        "width": 5,
    }


def _frame(
    made: go.Figure, report: FrontierReport, choice: Choice, colours: base.Palette, end: str
) -> None:
    """Axis ranges that stay put while the sliders move, the guessing line and the ceiling."""
    metric = values.METRICS[choice.metric]
    x_range, y_range = ranges(report, choice)
    made.update_layout(showlegend=True)
    made.update_xaxes(range=x_range, tickformat=".3~%")
    made.update_yaxes(range=y_range, tickformat=".3~%" if metric.percent else ".2f")
    _rule(made, metric.chance, "guessing", "dot", colours.muted, f"bottom {end}")
    cell = values.find_cell(report, choice.epsilon, choice.clip)
    if cell is None or cell.guarantee is None:
        return
    ceiling = metric.ceiling(cell.guarantee.epsilon, cell.guarantee.delta)
    said = values.ceiling_text(ceiling, choice.metric)
    if ceiling <= y_range[1]:
        _rule(made, ceiling, said, "dash", colours.series[3], "top left")
    else:
        made.add_annotation(
            text=f"▲ {said.removesuffix(' at this ε')}<br>(above this view)",
            align="left",
            xref="paper",
            yref="paper",
            x=0.005,
            y=0.995,
            xanchor="left",
            yanchor="top",
            showarrow=False,
            font={"color": colours.series[3], "size": 12},
        )


def _rule(
    made: go.Figure,
    y: float,
    text: str,
    dash: str,
    colour: str,
    position: str,
) -> None:
    """A horizontal line with its meaning written on it."""
    made.add_hline(
        y=y,
        line={"color": colour, "dash": dash, "width": 1.5},
        annotation_text=text,
        annotation_position=position,
        annotation_font={"color": colour, "size": 12},
    )


def ranges(report: FrontierReport, choice: Choice) -> tuple[list[float], list[float]]:
    """Axis ranges from all cells and their intervals, whichever is chosen."""
    cells = [*report.cells, *([report.reference] if report.reference else [])]
    xs = [x for cell in cells for x in cell.test_accuracy_ci]
    metric = values.METRICS[choice.metric]
    ys = [metric.chance]
    for cell in cells:
        measured = values.measure(cell, choice.attack, choice.metric)
        ys += [*(measured.ci or ()), *([] if measured.value is None else [measured.value])]
    return values.padded(xs or [0.0, 1.0], 0.06, least=0.1), values.padded(ys, 0.12, least=0.02)
