"""Downloads, without a network: what is fetched is kept, checked, and refetched when damaged."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path
from types import SimpleNamespace
from urllib.error import URLError

import numpy as np
import pandas as pd
import pytest
import sklearn.datasets

from ppml_core.datasets import adult, cache, fetched
from ppml_core.datasets.catalogue import availability, load_dataset
from ppml_core.errors import DatasetUnavailable

pytestmark = pytest.mark.usefixtures("own_home")


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept yet, and no system package is there."""
    monkeypatch.setenv("PPML_HOME", str(tmp_path))
    monkeypatch.setattr(fetched, "FASHION_PACKAGE", tmp_path / "package")


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A network that brings small versions of the real things, and counts."""
    state = SimpleNamespace(calls=0, up=True)

    def fetch_openml(name: str, **_: object) -> dict[str, object]:
        state.calls += 1
        if not state.up:
            raise URLError("Name or service not known")
        if name == "adult":
            return {"frame": census(60)}
        return {
            "data": np.arange(20 * 784).reshape(20, 784) % 256,
            "target": np.array([str(i % 10) for i in range(20)]),
        }

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fetch_openml)
    return state


def census(n: int) -> pd.DataFrame:
    """Rows that use each category in turn."""
    columns: dict[str, list[object]] = {
        name: [low + (high - low) * (i / n) for i in range(n)]
        for name, (low, high) in adult.NUMBERS.items()
    }
    for name, known in adult.CATEGORIES.items():
        real = [value for value in known if value != adult.MISSING]
        columns[name] = [real[i % len(real)] for i in range(n)]
    columns["class"] = [adult.LABELS[i % 2] for i in range(n)]
    return pd.DataFrame(columns)


def test_a_download_is_kept_and_then_needs_no_connection(online: SimpleNamespace) -> None:
    assert "needs a connection" in str(availability("adult"))
    first = load_dataset("adult")
    online.up = False
    assert load_dataset("adult").sha256 == first.sha256
    assert online.calls == 1
    assert availability("adult") is None


@pytest.mark.parametrize("name", ["adult", "fashion-mnist"])
def test_without_a_connection_the_sentence_says_so(name: str, online: SimpleNamespace) -> None:
    online.up = False
    with pytest.raises(DatasetUnavailable, match="needs a connection") as caught:
        load_dataset(name)
    assert "Name or service not known" in str(caught.value)


def test_a_damaged_copy_is_fetched_again(online: SimpleNamespace) -> None:
    first = load_dataset("adult")
    path = cache.home() / "downloads" / "adult.npz"
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    assert load_dataset("adult").sha256 == first.sha256
    assert online.calls == 2


def test_a_damaged_copy_without_a_connection_is_called_damaged(online: SimpleNamespace) -> None:
    load_dataset("adult")
    path = cache.home() / "downloads" / "adult.npz"
    path.write_bytes(path.read_bytes()[:1000])
    online.up = False
    with pytest.raises(DatasetUnavailable, match="was damaged and has been removed"):
        load_dataset("adult")
    assert not cache.is_cached("adult")


def test_a_copy_without_its_sum_does_not_count(online: SimpleNamespace) -> None:
    load_dataset("adult")
    (cache.home() / "downloads" / "adult.npz.sha256").unlink()
    assert not cache.is_cached("adult")
    load_dataset("adult")
    assert online.calls == 2


def test_adult_is_encoded_by_its_codebook() -> None:
    frame = census(60)
    frame.loc[3, "workclass"] = None
    frame.loc[4, "occupation"] = "?"
    dataset = adult.encode(frame)
    assert dataset.features.shape == (60, 108)
    assert dataset.private_statistics == ()
    names = dataset.feature_names
    assert dataset.features[3, names.index("workclass=unknown")] == 1
    assert dataset.features[4, names.index("occupation=unknown")] == 1
    one_hot = dataset.features[:, len(adult.NUMBERS) :]
    np.testing.assert_array_equal(one_hot.sum(axis=1), len(adult.CATEGORIES))
    assert dataset.features[30, names.index("age")] == pytest.approx(0.5)


def test_a_category_outside_the_codebook_is_an_error() -> None:
    frame = census(60)
    frame.loc[0, "sex"] = "?"
    with pytest.raises(ValueError, match="column sex"):
        adult.encode(frame)


def test_fashion_from_openml(online: SimpleNamespace) -> None:
    dataset = load_dataset("fashion-mnist")
    assert dataset.image_shape == (28, 28)
    assert dataset.features[0, 0, 255 % 28] == pytest.approx(3 / 255)


def idx(values: np.ndarray) -> bytes:
    """Gzipped IDX, as the MNIST family is published."""
    header = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    return gzip.compress(header + values.astype(np.uint8).tobytes())


@pytest.fixture
def package() -> Path:
    """Debian's package with 30 + 10 pictures."""
    folder = fetched.FASHION_PACKAGE
    folder.mkdir()
    for part, count, shade in (("train", 30, 7), ("t10k", 10, 255)):
        pictures = np.full((count, 28, 28), shade)
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(idx(pictures))
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(idx(np.arange(count) % 10))
    return folder


def test_fashion_from_the_system_package(package: Path) -> None:
    assert availability("fashion-mnist") is None
    dataset = load_dataset("fashion-mnist")
    assert dataset.features.shape == (40, 28, 28)
    assert dataset.features[29].max() == np.float32(7) / np.float32(255)
    assert dataset.features[30].min() == 1.0
    assert dataset.label_names[9] == "Ankle boot"


def test_a_damaged_package_file_is_named(package: Path) -> None:
    name = "train-images-idx3-ubyte.gz"
    (package / name).write_bytes((package / name).read_bytes()[:50])
    with pytest.raises(DatasetUnavailable, match=name):
        load_dataset("fashion-mnist")


def test_olivetti(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = {"images": np.full((80, 64, 64), 0.25), "target": np.arange(80) % 40}
    monkeypatch.setattr(sklearn.datasets, "fetch_olivetti_faces", lambda data_home: faces)
    dataset = load_dataset("olivetti-faces")
    assert (dataset.image_shape, dataset.n_classes) == ((64, 64), 40)


def test_home_is_the_users_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PPML_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert cache.home() == Path("/data/ppml-lab")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/ann")
    assert cache.home() == Path("/home/ann/.local/share/ppml-lab")
