"""Datasets that need a download or a system package, each kept once it is here."""

from __future__ import annotations

import gzip
import struct
import tempfile
from pathlib import Path

import numpy as np

from ppml_core.datasets import adult as adult_columns
from ppml_core.datasets.bounds import pixel_names
from ppml_core.datasets.cache import cached
from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import DatasetUnavailable

FASHION_PACKAGE = Path("/usr/share/datasets/fashion-mnist")
"""Where Debian's ``dataset-fashion-mnist`` puts its four files."""

_FASHION_FILES = tuple(
    (f"{part}-images-idx3-ubyte.gz", f"{part}-labels-idx1-ubyte.gz") for part in ("train", "t10k")
)
_FASHION_LABELS = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)


def fashion_package_present() -> bool:
    """Whether Debian's package is installed, all four files of it."""
    return all((FASHION_PACKAGE / name).is_file() for pair in _FASHION_FILES for name in pair)


def fashion_mnist() -> Dataset:
    """70,000 pictures of clothes, ``(n, 28, 28)``: 60,000 training then 10,000 test images."""
    if fashion_package_present():
        return _fashion_from_package()
    return cached("fashion-mnist", "Fashion-MNIST", _fashion_from_openml)


def adult() -> Dataset:
    """48,842 people of the 1994 census, ``(n, 108)``, encoded by public bounds and codebook."""
    return cached("adult", "Adult census income", _adult_from_openml)


def olivetti_faces() -> Dataset:
    """400 portraits of 40 people, ``(n, 64, 64)``."""
    return cached("olivetti-faces", "Olivetti faces", _olivetti)


def read_idx(path: Path) -> np.ndarray:
    """A gzipped IDX file of unsigned bytes, the format of the MNIST family.

    Raises ``DatasetUnavailable`` for anything else.
    """
    try:
        data = gzip.decompress(path.read_bytes())
        zero, kind, axes = struct.unpack(">HBB", data[:4])
        shape = struct.unpack(f">{axes}I", data[4 : 4 + 4 * axes])
        values = np.frombuffer(data, dtype=np.uint8, offset=4 + 4 * axes)
        if (zero, kind) != (0, 8) or values.size != np.prod(shape, dtype=np.int64):
            raise ValueError("not an IDX file of bytes")
    except (OSError, EOFError, ValueError, struct.error) as error:
        raise DatasetUnavailable(
            f"{path.name} of the package dataset-fashion-mnist cannot be read ({error}). "
            "Reinstall the package."
        ) from error
    return values.reshape(shape)


def _fashion_from_package() -> Dataset:
    """The package's training part, then its test part."""
    parts = [[read_idx(FASHION_PACKAGE / name) for name in pair] for pair in _FASHION_FILES]
    images, labels = (np.concatenate([part[i] for part in parts]) for i in range(2))
    return _fashion(images, labels)


def _fashion_from_openml() -> Dataset:
    """OpenML's copy, which has the same order."""
    from sklearn.datasets import fetch_openml

    found = fetch_openml("Fashion-MNIST", version=1, as_frame=False, cache=False)
    return _fashion(found["data"].reshape(-1, 28, 28), found["target"])


def _fashion(images: np.ndarray, labels: np.ndarray) -> Dataset:
    """Bytes to a dataset."""
    return Dataset(
        name="fashion-mnist",
        features=images.astype(np.float32) / np.float32(255),
        labels=labels.astype(np.int64),
        feature_names=pixel_names((28, 28)),
        label_names=_FASHION_LABELS,
        record_ids=np.arange(len(labels)),
        source="Fashion-MNIST (Xiao, Rasul, Vollgraf; Zalando)",
    )


def _adult_from_openml() -> Dataset:
    """OpenML's version 2, encoded by the codebook."""
    from sklearn.datasets import fetch_openml

    found = fetch_openml("adult", version=2, as_frame=True, cache=False)
    return adult_columns.encode(found["frame"])


def _olivetti() -> Dataset:
    """scikit-learn's copy; what it keeps itself is a pickle, so it is thrown away."""
    from sklearn.datasets import fetch_olivetti_faces

    with tempfile.TemporaryDirectory() as folder:
        found = fetch_olivetti_faces(data_home=folder)
    return Dataset(
        name="olivetti-faces",
        features=found["images"].astype(np.float32),
        labels=found["target"].astype(np.int64),
        feature_names=pixel_names((64, 64)),
        label_names=tuple(f"person {i + 1}" for i in range(40)),
        record_ids=np.arange(len(found["target"])),
        source="AT&T Laboratories Cambridge, by way of scikit-learn",
    )
