"""Parquet: kinds of columns, and files that are no good."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ppml_core import limits
from ppml_core.datasets import read_parquet as read_parquet_module
from ppml_core.datasets.read_parquet import read_parquet
from ppml_core.errors import UploadRejected

N = 24


def saved(path: Path, **columns: object) -> Path:
    pq.write_table(pa.table(columns), path / "data.parquet")
    return path / "data.parquet"


def test_kinds_of_columns(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        whole=pa.array([None, *range(1, N)], pa.int32()),
        real=np.linspace(0, 1, N),
        price=[Decimal("1.5")] * N,
        truth=[True, None] * (N // 2),
        text=["a", "b", None] * (N // 3),
        town=pa.array(["Graz", "Linz"] * (N // 2)).dictionary_encode(),
        day=[date(2020, 1, 1)] * N,
        nothing=pa.nulls(N),
    )
    table = read_parquet(path)
    kinds = {column.name: column.kind for column in table.columns}
    assert kinds == {
        **dict.fromkeys(("whole", "real", "price", "nothing"), "number"),
        "truth": "boolean",
        "text": "text",
        "town": "text",
        "day": "number",
    }
    assert table.column("whole").missing().tolist() == [True] + [False] * (N - 1)
    assert table.column("truth").missing().sum() == N // 2
    assert table.column("text").missing().sum() == N // 3
    assert table.column("price").numbers[0] == 1.5
    assert table.column("town").text(1) == "Linz"
    assert table.column("day").text(0) == "2020-01-01"
    assert table.column("day").numbers[0] == 18_262
    assert table.rows.tolist() == list(range(1, N + 1))


def test_the_same_table_as_pandas_reads(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": np.arange(N), "b": list("xyz") * (N // 3)})
    frame.index = frame.index[::-1]  # an index of its own must not become a column
    frame.to_parquet(tmp_path / "d.parquet", index=False)
    table = read_parquet(tmp_path / "d.parquet")
    assert [column.name for column in table.columns] == ["a", "b"]
    assert table.column("a").numbers.tolist() == list(range(N))


def test_nested_columns_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UploadRejected, match="Column 'v' holds list"):
        read_parquet(saved(tmp_path, a=list(range(N)), v=[[1, 2]] * N))


@pytest.mark.parametrize("keep", [4, 40, 0.5, 0.9, -1])
def test_cut_off_files_are_refused(tmp_path: Path, keep: float) -> None:
    path = saved(tmp_path, a=list(range(5000)), b=np.random.default_rng(0).random(5000))
    whole = path.read_bytes()
    length = int(keep * len(whole)) if 0 < keep < 1 else int(keep)
    path.write_bytes(whole[:length])
    with pytest.raises(UploadRejected, match="cut off or damaged"):
        read_parquet(path)


def test_damaged_pages_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, a=list(range(5000)), b=["text"] * 5000)
    whole = bytearray(path.read_bytes())
    whole[8:400] = b"\xff" * 392
    path.write_bytes(whole)
    with pytest.raises(UploadRejected, match="cut off or damaged"):
        read_parquet(path)


def test_no_rows_and_one_column(tmp_path: Path) -> None:
    with pytest.raises(UploadRejected, match="no rows"):
        read_parquet(saved(tmp_path, a=pa.array([], pa.int64()), b=pa.array([], pa.int64())))
    with pytest.raises(UploadRejected, match="only one column"):
        read_parquet(saved(tmp_path, a=list(range(N))))


def test_repeated_names_are_numbered_and_said(tmp_path: Path) -> None:
    columns = [pa.array(range(N)), pa.array(range(1, N + 1)), pa.array([0.5] * N)]
    pq.write_table(pa.table(columns, names=["a", "a", "a (2)"]), tmp_path / "t.parquet")
    table = read_parquet(tmp_path / "t.parquet")
    assert [column.name for column in table.columns] == ["a", "a (3)", "a (2)"]
    assert [column.numbers[0] for column in table.columns] == [0.0, 1.0, 0.5]
    assert table.warnings == ("Two columns are called 'a'; the second is called 'a (3)' here.",)


def test_a_file_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, a=np.arange(10_000), b=np.arange(10_000))
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 50_000)
    with pytest.raises(UploadRejected, match="unpacks to"):
        read_parquet(path)


def test_pieces_make_the_same_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "text": rng.choice(list("abc"), 500),
            "real": rng.random(500),
            "text.more": [f"t{i % 70}" for i in range(500)],
            "truth": rng.random(500) < 0.5,
        }
    )
    path = tmp_path / "d.parquet"
    frame.to_parquet(path, row_group_size=170, index=False)
    for piece in (7, 1 << 16):
        monkeypatch.setattr(read_parquet_module, "_PIECE", piece)
        table = read_parquet(path)
        for name in ("text", "text.more"):
            column = table.column(name)
            assert [column.text(i) for i in range(500)] == list(frame[name])
        np.testing.assert_array_equal(table.column("real").numbers, frame["real"])
        np.testing.assert_array_equal(table.column("truth").numbers, frame["truth"])


def test_bytes_dates_and_lists_of_lists(tmp_path: Path) -> None:
    nested = pa.array([[[[1]]]] * N)
    with pytest.raises(UploadRejected, match="Column 'v' holds list"):
        read_parquet(saved(tmp_path, a=list(range(N)), v=nested))
    with pytest.raises(UploadRejected, match="Column 'v' holds binary"):
        read_parquet(saved(tmp_path, a=list(range(N)), v=[b"x"] * N))


def test_different_texts_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, a=list(range(1000)), t=[f"{i:0500d}" for i in range(1000)])
    monkeypatch.setattr(limits, "TABLE_BYTES", 600_000)
    with pytest.raises(UploadRejected, match=r"more than 1 MiB of memory \(column 't'\)"):
        read_parquet(path)
