"""A figure as it must always appear: sentence above, alternative text, table and CSV below."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from app.components import heading

Row = dict[str, str | float | int | None]
CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


def chart(
    figure: go.Figure,
    *,
    key: str,
    alt: str,
    rows: Sequence[Row],
    sentence: str | None = None,
    file_rows: Sequence[Row] | None = None,
) -> None:
    """Draw ``figure``. ``rows`` are its numbers for the table twin, and for the CSV unless
    ``file_rows`` has them in full."""
    if sentence:
        heading.sentence(sentence)
    st.plotly_chart(figure, key=key, alt=alt, theme=None, config=CONFIG)
    table_twin(rows, key=key, file_rows=file_rows)


def table_twin(rows: Sequence[Row], *, key: str, file_rows: Sequence[Row] | None = None) -> None:
    """The numbers behind a figure, folded away, with a download."""
    with st.expander("The same as a table", key=f"{key}-table"):
        table(rows)
        st.download_button(
            "Download CSV",
            to_csv(file_rows or rows),
            f"{key}.csv",
            "text/csv",
            key=f"{key}-csv",
            on_click="ignore",
        )


def table(rows: Sequence[Row]) -> None:
    """A plain table that screen readers can walk."""
    st.table({name: [_cell(row.get(name)) for row in rows] for name in _columns(rows)})


def to_csv(rows: Sequence[Row]) -> str:
    """``rows`` as CSV with a header line."""
    target = io.StringIO()
    writer = csv.DictWriter(target, fieldnames=_columns(rows))
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


def _columns(rows: Sequence[Row]) -> list[str]:
    """All columns of all rows, in order of first appearance."""
    return list(dict.fromkeys(name for row in rows for name in row))


def _cell(value: str | float | int | None) -> str:
    """A table cell as text."""
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
