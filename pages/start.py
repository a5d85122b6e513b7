"""Start: what is this, and can I see it happen now?"""

from __future__ import annotations

import streamlit as st

from app import navigation, presets, session
from app.components import audit_result, downloads, heading, records_sheet, run_panel, submit
from ppml_core.auditing import sentences
from ppml_core.auditing.report import AuditReport, Report
from ppml_core.jobs.view import RunView

NEXT = (
    ("membership", "Move the threshold yourself", "Histograms and every attack of this audit."),
    ("defend", "Add noise and see what it buys", "Accuracy against leakage, epsilon by epsilon."),
    ("data", "Bring your own data", "A table or pictures. They stay on this machine."),
)


def introduction() -> None:
    """What this is, the one button, and some of the records it is about."""
    words, picture = st.columns([3, 2], vertical_alignment="center", gap="large")
    with words:
        st.html('<h1 class="lab-hero">Who was in the training data?</h1>')
        st.html(
            '<p class="lab-lead">A trained model can betray whose records it learned from. Train '
            "many small variations of one, attack them as an adversary would, and see how many "
            "people could be recognised.</p>"
        )
        submit.button("Run the audit", presets.bundled_audit, key="run-bundled-audit")
        heading.small(
            "1,797 handwritten digits, 64 small neural networks, two attacks. Less than a "
            "minute, all on this machine."
        )
    with picture:
        records_sheet.draw(presets.bundled_audit().dataset, "Which of them did a model learn from?")


def steps() -> None:
    """What will happen, while there is nothing to show yet."""
    st.html(
        '<ol class="lab-steps"><li><strong>Train</strong><span>64 networks, each on its own '
        "random half of the records.</span></li><li><strong>Attack</strong><span>Every network "
        "in turn: which records had it seen?</span></li><li><strong>Conclude</strong><span>How "
        "many members are found while hardly anyone is wrongly accused.</span></li></ol>"
    )


def result(view: RunView, report: Report) -> None:
    """The audit as far as it has come."""
    assert isinstance(report, AuditReport)
    done = view.state == "finished"
    if done:
        audit_result.conclusion(report)
    audit_result.roc_chart(
        view.run_id, report, key="start-roc", sentence=audit_result.spoken(report, done=done)
    )
    shown = sentences.strongest_of(report.attacks)
    if shown is not None:
        audit_result.headline(shown)
    if done:
        downloads.downloads(report, view.run_id)
        next_steps()


def next_steps() -> None:
    """Where to go from here."""
    heading.section("Next")
    for place, (page, label, told) in zip(st.columns(3), NEXT, strict=True):
        with place, st.container(border=True, height="stretch"):
            st.page_link(navigation.path(page), label=label, query_params=session.links())
            heading.small(told)


introduction()
run = session.run_id()
if run is None:
    steps()
else:
    run_panel.watch(run, result, kind="audit", waiting=steps)
