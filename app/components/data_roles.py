"""What each column of an uploaded table is for: label, number, category, or left out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from app import escape, session
from app.components import data_choices, heading, states
from ppml_core.datasets.preview import ColumnSummary, UploadPreview
from ppml_core.errors import InvalidValue

NUMBER, CATEGORY, LEAVE_OUT = "Number", "Category", "Leave out"
GROUP, HASH = "Frequent values", "Hashed"
MANY = 20
"""Texts of more values than this may also be grouped or hashed."""

_USES = (
    "Number: one feature. Category: one feature a value. Leave out: not used. Frequent values: "
    "a category in which rare values are one. Hashed: a fixed number of features, however many "
    "values there are."
)


@dataclass(frozen=True, kw_only=True)
class Roles:
    """The decisions about columns; fields as in ``Preparation``."""

    label: str | None = None
    leave_out: tuple[str, ...] = ()
    categorical: tuple[str, ...] | None = None
    numbers: tuple[str, ...] = ()
    grouped: tuple[str, ...] = ()
    hashed: tuple[str, ...] = ()
    person: str | None = None
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)


def edit(preview: UploadPreview, scope: str) -> Roles:
    """The label picker and one row a column. What was chosen before stays chosen."""
    st.subheader("What each column is for", anchor=False)
    label = _label(preview, scope)
    person = _person(preview, scope, label)
    taken = {label, person}
    flagged = [c.name for c in preview.columns if c.identifies and c.name not in taken]
    if flagged:
        states.notice(
            f"Set to be left out: {data_choices.listing(flagged)}",
            "Many different values, as in names or numbers of records. Such a column tells people "
            "apart and teaches a model nothing. You can still use it below.",
            tone="warning",
        )
    columns = [column for column in preview.columns if column.name not in taken]
    rows = _edited(columns, scope, f"{label}-{person}", preview.filename)
    heading.small(
        "Declare the lowest and highest possible value of a number where you know them from "
        "elsewhere (an age is 0 to 120). Otherwise the records' own minimum and maximum scale it, "
        "which is a private statistic: it is not covered by differential privacy."
    )
    texts = {column.name for column in columns if column.kind == "text"}
    try:
        return replace(roles(rows, label, texts), person=person)
    except InvalidValue as error:
        st.error(escape.markdown(error))
        return Roles(label=label, person=person)


def _label(preview: UploadPreview, scope: str) -> str:
    """Which column is predicted."""
    names = [column.name for column in preview.columns]
    key = f"label-{scope}"
    session.sticky(key, preview.label if preview.label in names else names[-1])
    return str(
        st.selectbox(
            "The model learns to predict (label)",
            names,
            key=key,
            help="The column with the class of each record. It is guessed from its name, place "
            "and number of different values.",
        )
    )


def _person(preview: UploadPreview, scope: str, label: str) -> str | None:
    """Whose rows they are; asked only where a column looks like names of people with several."""
    names = [column.name for column in preview.columns if column.persons and column.name != label]
    if not names:
        return None
    key = f"person-{scope}-{label}"
    session.sticky(key, names[0])
    found: str | None = st.selectbox(
        "Several rows belong to one person, named by",
        [*names, None],
        format_func=lambda name: "No column: every row is a person" if name is None else name,
        key=key,
        help="The rows of one person stay together: all train the model, or none does. "
        "Otherwise a model that knows somebody's other rows seems to work on new people.",
    )
    return found


def _edited(
    columns: Sequence[ColumnSummary], scope: str, taken: str, filename: str
) -> list[dict[str, Any]]:
    """The editable rows of all columns that are features; ``taken`` names the others."""
    note = f"roles-{scope}"
    kept: dict[str, dict[str, Any]] = session.get(note) or {}
    key = f"editor-{scope}-{taken}"
    base = f"{key}-rows"
    # The editor keeps its edits to these rows itself, until another page or label takes its place.
    if session.get(base) is None or session.get(key) is None:
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
                options=_uses(columns), required=True, help=_USES
            ),
            "Lowest": st.column_config.NumberColumn(help="Smallest possible value, if known"),
            "Highest": st.column_config.NumberColumn(help="Largest possible value, if known"),
        },
        alt=f"Role of each column of {filename}",
    )
    session.put(note, kept | {row["Column"]: row for row in edited})
    return edited


def _uses(columns: Sequence[ColumnSummary]) -> list[str]:
    """What a column can be used as; grouping and hashing only where a text needs it."""
    many = any(column.kind == "text" and column.distinct > MANY for column in columns)
    return [NUMBER, CATEGORY, *((GROUP, HASH) if many else ()), LEAVE_OUT]


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


def roles(rows: Sequence[dict[str, Any]], label: str | None, texts: Collection[str] = ()) -> Roles:
    """The editor's rows as decisions; ``texts`` are columns that were not read as numbers.

    Raises ``InvalidValue`` for half a bound.
    """
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
    by_use = {
        use: tuple(row["Column"] for row in rows if row["Use as"] == use)
        for use in (NUMBER, CATEGORY, GROUP, HASH, LEAVE_OUT)
    }
    return Roles(
        label=label,
        leave_out=by_use[LEAVE_OUT],
        categorical=by_use[CATEGORY],
        numbers=tuple(name for name in by_use[NUMBER] if name in texts),
        grouped=by_use[GROUP],
        hashed=by_use[HASH],
        bounds=bounds,
    )
