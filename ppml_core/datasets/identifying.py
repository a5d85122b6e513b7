"""Columns that only tell records apart: names, and numbers given out one by one."""

from __future__ import annotations

import numpy as np

from ppml_core.datasets.tables import Column

NEARLY_ALL = 0.95
"""A text is taken for a name when at least this share of the values are different."""

FEWEST = 20
"""Of fewer values nothing is concluded."""


def identifies(column: Column) -> bool:
    """Whether the values, all of them considered, look like identifiers.

    Text: nearly all different. Numbers: whole, all different, and either given out in
    order (rising or falling down the file) or without wide gaps (in any order). Other
    numbers are measurements, however many of them differ.

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
        return len(np.unique(column.codes[present])) >= NEARLY_ALL * count
    assert column.numbers is not None
    return _given_out(column.numbers[present])


def _given_out(values: np.ndarray) -> bool:
    """Whether numbers ``(n,)`` look counted rather than measured."""
    if not np.isfinite(values).all() or (values != np.floor(values)).any():
        return False
    if len(np.unique(values)) < len(values):
        return False
    steps = np.diff(values)
    gapless = values.max() - values.min() < 2 * len(values)
    return bool(gapless or (steps > 0).all() or (steps < 0).all())
