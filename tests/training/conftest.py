from __future__ import annotations

import numpy as np
import pytest

from ppml_core.datasets.dataset import Dataset


@pytest.fixture(scope="session")
def blobs() -> Dataset:
    """Three overlapping Gaussian classes in eight dimensions, 90 records."""
    rng = np.random.default_rng(0)
    labels = np.arange(90) % 3
    features = rng.normal(size=(90, 8)) + 1.5 * np.eye(8)[labels]
    return Dataset(
        name="blobs",
        features=features.astype(np.float32),
        labels=labels.astype(np.int64),
        feature_names=tuple("abcdefgh"),
        label_names=("0", "1", "2"),
        record_ids=np.arange(90),
    )
