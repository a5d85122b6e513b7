"""Which features of a table stand for one column of its source."""

from __future__ import annotations

import numpy as np

from ppml_core import limits
from ppml_core.datasets.dataset import Dataset


def groups_of(dataset: Dataset) -> list[tuple[str, list[int], list[str]]]:
    """Columns as (name, positions, category names); a number has no category names.

    Neighbouring features named ``column=value`` that are 0 or 1 stand for one
    categorical column.
    """
    first = dataset.matrix()[: limits.PREVIEW_ROWS]
    binary = np.asarray(((first == 0) | (first == 1)).all(axis=0))
    groups: list[tuple[str, list[int], list[str]]] = []
    for position, feature in enumerate(dataset.feature_names):
        name, equals, value = feature.partition("=")
        if not equals or not binary[position]:
            groups.append((feature, [position], []))
        elif groups and groups[-1][0] == name and groups[-1][2]:
            groups[-1][1].append(position)
            groups[-1][2].append(value)
        else:
            groups.append((name, [position], [value]))
    return groups
