"""The different values of a column, in order, under the names that the file gives them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ppml_core.datasets.tables import Column

Categories = tuple[np.ndarray, tuple[str, ...]]


def categories_of(column: Column) -> Categories:
    """Codes (-1 missing) ``(n,)`` int64 and the sorted values; see ``Column.categories``."""
    if column.codes is not None:
        return _sorted(column.codes, list(column.levels), sorted(column.levels))
    if column.reading.texts is not None:
        return _texts_of_numbers(column)
    return _numbers(column)


def exact(text: str) -> Decimal | None:
    """The number that a text is, to the last digit; None for other texts.

    >>> exact("1.0") == exact("1"), exact("9007199254740993") == exact("9007199254740992")
    (True, False)
    """
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _sorted(codes: np.ndarray, levels: list[str], order: list[str]) -> Categories:
    """Codes into ``levels`` as codes into the same texts in another order."""
    rank = {level: i for i, level in enumerate(order)}
    position = np.array([*(rank[level] for level in levels), -1], dtype=np.int64)
    return position[codes], tuple(order)


def _texts_of_numbers(column: Column) -> Categories:
    """By number, then by text; texts that are the same number are one value."""
    texts, numbers = column.reading.texts, column.numbers
    assert texts is not None and numbers is not None
    values = np.full(len(texts.levels), np.nan)
    values[texts.codes] = numbers
    levels = [text.strip() for text in texts.levels.to_pylist()]
    there = np.flatnonzero(~np.isnan(values))
    named: dict[object, str] = {}
    keys = {}
    for i in sorted(there, key=lambda i: (values[i], len(levels[i]), levels[i])):
        keys[i] = _key(levels[i], column)
        named.setdefault(keys[i], levels[i])
    rank = {key: position for position, key in enumerate(named)}
    position = np.full(len(levels) + 1, -1, dtype=np.int64)
    for i, key in keys.items():
        position[i] = rank[key]
    codes = np.where(np.isnan(numbers), -1, position[texts.codes])
    return codes, tuple(named.values())


def _key(text: str, column: Column) -> object:
    """What makes two texts the same value."""
    number = exact(text) if column.kind == "number" else None
    return text if number is None else number


def _numbers(column: Column) -> Categories:
    """Of a file that has numbers, not texts."""
    assert column.numbers is not None
    present = ~np.isnan(column.numbers)
    values, inverse = np.unique(column.numbers[present], return_inverse=True)
    codes = np.full(len(column.numbers), -1, dtype=np.int64)
    codes[present] = inverse
    if column.kind == "boolean":
        return codes, tuple("yes" if value else "no" for value in values)
    return codes, _names(values)


def _names(values: np.ndarray) -> tuple[str, ...]:
    """Numbers as texts, short where single precision says it all."""
    from ppml_core.datasets.tables import number_text

    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
    if len(values) and (single == values).all():
        return tuple(number_text(float(str(value))) for value in single)
    return tuple(number_text(value) for value in values)
