"""Data that nothing can be learned from, or concluded about, refused in words."""

from __future__ import annotations

import numpy as np

from ppml_core import limits
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.split import Split
from ppml_core.errors import DataNotUsable


def require_classes(dataset: Dataset, split: Split | None = None) -> None:
    """Raise ``DataNotUsable`` where the records, or the members among them, are of one class."""
    present = np.unique(dataset.labels)
    if len(present) < 2:
        raise DataNotUsable(
            f"All {len(dataset):,} records are of one class, "
            f"{dataset.label_names[present[0]]!r}, so there is nothing to predict",
            fix="Choose another column as the label, or add records of another class.",
        )
    if split is None:
        return
    found = np.unique(dataset.labels[split.members])
    if len(found) < 2:
        raise DataNotUsable(
            f"All {len(split.members):,} members, on which the model is trained, would be of "
            f"one class, {dataset.label_names[found[0]]!r}",
            fix="Add records of the other classes, give the members a larger share, or choose "
            "another seed.",
        )


def require_units(dataset: Dataset) -> None:
    """Raise ``DataNotUsable`` where too few records are independent to be shared out."""
    units = int(dataset.units.max()) + 1
    if units >= limits.MIN_UNITS or units == len(dataset):
        return
    if dataset.persons is None:
        what = f"Only {units} of the {len(dataset):,} records differ in what the model sees"
    else:
        what = f"The {len(dataset):,} records are of only {units} people (or groups of people "
        what += "with exactly the same values)"
    raise DataNotUsable(
        what,
        fix=f"At least {limits.MIN_UNITS} that differ are needed to share them out into members, "
        "non-members and auxiliary records: copies stay together.",
    )
