"""Taking a report away: the JSON that the pages themselves render, and its table."""

from __future__ import annotations

import streamlit as st

from app import escape
from app.components.chart import Row, to_csv
from ppml_core.auditing.report import Report, encode


def downloads(report: Report, run: str, rows: list[Row] | None = None) -> None:
    """Buttons for the whole report as JSON and, if given, ``rows`` as CSV."""
    name = (report.kind, report.dataset.name, run[:8])
    with st.container(horizontal=True):
        st.download_button(
            "Download report (JSON)",
            lambda: encode(report),
            escape.file_name(*name, end=".json"),
            "application/json",
            key=f"json-{run}",
            on_click="ignore",
        )
        if rows:
            st.download_button(
                "Download table (CSV)",
                lambda: to_csv(rows),
                escape.file_name(*name, end=".csv"),
                "text/csv",
                key=f"csv-{run}",
                on_click="ignore",
            )
