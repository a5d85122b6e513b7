"""What each column of an uploaded table is for: label, number, category, or left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from app import escape, session
from app.components import heading, states
from ppml_core.datasets.preview import ColumnSummary, UploadPreview
from ppml_core.errors import InvalidValue

NUMBER, CATEGORY, LEAVE_OUT = "Number", "Category", "Leave out"


@dataclass(frozen=True, kw_only=True)
class Roles:
    """The decisions about columns; fields as in ``Preparation``."""

    label: str | None = None
    leave_out: tuple[str, ...] = ()
    categorical: tuple[str, ...] | None = None
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)


def edit(preview: UploadPreview, token: str) -> Roles:
    """The label picker and one row a column. What was chosen before stays chosen."""
    names = [column.name for column in preview.columns]
    st.subheader("What each column is for", anchor=False)
    key = f"label-{token}"
    session.sticky(key, preview.label if preview.label in names else names[-1])
    label = st.selectbox(
        "The model learns to predict (label)",
        names,
        key=key,
        help="The column with the class of each record. It is guessed from its name, place and "
        "number of different values.",
    )
    flagged = [c.name for c in preview.columns if c.identifies and c.name != label]
    if flagged:
        states.notice(
            f"Set to be left out: {_listing(flagged)}",
            "Nearly every value differs. Such a column tells people apart and teaches a model "
            "nothing. You can still use it below.",
            tone="warning",
        )
    rows = _edited(preview, token, str(label))
    heading.small(
        "Declare the lowest and highest possible value of a number where you know them from "
        "elsewhere (an age is 0 to 120). Otherwise the records' own minimum and maximum scale it, "
        "which is a private statistic: it is not covered by differential privacy."
    )
    try:
        return roles(rows, str(label))
    except InvalidValue as error:
        st.error(escape.markdown(error))
        return Roles(label=str(label))


def _edited(preview: UploadPreview, token: str, label: str) -> list[dict[str, Any]]:
    """The editable rows of all columns but the label."""
    note = f"roles-{token}"
    kept: dict[str, dict[str, Any]] = session.get(note) or {}
    columns = [column for column in preview.columns if column.name != label]
    key = f"editor-{token}-{label}"
    base = f"{key}-rows"
    if session.get(base) is None:  # built once a label: the editor keeps the edits itself
        session.put(base, [kept.get(c.name) or default_row(c) for c in columns])
    edited: list[dict[str, Any]] = st.data_editor(
        session.get(base),
        key=key,
        hide_index=True,
        placeholder="–",
        height=min(36 * (len(columns) + 1) + 2, 420),
        disabled=["Column", "Different values", "Missing", "Examples"],
        column_config={
            "Use as": st.column_config.SelectboxColumn(
                options=[NUMBER, CATEGORY, LEAVE_OUT], required=True
            ),
            "Lowest": st.column_config.NumberColumn(help="Smallest possible value, if known"),
            "Highest": st.column_config.NumberColumn(help="Largest possible value, if known"),
        },
        alt=f"Role of each column of {preview.filename}",
    )
    session.put(note, kept | {row["Column"]: row for row in edited})
    return edited


def default_row(column: ColumnSummary) -> dict[str, Any]:
    """A column as it stands in the editor before anybody touches it."""
    use = CATEGORY if column.kind == "text" else NUMBER
    if column.identifies:
        use = LEAVE_OUT
    return {
        "Column": column.name,
        "Use as": use,
        "Lowest": None,
        "Highest": None,
        "Different values": f"{column.distinct:,}",
        "Missing": f"{column.missing:,}",
        "Examples": ", ".join(column.examples),
    }


def roles(rows: Sequence[dict[str, Any]], label: str | None) -> Roles:
    """The editor's rows as decisions. Raises ``InvalidValue`` for half a bound."""
    bounds = {}
    for row in rows:
        low, high = row["Lowest"], row["Highest"]
        if row["Use as"] != NUMBER or (low is None and high is None):
            continue
        if low is None or high is None or not low < high:
            raise InvalidValue(
                f"bounds of {row['Column']}", "lowest < highest, both given", (low, high)
            )
        bounds[row["Column"]] = (float(low), float(high))
    return Roles(
        label=label,
        leave_out=tuple(row["Column"] for row in rows if row["Use as"] == LEAVE_OUT),
        categorical=tuple(row["Column"] for row in rows if row["Use as"] == CATEGORY),
        bounds=bounds,
    )


def _listing(names: list[str]) -> str:
    """At most four names in a row."""
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"
