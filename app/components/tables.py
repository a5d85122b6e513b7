"""Tables that screen readers can walk and narrow screens can hold, and the same as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import streamlit as st

from app import escape

Row = dict[str, str | float | int | None]


def table(rows: Sequence[Row], *, label: str = "Table") -> None:
    """Many rows of short cells, in a frame that scrolls by mouse, touch and keyboard."""
    columns = _columns(rows)
    head = "".join(f'<th scope="col">{escape.html(name)}</th>' for name in columns)
    body = "".join(
        "<tr>"
        + "".join(f"<td>{escape.html(_cell(row.get(name)))}</td>" for name in columns)
        + "</tr>"
        for row in rows
    )
    st.html(
        f'<div class="lab-scroll" role="group" tabindex="0" aria-label="{escape.html(label)}">'
        f'<table class="lab-numbers"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def wide_table(rows: Sequence[Row], *, caption: str) -> None:
    """A table of few rows and long cells; on a narrow screen each row becomes a card."""
    columns = _columns(rows)
    head = "".join(
        f'<th role="columnheader" scope="col">{escape.html(name)}</th>' for name in columns
    )
    body = "".join(f'<tr role="row">{_wide_row(row, columns)}</tr>' for row in rows)
    st.html(
        f'<table class="lab-table" role="table"><caption>{escape.html(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def to_csv(rows: Sequence[Row]) -> str:
    """``rows`` as CSV with a header line; no cell is a formula.

    >>> to_csv([{"a": 1, "b": None}])
    'a,b\\r\\n1,\\r\\n'
    """
    target = io.StringIO()
    columns = _columns(rows)
    writer = csv.writer(target)
    writer.writerow([escape.cell(name) for name in columns])
    writer.writerows([escape.cell(row.get(name)) for name in columns] for row in rows)
    return target.getvalue()


def _wide_row(row: Row, columns: Sequence[str]) -> str:
    """The cells of one row; the first one names it."""
    first, *rest = columns
    cells = [f'<th role="rowheader" scope="row">{escape.html(_cell(row.get(first)))}</th>']
    cells += [
        f'<td role="cell" data-label="{escape.html(name)}">{escape.html(_cell(row.get(name)))}</td>'
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
