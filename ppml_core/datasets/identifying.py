"""Columns that only tell records apart: names, and numbers given out one by one."""

from __future__ import annotations

import numpy as np

from ppml_core.datasets.tables import Column

FEWEST = 20
"""Of fewer values nothing is concluded."""

A_VALUE = 10
"""A text of many values should be shared by so many records on average."""

MANY = 20
"""More different texts than this are many."""

SHARE = 0.35
"""So large a share of different texts is too much in a small table as well."""


def identifies(column: Column) -> bool:
    """Whether the values, all of them considered, look like identifiers.

    Text: more than twenty different ones, each shared by fewer than ten records on average;
    or more than 35 in a hundred are different. Numbers: whole, all different, and either
    given out in order (rising or falling down the file) or without wide gaps (in any
    order). Other numbers are measurements, however many of them differ; so are dates,
    and numbers with a thousands separator, a unit or a currency.

    >>> identifies(Column(name="id", kind="number", numbers=np.arange(1000.0, 1050.0)))
    True
    >>> identifies(Column(name="area", kind="number", numbers=np.arange(50.0) + 0.5))
    False
    """
    present = ~column.missing()
    count = int(present.sum())
    if count < FEWEST or column.kind == "boolean" or len(column.strays):
        return False
    if column.kind == "text":
        assert column.codes is not None
        return many_values(len(np.unique(column.codes[present])), count)
    assert column.numbers is not None
    return not column.reading.form and _given_out(column.numbers[present])


def many_values(distinct: int, count: int) -> bool:
    """Whether ``distinct`` texts among ``count`` records are too many for a column each.

    >>> many_values(390, 1000), many_values(41, 48842), many_values(12, 30)
    (True, False, True)
    """
    return (distinct > MANY and count < A_VALUE * distinct) or distinct > SHARE * count


def _given_out(values: np.ndarray) -> bool:
    """Whether numbers ``(n,)`` look counted rather than measured."""
    if not np.isfinite(values).all() or (values != np.floor(values)).any():
        return False
    if len(np.unique(values)) < len(values):
        return False
    steps = np.diff(values)
    gapless = values.max() - values.min() < 2 * len(values)
    return bool(gapless or (steps > 0).all() or (steps < 0).all())
