"""A table read again as a person wants it: missing words, codes as numbers, parts of dates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ppml_core.datasets import date_units
from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.read_values import hints_of, read_column
from ppml_core.datasets.reading import Hints, Wish
from ppml_core.datasets.tables import Column, Table
from ppml_core.errors import UploadRejected

_PARTS = ("year", "month", "day")
_PART_BOUNDS = (None, (1.0, 12.0), (1.0, 31.0))


def apply_choices(table: Table, preparation: Preparation) -> tuple[Table, Preparation]:
    """The table with what ``preparation`` says about single columns, and what is left of it.

    Raises ``UploadRejected`` for a column that is not there, or that has no numbers
    where they are asked for.
    """
    for name in (*preparation.numbers, *preparation.missing_words):
        table.column(name)
    label = preparation.label or table.label
    hints = hints_of(table.columns)
    columns = []
    for column in table.columns:
        wish = Wish(
            missing=preparation.missing_words.get(column.name),
            numbers=column.name in preparation.numbers,
            label=column.name == label,
        )
        columns.append(column if wish == Wish() else _again(column, wish, hints))
    table = replace(table, columns=tuple(columns))
    if preparation.dates == "days":
        return table, preparation
    return _split_dates(table, preparation, label)


def _again(column: Column, wish: Wish, hints: Hints) -> Column:
    """One column by a wish."""
    texts = column.reading.texts
    if texts is None:
        return _without(column, wish.missing or ())
    again = read_column(column.name, texts, wish, hints)
    if wish.numbers and again.kind == "text":
        raise UploadRejected(
            f"Column {column.name!r} does not hold numbers",
            where=f"its first value is {again.text(int(np.argmin(again.missing())))[:40]!r}",
            fix="Use it as categorical, or leave it out.",
        )
    return again


def _without(column: Column, missing: tuple[str, ...]) -> Column:
    """A column of a file that has numbers, without those declared missing."""
    if column.numbers is None or not missing:
        return column
    values = []
    for text in missing:
        try:
            values.append(float(text))
        except ValueError:
            continue
    gone = np.isin(column.numbers, values)
    said = tuple(
        f"Column {column.name!r}: {text!r} ({int((column.numbers == value).sum()):,}) was "
        "taken as missing."
        for text, value in zip(missing, values, strict=False)
    )
    reading = replace(column.reading, said=said, words_missing=missing)
    return replace(column, numbers=np.where(gone, np.nan, column.numbers), reading=reading)


def _split_dates(
    table: Table, preparation: Preparation, label: str | None
) -> tuple[Table, Preparation]:
    """Every date that is used as a number, as year, month and day."""
    kept = {label, preparation.person, *preparation.leave_out, *(preparation.categorical or ())}
    kept |= {*preparation.grouped, *preparation.hashed, *preparation.categories}
    columns: list[Column] = []
    for column in table.columns:
        if column.reading.unit != date_units.UNIT or column.name in kept or len(column.strays):
            columns.append(column)
            continue
        columns += _parts(column)
        preparation = _moved(preparation, column.name)
    return replace(table, columns=tuple(columns)), preparation


def _parts(column: Column) -> list[Column]:
    """Year, month and day of one date; the last two have bounds that everybody knows."""
    assert column.numbers is not None
    form = f"{column.reading.form}, as year, month and day"
    reading = replace(column.reading, texts=None, unit="", form=form)
    return [
        Column(
            name=f"{column.name} {part}",
            kind="number",
            numbers=values,
            bounds=bounds,
            reading=reading if part == "year" else replace(reading, said=(), form=""),
        )
        for part, bounds, values in zip(
            _PARTS, _PART_BOUNDS, date_units.from_days(column.numbers), strict=True
        )
    ]


def _moved(preparation: Preparation, name: str) -> Preparation:
    """Bounds and fill values of a date, which are in days, as those of its parts."""
    bounds, fill = dict(preparation.bounds), dict(preparation.fill_values)
    if declared := bounds.pop(name, None):
        years = date_units.from_days(np.array(declared))[0]
        low, high = float(years[0]), float(years[1])
        bounds[f"{name} year"] = (low, max(high, low + 1))
    if (value := fill.pop(name, None)) is not None and not isinstance(value, str):
        for part, found in zip(_PARTS, date_units.from_days(np.array([value])), strict=True):
            fill[f"{name} {part}"] = float(found[0])
    return replace(preparation, bounds=bounds, fill_values=fill)
