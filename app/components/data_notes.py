"""How the records of a result were read and prepared, below the result."""

from __future__ import annotations

import streamlit as st

from app import escape
from ppml_core.auditing.report import DatasetSummary

MOST = 20


def show(data: DatasetSummary) -> None:
    """Everything that was noticed on the way in; nothing where there was nothing."""
    if not data.notes:
        return
    with st.expander("How these records were prepared", key="dataset-notes"):
        items = "".join(f"<li>{escape.html(note)}</li>" for note in data.notes[:MOST])
        st.html(f'<ul class="lab-small">{items}</ul>')
