"""What a page shows of a dataset without holding the dataset."""

from __future__ import annotations

from dataclasses import dataclass

from ppml_core._typed_json import describe
from ppml_core.datasets.uniqueness import Uniqueness


@dataclass(frozen=True, kw_only=True)
class DatasetCard:
    """Plain values only; reads and writes as JSON.

    ``ref`` is what a request names: a catalogue name or ``upload:<token>``.
    ``rows`` are up to 20 records as text, by ``columns``, unscaled where known (tables);
    ``thumbnails`` up to 40 base64 PNG images, spread over the classes (images),
    ``thumbnail_labels`` beside them.
    """

    ref: str
    name: str
    title: str
    kind: str
    """``table`` or ``image``."""
    n: int
    n_features: int
    n_classes: int
    label_names: tuple[str, ...]
    class_counts: tuple[int, ...]
    sha256: str
    image_shape: tuple[int, ...] | None = None
    private_statistics: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What was done on the way in: rows filled, columns left out, encodings."""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    thumbnails: tuple[str, ...] = ()
    thumbnail_labels: tuple[str, ...] = ()
    distinct: int = 0
    """Records that differ in their features; 0 where not counted."""
    persons: int = 0
    """People whose rows these are; 0 where no column says so."""
    uniqueness: Uniqueness | None = None
    """Who is alone with their values, for tables; None for images."""


describe(DatasetCard)
