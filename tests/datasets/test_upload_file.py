"""Files are known by their bytes, and what cannot be used is refused with what to do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ppml_core import limits
from ppml_core.datasets.ingest import inspect
from ppml_core.datasets.upload_file import recognise
from ppml_core.errors import UploadRejected


def test_an_empty_file(write) -> None:
    with pytest.raises(UploadRejected, match="The file is empty"):
        inspect(write(""), "data.csv")


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"\x1f\x8b\x08", "gzip"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "single picture"),
        (b"\xff\xd8\xff\xe0", "single picture"),
        (b"\x80\x04\x95", "pickle"),
        (b"\x93NUMPY\x01", "single numpy array"),
        (b"\xd0\xcf\x11\xe0", "Excel"),
        (b"a,b\n1,\x00\n", "neither text nor"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_foreign_files_are_named(write, start: bytes, what: str) -> None:
    with pytest.raises(UploadRejected, match=what) as caught:
        inspect(write(start + b" more"), "data.csv")
    assert caught.value.fix


def test_an_excel_workbook_is_not_a_zip_of_pictures(zipped) -> None:
    path = zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    with pytest.raises(UploadRejected, match="Excel workbook"):
        inspect(path, "table.xlsx")


def test_the_size_limit_is_named(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOAD_BYTES", 2 * 2**20)
    with pytest.raises(UploadRejected, match=r"3\.0 MB.*At most 2 MB"):
        inspect(write(b"a,b\n" * (3 * 2**18)), "data.csv")


def test_a_sparse_file_over_the_real_limit(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(limits.UPLOAD_BYTES + 1)
    with pytest.raises(UploadRejected, match="At most 200 MB"):
        inspect(path, "big.csv")


def test_wrong_extensions_are_read_by_content_and_said(tmp_path: Path, write, lines) -> None:
    path = tmp_path / "data.csv"
    pd.DataFrame({"a": np.arange(30), "b": np.arange(30) % 2}).to_parquet(path)
    preview = inspect(path, "data.csv")
    assert preview.kind == "parquet"
    assert "named .csv, but its contents are Parquet" in preview.warnings[0]
    text = write(lines("a,b", lambda i: f"{i},{i % 2}"), "data.parquet")
    preview = inspect(text, "data.parquet")
    assert preview.kind == "csv"
    assert "contents are text" in preview.warnings[0]


def test_no_warning_where_the_name_is_right(write) -> None:
    path = write("a,b\n")
    assert recognise(path, "DATA.CSV").warnings == ()
    assert recognise(path, "data.tsv").warnings == ()
    assert "without an extension" in recognise(path, "data").warnings[0]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"a": 1, "y": 0}\n{"a": 2, "y": 1}\n', "JSON lines"),
        ('{\n  "a": [1, 2],\n  "y": [0, 1]\n}\n', "is JSON"),
        ('\ufeff[{"a": 1}, {"a": 2}]', "is JSON"),
        ("% a comment\n@RELATION iris\n@ATTRIBUTE a REAL\n", "ARFF"),
        ("<?xml version='1.0'?><a/>", "XML or a web page"),
        ("<!DOCTYPE html><html></html>", "XML or a web page"),
        ("{\\rtf1 hello}", "RTF"),
    ],
)
def test_text_of_other_kinds_is_called_what_it_is(write, text: str, what: str) -> None:
    with pytest.raises(UploadRejected, match=what) as caught:
        inspect(write(text), "data.csv")
    assert caught.value.fix


def test_a_table_may_begin_with_a_brace_or_an_angle(write, lines) -> None:
    for name in ("{a}", "[a]", "<5", "@a"):
        assert inspect(write(lines(f"{name},y", lambda i: f"{i},{i % 2}")), "d.csv").n == 30


@pytest.mark.parametrize(
    ("entries", "what"),
    [
        (("model/data.pkl", "model/version", "model/data/0"), "PyTorch.*never opened"),
        (("[Content_Types].xml", "word/document.xml"), "Office document"),
        (("mimetype", "content.xml"), "OpenDocument"),
    ],
)
def test_archives_of_other_kinds(zipped, entries: tuple[str, ...], what: str) -> None:
    with pytest.raises(UploadRejected, match=what):
        inspect(zipped(dict.fromkeys(entries, b"x")), "model.pt")
