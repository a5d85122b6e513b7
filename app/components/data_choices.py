"""Choices about a file as a whole. Each is asked only where the file gives reason for it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import streamlit as st

from app import escape, session
from app.components import formats, heading
from ppml_core.datasets.preparation import DateForm, MissingPolicy
from ppml_core.datasets.preview import ColumnSummary, UploadPreview

MISSING: dict[MissingPolicy, str] = {
    "refuse": "Refuse the file",
    "drop-rows": "Leave out rows with missing values",
    "fill": "Fill them; leave out only rows without a label",
}
DATES: dict[DateForm, str] = {"days": "Days since 1970", "year-month-day": "Year, month and day"}
FEW = 0.05
"""Where at most this share of the rows has a gap, leaving them out costs little."""

MOST_ASKED = 12
"""Columns whose words are asked about one by one."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Fields as in ``Preparation``."""

    header: bool = True
    missing_words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dates: DateForm = "days"
    merge_classes: bool = False
    missing: MissingPolicy = "refuse"


def first_row(preview: UploadPreview, token: str, changed: Callable[[], None]) -> None:
    """Whether the first row of a text file names the columns; ``changed`` reads it again."""
    if preview.kind != "csv":
        return
    key = header_key(token)
    session.sticky(key, True)
    st.checkbox(
        "The first row names the columns",
        key=key,
        on_change=changed,
        help="Without the tick the first row is a record like the others, and columns are "
        "called column 1, column 2 and so on.",
    )


def header_key(token: str) -> str:
    """Of the choice above."""
    return f"header-{token}"


def ask(
    preview: UploadPreview, scope: str, label: str | None, left_out: Collection[str]
) -> Choices:
    """Words that mean nothing, dates, classes, missing values: whatever the file has."""
    used = [column for column in preview.columns if column.name not in left_out]
    words = _words(used, scope)
    dates = _dates(used, scope, label)
    merge = _merge(used, scope, label)
    turned = any(words.values())
    return Choices(
        missing_words=words,
        dates=dates,
        merge_classes=merge,
        missing=_missing(preview, used, scope, turned),
    )


def _words(used: list[ColumnSummary], scope: str) -> dict[str, tuple[str, ...]]:
    """Column to words, for the columns in which the person decides otherwise than the reader."""
    asked = [column for column in used if column.words]
    if not asked:
        return {}
    st.subheader("Values or gaps?", anchor=False)
    heading.small(
        "These often stand for a value that is not there, and sometimes for a value like any "
        "other: a country NA, a diagnosis None. What is chosen means that there is no value."
    )
    chosen = {}
    for column in asked[:MOST_ASKED]:
        picked = _picked(column, f"words-{scope}-{column.name}")
        if set(picked) != set(column.words_missing):
            chosen[column.name] = picked
    return chosen


def _picked(column: ColumnSummary, key: str) -> tuple[str, ...]:
    """The words of a column that mean no value, as chosen."""
    counts = dict(column.words)
    session.sticky(key, list(column.words_missing))
    picked: list[str] = st.multiselect(
        f"No value in {escape.markdown(column.name)}",
        list(counts),
        format_func=lambda word: f"{escape.plain(word)} ({counts.get(word, 0):,})",
        key=key,
    )
    return tuple(picked)


def _dates(used: list[ColumnSummary], scope: str, label: str | None) -> DateForm:
    """What a date becomes."""
    dates = [c.name for c in used if c.form.startswith("dates") and c.name != label]
    if not dates:
        return "days"
    key = f"dates-{scope}"
    session.sticky(key, "days")
    form: DateForm = st.radio(
        f"Dates ({escape.markdown(listing(dates))}) become",
        list(DATES),
        format_func=lambda form: DATES[form],
        key=key,
        horizontal=True,
    )
    return form


def _merge(used: list[ColumnSummary], scope: str, label: str | None) -> bool:
    """Whether classes that are written in several ways are one."""
    alike = next((column.alike for column in used if column.name == label), 0)
    if not alike:
        return False
    key = f"merge-{scope}-{label}"
    session.sticky(key, False)
    return st.checkbox(
        "Make one class of those that differ in letter case and blanks only",
        key=key,
        help=f"{formats.count(alike)} of the texts in the label are another one written "
        "differently, as Yes and yes.",
    )


def _missing(
    preview: UploadPreview, used: list[ColumnSummary], scope: str, turned: bool
) -> MissingPolicy:
    """What to do about missing values, where there are any."""
    if not preview.missing and not turned:
        return "refuse"
    key = f"missing-{scope}"
    session.sticky(key, usual_policy(used, preview.n) if preview.missing else "fill")
    policy: MissingPolicy = st.radio(
        f"Missing values ({missing_words(preview.missing)})",
        list(MISSING),
        format_func=lambda key: MISSING[key],
        key=key,
        horizontal=True,
        help="Nothing is dropped or filled silently: the card says what was done. A number is "
        "filled with the column's median, which is a statistic of the records, and the "
        "guarantee will say that it was used; a category becomes one of its own.",
    )
    return policy


def usual_policy(used: Collection[ColumnSummary], n: int) -> MissingPolicy:
    """What suits the gaps in the columns that are used: few are dropped, many filled.

    >>> column = ColumnSummary(name="age", kind="number", missing=10, distinct=60)
    >>> usual_policy([column], 1000), usual_policy([column], 100)
    ('drop-rows', 'fill')
    """
    gaps = sum(column.missing for column in used)
    if not gaps:
        return "refuse"
    return "drop-rows" if gaps <= FEW * n else "fill"


def missing_words(missing: int) -> str:
    """How many values are missing.

    >>> missing_words(0), missing_words(1), missing_words(2)
    ('none', '1 value is missing', '2 values are missing')
    """
    if missing == 0:
        return "none"
    return "1 value is missing" if missing == 1 else f"{formats.count(missing)} values are missing"


def listing(names: list[str]) -> str:
    """At most four names in a row.

    >>> listing(["a", "b", "c", "d", "e"])
    'a, b, c, d and 1 more'
    """
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"
