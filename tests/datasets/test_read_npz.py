"""NPZ: tables and images, and arrays that are refused before they are read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ppml_core import limits
from ppml_core.datasets import npy
from ppml_core.datasets.ingest import inspect, prepare
from ppml_core.datasets.pictures import Pictures
from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.read_npz import read_npz
from ppml_core.datasets.tables import Table
from ppml_core.errors import UploadRejected

RNG = np.random.default_rng(0)
Y = np.arange(30) % 3


def test_two_axes_are_a_table(npz) -> None:
    X = RNG.random((30, 4))
    path = npz(X=X, y=Y, extra=Y)
    table = read_npz(path)
    assert isinstance(table, Table)
    assert [column.name for column in table.columns] == ["x0", "x1", "x2", "x3", "y"]
    assert table.label == "y"
    assert "extra" in table.warnings[0]
    dataset = prepare(path, "data.npz", Preparation())
    low, high = X.min(axis=0), X.max(axis=0)
    np.testing.assert_allclose(dataset.features, (X - low) / (high - low), atol=1e-6)
    assert dataset.record_ids.tolist() == list(range(30))


def test_three_axes_are_images_and_bytes_need_no_statistics(npz) -> None:
    X = RNG.integers(0, 256, (30, 5, 4), dtype=np.uint8)
    dataset = prepare(npz(X=X, y=np.array(list("abc"))[Y]), "data.npz", Preparation())
    assert dataset.image_shape == (5, 4)
    assert dataset.label_names == ("a", "b", "c")
    assert dataset.private_statistics == ()
    np.testing.assert_array_equal(dataset.features, X.astype(np.float32) / np.float32(255))


def test_four_axes(npz) -> None:
    grey = read_npz(npz(X=RNG.random((30, 5, 4, 1)), y=Y))
    assert isinstance(grey, Pictures)
    assert grey.images.shape == (30, 5, 4)
    coloured = read_npz(npz(X=RNG.random((30, 5, 4, 3)), y=Y))
    assert isinstance(coloured, Pictures)
    assert coloured.images.shape == (30, 5, 4, 3)


def test_wide_pixels_cost_a_statistic_unless_declared(npz) -> None:
    X = RNG.integers(0, 17, (30, 5, 4))
    path = npz(X=X, y=Y)
    observed = prepare(path, "d.npz", Preparation())
    assert observed.private_statistics == ("minimum and maximum of the pixels",)
    declared = prepare(path, "d.npz", Preparation(bounds={"pixels": (0.0, 16.0)}))
    assert declared.private_statistics == ()
    np.testing.assert_allclose(declared.features, X / 16)


def test_preview_of_images(npz) -> None:
    preview = inspect(npz(X=RNG.random((30, 5, 4)), y=Y), "d.npz")
    assert preview.classes == (("0", 10), ("1", 10), ("2", 10))
    assert (preview.sizes, preview.n) == (("4 x 5",), 30)


class Trap:
    """Leaves a file behind if it is ever unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("name", ["X", "y"])
def test_object_arrays_are_refused_and_never_unpickled(npz, tmp_path: Path, name: str) -> None:
    trap = np.array([Trap(tmp_path / "sprung")] * 30, dtype=object)
    arrays = {"X": RNG.random((30, 2)), "y": Y, name: trap}
    with pytest.raises(UploadRejected, match=rf"Array {name} holds Python objects.*never loaded"):
        read_npz(npz(**arrays))
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"X": np.zeros((30, 2))}, "no array y.*it has X"),
        ({"a": np.zeros(3), "b": np.zeros(3)}, "no array X and no array y"),
        ({"X": np.zeros((30, 2)), "y": np.zeros(29)}, "30 records and y has 29"),
        ({"X": np.zeros((30, 2)), "y": np.zeros((30, 2))}, "y has shape"),
        ({"X": np.zeros(30), "y": Y}, "X has shape"),
        ({"X": np.zeros((30, 2, 2, 4)), "y": Y}, "X has shape"),
        ({"X": np.zeros((30, 0)), "y": Y}, "without features"),
        ({"X": np.zeros((3, 2)), "y": Y[:3]}, "only 3 usable"),
        ({"X": np.zeros((30, 200, 200)), "y": Y}, "40,000 values each.*At most 20,000"),
        ({"X": np.zeros((30, 2), complex), "y": Y}, "complex"),
        ({"X": np.zeros((30, 2)), "y": np.array([b"a"] * 30)}, "y holds bytes"),
        ({"X": np.zeros((30, 2), "i4,f4"), "y": Y}, "X holds records"),
    ],
)
def test_unusable_arrays(npz, arrays: dict, message: str) -> None:
    with pytest.raises(UploadRejected, match=message):
        read_npz(npz(**arrays))


