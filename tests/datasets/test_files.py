"""A dataset survives the way to a file and back; a damaged file is never read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from ppml_core.datasets.catalogue import load_dataset
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.files import open_dataset, save_dataset
from ppml_core.errors import StoreFormatError


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    npst.arrays(
        np.float32,
        st.tuples(st.integers(1, 6), st.integers(1, 4)),
        elements=st.floats(-2, 2, width=32) | st.sampled_from([0.0, -0.0, 0.2, 1.0]),
    ),
    st.text(max_size=5),
)
def test_round_trip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, features: np.ndarray, name: str
) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)  # thirty of them take seconds
    n, d = features.shape
    dataset = Dataset(
        name=name,
        features=features,
        labels=np.arange(n) % 2,
        feature_names=tuple(f"f{i}" for i in range(d)),
        label_names=("no", "yes"),
        record_ids=np.arange(n)[::-1] * 7,
        private_statistics=("minimum of f0",),
        notes=("a note",),
        bounds=((0.0, 2.5),) * d,
    )
    save_dataset(dataset, tmp_path / "d.npz")
    again = open_dataset(tmp_path / "d.npz")
    assert np.array_equal(again.features, features)
    for field in ("name", "sha256", "private_statistics", "notes", "bounds", "label_names"):
        assert getattr(again, field) == getattr(dataset, field)
    assert np.array_equal(again.record_ids, dataset.record_ids)


def test_pixels_are_kept_as_bytes(tmp_path: Path) -> None:
    dataset = load_dataset("mnist-5k")
    save_dataset(dataset, tmp_path / "m.npz")
    assert (tmp_path / "m.npz").stat().st_size < 1.2 * 5000 * 784
    assert open_dataset(tmp_path / "m.npz").sha256 == dataset.sha256


def test_a_cut_off_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    save_dataset(load_dataset("wine"), path)
    whole = path.read_bytes()
    for length in (0, 10, len(whole) // 2, len(whole) - 30):
        path.write_bytes(whole[:length])
        with pytest.raises(StoreFormatError, match="damaged"):
            open_dataset(path)


def test_another_format_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    header = np.frombuffer(json.dumps({"format_version": 99}).encode(), dtype=np.uint8)
    np.savez(path, header=header)
    with pytest.raises(StoreFormatError, match="format version 99"):
        open_dataset(path)


def test_an_interrupted_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "w.npz"
    wine = load_dataset("wine")
    save_dataset(wine, path)

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        save_dataset(load_dataset("digits"), path)
    assert open_dataset(path).sha256 == wine.sha256
    assert [entry.name for entry in tmp_path.iterdir()] == ["w.npz"]
