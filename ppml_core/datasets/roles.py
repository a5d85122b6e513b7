"""Which column is what: the label, numbers, categories; and whether it can be that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.tables import Column, Table
from ppml_core.errors import UploadRejected


@dataclass(frozen=True, kw_only=True, eq=False)
class Roles:
    """The label column and the feature columns; ``categorical`` are names among the latter.
    ``person``: whose row it is, no feature; None where nobody said."""

    label: Column
    features: tuple[Column, ...]
    categorical: frozenset[str]
    person: Column | None = None


def assign(table: Table, preparation: Preparation) -> Roles:
    """Follow the preparation, refusing what it asks of a column that cannot do it."""
    name = preparation.label or table.label
    if name is None:
        raise UploadRejected(
            "No label column is chosen", fix="Say which column is to be predicted."
        )
    label = table.column(name)
    named = {*preparation.leave_out, *(preparation.categorical or ()), *preparation.bounds}
    named |= {*preparation.grouped, *preparation.hashed}
    for other in sorted(named | preparation.categories.keys() | preparation.fill_values.keys()):
        table.column(other)
    person = None if preparation.person is None else table.column(preparation.person)
    if person is not None and person.name == name:
        raise UploadRejected(
            f"Column {name!r} is the label and cannot say whose row it is", fix="Name another one."
        )
    out = {name, preparation.person, *preparation.leave_out}
    features = tuple(column for column in table.columns if column.name not in out)
    if not features:
        raise UploadRejected("No features are left", fix="Leave fewer columns out.")
    if preparation.categorical is None or set(preparation.categorical) == {name}:
        categorical = {column.name for column in features if column.kind == "text"}
        categorical |= preparation.categories.keys()
    else:
        categorical = set(preparation.categorical)
    categorical |= {*preparation.grouped, *preparation.hashed} - out
    for column in features:
        _check_values(table, column, column.name in categorical)
    _check_bounds(preparation, categorical)
    return Roles(label=label, features=features, categorical=frozenset(categorical), person=person)


def place(table: Table, column: Column, position: int) -> str:
    """Where a value stands, as people count.

    Position is into the table; the answer names the row of the file.
    """
    return f"column {column.name!r}, row {int(table.rows[position]):,}"


def _check_values(table: Table, column: Column, is_category: bool) -> None:
    """Refuse an empty column, and text or infinity where numbers are needed."""
    missing = column.missing()
    if missing.all():
        raise UploadRejected(f"Column {column.name!r} has no values at all", fix="Leave it out.")
    if is_category:
        return
    if column.kind == "text":
        first = int(np.argmin(missing))
        raise UploadRejected(
            f"Text in a column of numbers: {column.text(first)[:40]!r}",
            where=place(table, column, first),
            fix="Mark the column as categorical, or leave it out.",
        )
    if len(column.strays):
        first, more = int(column.strays[0]), len(column.strays) - 1
        also = f" and {more:,} more" if more else ""
        raise UploadRejected(
            f"Text in a column of {_what(column)}: {column.text(first)[:40]!r}{also}",
            where=place(table, column, first),
            fix="Correct it, leave it empty, mark the column as categorical, or leave it out.",
        )
    assert column.numbers is not None
    infinite = np.isinf(column.numbers)
    if infinite.any():
        raise UploadRejected(
            "An infinite number",
            where=place(table, column, int(np.argmax(infinite))),
            fix="Correct it, leave it empty, or leave the column out.",
        )


def _what(column: Column) -> str:
    """What most of the values are."""
    form = column.reading.form
    return (
        form if form.startswith(("dates", "times")) else "numbers" + (f" ({form})" if form else "")
    )


def _check_bounds(preparation: Preparation, categorical: set[str]) -> None:
    """Bounds are for numbers, a list of categories is for categories."""
    for name in sorted(categorical & preparation.bounds.keys()):
        raise UploadRejected(
            f"Bounds are declared for column {name!r}, which is categorical",
            fix="Remove the bounds, or treat the column as a number.",
        )
    for name in sorted(preparation.categories.keys() - categorical - {preparation.label}):
        raise UploadRejected(
            f"Categories are declared for column {name!r}, which is not categorical",
            fix="Mark it as categorical, or remove the list.",
        )
