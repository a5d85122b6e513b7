"""Text columns of many values in few columns: rare values grouped, or all of them hashed."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from ppml_core.datasets.missing import Complete
from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.tables import Column

FREQUENT = 10
"""A grouped column keeps the values of at least so many records."""

OTHER = "other"
BUCKETS = 32
"""So many columns a hashed column becomes."""


def condense(
    filled: Complete, preparation: Preparation
) -> tuple[Complete, Preparation, tuple[str, ...]]:
    """The features with grouped and hashed columns in their new form, and what to say.

    Which values are frequent is a private statistic; a hash is fixed and costs nothing.
    """
    if not (preparation.grouped or preparation.hashed):
        return filled, preparation, ()
    categories, features, notes = dict(preparation.categories), [], []
    for column in filled.roles.features:
        if column.name in preparation.hashed:
            column = hashed(column)
            categories[column.name] = column.levels
            notes.append(f"{column.name}: values were hashed into {BUCKETS} columns.")
        elif column.name in preparation.grouped:
            declared = categories.get(column.name)
            column = grouped(column, filled.keep, declared)
            if declared is not None:
                categories[column.name] = tuple(dict.fromkeys((*declared, column.levels[-1])))
            rule = "not declared" if declared else f"of fewer than {FREQUENT} records"
            notes.append(f"{column.name}: values {rule} became {column.levels[-1]!r}.")
        features.append(column)
    roles = replace(filled.roles, features=tuple(features))
    told = replace(preparation, categories=categories)
    return replace(filled, roles=roles), told, tuple(notes)


def hashed(column: Column) -> Column:
    """Each value's bucket by SHA-256, the same in every file: ``hash 0`` to ``hash 31``."""
    codes, levels = column.categories()
    to = [bucket(level) for level in levels]
    names = tuple(f"hash {i}" for i in range(BUCKETS))
    return _column(column, np.array([*to, -1], dtype=np.int64)[codes], names)


def bucket(text: str) -> int:
    """0 to 31.

    >>> bucket("Anna") == bucket("Anna"), 0 <= bucket("Bert") < BUCKETS
    (True, True)
    """
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % BUCKETS


def grouped(column: Column, keep: np.ndarray, declared: tuple[str, ...] | None = None) -> Column:
    """The values of at least ten records in ``keep`` (or those declared), and the others as one.

    The last level is that of the others.
    """
    codes, levels = column.categories()
    counts = np.bincount(codes[keep & (codes >= 0)], minlength=len(levels))
    if declared is None:
        kept = [i for i in range(len(levels)) if counts[i] >= FREQUENT]
    else:
        kept = [i for i in range(len(levels)) if levels[i] in set(declared)]
    other = OTHER if OTHER not in levels else f"{OTHER} values"
    to = np.full(len(levels) + 1, len(kept), dtype=np.int64)
    to[kept] = np.arange(len(kept))
    to[-1] = -1
    return _column(column, to[codes], (*(levels[i] for i in kept), other))


def _column(column: Column, codes: np.ndarray, levels: tuple[str, ...]) -> Column:
    """The column as text with these values, keeping what was said about it."""
    reading = replace(column.reading, texts=None)
    return Column(name=column.name, kind="text", codes=codes, levels=levels, reading=reading)
