"""NPZ: arrays ``X`` and ``y``; never anything that would have to be unpickled."""

from __future__ import annotations

import io
import math
import zipfile
from pathlib import Path

import numpy as np

from ppml_core import limits
from ppml_core.datasets.archive import Archive, open_archive
from ppml_core.datasets.pictures import Pictures
from ppml_core.datasets.preview import ColumnKind
from ppml_core.datasets.tables import Column, Table, check_count, check_names
from ppml_core.errors import UploadRejected

_WANTED = (
    "Save features as X, (n, d) or (n, h, w) or (n, h, w, 3), and labels as y, (n,), "
    "with np.savez(path, X=X, y=y)."
)


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
        features = _array(archive, named["X"], "X", "biuf")
        labels = _array(archive, named["y"], "y", "biufU")
    _check_shapes(features, labels)
    extra = sorted(set(named) - {"X", "y"})
    warnings = (f"Arrays not used: {', '.join(extra[:8])}.",) if extra else ()
    if features.ndim == 2:
        return _table(features, labels, warnings)
    return _pictures(features, labels, warnings)


def _array(archive: Archive, info: zipfile.ZipInfo, name: str, kinds: str) -> np.ndarray:
    """One array, its header judged before its contents are read."""
    header = io.BytesIO(archive.start(info, 1 << 16))
    try:
        version = np.lib.format.read_magic(header)
        read = {(1, 0): np.lib.format.read_array_header_1_0}.get(
            version, np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = read(header)
    except (ValueError, EOFError, OSError) as error:
        raise _damaged(name) from error
    if dtype.kind not in kinds:
        raise UploadRejected(
            f"Array {name} holds {_kind_name(dtype)}",
            fix="Objects could run programs when opened and are never loaded. Convert it to "
            f"numbers{' or text' if 'U' in kinds else ''} with .astype(...) and save it again."
            if dtype.hasobject
            else _WANTED,
        )
    if math.prod(shape) * dtype.itemsize != info.file_size - header.tell():
        raise _damaged(name)
    contents = io.BytesIO(archive.read(info))
    try:
        return np.lib.format.read_array(contents, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise _damaged(name) from error


def _kind_name(dtype: np.dtype) -> str:
    """A numpy type for people."""
    names = {"O": "Python objects", "V": "records", "c": "complex numbers", "S": "bytes"}
    return names.get(dtype.kind, f"values of type {dtype}")


def _damaged(name: str) -> UploadRejected:
    """For an entry that is not the array it says it is."""
    return UploadRejected(
        f"Array {name} is cut off or damaged", fix="Write the NPZ again with np.savez."
    )


def _check_shapes(features: np.ndarray, labels: np.ndarray) -> None:
    """X of 2 to 4 axes (4 with three colours), y a vector as long."""
    fits = features.ndim in (2, 3) or (features.ndim == 4 and features.shape[3] in (1, 3))
    if not fits or labels.ndim != 1:
        raise UploadRejected(
            f"X has shape {features.shape} and y has shape {labels.shape}", fix=_WANTED
        )
    if len(features) != len(labels):
        raise UploadRejected(
            f"X has {len(features):,} records and y has {len(labels):,}",
            fix="Both need one entry a record.",
        )
    check_count(len(labels))
    if math.prod(features.shape[1:]) == 0:
        raise UploadRejected("X has records without features", fix=_WANTED)


def _table(features: np.ndarray, labels: np.ndarray, warnings: tuple[str, ...]) -> Table:
    """Two axes: one column a feature."""
    names = [f"x{i}" for i in range(features.shape[1])]
    check_names([*names, "y"])
    kind: ColumnKind = "boolean" if features.dtype.kind == "b" else "number"
    columns = [
        Column(name=name, kind=kind, numbers=features[:, i].astype(np.float64))
        for i, name in enumerate(names)
    ]
    return Table(
        kind="npz",
        columns=(*columns, _label_column(labels)),
        rows=np.arange(len(labels)),
        warnings=warnings,
        label="y",
    )


def _label_column(labels: np.ndarray) -> Column:
    """The labels, which may be text."""
    if labels.dtype.kind == "U":
        levels, codes = np.unique(labels, return_inverse=True)
        return Column(name="y", kind="text", codes=codes, levels=tuple(map(str, levels)))
    kind: ColumnKind = "boolean" if labels.dtype.kind == "b" else "number"
    return Column(name="y", kind=kind, numbers=labels.astype(np.float64))


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
