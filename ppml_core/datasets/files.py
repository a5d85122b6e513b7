"""A dataset as one file: written whole or not at all, read without executing anything.

Format version 1: an ``.npz`` with ``header`` (UTF-8 JSON as bytes), ``features``,
``labels`` and ``record_ids``. Features that are exactly whole 255ths, as pixels are,
are kept as bytes. Version 2 has ``persons`` as well; it is written only where a dataset
has them, so that who knows version 1 can read all the others. Whoever changes this layout
raises ``FORMAT_VERSION`` and keeps the reader of the old one, or the old files are refused
with ``StoreFormatError``.
"""

from __future__ import annotations

import glob
import json
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import StoreFormatError

FORMAT_VERSION = 2
_PART = ".part"
_PIECE = 1 << 20
"""Features looked at together, so that no second copy of all of them is made."""
_PLAIN = ("name", "feature_names", "label_names", "private_statistics", "source", "notes")


def save_dataset(dataset: Dataset, path: Path) -> None:
    """Write ``dataset`` to ``path``; a reader sees the old file or the new one, never half."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=_PART)
    try:
        with os.fdopen(handle, "wb") as file:
            write_dataset(dataset, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def remove_parts(path: Path) -> None:
    """Remove what a process killed in :func:`save_dataset` left beside ``path``."""
    for part in path.parent.glob(f"{glob.escape(path.name)}*{_PART}"):
        part.unlink(missing_ok=True)


def write_dataset(dataset: Dataset, file: BinaryIO) -> None:
    """Write into an open file."""
    header: dict[str, Any] = {field: getattr(dataset, field) for field in _PLAIN}
    version = 1 if dataset.persons is None else FORMAT_VERSION
    header |= {"format_version": version, "sha256": dataset.sha256}
    header["bounds"] = dataset.bounds
    arrays = {
        "header": np.frombuffer(json.dumps(header).encode(), dtype=np.uint8),
        "features": _as_bytes(dataset.features),
        "labels": dataset.labels,
        "record_ids": dataset.record_ids,
    }
    if dataset.persons is not None:
        arrays["persons"] = dataset.persons
    np.savez(file, allow_pickle=False, **arrays)


def open_dataset(path: Path) -> Dataset:
    """Read what :func:`save_dataset` wrote.

    Raises ``StoreFormatError`` for another format version, a damaged file, or
    contents that do not have the recorded hash; ``FileNotFoundError`` if there is none.
    """
    with Path(path).open("rb") as file:
        return read_dataset(file, Path(path).name)


def read_dataset(file: BinaryIO, name: str) -> Dataset:
    """Read what :func:`write_dataset` wrote; ``name`` is for errors."""
    try:
        with np.load(file, allow_pickle=False) as archive:
            header = json.loads(archive["header"].tobytes())
            _check_version(header)
            names = ("features", "labels", "record_ids", "persons")
            arrays = {name: archive[name] for name in names[: 2 + header["format_version"]]}
        dataset = _build(header, **arrays)
    except (KeyError, TypeError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise StoreFormatError(f"The dataset file {name} is damaged.") from error
    if dataset.sha256 != header["sha256"]:
        raise StoreFormatError(f"The dataset file {name} is damaged.")
    return dataset


def _check_version(header: dict[str, Any]) -> None:
    """Only the versions this module writes."""
    found = header.get("format_version")
    if found not in range(1, FORMAT_VERSION + 1):
        raise StoreFormatError(
            f"This dataset file has format version {found}; versions up to {FORMAT_VERSION} are "
            "read here."
        )


def _build(header: dict[str, Any], features: np.ndarray, **arrays: np.ndarray) -> Dataset:
    """Header and arrays as a validated dataset."""
    if features.dtype == np.uint8:
        features = features.astype(np.float32) / np.float32(255)
    bounds = tuple((float(low), float(high)) for low, high in header["bounds"])
    fields: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in header.items() if k in _PLAIN
    }
    fields |= arrays
    return Dataset(features=features, bounds=bounds, **fields)


def _as_bytes(features: np.ndarray) -> np.ndarray:
    """Pixels as uint8 where that loses nothing (a quarter of the size), else unchanged."""
    if features.min() < 0 or features.max() > 1:
        return features
    pixels = np.empty(features.shape, dtype=np.uint8)
    for start in range(0, len(features), step := max(1, _PIECE // features[0].size)):
        part = np.ascontiguousarray(features[start : start + step])
        pixels[start : start + step] = np.rint(part * np.float32(255)).astype(np.uint8)
        # Compared bit by bit, because -0.0 == 0.0.
        again = pixels[start : start + step].astype(np.float32) / np.float32(255)
        if not np.array_equal(again.view(np.uint32), part.view(np.uint32)):
            return features
    return pixels
