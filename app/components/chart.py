"""A figure as it must always appear: sentence above, alternative text, table and CSV below."""

from __future__ import annotations

import csv
import html
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


def wide_table(rows: Sequence[Row], *, caption: str) -> None:
    """A table of few rows and long cells; on a narrow screen each row becomes a card."""
    columns = _columns(rows)
    head = "".join(
        f'<th role="columnheader" scope="col">{html.escape(name)}</th>' for name in columns
    )
    body = "".join(f'<tr role="row">{_wide_row(row, columns)}</tr>' for row in rows)
    st.html(
        f'<table class="lab-table" role="table"><caption>{html.escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def to_csv(rows: Sequence[Row]) -> str:
    """``rows`` as CSV with a header line."""
    target = io.StringIO()
    writer = csv.DictWriter(target, fieldnames=_columns(rows))
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


def _wide_row(row: Row, columns: Sequence[str]) -> str:
    """The cells of one row; the first one names it."""
    first, *rest = columns
    cells = [f'<th role="rowheader" scope="row">{html.escape(_cell(row.get(first)))}</th>']
    cells += [
        f'<td role="cell" data-label="{html.escape(name)}">{html.escape(_cell(row.get(name)))}</td>'
        for name in rest
    ]
    return "".join(cells)


def _columns(rows: Sequence[Row]) -> list[str]:
    """All columns of all rows, in order of first appearance."""
    return list(dict.fromkeys(name for row in rows for name in row))


def _cell(value: str | float | int | None) -> str:
    """A table cell as text."""
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
