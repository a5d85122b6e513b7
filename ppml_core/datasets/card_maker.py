"""From a dataset to what a page shows of it."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np

from ppml_core import limits
from ppml_core._seeds import generator
from ppml_core.datasets import date_units as dates
from ppml_core.datasets.card import DatasetCard
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.one_hot import groups_of
from ppml_core.datasets.uniqueness import Uniqueness, measure

THUMBNAILS = 40
COLUMNS_SHOWN = 60
"""A preview of thousands of columns helps nobody and weighs megabytes."""


def make_card(dataset: Dataset, ref: str, *, title: str | None = None) -> DatasetCard:
    """Plain values that describe ``dataset``; see :class:`DatasetCard`.

    ``ref`` is what a request will name. ``title`` is for people; left out, it is the
    catalogue's, or the dataset's name.
    """
    is_image = dataset.image_shape is not None
    shown: dict[str, Any] = _thumbnails(dataset) if is_image else _rows(dataset)
    return DatasetCard(
        ref=ref,
        name=dataset.name,
        title=title or _title(dataset.name, ref),
        kind="image" if is_image else "table",
        n=len(dataset),
        n_features=len(dataset.feature_names),
        n_classes=dataset.n_classes,
        label_names=dataset.label_names,
        class_counts=tuple(
            int(count) for count in np.bincount(dataset.labels, minlength=dataset.n_classes)
        ),
        sha256=dataset.sha256,
        image_shape=dataset.image_shape,
        private_statistics=dataset.private_statistics,
        notes=dataset.notes,
        distinct=dataset.distinct,
        persons=0 if dataset.persons is None else len(np.unique(dataset.persons)),
        uniqueness=None if is_image else _uniqueness(dataset),
        **shown,
    )


def png(image: np.ndarray) -> str:
    """An image ``(h, w)`` or ``(h, w, 3)`` in [0, 1] as a base64 PNG."""
    from PIL import Image

    pixels = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def _title(name: str, ref: str) -> str:
    """The catalogue's title for a catalogue dataset."""
    from ppml_core.datasets.catalogue import CATALOGUE

    return next((row.title for row in CATALOGUE if row.name == ref), name)


def _rows(dataset: Dataset) -> dict[str, tuple]:
    """The first records in their own units, the label last; one-hot groups as one column."""
    matrix = dataset.matrix()[: limits.PREVIEW_ROWS].astype(np.float64)
    if dataset.bounds:
        low, high = np.array(dataset.bounds).T
        matrix = low + matrix * (high - low)
    groups = groups_of(dataset)[:COLUMNS_SHOWN]
    rows = [
        (
            *(
                _cell(row, columns, values, name.endswith(f"({dates.UNIT})"))
                for name, columns, values in groups
            ),
            dataset.label_names[label],
        )
        for row, label in zip(matrix, dataset.labels, strict=False)
    ]
    return {"columns": (*(name for name, _, _ in groups), "label"), "rows": tuple(rows)}


def _uniqueness(dataset: Dataset) -> Uniqueness:
    """Who is alone, by the columns of the source: a one-hot group counts as one."""
    matrix = dataset.matrix()
    return measure(
        [
            (name, matrix[:, columns] @ np.arange(1, len(columns) + 1))
            if values
            else (name, matrix[:, columns[0]])
            for name, columns, values in groups_of(dataset)[:COLUMNS_SHOWN]
        ]
    )


def _cell(row: np.ndarray, columns: list[int], values: list[str], is_date: bool) -> str:
    """One value as text: a number to six digits, a date, or the category that is set."""
    if not values:
        return f"{row[columns[0]]:.6g}" if not is_date else dates.day_text(row[columns[0]])
    picked = row[columns]
    return values[int(picked.argmax())][:80] if picked.max() > 0.5 else ""


def _thumbnails(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    """Up to 40 pictures, taken from the classes in turn, always the same ones."""
    rng = generator(0, "thumbnails")
    order = rng.permutation(len(dataset))
    by_class = [order[dataset.labels[order] == label] for label in range(dataset.n_classes)]
    depth = max(len(rows) for rows in by_class)
    turns = [rows[turn] for turn in range(depth) for rows in by_class if turn < len(rows)]
    chosen = sorted(turns[:THUMBNAILS], key=lambda row: int(dataset.labels[row]))
    return {
        "thumbnails": tuple(png(dataset.features[row]) for row in chosen),
        "thumbnail_labels": tuple(dataset.label_names[dataset.labels[row]] for row in chosen),
    }
