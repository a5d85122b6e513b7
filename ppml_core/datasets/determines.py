"""Columns that by themselves tell the label: the label in other words, or turned round."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from ppml_core._seeds import generator
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.one_hot import groups_of

WRONG = 0.02
"""Of the records outside the largest class, at most this share may contradict."""

FEWEST = 20
"""Of fewer records nothing is concluded."""

REPEATS = 5
"""A value must stand for so many different records on average; else it tells single ones
apart. Where there are no more values than classes, two are enough."""

_CLASSES = 20
"""Of more classes it is not asked where numbers divide them."""

_SCREEN = 2_000
"""Records by which columns are sorted out first, so that wide tables stay quick."""


def label_twins(dataset: Dataset) -> tuple[str, ...]:
    """Columns of a table from which its label follows; a one-hot group is one column."""
    if dataset.image_shape is not None:
        return ()
    matrix, labels, different = dataset.matrix(), dataset.labels, dataset.distinct
    numbers = [(name, places[0]) for name, places, values in groups_of(dataset) if not values]
    groups = [(name, places) for name, places, values in groups_of(dataset) if values]
    single = ((name, matrix[:, place]) for name, place in numbers)
    codes = ((name, matrix[:, places].argmax(axis=1)) for name, places in groups)
    return (
        *determining(single, labels, distinct=different),
        *determining(codes, labels, distinct=different, ordered=False),
    )


def twins_note(twins: tuple[str, ...]) -> tuple[str, ...]:
    """What to say about them on the way in; nothing where there are none."""
    if not twins:
        return ()
    names = ", ".join(twins[:5]) + (f" and {len(twins) - 5:,} more" if len(twins) > 5 else "")
    each = "each " if len(twins) > 1 else ""
    return (f"By itself, {each}tells the label of nearly every record: {names}.",)


def determining(
    columns: Iterable[tuple[str, np.ndarray]],
    labels: np.ndarray,
    *,
    distinct: int | None = None,
    ordered: bool = True,
) -> tuple[str, ...]:
    """Names of the columns from which the label follows, nearly without exception.

    ``columns``: name and values ``(n,)``, codes or numbers; ``labels``: ``(n,)`` codes
    from 0. Either the few values of a column each stand for one class, or (where
    ``ordered``) the classes lie one after the other on its scale. How values are scaled
    or named does not matter. ``distinct``: how many records there are without copies, which
    are no evidence (default: all).

    >>> labels = np.arange(100) % 2
    >>> determining([("fail", 1 - labels), ("age", np.arange(100) // 3)], labels)
    ('fail',)
    """
    rest = len(labels) - int(np.bincount(labels).max()) if len(labels) else 0
    if len(labels) < FEWEST or rest < REPEATS:
        return ()
    some = np.sort(generator(0, "screen").permutation(len(labels))[:_SCREEN])
    share = (len(labels) if distinct is None else distinct) / len(labels)
    found = []
    for name, values in columns:
        part = _contradicted(values[some], labels[some], share, ordered)
        if part > 3 * WRONG * len(some):
            continue
        if _contradicted(values, labels, share, ordered) <= WRONG * rest:
            found.append(name)
    return tuple(found)


def _contradicted(values: np.ndarray, labels: np.ndarray, share: float, ordered: bool) -> int:
    """Records whose class is not the one that their value stands for; all where it is unclear.

    ``share`` of the records are no copies of others.
    """
    present = ~np.isnan(values) if values.dtype.kind == "f" else np.ones(len(values), dtype=bool)
    values, labels = values[present], labels[present]
    missing, different = int((~present).sum()), share * int(present.sum())
    levels, codes = np.unique(values, return_inverse=True)
    classes = len(np.unique(labels))
    if len(levels) < 2:
        return len(labels) + missing
    wrong = len(labels)
    if different >= (2 if len(levels) <= classes else REPEATS) * len(levels):
        wrong = len(labels) - _most_of_each(codes, labels)
    if ordered and different >= REPEATS * classes:
        wrong = min(wrong, _out_of_place(values, labels))
    return wrong + missing


def _most_of_each(codes: np.ndarray, labels: np.ndarray) -> int:
    """Records in the largest class of their value."""
    classes = int(labels.max()) + 1
    table = np.bincount(codes * classes + labels, minlength=classes * (int(codes.max()) + 1))
    return int(table.reshape(-1, classes).max(axis=1).sum())


def _out_of_place(values: np.ndarray, labels: np.ndarray) -> int:
    """Records beyond the best border to the next class, classes in the order of medians."""
    present = np.unique(labels)
    if len(present) > _CLASSES:
        return len(labels)
    groups = sorted((np.sort(values[labels == each]) for each in present), key=np.median)
    return sum(_crossings(a, b) for a, b in pairwise(groups))


def _crossings(low: np.ndarray, high: np.ndarray) -> int:
    """Of two sorted groups, the fewest records on the wrong side of one border."""
    borders = np.concatenate([[-np.inf], np.unique(np.concatenate([low, high]))])
    above = len(low) - np.searchsorted(low, borders, side="right")
    below = np.searchsorted(high, borders, side="right")
    return int((above + below).min())
