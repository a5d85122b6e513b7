"""The result of page Attributes: verdict, AUCs, shares, table, guarantee, findings, downloads."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from app import session
from app.components import attack_table, downloads, findings, formats, heading
from app.components import attribute_words as words
from app.components.chart import chart, wide_table
from app.components.guarantee_card import guarantee_card
from app.components.metric import metric
from app.components.request_line import request_line
from app.figures import attribute_auc, attribute_shares
from ppml_core.auditing import attribute_sentences, sentences
from ppml_core.auditing.report import AttributesReport, Report
from ppml_core.auditing.study_conclusions import of_attributes
from ppml_core.jobs.view import RunView


def show(view: RunView, report: Report) -> None:
    """Everything of one run, partial or final."""
    assert isinstance(report, AttributesReport)
    heading.small(request_line(view.request, view.dataset_name))
    done = view.state == "finished"
    if done:
        heading.conclusion(of_attributes(report))
        heading.verdict(_conclusion(report))
    if report.guessers:
        _gains(report)
        _pictures(view.run_id, report, done=done)
    guarantee_card(report.guarantee, conclusion=sentences.guarantee_sentence(report.guarantee))
    findings.findings(report.findings)
    if done:
        downloads.downloads(report, view.run_id, words.auc_rows(report) + words.share_rows(report))


def _conclusion(report: AttributesReport) -> str:
    """The verdict in words, without repeating figures."""
    return attribute_sentences.conclusion(report)


def _gains(report: AttributesReport) -> None:
    """What the model adds to imputation: for members, for others, and the excess."""
    n = f"n = {formats.count(report.column.scored)} records, {report.models} models"
    figures = (
        ("Gain about members (AUC)", report.delta_members, report.delta_members_ci),
        ("Gain about non-members (AUC)", report.delta_nonmembers, report.delta_nonmembers_ci),
        ("Members beyond others (AUC)", report.extra, report.extra_ci),
    )
    for place, (label, value, ci) in zip(st.columns(3), figures, strict=True):
        with place:
            metric(
                label,
                words.gain(value),
                term="attribute_gain",
                interval=words.gain_interval(ci),
                n=n,
            )


def _pictures(run: str, report: AttributesReport, *, done: bool) -> None:
    """The two charts and the table behind them."""
    told = attribute_sentences.figures(report)
    asked = report.request.get("models", report.models)
    chart(
        _auc(f"{run} {report.models}", session.dark(), report),
        key="attribute-auc",
        alt=words.auc_alt(report),
        sentence=told if done else f"From {report.models} of {asked} models so far. {told}",
        note=words.counted(report),
        rows=words.auc_rows(report),
    )
    if report.shares is not None:
        heading.section("What the right guesses are owed to")
        chart(
            _shares(f"{run} {report.models}", session.dark(), report),
            key="attribute-shares",
            alt=attribute_sentences.shares_sentence(report),
            sentence=attribute_sentences.shares_sentence(report),
            rows=words.share_rows(report),
        )
    heading.section("Guessers")
    wide_table(words.rows(report), caption="95 % intervals in brackets, over models and records.")
    with st.expander("What these terms mean", key="attribute-terms"):
        st.html(attack_table.definitions(words.TERMS))


@st.cache_resource(max_entries=128, show_spinner=False)
def _auc(identity: str, dark: bool, _report: AttributesReport) -> go.Figure:
    """Drawn once for all sessions."""
    return attribute_auc.draw(_report.guessers, words.GUESSERS, dark=dark)


@st.cache_resource(max_entries=128, show_spinner=False)
def _shares(identity: str, dark: bool, _report: AttributesReport) -> go.Figure:
    """Drawn once for all sessions."""
    assert _report.shares is not None
    return attribute_shares.draw(_report.shares, words.PARTS, dark=dark)
