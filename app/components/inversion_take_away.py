"""Taking the result away: the contact sheet as PNG, the people as CSV, all of it as JSON."""

from __future__ import annotations

import streamlit as st

from app import escape
from app.components import downloads, inversion_sheet
from app.components import inversion_pictures as pictures
from app.figures import inversion_values as values
from ppml_core.auditing.inversion_report import InversionCell, InversionReport
from ppml_core.jobs.view import RunView


def show(view: RunView, report: InversionReport, cell: InversionCell) -> None:
    """Three buttons; what they give is made when they are pressed."""
    with st.container(horizontal=True, key="inversion-take-away"):
        if cell.reconstructions:
            st.download_button(
                "Download contact sheet (PNG)",
                lambda: pictures.contact_sheet(report, cell),
                escape.file_name(*file_name(view, report, cell).split("-"), end=".png"),
                "image/png",
                key=f"png-{view.run_id}",
                on_click="ignore",
            )
        downloads.downloads(report, view.run_id, inversion_sheet.file_rows(report, cell))


def file_name(view: RunView, report: InversionReport, cell: InversionCell) -> str:
    """``invert-faces-0a1b2c3d-epsilon-8-clip-1``."""
    at = values.setting_of(cell)
    setting = at.epsilon.replace(" ", "-")
    if at.epsilon not in (values.ORDINARY, values.NO_NOISE):
        setting = f"epsilon-{setting}"
    clip = "" if at.clip is None else f"-clip-{at.clip:g}"
    return f"invert-{report.dataset.name}-{view.run_id[:8]}-{setting}{clip}"
