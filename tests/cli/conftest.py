from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("PPML_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PPML_DEBUG", raising=False)
    return tmp_path / "home"


@pytest.fixture
def people(tmp_path) -> Path:
    """Sixty people in a CSV with a column of text and an obvious label."""
    rng = np.random.default_rng(0)
    rows = [f"{rng.integers(18, 90)},{'abc'[k % 3]},{k % 2}" for k in range(60)]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["age,town,label", *rows]) + "\n")
    return path
