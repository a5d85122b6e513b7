"""Moving the threshold: histogram, ROC point and counts move together."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from app import session
from app.components import formats, glossary, heading
from app.components.chart import Row, chart
from app.figures.roc import Operating, can_show, roc, start_of
from app.figures.scores import Counts, counts, edge_at_fpr, scores
from ppml_core.auditing import sentences
from ppml_core.auditing.report import AttackSummary, AuditReport, Histogram

START_FPR = 0.01
_ATTACK, _PICKED, _MOVED = "threshold.attack", "threshold.picked", "threshold.moved"


def pick_attack(report: AuditReport) -> AttackSummary | None:
    """The attack looked at closely: what a person chose in this run, else the strongest."""
    offered = {attack.name: attack for attack in report.attacks if attack.histogram is not None}
    strongest = sentences.strongest_of(report.attacks)
    picked = session.get(_PICKED, ())
    if (session.run_id(), *picked[1:]) == picked:
        return offered.get(picked[1]) or next(iter(offered.values()), None)
    return offered.get(strongest.name if strongest else "") or next(iter(offered.values()), None)


def explore(report: AuditReport) -> None:
    """Attack switch, slider, histogram, point on the curve and counts. A fragment of its own:
    moving the slider redraws nothing else."""
    attack = pick_attack(report)
    if attack is None or attack.histogram is None:
        return
    heading.section("Move the threshold")
    _attack_switch(report, attack)
    edge = _slider(attack.name, attack.histogram)
    at = counts(attack.histogram, edge)
    heading.sentence(spoken(at))
    left, right = st.columns(2, gap="medium")
    with left:
        _histogram(attack, attack.histogram, edge)
    with right:
        _point(report, attack, at)
    st.html(confusion(at))


def _histogram(attack: AttackSummary, histogram: Histogram, edge: int) -> None:
    """Both groups' scores and the threshold."""
    chart(
        scores(histogram, edge, dark=session.dark()),
        key="scores",
        rows=rows(histogram),
        alt=f"Histograms of {formats.attack_title(attack.name)} scores of members and "
        "non-members, overlapping, and a line at the chosen threshold. The sentence above "
        "and the table below say what the threshold does.",
    )


def _point(report: AuditReport, attack: AttackSummary, at: Counts) -> None:
    """The same threshold on this attack's curve."""
    alone = replace(report, attacks=(attack,))
    chosen = Operating(attack=attack.name, fpr=at.fpr, tpr=at.tpr)
    place = [one.name for one in report.attacks].index(attack.name)
    chart(
        roc(
            alone,
            formats.ATTACK_TITLES,
            dark=session.dark(),
            operating=chosen,
            first=place,
            height=320,
        ),
        key="threshold-roc",
        rows=[{"fpr": at.fpr, "tpr": at.tpr}],
        alt=f"The curve of {formats.attack_title(attack.name)}. {where(alone, chosen)}",
        note=None if can_show(chosen, start_of(alone)) else where(alone, chosen),
    )


def where(report: AuditReport, chosen: Operating) -> str:
    """Where on the curve the threshold is."""
    if can_show(chosen, start_of(report)):
        return "The ring marks the chosen threshold."
    return (
        "The chosen threshold accuses too few, or finds nobody: that cannot be placed on the curve."
    )


def spoken(at: Counts) -> str:
    """What the threshold does, in words."""
    return (
        f"This threshold recognises {formats.percent(at.tpr)} of the members and wrongly accuses "
        f"{formats.percent(at.fpr, 2)} of the non-members."
    )


def rows(histogram: Histogram) -> list[Row]:
    """One row a bin."""
    edges = zip(histogram.edges, histogram.edges[1:], strict=False)
    return [
        {"score from": low, "score to": high, "members": members, "non-members": nonmembers}
        for (low, high), members, nonmembers in zip(
            edges, histogram.members, histogram.nonmembers, strict=True
        )
    ]


def confusion(at: Counts) -> str:
    """The four counts as an HTML table; rates below."""
    return (
        '<table class="lab-confusion"><caption class="lab-small">At this threshold</caption>'
        '<thead><tr><td></td><th scope="col">called member</th>'
        '<th scope="col">called non-member</th><th scope="col">rate</th></tr></thead><tbody>'
        f'<tr><th scope="row">Members</th><td>{formats.count(at.found)}</td>'
        f"<td>{formats.count(at.missed)}</td><td>TPR {formats.percent(at.tpr)}</td></tr>"
        f'<tr><th scope="row">Non-members</th><td>{formats.count(at.accused)}</td>'
        f"<td>{formats.count(at.cleared)}</td><td>FPR {formats.percent(at.fpr, 2)}</td></tr>"
        "</tbody></table>"
    )


def _attack_switch(report: AuditReport, attack: AttackSummary) -> None:
    """Which attack's scores; only where there is a choice."""
    offered = [one.name for one in report.attacks if one.histogram is not None]
    if len(offered) < 2:
        return
    session.put(_ATTACK, attack.name)
    st.segmented_control(
        "Attack",
        offered,
        format_func=formats.attack_title,
        key=_ATTACK,
        required=True,
        on_change=_note_attack,
        help=glossary.help_for("attack"),
    )


def _note_attack() -> None:
    """A person chose the attack: in this run it stays."""
    session.put(_PICKED, (session.run_id(), session.get(_ATTACK)))


def _note_move(name: str) -> None:
    """A person moved this attack's threshold: in this run it stays."""
    session.put(_MOVED, {*session.get(_MOVED, ()), (session.run_id(), name)})


def _slider(name: str, histogram: Histogram) -> int:
    """The threshold as the place of a bin edge."""
    key = _key(name)
    session.put(key, _edge(name, histogram))
    return int(
        st.select_slider(
            "Threshold",
            range(len(histogram.edges)),
            key=key,
            format_func=lambda place: f"{histogram.edges[place]:.3g}",
            help=glossary.help_for("threshold"),
            on_change=_note_move,
            args=(name,),
        )
    )


def _edge(name: str, histogram: Histogram) -> int:
    """The edge as moved, else the lowest that accuses at most 1 % of the non-members: a
    report that grows has another one every second."""
    chosen = session.get(_key(name))
    if chosen is None or (session.run_id(), name) not in session.get(_MOVED, ()):
        return edge_at_fpr(histogram, START_FPR)
    return min(int(chosen), len(histogram.edges) - 1)


def _key(name: str) -> str:
    """The slider's key: one threshold an attack."""
    return f"threshold.{name}"
