"""The log-log ROC: recognised members against accused non-members, with bands and bounds."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from app.figures.base import DASHES, MARKERS, TICK_TEXT, TICKS, Palette, figure, palette, tint
from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.accounting.theory import max_tpr
from ppml_core.auditing.report import AttackSummary, AuditReport, RocCurve

FLOOR = 1e-4
"""Smallest rate drawn; smaller ones lie on the left or lower edge."""
_BUDGET = 480
_THEORY_POINTS = 40


@dataclass(frozen=True, kw_only=True)
class Operating:
    """The rates of one attack at one threshold."""

    attack: str
    fpr: float
    tpr: float


def roc(
    report: AuditReport,
    titles: dict[str, str],
    *,
    dark: bool,
    operating: Operating | None = None,
    first: int = 0,
    height: int = 430,
) -> go.Figure:
    """All attacks' curves with their 95 % bands, the chance line, and the most that the
    guarantee allows if there is one. ``operating`` marks the chosen threshold. The first
    attack looks like series number ``first``."""
    colours = palette(dark)
    made = figure(
        dark=dark,
        height=height,
        x="Non-members wrongly accused (FPR)",
        y="Members recognised (TPR)",
    )
    drawn = [attack for attack in report.attacks if attack.roc is not None]
    limit = _BUDGET // max(1, 3 * len(drawn))
    for place, attack in enumerate(drawn, start=first):
        assert attack.roc is not None
        curve = thin(attack.roc, limit)
        _band(made, curve, colours.series[place])
        _line(made, curve, titles.get(attack.name, attack.name), place, colours)
        _points(made, attack, place, colours)
    _chance(made, colours)
    if report.guarantee is not None:
        _theory(made, report.guarantee, colours)
    if operating is not None:
        _operating(made, operating, colours)
    _axes(made)
    made.update_layout(legend={"entrywidth": 92})
    return made


def thin(curve: RocCurve, limit: int) -> RocCurve:
    """At most ``limit`` of the curve's points with a positive FPR, both ends kept."""
    kept = [place for place, fpr in enumerate(curve.fpr) if fpr >= FLOOR]
    if len(kept) > limit:
        step = (len(kept) - 1) / (limit - 1)
        kept = [kept[round(index * step)] for index in range(limit)]
    return RocCurve(
        fpr=tuple(curve.fpr[i] for i in kept),
        tpr=tuple(curve.tpr[i] for i in kept),
        low=tuple(curve.low[i] for i in kept),
        high=tuple(curve.high[i] for i in kept),
    )


def _line(made: go.Figure, curve: RocCurve, title: str, place: int, colours: Palette) -> None:
    """One attack's curve."""
    made.add_scatter(
        x=curve.fpr,
        y=_floored(curve.tpr),
        mode="lines",
        name=title,
        line={"color": colours.series[place], "width": 2.5, "dash": DASHES[place]},
        customdata=list(zip(curve.low, curve.high, strict=True)),
        hovertemplate=f"<b>{title}</b><br>FPR %{{x:.2%}}, TPR %{{y:.2%}}<br>"
        "95 % band %{customdata[0]:.2%} to %{customdata[1]:.2%}<extra></extra>",
    )


def _band(made: go.Figure, curve: RocCurve, colour: str) -> None:
    """The pointwise 95 % band of one attack."""
    made.add_scatter(
        x=(*curve.fpr, *reversed(curve.fpr)),
        y=(*_floored(curve.high), *reversed(_floored(curve.low))),
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=tint(colour, 0.16),
        hoverinfo="skip",
        showlegend=False,
        name="band",
    )


def _points(made: go.Figure, attack: AttackSummary, place: int, colours: Palette) -> None:
    """The reported rates with their intervals."""
    shown = [point for point in attack.tpr_at_fpr if point.tpr is not None]
    if not shown:
        return
    tprs = [point.tpr or 0.0 for point in shown]
    cis = [point.ci or (tpr, tpr) for point, tpr in zip(shown, tprs, strict=True)]
    made.add_scatter(
        x=[point.fpr for point in shown],
        y=_floored(tprs),
        mode="markers",
        marker={
            "color": colours.series[place],
            "size": 9,
            "symbol": MARKERS[place],
            "line": {"color": colours.background, "width": 1.5},
        },
        error_y={
            "type": "data",
            "symmetric": False,
            "thickness": 1.5,
            "width": 4,
            "array": [high - tpr for tpr, (_, high) in zip(tprs, cis, strict=True)],
            "arrayminus": [tpr - low for tpr, (low, _) in zip(tprs, cis, strict=True)],
        },
        hovertemplate="FPR %{x:.1%}: TPR %{y:.2%}<extra></extra>",
        showlegend=False,
        name="reported",
    )


def _chance(made: go.Figure, colours: Palette) -> None:
    """What guessing reaches."""
    made.add_scatter(
        x=(FLOOR, 1.0),
        y=(FLOOR, 1.0),
        mode="lines",
        name="Guessing",
        line={"color": colours.muted, "width": 1.2, "dash": "dot"},
        hoverinfo="skip",
    )


def _theory(made: go.Figure, guarantee: PrivacyGuarantee, colours: Palette) -> None:
    """The most that any attack may reach under the guarantee."""
    fprs = [FLOOR ** (1 - step / (_THEORY_POINTS - 1)) for step in range(_THEORY_POINTS)]
    bounds = [float(v) for v in max_tpr(fprs, guarantee.epsilon, guarantee.delta)]
    made.add_scatter(
        x=fprs,
        y=bounds,
        mode="lines",
        name=f"Limit at ε = {guarantee.epsilon:.3g}",
        line={"color": colours.text, "width": 1.6, "dash": "longdashdot"},
        hovertemplate="Bound at FPR %{x:.2%}: TPR %{y:.2%}<extra></extra>",
    )


def _operating(made: go.Figure, chosen: Operating, colours: Palette) -> None:
    """The chosen threshold."""
    made.add_scatter(
        x=[max(chosen.fpr, FLOOR)],
        y=[max(chosen.tpr, FLOOR)],
        mode="markers",
        name="Your threshold",
        marker={
            "color": "rgba(0,0,0,0)",
            "size": 15,
            "symbol": "circle",
            "line": {"color": colours.series[5], "width": 4},
        },
        hovertemplate="Your threshold: FPR %{x:.2%}, TPR %{y:.2%}<extra></extra>",
    )


def _axes(made: go.Figure) -> None:
    """Both logarithmic, in percent."""
    shared = {"type": "log", "tickvals": TICKS, "ticktext": TICK_TEXT}
    made.update_xaxes(range=[-4, 0], **shared)
    made.update_yaxes(range=[-4, 0.02], **shared)


def _floored(values: tuple[float, ...] | list[float]) -> tuple[float, ...]:
    """Zeros lifted to the lower edge, where a logarithmic axis can show them."""
    return tuple(max(value, FLOOR) for value in values)
