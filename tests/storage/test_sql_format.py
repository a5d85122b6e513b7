"""Which stores are opened, migrated or refused, and in what words."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from storage_kit import new

from ppml_core.errors import (
    StoreFormatError,
    StoreUnavailable,
)
from ppml_core.storage import database, format
from ppml_core.storage.home import Home, default_home, open_home
from ppml_core.storage.sql import SqlStore


def set_version(home, version):
    with closing(sqlite3.connect(home / "store.sqlite")) as connection:
        connection.execute(f"PRAGMA user_version={version}")


def test_a_newer_store_is_refused_and_left_as_it_is(tmp_path):
    home = tmp_path / "home"
    SqlStore(home).close()
    set_version(home, format.STORE + 1)
    with pytest.raises(StoreFormatError, match="Update the library"):
        SqlStore(home)
    with closing(sqlite3.connect(home / "store.sqlite")) as connection:
        found = connection.execute("PRAGMA user_version").fetchone()
    assert found == (format.STORE + 1,)


def test_an_older_store_is_migrated(tmp_path, monkeypatch):
    home = tmp_path / "home"
    SqlStore(home).close()
    monkeypatch.setattr(format, "STORE", format.STORE + 1)
    statement = "CREATE TABLE brought_by_migration (x INTEGER)"
    monkeypatch.setitem(format.MIGRATIONS, format.STORE - 1, (statement,))
    for _ in range(2):  # once only: a second time would fail
        SqlStore(home).close()
    with closing(sqlite3.connect(home / "store.sqlite")) as connection:
        assert connection.execute("SELECT * FROM brought_by_migration").fetchall() == []


def columns_of_workers(home):
    with closing(sqlite3.connect(home / "store.sqlite")) as connection:
        rows = connection.execute("PRAGMA table_info(workers)").fetchall()
    return {(name, kind, required, default) for _, name, kind, required, default, _ in rows}


def test_a_store_of_format_1_becomes_what_a_new_one_is(tmp_path):
    old, fresh = tmp_path / "old", tmp_path / "fresh"
    for home in (old, fresh):
        store = SqlStore(home)
        store.runs.submit(new(), "A")
        store.close()
    with closing(sqlite3.connect(old / "store.sqlite")) as connection:
        connection.execute("DROP TABLE workers")
        connection.execute("CREATE TABLE workers (token VARCHAR)")
    set_version(old, 1)
    store = SqlStore(old)
    assert store.runs.waiting() == ["r"]
    (token,) = store.workers.reserve(1)
    assert [worker.token for worker in store.workers.all()] == [token]
    store.close()
    without_quotes = {(n, k, r, d and d.strip("'")) for n, k, r, d in columns_of_workers(fresh)}
    assert columns_of_workers(old) == without_quotes


def test_what_is_not_a_store_is_refused_in_words(tmp_path):
    (tmp_path / "store.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreFormatError, match="damaged or is none"):
        SqlStore(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="PPML_HOME"):
        SqlStore(tmp_path / "file" / "below")


def test_a_store_locked_for_too_long_is_told_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 1)
    store = SqlStore(tmp_path)
    with closing(sqlite3.connect(store.home.database)) as greedy:
        greedy.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="Try again"):
            store.runs.submit(new(), "A")
        assert store.runs.visible("A") == []  # readers do not wait
    store.close()


def test_where_the_home_is(monkeypatch, tmp_path):
    monkeypatch.setenv("PPML_HOME", str(tmp_path / "named"))
    assert default_home() == tmp_path / "named"
    assert open_home().root == (tmp_path / "named").resolve()
    monkeypatch.delenv("PPML_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_home() == tmp_path / "data" / "ppml-lab"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_home() == tmp_path / ".local" / "share" / "ppml-lab"
    assert Home(root=tmp_path).database.parent == tmp_path
