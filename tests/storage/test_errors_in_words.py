"""What is wrong with a store is said as it is."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing

import pytest

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
    SqlStore(tmp_path).close()  # made and never used: begun anew


def test_another_version_is_not_called_a_full_disk(tmp_path):
    store = SqlStore(tmp_path)
    with closing(sqlite3.connect(store.home.database)) as other, other:
        other.execute("ALTER TABLE runs RENAME COLUMN state TO condition")
    with pytest.raises(StoreFormatError, match="another version changed it"):
        store.runs.waiting()
    store.close()
