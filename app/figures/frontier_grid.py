"""The grid as a tinted table: epsilon across, clipping norm down, the number in each cell.

It is real HTML text, so it is its own table twin: a screen reader walks it by row
and column, and the tint only repeats what the number says.
"""

from __future__ import annotations

from app import escape
from app.components import formats
from app.figures import base
from app.figures import frontier_values as values
from app.figures.frontier import Choice
from ppml_core.auditing.report import FrontierCell, FrontierReport

QUANTITIES = ("accuracy", "attack")
_STYLE = """
<style>
.lab-grid-box { overflow-x: auto; }
.lab-grid { border-collapse: separate; border-spacing: 3px; width: 100%; font-size: 0.875rem;
  font-variant-numeric: tabular-nums; }
.lab-grid caption { caption-side: bottom; text-align: left; padding-top: 0.4rem;
  font-size: 0.8125rem; opacity: 0.85; }
.lab-grid th { font-weight: 600; padding: 0.25rem 0.4rem; text-align: center; white-space: nowrap; }
.lab-grid td { padding: 0.4rem 0.3rem; text-align: center; border-radius: 0.375rem;
  white-space: nowrap; }
.lab-grid td.chosen { outline: 2.5px solid currentColor; outline-offset: -2px; font-weight: 700; }
</style>
"""


def html(report: FrontierReport, choice: Choice, quantity: str, *, dark: bool) -> str:
    """The table; ``quantity`` is ``accuracy`` or ``attack`` (the chosen attack and metric)."""
    epsilons, clips = values.grid_of(report)
    head = "".join(f'<th scope="col">{_head(epsilon)}</th>' for epsilon in epsilons)
    found = (_number(cell, choice, quantity) for cell in report.cells)
    numbers = [number for number in found if number is not None]
    span = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
    rows = []
    for clip in clips:
        cells = [
            _td(values.find_cell(report, epsilon, clip), choice, quantity, span, dark)
            for epsilon in epsilons
        ]
        rows.append(f'<tr><th scope="row">C {clip:g}</th>{"".join(cells)}</tr>')
    return (
        f'{_STYLE}<div class="lab-grid-box" tabindex="0" role="region" '
        f'aria-label="{escape.html(title(choice, quantity))}"><table class="lab-grid">'
        f"<caption>{escape.html(title(choice, quantity))}. Outlined: the chosen cell. "
        "95 % intervals: under “The same as a table” below.</caption>"
        f'<thead><tr><th scope="col">C \\ ε</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def title(choice: Choice, quantity: str) -> str:
    """What the numbers in the cells are."""
    if quantity == "accuracy":
        return "Test accuracy in %, by clipping norm C and ε"
    metric = values.METRICS[choice.metric]
    unit = " in %" if metric.percent else ""
    return (
        f"{metric.label} of {formats.attack_title(choice.attack)}{unit}, by clipping norm C and ε"
    )


def _head(epsilon: float | None) -> str:
    text = values.epsilon_text(epsilon)
    return text if epsilon is None else f"ε {text}"


def _number(cell: FrontierCell, choice: Choice, quantity: str) -> float | None:
    """The cell's value of the shown quantity."""
    if quantity == "accuracy":
        return cell.test_accuracy
    return values.measure(cell, choice.attack, choice.metric).value


def _td(
    cell: FrontierCell | None,
    choice: Choice,
    quantity: str,
    span: tuple[float, float],
    dark: bool,
) -> str:
    """One cell: its number on a tint as strong as the number is high."""
    if cell is None:
        return '<td title="not computed yet"><span aria-label="not computed yet">…</span></td>'
    number = _number(cell, choice, quantity)
    if number is None:
        return '<td title="not measurable with so few records">n/a</td>'
    share = (number - span[0]) / max(span[1] - span[0], 1e-12)
    colours = base.palette(dark)
    hue = colours.series[0] if quantity == "accuracy" else colours.series[1]
    is_chosen = cell.clip == choice.clip and values.same_epsilon(cell, choice.epsilon)
    mark = ' class="chosen" aria-current="true"' if is_chosen else ""
    metric = "advantage" if quantity == "accuracy" else choice.metric
    text = values.number_text(number, metric).removesuffix(" %")
    return f'<td{mark} style="background: {base.tint(hue, 0.06 + 0.3 * share)}">{text}</td>'
