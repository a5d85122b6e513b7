"""Membership: who can be recognised, at a false-alarm rate that matters?"""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import (
    adopt,
    attack_form,
    attack_table,
    audit_result,
    data_form,
    downloads,
    findings,
    heading,
    model_form,
    privacy_form,
    run_panel,
    states,
    submit,
    threshold,
)
from app.components.chart import wide_table
from app.components.guarantee_card import guarantee_card
from app.components.memory_line import memory_line
from app.components.request_line import request_line
from ppml_core.auditing import sentences
from ppml_core.auditing.report import AuditReport, Report
from ppml_core.jobs.requests import AuditRequest
from ppml_core.jobs.view import RunView


def form() -> None:
    """Data, model, privacy, attack, and the button."""
    top, bottom = st.columns(2), st.columns(2)
    groups = (data_form.draw, model_form.draw, privacy_form.draw, attack_form.draw)
    for place, draw in zip((*top, *bottom), groups, strict=True):
        with place, st.container(border=True, height="stretch"):
            draw()
    adopt.button()
    submit.button("Run this audit", read, key="audit-submit")
    if needed := memory_line(read):
        heading.small(needed)


def read() -> AuditRequest:
    """The request that the form says."""
    return AuditRequest(
        dataset=session.dataset(),
        recipe=model_form.read_recipe(privacy_form.read_privacy()),
        split=data_form.read_split(),
        shadows=attack_form.read_shadows(),
        attacks=attack_form.read_attacks(),
        seed=attack_form.read_seed(),
    )


def result(view: RunView, report: Report) -> None:
    """Verdict, curves, threshold, table, guarantee, findings, downloads."""
    assert isinstance(report, AuditReport)
    heading.small(request_line(view.request, view.dataset_name))
    done = view.state == "finished"
    if done:
        audit_result.conclusion(report)
    audit_result.roc_chart(
        view.run_id,
        report,
        key="roc",
        sentence=audit_result.spoken(report, done=done),
    )
    shown = sentences.strongest_of(report.attacks)
    if shown is not None:
        audit_result.headline(shown)
    st.fragment(threshold.explore)(report)
    heading.section("Attacks")
    wide_table(
        attack_table.rows(report),
        caption="95 % intervals in brackets. Rates at few false alarms come first: they are "
        "what an attacker can rely on.",
    )
    with st.expander("What these terms mean", key="attack-terms"):
        st.html(attack_table.terms(report))
    guarantee_card(report.guarantee, conclusion=sentences.guarantee_sentence(report.guarantee))
    findings.findings(report.findings)
    if done:
        downloads.downloads(report, view.run_id, attack_table.csv_rows(report))


heading.heading("Membership", "Who can be recognised as having been in the training data?")
run = session.run_id()
# The key changes with the run, so that the form closes when a run opens.
with st.expander("Set up an audit", expanded=run is None, key=f"audit-form-{run or 'new'}"):
    form()
if run is None:
    states.empty("No audit yet", "The defaults above are a sensible start: run them as they are.")
else:
    run_panel.watch(run, result, kind="audit")
