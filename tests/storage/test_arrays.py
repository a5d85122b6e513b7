from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ppml_core.errors import InvalidValue, StoreFormatError
from ppml_core.storage import format
from ppml_core.storage.arrays import ArrayStore, load_arrays, save_arrays

DTYPES = st.sampled_from(["f4", "f8", "i8", "u1", "?"])
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)


@given(
    st.dictionaries(
        st.text("abcxyz_", min_size=1, max_size=5), hnp.arrays(DTYPES, SHAPES), max_size=3
    )
)
def test_round_trip(tmp_path_factory, arrays):
    path = tmp_path_factory.mktemp("arrays") / "a.npz"
    save_arrays(path, arrays)
    found = load_arrays(path)
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def test_a_newer_format_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.npz"
    with monkeypatch.context() as newer:
        newer.setattr(format, "ARRAYS", format.ARRAYS + 1)
        save_arrays(path, {"a": np.ones(3)})
    with pytest.raises(StoreFormatError, match=r"arrays have format 2"):
        load_arrays(path)


@pytest.mark.parametrize("cut", [0, 1, 100, -1])
def test_a_damaged_file_is_refused(tmp_path, cut):
    path = tmp_path / "a.npz"
    save_arrays(path, {"a": np.ones(300)})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(StoreFormatError):
        load_arrays(path)


def test_a_file_of_somebody_else_is_refused(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.ones(3))
    np.save(tmp_path / "b.npz.npy", np.ones(3))
    for name in ("a.npz", "b.npz.npy"):
        with pytest.raises(StoreFormatError):
            load_arrays(tmp_path / name)


def test_objects_are_neither_written_nor_read(tmp_path):
    with pytest.raises(InvalidValue):
        save_arrays(tmp_path / "a.npz", {"a": np.array([{}])})
    np.savez(tmp_path / "a.npz", format_version=np.int64(1), a=np.array([{}], dtype=object))
    with pytest.raises(StoreFormatError):
        load_arrays(tmp_path / "a.npz")


def test_arrays_of_a_run(tmp_path):
    store = ArrayStore(tmp_path)
    store.put("run-1", "phi", {"a": np.arange(3)})
    store.put("run-1", "phi", {"a": np.arange(4)})
    assert len(store.get("run-1", "phi")["a"]) == 4
    store.delete("run-1")
    store.delete("run-1")
    with pytest.raises(FileNotFoundError):
        store.get("run-1", "phi")
    for run_id, name in (("..", "x"), ("run", "../../x"), ("", "x"), ("run", "a/b")):
        with pytest.raises(InvalidValue):
            store.put(run_id, name, {})


def test_trimming_removes_what_was_not_used_for_longest_and_nothing_else(tmp_path):
    store = ArrayStore(tmp_path)
    for number, owner in enumerate(("models-a", "models-b", "run-1", "models-c")):
        store.put(owner, "x", {"a": np.zeros(1000)})
        os.utime(tmp_path / owner / "x.npz", ns=(number, number))
    store.used("models-a", "x")
    store.used("models-a", "missing")
    store.trim("models-", 3 * 9000)
    store.trim("models-", 2 * 9000)
    assert sorted(path.parent.name for path in tmp_path.rglob("*.npz")) == [
        "models-a",
        "models-c",
        "run-1",
    ]
    store.trim("models-", 0)
    assert [path.parent.name for path in tmp_path.rglob("*.npz")] == ["run-1"]
