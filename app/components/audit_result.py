"""The parts of an audit report that more than one page shows."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from app import session
from app.components import formats, heading
from app.components.chart import Row, chart
from app.components.metric import metric
from app.figures.roc import measurable, roc, start_of, thin
from ppml_core.auditing import conclusions, sentences
from ppml_core.auditing.report import AttackSummary, AuditReport
from ppml_core.auditing.verdict_sentences import audit_verdict

TABLE_POINTS = 16
"""Points of a curve in the table twin; the file has them all."""


def roc_chart(run: str, report: AuditReport, *, key: str, sentence: str | None = None) -> None:
    """The log-log ROC of run ``run`` with its table twin."""
    chart(
        _roc(f"{run} {report.models} {report.seconds}", session.dark(), report),
        key=key,
        alt=roc_alt(report),
        sentence=sentence,
        note=drawn_from(report),
        rows=roc_rows(report, TABLE_POINTS),
        file_rows=roc_rows(report),
    )


def conclusion(report: AuditReport) -> None:
    """The verdict: a badge, and in words."""
    heading.conclusion(conclusions.of_audit(report))
    heading.verdict(audit_verdict(report))


def drawn_from(report: AuditReport) -> str:
    """Where the curves begin, and why not further left."""
    most = max((a.n_nonmembers for a in report.attacks if a.roc is not None), default=0)
    return (
        f"Drawn from {formats.percent(start_of(report), 2)} false alarms on: with "
        f"{formats.count(most)} non-member scores, fewer than ten wrong accusations are expected "
        "further left. Nor is a curve drawn where it finds nobody."
    )


def spoken(report: AuditReport, *, done: bool) -> str:
    """The sentence over the curves; it says how many models it rests on until it is final."""
    strongest = sentences.strongest_of(report.attacks)
    if strongest is None:
        return "No attack has a result."
    told = sentences.attack_sentence(strongest)
    asked = report.request.get("shadows", report.models)
    return told if done else f"From {report.models} of {asked} models so far. {told}"


def roc_alt(report: AuditReport) -> str:
    """What a listener needs to know of the picture."""
    told = "; ".join(_spoken(attack) for attack in report.attacks if attack.roc is not None)
    bound = "" if report.guarantee is None else " A line marks the most the guarantee allows."
    return (
        "Curves of members recognised against non-members wrongly accused, both axes "
        f"logarithmic. {told}. A dotted diagonal marks guessing.{bound} {drawn_from(report)}"
    )


def roc_rows(report: AuditReport, limit: int | None = None) -> list[Row]:
    """The curves' points, every attack below the other; fractions. With a ``limit`` at most so
    many of each and only what is drawn."""
    curves = [
        (attack.name, attack.roc if limit is None else thin(measurable(attack), limit))
        for attack in report.attacks
        if attack.roc is not None
    ]
    return [
        {"attack": name, "fpr": fpr, "tpr": tpr, "low": low, "high": high}
        for name, curve in curves
        for fpr, tpr, low, high in zip(curve.fpr, curve.tpr, curve.low, curve.high, strict=True)
    ]


def headline(attack: AttackSummary) -> None:
    """Three numbers of one attack, worst case first, each with interval and n."""
    pairs = (
        f"n = {formats.count(attack.n_members)} member and "
        f"{formats.count(attack.n_nonmembers)} non-member scores "
        f"of {formats.records_of(attack)}"
    )
    places = st.columns(3)
    for place, point in zip(places, attack.tpr_at_fpr[:2], strict=False):
        with place:
            metric(
                f"Found at {formats.rate(point.fpr)} false alarms",
                formats.percent(point.tpr),
                term="tpr_at_fpr",
                interval=formats.percent_interval(point.ci),
                n=pairs,
                reason=point.reason,
            )
    with places[2]:
        metric(
            "Advantage over guessing",
            formats.percent(attack.advantage),
            term="advantage",
            interval=formats.percent_interval(attack.advantage_ci),
            n=pairs,
        )


@st.cache_resource(max_entries=128, show_spinner=False)
def _roc(identity: str, dark: bool, _report: AuditReport) -> go.Figure:
    """The figure, drawn once for all sessions: ``identity`` tells reports apart."""
    return roc(_report, formats.ATTACK_TITLES, dark=dark)


def _spoken(attack: AttackSummary) -> str:
    """One attack's reported rates in words."""
    points = [
        f"{formats.percent(point.tpr)} at {formats.rate(point.fpr)}"
        for point in attack.tpr_at_fpr
        if point.tpr is not None
    ]
    return f"{formats.attack_title(attack.name)}: {', '.join(points) or 'no rate shown'}"
