"""A figure as it must always appear: sentence above, alternative text, table and CSV below."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from app.components import heading
from app.components.tables import Row, table, to_csv, wide_table

__all__ = ["Row", "chart", "table", "table_twin", "to_csv", "wide_table"]

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


def chart(
    figure: go.Figure,
    *,
    key: str,
    alt: str,
    rows: Sequence[Row],
    sentence: str | None = None,
    note: str | None = None,
    file_rows: Sequence[Row] | None = None,
) -> None:
    """Draw ``figure`` and a quiet ``note`` below it. ``rows`` are its numbers for the table
    twin, and for the CSV unless ``file_rows`` has them in full."""
    if sentence:
        heading.sentence(sentence)
    st.plotly_chart(figure, key=key, alt=alt, theme=None, config=CONFIG)
    if note:
        heading.small(note)
    table_twin(rows, key=key, file_rows=file_rows)


def table_twin(rows: Sequence[Row], *, key: str, file_rows: Sequence[Row] | None = None) -> None:
    """The numbers behind a figure, folded away, with a download."""
    with st.expander("The same as a table", key=f"{key}-table"):
        table(rows, label="The numbers of the figure above")
        st.download_button(
            "Download CSV",
            # Made when pressed: a file made at every redraw is gone by the time it is asked for.
            lambda: to_csv(file_rows or rows),
            f"{key}.csv",
            "text/csv",
            key=f"{key}-csv",
            on_click="ignore",
        )
