"""What is wrong with a store is said as it is."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import closing

import pytest
from storage_kit import new

from ppml_core.cli import main
from ppml_core.errors import StoreFormatError, StoreUnavailable
from ppml_core.storage import files
from ppml_core.storage.home import open_home
from ppml_core.storage.sql import SqlStore


def test_a_store_that_cannot_be_written(tmp_path, monkeypatch):
    SqlStore(tmp_path).close()

    def refuse(*_):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), "/secret/place")

    monkeypatch.setattr(files.os, "open", refuse)
    with pytest.raises(StoreUnavailable, match="cannot be written") as told:
        SqlStore(tmp_path)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("name", ["a\0b", "~nobody-of-this-name/x"])
def test_a_name_that_no_directory_has(name):
    with pytest.raises(StoreUnavailable, match="no directory can have"):
        open_home(name)


def test_on_the_command_line_too(capsys):
    assert main(["audit", "wine", "--store", "a\0b"]) == 2
    assert "no directory can have" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--json", "--png"])
def test_an_output_with_a_name_that_no_file_has(tmp_path, capsys, option):
    command = "invert" if option == "--png" else "audit"
    assert main([command, "wine", "--store", str(tmp_path), option, "a\0b"]) == 2
    told = capsys.readouterr().err
    assert "no file can have" in told
    assert "Traceback" not in told
    assert told.count("\n") == 1


def test_a_database_cut_to_nothing_is_no_new_store(tmp_path):
    store = SqlStore(tmp_path)
    store.close()
    (tmp_path / "uploads" / "somebody's").write_bytes(b"x")
    for path in tmp_path.glob("store.sqlite*"):
        path.unlink()
    (tmp_path / "store.sqlite").touch()
    with pytest.raises(StoreFormatError, match="was cut off"):
        SqlStore(tmp_path)
    assert (tmp_path / "store.sqlite").stat().st_size == 0
    (tmp_path / "uploads" / "somebody's").unlink()
    with pytest.raises(StoreFormatError, match="was cut off"):
        SqlStore(tmp_path)  # empty, but a store was made here
    (tmp_path / "store.made").unlink()
    SqlStore(tmp_path).close()


@pytest.mark.parametrize(
    "trace", ["store.made", "locks/x", "uploads/x", "datasets/x", "artifacts/x", "logs/x"]
)
def test_a_database_that_was_removed_is_not_made_anew(tmp_path, trace):
    open_home(tmp_path)
    (tmp_path / trace).touch()
    with pytest.raises(StoreFormatError, match="was removed"):
        SqlStore(tmp_path)
    assert not (tmp_path / "store.sqlite").exists()


def test_a_store_says_that_it_was_made(tmp_path):
    SqlStore(tmp_path).close()
    for path in tmp_path.glob("store.sqlite*"):
        path.unlink()
    with pytest.raises(StoreFormatError, match="was removed"):
        SqlStore(tmp_path)


def test_a_home_removed_while_open_is_not_written_to(tmp_path):
    store = SqlStore(tmp_path / "home")
    store.runs.submit(new("before"), "A")
    shutil.rmtree(tmp_path / "home")
    for ask in (store.runs.waiting, lambda: store.runs.submit(new(), "A")):
        with pytest.raises(StoreUnavailable, match="removed or moved"):
            ask()
    assert not store.there()
    assert not (tmp_path / "home").exists()
    store.close()


def test_a_store_that_becomes_read_only_is_not_called_a_full_disk(tmp_path):
    store = SqlStore(tmp_path)
    store.runs.submit(new("before"), "A")
    with store._database.read() as connection:
        connection.exec_driver_sql(
            "PRAGMA query_only=ON"
        )  # SQLite's own refusal, as on such a disk
    with pytest.raises(StoreUnavailable, match="read-only"):
        store.runs.submit(new(), "A")
    store.close()


def test_another_version_is_not_called_a_full_disk(tmp_path):
    store = SqlStore(tmp_path)
    with closing(sqlite3.connect(store.home.database)) as other, other:
        other.execute("ALTER TABLE runs RENAME COLUMN state TO condition")
    with pytest.raises(StoreFormatError, match="another version changed it"):
        store.runs.waiting()
    store.close()
