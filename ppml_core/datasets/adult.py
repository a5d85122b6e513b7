"""Adult census income: its public codebook, and the encoding by it.

Bounds and categories are those of the documentation published with the data
(``adult.names``, UCI) and round numbers around them, never read from the records:
the encoding therefore costs no privacy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ppml_core.datasets.bounds import Bounds, scale
from ppml_core.datasets.dataset import Dataset

if TYPE_CHECKING:
    import pandas as pd

NUMBERS: dict[str, Bounds] = {
    "age": (0.0, 100.0),
    "fnlwgt": (0.0, 1_500_000.0),
    "education-num": (1.0, 16.0),
    "capital-gain": (0.0, 99_999.0),
    "capital-loss": (0.0, 5_000.0),
    "hours-per-week": (0.0, 99.0),
}
MISSING = "unknown"
CATEGORIES: dict[str, tuple[str, ...]] = {
    "workclass": (
        *("Private", "Self-emp-not-inc", "Self-emp-inc", "Federal-gov", "Local-gov"),
        *("State-gov", "Without-pay", "Never-worked", MISSING),
    ),
    "education": (
        *("Bachelors", "Some-college", "11th", "HS-grad", "Prof-school", "Assoc-acdm"),
        *("Assoc-voc", "9th", "7th-8th", "12th", "Masters", "1st-4th", "10th", "Doctorate"),
        *("5th-6th", "Preschool"),
    ),
    "marital-status": (
        *("Married-civ-spouse", "Divorced", "Never-married", "Separated", "Widowed"),
        *("Married-spouse-absent", "Married-AF-spouse"),
    ),
    "occupation": (
        *("Tech-support", "Craft-repair", "Other-service", "Sales", "Exec-managerial"),
        *("Prof-specialty", "Handlers-cleaners", "Machine-op-inspct", "Adm-clerical"),
        *("Farming-fishing", "Transport-moving", "Priv-house-serv", "Protective-serv"),
        *("Armed-Forces", MISSING),
    ),
    "relationship": (
        *("Wife", "Own-child", "Husband", "Not-in-family", "Other-relative", "Unmarried"),
    ),
    "race": ("White", "Asian-Pac-Islander", "Amer-Indian-Eskimo", "Other", "Black"),
    "sex": ("Female", "Male"),
    "native-country": (
        *("United-States", "Cambodia", "England", "Puerto-Rico", "Canada", "Germany"),
        *("Outlying-US(Guam-USVI-etc)", "India", "Japan", "Greece", "South", "China", "Cuba"),
        *("Iran", "Honduras", "Philippines", "Italy", "Poland", "Jamaica", "Vietnam", "Mexico"),
        *("Portugal", "Ireland", "France", "Dominican-Republic", "Laos", "Ecuador", "Taiwan"),
        *("Haiti", "Columbia", "Hungary", "Guatemala", "Nicaragua", "Scotland", "Thailand"),
        *("Yugoslavia", "El-Salvador", "Trinadad&Tobago", "Peru", "Hong"),
        *("Holand-Netherlands", MISSING),
    ),
}
LABEL = "class"
LABELS = ("<=50K", ">50K")


def encode(frame: pd.DataFrame) -> Dataset:
    """The census table as a dataset, ``(n, 108)``.

    ``frame`` has the columns of ``NUMBERS``, ``CATEGORIES`` and ``class``. Missing
    values are the category ``unknown``. Raises ``ValueError`` for a category or a
    class that the codebook does not have, ``KeyError`` for a missing column.
    """
    blocks, names, bounds = [], [], []
    for column, limits in NUMBERS.items():
        values = frame[column].to_numpy(dtype=np.float64).reshape(-1, 1)
        blocks.append(scale(values, [limits]))
        names.append(column)
        bounds.append(limits)
    for column, known in CATEGORIES.items():
        codes = _codes(frame[column], known)
        blocks.append(np.eye(len(known), dtype=np.float32)[codes])
        names += [f"{column}={value}" for value in known]
        bounds += [(0.0, 1.0)] * len(known)
    return Dataset(
        name="adult",
        features=np.concatenate(blocks, axis=1),
        labels=_codes(frame[LABEL], LABELS),
        feature_names=tuple(names),
        label_names=LABELS,
        record_ids=np.arange(len(frame)),
        source="UCI ML Adult (Becker, Kohavi), from OpenML",
        notes=("Encoded by the published codebook; a missing value is the category unknown.",),
        bounds=tuple(bounds),
    )


def _codes(column: pd.Series, known: tuple[str, ...]) -> np.ndarray:
    """Position of each value in ``known``, int64."""
    text = column.astype(object).where(column.notna(), MISSING)
    where = {value: code for code, value in enumerate(known)}
    values = [str(value).strip().rstrip(".") for value in text]
    values = [MISSING if value == "?" else value for value in values]
    unknown = sorted(set(values) - where.keys())
    if unknown:
        raise ValueError(f"column {column.name} has values not in the codebook: {unknown[:3]}")
    return np.array([where[value] for value in values], dtype=np.int64)
