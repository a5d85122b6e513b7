"""NPZ: arrays ``X`` and ``y``; never anything that would have to be unpickled."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa

from ppml_core import limits
from ppml_core.datasets import npy, size
from ppml_core.datasets.archive import Archive, open_archive
from ppml_core.datasets.pictures import Pictures
from ppml_core.datasets.tables import Column, Table, check_count
from ppml_core.datasets.typed_values import number_column, text_column, whole_column
from ppml_core.errors import UploadRejected

_WANTED = (
    "Save features as X, (n, d) or (n, h, w) or (n, h, w, 3), and labels as y, (n,), "
    "with np.savez(path, X=X, y=y)."
)
_SORTED = 3
"""Labels of text are sorted to find the different ones: so many copies at once."""


def read_npz(path: Path) -> Table | Pictures:
    """A table with columns ``x0, x1, ...`` and ``y``, or pictures. Raises ``UploadRejected``."""
    with open_archive(path) as archive:
        named = {info.filename.removesuffix(".npy"): info for info in archive.entries}
        missing = [name for name in ("X", "y") if name not in named]
        if missing:
            raise UploadRejected(
                f"The NPZ has no array {' and no array '.join(missing)}",
                where=f"it has {', '.join(sorted(named)[:8])}",
                fix=_WANTED,
            )
        features = _look(archive, named["X"], "X", "biuf")
        labels = _look(archive, named["y"], "y", "biufU")
        _check_shapes(features.shape, labels.shape)
        _check_memory(features, labels)
        y = npy.read(archive, labels)
        flat = len(features.shape) == 2
        X = (npy.read_columns if flat else npy.read)(archive, features)
    extra = sorted(set(named) - {"X", "y"})
    warnings = (f"Arrays not used: {', '.join(extra[:8])}.",) if extra else ()
    if flat:
        return _table(X, features.dtype.kind == "b", y, warnings)
    return _pictures(X, y, warnings)


def _look(archive: Archive, info: zipfile.ZipInfo, name: str, kinds: str) -> npy.Stored:
    """One array's header, its type of number judged."""
    stored = npy.look(archive, info, name)
    if stored.dtype.kind not in kinds or stored.dtype.shape:
        raise UploadRejected(
            f"Array {name} holds {_kind_name(stored.dtype)}",
            fix="Objects could run programs when opened and are never loaded. Convert it to "
            f"numbers{' or text' if 'U' in kinds else ''} with .astype(...) and save it again."
            if stored.dtype.hasobject
            else _WANTED,
        )
    return stored


def _check_memory(features: npy.Stored, labels: npy.Stored) -> None:
    """Refuse what is too much as float64 columns, or as pictures, with the labels beside."""
    besides = _SORTED * math.prod(labels.shape) * labels.dtype.itemsize
    if len(features.shape) == 2:
        if features.shape[1] > limits.FEATURES:
            raise UploadRejected(
                f"X has {features.shape[1]:,} features", fix=f"At most {limits.FEATURES:,}."
            )
        size.check_cells(*features.shape, besides)
        return
    taken = features.size * features.dtype.itemsize + besides
    if taken > limits.TABLE_BYTES or features.size * 4 > limits.ENCODED_BYTES:
        raise UploadRejected(
            f"X of shape {features.shape} takes {size.gib(max(taken, features.size * 4))} of "
            "memory",
            fix=f"At most {size.gib(limits.ENCODED_BYTES)} are accepted, four bytes a value: "
            "leave out or shrink images.",
        )


def _kind_name(dtype: np.dtype) -> str:
    """A numpy type for people."""
    names = {"O": "Python objects", "V": "records", "c": "complex numbers", "S": "bytes"}
    return names.get(dtype.kind, f"values of type {dtype}")


def _check_shapes(X: tuple[int, ...], y: tuple[int, ...]) -> None:
    """X of 2 to 4 axes (4 with three colours), y a vector as long."""
    fits = len(X) in (2, 3) or (len(X) == 4 and X[3] in (1, 3))
    if not fits or len(y) != 1:
        raise UploadRejected(f"X has shape {X} and y has shape {y}", fix=_WANTED)
    if X[0] != y[0]:
        raise UploadRejected(
            f"X has {X[0]:,} records and y has {y[0]:,}",
            fix="Both need one entry a record.",
        )
    check_count(y[0])
    if math.prod(X[1:]) == 0:
        raise UploadRejected("X has records without features", fix=_WANTED)


def _table(
    columns: np.ndarray, truth: bool, labels: np.ndarray, warnings: tuple[str, ...]
) -> Table:
    """Two axes: one column a feature; ``columns`` are ``(d, n)``."""
    names = [f"x{i}" for i in range(len(columns))]
    read = _truth if truth else number_column
    return Table(
        kind="npz",
        columns=(
            *(read(name, row) for name, row in zip(names, columns, strict=True)),
            _label_column(labels),
        ),
        rows=np.arange(len(labels)),
        warnings=warnings,
        label="y",
    )


def _truth(name: str, values: np.ndarray) -> Column:
    """Yes and no."""
    return Column(name=name, kind="boolean", numbers=values)


def _label_column(labels: np.ndarray) -> Column:
    """The labels, which may be text."""
    kind = labels.dtype.kind
    if kind == "b":
        return _truth("y", labels.astype(np.float64))
    if kind == "U":
        return text_column("y", [pa.array(labels.tolist(), pa.large_string())])
    if kind in "iu":
        return whole_column("y", pa.array(np.ascontiguousarray(labels)))
    return number_column("y", labels.astype(np.float64))


def _pictures(features: np.ndarray, labels: np.ndarray, warnings: tuple[str, ...]) -> Pictures:
    """Three or four axes: images."""
    if features.ndim == 4 and features.shape[3] == 1:
        features = features[..., 0]
    if math.prod(features.shape[1:]) > limits.FEATURES:
        raise UploadRejected(
            f"The images have {math.prod(features.shape[1:]):,} values each",
            fix=f"At most {limits.FEATURES:,} are accepted: make them smaller.",
        )
    if features.dtype.kind == "f" and not np.isfinite(features).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(features))[0])
        raise UploadRejected(
            "X has a value that is missing or infinite",
            where=f"X{list(place)}",
            fix="Correct it, or leave that image out.",
        )
    return Pictures(kind="npz", images=features, labels=_label_column(labels), warnings=warnings)
