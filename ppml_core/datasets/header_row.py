"""The first row of a text file: names of columns, or already a record?"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

MISSING = frozenset({"", "?", "-", "na", "n/a", "nan", "null", "none", "#n/a", "<na>", "missing"})
"""In lower case: cells that tell nothing about what a column holds."""

_NUMBER = re.compile(
    r"[-+\u2212]?[^\w,.;:/-]?\s*\d[\d\s.,'\u2019]*([eE][-+]?\d+)?\s*[%\u20ac$\u00a3\u00a5]?"
)
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?)?")
_MOSTLY = 0.8
_FEW = 0.5
"""Texts of which at most this share differ are categories: a first cell is among them."""

Rows = Sequence[Sequence[str]]


def number_repeats(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names of which each is there once, and a sentence for every name that had to change.

    >>> number_repeats(["a", "score", "score"])
    (['a', 'score', 'score (2)'], ["Two columns are called 'score'; the second is called \
'score (2)' here."])
    """
    given, found, taken = Counter(names), Counter[str](), set(names)
    numbered, said = [], []
    for name in names:
        found[name] += 1
        if found[name] == 1:
            numbered.append(name)
            continue
        fresh = next(n for k in range(found[name], 10**9) if (n := f"{name} ({k})") not in taken)
        taken.add(fresh)
        numbered.append(fresh)
        if found[name] == 2:
            said.append(_repeated(name, given[name], fresh))
    return numbered, said


def _repeated(name: str, times: int, second: str) -> str:
    """What became of a name that several columns have."""
    if times == 2:
        return f"Two columns are called {name!r}; the second is called {second!r} here."
    return f"{times:,} columns are called {name!r}; from the second on they have numbers here."


def looks_like_record(first: Sequence[str], below: Rows) -> bool:
    """Whether ``first`` is like the rows ``below`` rather than above them.

    A text above a column of numbers or dates is a name, and decides. Else a number above
    numbers is a value, unless all of them look counted (0, 1, 2, years) and no category
    says otherwise; and a text is a value where the categories below it have it too.

    >>> looks_like_record(["20", "no"], [["21", "yes"], ["22", "no"], ["23", "no"]])
    True
    >>> looks_like_record(["age", "no"], [["21", "yes"], ["22", "no"], ["23", "no"]])
    False
    """
    columns = [_column(below, position) for position in range(len(first))]
    cells = [cell.strip() for cell in first]
    if any(_names(cell, column) for cell, column in zip(cells, columns, strict=True)):
        return False
    repeated = _categories_repeated(cells, columns)
    if repeated > 0.5:
        return True
    measured = [
        (_value(cell), column)
        for cell, column in zip(cells, columns, strict=True)
        if _kind(cell) and _kind(cell) == _kind_of(column)
    ]
    return bool(measured) and not _counted([value for value, _ in measured], measured)


def _column(below: Rows, position: int) -> list[str]:
    """What stands in one column, without missing values."""
    cells = (row[position].strip() for row in below if position < len(row))
    return [cell for cell in cells if cell.lower() not in MISSING]


def _kind(cell: str) -> str:
    """``date``, ``number`` or nothing."""
    if _DATE.fullmatch(cell):
        return "date"
    return "number" if _NUMBER.fullmatch(cell) else ""


def _kind_of(column: Sequence[str]) -> str:
    """What most of a column is."""
    kinds = Counter(map(_kind, column))
    return next((k for k in ("number", "date") if kinds[k] > _MOSTLY * len(column)), "")


def _names(cell: str, column: Sequence[str]) -> bool:
    """Whether a cell can only be the name of the column: a text above numbers or dates."""
    kind = _kind_of(column)
    if not kind or cell.lower() in MISSING or cell in column:
        return False
    return _kind(cell) == "" or (_kind(cell) == "date" and kind == "number")


def _categories_repeated(cells: Sequence[str], columns: Sequence[Sequence[str]]) -> float:
    """Share of the columns of categories in which the first cell is one of them."""
    judged = [
        cell in column
        for cell, column in zip(cells, columns, strict=True)
        if column
        and not _kind_of(column)
        and cell.lower() not in MISSING
        and len(set(column)) <= max(2, _FEW * len(column))
    ]
    return sum(judged) / len(judged) if judged else 0.0


def _value(cell: str) -> float:
    """A number, near enough to compare; NaN for what is none."""
    digits = re.sub(r"[^\d.eE+-]", "", cell.replace("\u2212", "-").replace(",", "."))
    try:
        return float(digits)
    except ValueError:
        return math.nan


def _counted(values: Sequence[float], measured: Sequence[tuple[float, Sequence[str]]]) -> bool:
    """Whether numbers look like names: counted up from 0 or 1, or a scale unlike the values.

    A scale (years, wavelengths) rises all along, and most of it lies outside what stands
    below.
    """
    steps = [b - a for a, b in pairwise(values)]
    if values[0] in (0, 1) and all(step == 1 for step in steps):
        return True
    outside = sum(_outside(value, column) for value, column in measured)
    return all(step > 0 for step in steps) and outside > len(values) / 2


def _outside(value: float, column: Sequence[str]) -> bool:
    """Whether a number lies well outside those of a column."""
    found = [number for cell in column if not math.isnan(number := _value(cell))]
    if not found or math.isnan(value):
        return False
    margin = 0.25 * (max(found) - min(found))
    return not min(found) - margin <= value <= max(found) + margin
