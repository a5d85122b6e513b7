"""What every other room means by "a dataset"."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ppml_core import limits
from ppml_core._validate import in_range, same_length
from ppml_core.datasets.units import contents, together
from ppml_core.errors import InvalidValue


@dataclass(frozen=True, kw_only=True, eq=False)
class Dataset:
    """Scaled records with labels, ready to train on.

    ``features``: float32, ``(n, d)`` for tables, ``(n, h, w)`` or ``(n, h, w, 3)``
    for images, finite, scaled (usually to [0, 1]) by declared or public bounds.
    ``labels``: int64 ``(n,)`` with values ``0 .. len(label_names) - 1``.
    ``record_ids``: int64 ``(n,)``, unique; the row number in the source. A score
    carries the id to the screen.
    ``private_statistics``: what was computed from the records themselves in order
    to scale or fill them (for example "minimum and maximum of column age"). Empty
    when only public or declared constants were used. A privacy guarantee repeats
    them, because they are not free under differential privacy.
    ``notes``: what was done on the way in, for people (rows dropped, values filled).
    ``bounds``: per feature the ``(low, high)`` that was mapped to [0, 1], so that a
    record can be shown in its own units; empty where unknown. Neither enters the hash.
    ``persons``: int64 ``(n,)``, equal for the rows of one person; None where every record
    is taken for a person of its own.
    """

    name: str
    features: np.ndarray
    labels: np.ndarray
    feature_names: tuple[str, ...]
    label_names: tuple[str, ...]
    record_ids: np.ndarray
    private_statistics: tuple[str, ...] = ()
    source: str = ""
    notes: tuple[str, ...] = ()
    bounds: tuple[tuple[float, float], ...] = ()
    persons: np.ndarray | None = None
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        same_length(features=self.features, labels=self.labels, record_ids=self.record_ids)
        in_range("records", len(self.labels), 1, limits.RECORDS)
        if self.features.dtype != np.float32 or not np.isfinite(self.features).all():
            raise InvalidValue("features", "finite float32", self.features.dtype)
        if self.features[0].size != len(self.feature_names):
            raise InvalidValue("feature_names", "one a feature", len(self.feature_names))
        if self.bounds and len(self.bounds) != len(self.feature_names):
            raise InvalidValue("bounds", "one a feature, or none", len(self.bounds))
        if self.labels.dtype != np.int64:
            raise InvalidValue("labels", "int64", self.labels.dtype)
        if self.labels.min() < 0 or self.labels.max() >= len(self.label_names):
            raise InvalidValue("labels", "in 0 .. len(label_names) - 1", int(self.labels.max()))
        if len(np.unique(self.record_ids)) != len(self.record_ids):
            raise InvalidValue("record_ids", "unique", "duplicates")
        self._check_persons()
        object.__setattr__(self, "sha256", self._hash())
        for array in (self.features, self.labels, self.record_ids):
            array.setflags(write=False)

    def _check_persons(self) -> None:
        """Whole numbers, one a record."""
        if self.persons is None:
            return
        same_length(labels=self.labels, persons=self.persons)
        if self.persons.dtype != np.int64 or self.persons.ndim != 1:
            raise InvalidValue("persons", "a vector of int64", self.persons.dtype)
        self.persons.setflags(write=False)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def n_classes(self) -> int:
        return len(self.label_names)

    @property
    def image_shape(self) -> tuple[int, ...] | None:
        """``(h, w)`` or ``(h, w, 3)`` for images, None for tables."""
        return self.features.shape[1:] if self.features.ndim > 2 else None

    @cached_property
    def copies(self) -> np.ndarray:
        """int64 ``(n,)``: equal for records with the same features, whatever their labels."""
        return contents(self.features)

    @cached_property
    def units(self) -> np.ndarray:
        """int64 ``(n,)``: equal for records that may not be parted, as they are copies of one
        another or of one person."""
        return together(self.copies, self.persons)

    @property
    def distinct(self) -> int:
        """How many records differ in their features."""
        return int(self.copies.max()) + 1

    def matrix(self) -> np.ndarray:
        """The features as ``(n, d)``, a view."""
        return self.features.reshape(len(self), -1)

    def _hash(self) -> str:
        """SHA-256 of contents, shape, names and private statistics: the same on any machine."""
        digest = hashlib.sha256(repr((self.features.shape, self.label_names)).encode())
        digest.update(repr(self.feature_names).encode())
        # Equal numbers scaled by declared and by observed bounds earn different guarantees.
        if self.private_statistics:
            digest.update(b"private_statistics" + repr(self.private_statistics).encode())
        for array in (self.features, self.labels, self.record_ids):
            digest.update(np.ascontiguousarray(array).data)
        if self.persons is not None:
            digest.update(b"persons" + np.ascontiguousarray(self.persons).tobytes())
        return digest.hexdigest()
