"""The log-log ROC: recognised members against accused non-members, with bands and bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import plotly.graph_objects as go

from app.figures.base import DASHES, MARKERS, TICK_TEXT, TICKS, Palette, figure, palette, tint
from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.accounting.theory import max_tpr
from ppml_core.accounting.tradeoff import REPLACE, curve_for
from ppml_core.auditing.report import AttackSummary, AuditReport, RocCurve

FLOOR = 1e-4
"""Smallest rate that the axes reach."""
MIN_ALARMS = 10
"""A curve is drawn only where so many false alarms are expected, as rates are stated."""
_FINE_TICKS = {0.02: "2 %", 0.05: "5 %", 0.2: "20 %", 0.5: "50 %"}
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
    attacks = [attack for attack in report.attacks if attack.roc is not None]
    limit = _BUDGET // max(1, 3 * len(attacks))
    for place, attack in enumerate(attacks, start=first):
        curve = thin(measurable(attack), limit)
        _band(made, curve, colours.series[place])
        _line(made, curve, titles.get(attack.name, attack.name), place, colours)
        _points(made, attack, place, colours)
    start = start_of(report)
    _chance(made, start, colours)
    if report.guarantee is not None:
        _theory(made, report.guarantee, start, colours)
    if operating is not None and can_show(operating, start):
        _operating(made, operating, colours)
    _axes(made, start)
    # Room for the last tick's label, which plotly hides if it does not fit.
    made.update_layout(legend={"entrywidth": 92}, margin={"r": 28})
    return made


def start_of(report: AuditReport) -> float:
    """The FPR from which on the curves are drawn: the smallest that any attack can measure."""
    sizes = [attack.n_nonmembers for attack in report.attacks if attack.roc is not None]
    return min(0.5, max(FLOOR, MIN_ALARMS / max([1, *sizes])))


def measurable(attack: AttackSummary) -> RocCurve:
    """The part of an attack's curve that can be believed and drawn: enough false alarms are
    expected there, and somebody is found (a logarithmic axis has no zero)."""
    curve = attack.roc or RocCurve(fpr=(), tpr=(), low=(), high=())
    return _part(
        curve,
        [
            place
            for place, (fpr, tpr) in enumerate(zip(curve.fpr, curve.tpr, strict=True))
            if fpr * attack.n_nonmembers >= MIN_ALARMS - 1e-9 and tpr > 0
        ],
    )


def can_show(chosen: Operating, start: float) -> bool:
    """Whether the threshold lies on the drawn part of the curve."""
    return chosen.fpr >= start and chosen.tpr > 0


def thin(curve: RocCurve, limit: int) -> RocCurve:
    """At most ``limit`` of the curve's points with a positive FPR, both ends kept."""
    kept = [place for place, fpr in enumerate(curve.fpr) if fpr >= FLOOR]
    if len(kept) > limit:
        step = (len(kept) - 1) / (limit - 1)
        kept = [kept[round(index * step)] for index in range(limit)]
    return _part(curve, kept)


def _part(curve: RocCurve, kept: list[int]) -> RocCurve:
    """The points at these places."""
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
        y=curve.tpr,
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
    shown = [point for point in attack.tpr_at_fpr if point.tpr]
    if not shown:
        return
    tprs = [point.tpr or 0.0 for point in shown]
    cis = [point.ci or (tpr, tpr) for point, tpr in zip(shown, tprs, strict=True)]
    made.add_scatter(
        x=[point.fpr for point in shown],
        y=tprs,
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


def _chance(made: go.Figure, start: float, colours: Palette) -> None:
    """What guessing reaches."""
    made.add_scatter(
        x=(start, 1.0),
        y=(start, 1.0),
        mode="lines",
        name="Guessing",
        line={"color": colours.muted, "width": 1.2, "dash": "dot"},
        hoverinfo="skip",
    )


def _theory(made: go.Figure, guarantee: PrivacyGuarantee, start: float, colours: Palette) -> None:
    """The most that any attack may reach under the guarantee: by epsilon and delta, where a
    record is added or removed; by the mechanism itself, where one is replaced, as in audits."""
    fprs = [start ** (1 - step / (_THEORY_POINTS - 1)) for step in range(_THEORY_POINTS)]
    bounds = [float(v) for v in max_tpr(fprs, guarantee.epsilon, guarantee.delta)]
    made.add_scatter(
        x=fprs,
        y=bounds,
        mode="lines",
        name=f"Limit at ε = {guarantee.epsilon:.3g}",
        line={"color": colours.text, "width": 1.6, "dash": "longdashdot"},
        hovertemplate="By ε and δ, one record added or removed<br>"
        "FPR %{x:.2%}: TPR at most %{y:.2%}<extra></extra>",
    )
    own = curve_for(guarantee.trade_offs, REPLACE)
    if own is None:
        return
    made.add_scatter(
        x=fprs,
        y=[float(v) for v in own.max_tpr(fprs)],
        mode="lines",
        name="One replaced",
        line={"color": colours.text, "width": 1.6, "dash": "dash"},
        hovertemplate="By the mechanism itself, one record replaced<br>"
        "FPR %{x:.2%}: TPR at most %{y:.2%}<extra></extra>",
    )


def _operating(made: go.Figure, chosen: Operating, colours: Palette) -> None:
    """The chosen threshold."""
    made.add_scatter(
        x=[chosen.fpr],
        y=[chosen.tpr],
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


def _axes(made: go.Figure, start: float) -> None:
    """Both logarithmic, in percent; FPR from where it can be measured."""
    ticks = dict(zip(TICKS, TICK_TEXT, strict=True))
    across = ticks | _FINE_TICKS if start > 5e-3 else ticks
    made.update_xaxes(
        type="log",
        range=[math.log10(start) - 0.02, 0.02],
        tickvals=sorted(across),
        ticktext=[across[tick] for tick in sorted(across)],
    )
    made.update_yaxes(type="log", range=[-4, 0.02], tickvals=TICKS, ticktext=TICK_TEXT)


def _floored(values: tuple[float, ...]) -> tuple[float, ...]:
    """A band's zeros lifted to the lower edge, where a logarithmic axis can show them."""
    return tuple(max(value, FLOOR) for value in values)
