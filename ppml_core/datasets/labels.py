"""From a label column to classes 0 .. K - 1, or the reason why it is no label."""

from __future__ import annotations

import numpy as np

from ppml_core import limits
from ppml_core.datasets.classes import find_classes
from ppml_core.datasets.names import short_names
from ppml_core.datasets.tables import Column
from ppml_core.errors import UploadRejected

_FEW = 20
"""So many different values are always taken for classes."""


def encode_labels(
    column: Column, keep: np.ndarray, *, merge: bool = False, as_classes: bool = False
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Classes of the records in ``keep`` (bool ``(n,)``), int64, and their names, sorted.

    Names are the texts of the file, sorted as numbers or as text; ``merge`` as in
    :func:`ppml_core.datasets.classes.find_classes`. ``as_classes``: a quantity is wanted
    as classes. Raises ``UploadRejected`` for one class, too many classes, or a quantity.
    """
    found = find_classes(column, merge)
    used, labels = np.unique(found.codes[keep], return_inverse=True)
    names = short_names(found.names[code] for code in used)
    _check_classes(column, names, len(labels), as_classes)
    return labels.astype(np.int64), names


def rare_classes(labels: np.ndarray, names: tuple[str, ...], least: int = 5) -> tuple[str, ...]:
    """A note where classes have fewer than ``least`` records, else nothing."""
    counts = np.bincount(labels, minlength=len(names))
    rare = [f"{names[i]} ({counts[i]})" for i in np.flatnonzero(counts < least)]
    if not rare:
        return ()
    shown = ", ".join(rare[:5]) + (", ..." if len(rare) > 5 else "")
    return (f"Classes with fewer than {least} records: {shown}.",)


def _check_classes(column: Column, names: tuple[str, ...], n: int, as_classes: bool) -> None:
    """At least two, at most ``limits.CLASSES``, and not one for nearly every record."""
    what = f"Column {column.name!r} as the label"
    if len(names) == 1:
        raise UploadRejected(
            f"{what} has one class only, {names[0]!r}",
            fix="At least two are needed: choose another column, or add records of another class.",
        )
    if len(names) > _FEW and not as_classes and _is_quantity(column):
        raise UploadRejected(
            f"{what} holds a quantity ({len(names):,} different numbers such as {names[0]} "
            f"and {names[1]}), not classes",
            fix="Only classification is supported: choose another column, or group the numbers "
            "into classes first. If they are classes all the same, name the column as categorical.",
        )
    if len(names) > limits.CLASSES:
        raise UploadRejected(
            f"{what} has {len(names):,} different values",
            fix=f"At most {limits.CLASSES:,} classes are accepted: choose another column.",
        )
    if len(names) > max(_FEW, n // 2):
        raise UploadRejected(
            f"{what} has {len(names):,} different values in {n:,} records",
            fix="That is a name or a quantity rather than a class: choose another column.",
        )


def _is_quantity(column: Column) -> bool:
    """Whether numbers are measured or counted: fractions, dates, or whole numbers other
    than 0, 1, 2, ... or 1, 2, 3, ... without a gap, which number classes."""
    if column.kind != "number" or column.numbers is None or len(column.strays):
        return False
    finite = np.unique(column.numbers[np.isfinite(column.numbers)])
    first = float(finite[0]) if len(finite) else 0.0
    numbered = np.array_equal(finite, np.arange(len(finite)) + first)
    return bool(column.reading.form) or not (numbered and first in (0.0, 1.0))