def test_nan_in_images_is_located(npz) -> None:
    X = RNG.random((30, 5, 4))
    X[7, 1, 2] = np.nan
    with pytest.raises(UploadRejected, match=r"X\[7, 1, 2\]"):
        read_npz(npz(X=X, y=Y))


def test_nan_and_infinity_in_a_table(npz) -> None:
    X = RNG.random((30, 3))
    X[7, 1] = np.nan
    with pytest.raises(UploadRejected, match=r"missing.*column 'x1', row 7"):
        prepare(npz(X=X, y=Y), "d.npz", Preparation())
    X[7, 1] = -np.inf
    with pytest.raises(UploadRejected, match=r"infinite number \(column 'x1', row 7\)"):
        prepare(npz(X=X, y=Y), "d.npz", Preparation())


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.98])
def test_cut_off_files(npz, keep: float) -> None:
    path = npz(X=RNG.random((300, 20)), y=np.arange(300) % 2)
    path.write_bytes(path.read_bytes()[: int(keep * path.stat().st_size)])
    with pytest.raises(UploadRejected, match="cut off or damaged"):
        inspect(path, "d.npz")


def test_a_header_that_promises_more_than_there_is(zipped) -> None:
    """A shape of 8 TB must be refused from the header, not allocated."""
    fake = io.BytesIO()
    header = {"descr": "<f8", "fortran_order": False, "shape": (10**6, 10**6)}
    np.lib.format.write_array_header_1_0(fake, header)
    y = io.BytesIO()
    np.save(y, Y)
    path = zipped({"X.npy": fake.getvalue() + b"12345678", "y.npy": y.getvalue()}, "d.npz")
    with pytest.raises(UploadRejected, match="Array X is cut off or damaged"):
        read_npz(path)


def test_a_bomb(npz, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 10**6)
    path = tmp_path / "bomb.npz"
    np.savez_compressed(path, X=np.zeros((1000, 1000)), y=np.arange(1000) % 2)
    assert path.stat().st_size < 20_000
    with pytest.raises(UploadRejected, match="unpacks to"):
        read_npz(path)


def test_an_entry_that_is_no_array(tmp_path: Path) -> None:
    path = tmp_path / "d.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("X.npy", b"hello, this is not an array")
        archive.writestr("y.npy", b"nor this")
    with pytest.raises(UploadRejected, match="Array X is cut off or damaged"):
        read_npz(path)


@pytest.mark.parametrize(
    "header",
    [
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (30, 2",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (30, 2), ",
        b"{'descr': '<f8, 'fortran_order': False, 'shape': (30, 2), }",
        b'{"descr": """<f8, }',
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (-30, -2), }",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (30.0, 2), }",
        b"{'descr': [('a', '<f8')], 'fortran_order': False}",
        b"((((((((((" * 900,
        b"-" * 9000 + b"1",
        b"\xff\xfe\x00",
        b"",
    ],
)
def test_headers_that_are_no_python_literal(zipped, header: bytes) -> None:
    y = io.BytesIO()
    np.save(y, Y)
    head = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    path = zipped({"X.npy": head + bytes(480), "y.npy": y.getvalue()}, "d.npz")
    with pytest.raises(UploadRejected, match="Array X is cut off or damaged"):
        read_npz(path)


@pytest.mark.parametrize("kind", ["<f8", ">f4", "i1", "<u2", "?", "<f2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_columns_read_in_pieces_are_those_of_numpy(
    npz, monkeypatch: pytest.MonkeyPatch, kind: str, order: str
) -> None:
    monkeypatch.setattr(npy, "_PIECE", 50)
    X = np.asarray((RNG.random((30, 7)) * 100).astype(kind), order=order)
    table = read_npz(npz(X=X, y=Y))
    found = np.array([column.numbers for column in table.columns[:-1]])
    np.testing.assert_array_equal(found, X.T.astype(float))
    cube = X.reshape(30, 7, 1)[:, :, [0, 0]]
    pictures = read_npz(npz(X=np.asarray(cube, order=order), y=Y))
    np.testing.assert_array_equal(pictures.images, cube)


def test_labels_that_take_no_space_are_not_taken_for_few(zipped) -> None:
    """A billion texts of no characters: nothing in the file."""
    fake = io.BytesIO()
    header = {"descr": "<U0", "fortran_order": False, "shape": (10**9,)}
    np.lib.format.write_array_header_1_0(fake, header)
    X = io.BytesIO()
    np.save(X, np.zeros((30, 2)))
    path = zipped({"X.npy": X.getvalue(), "y.npy": fake.getvalue()}, "d.npz")
    with pytest.raises(UploadRejected, match="30 records and y has 1,000,000,000"):
        read_npz(path)
