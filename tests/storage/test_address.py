"""Which database is meant, and what is said when it cannot be: never the password."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import pytest

from ppml_core.errors import StoreUnavailable
from ppml_core.storage.address import VARIABLE, database_url
from ppml_core.storage.home import Home
from ppml_core.storage.sql import SqlStore

HOME = Home(root=Path("/data/lab"))
SECRET = "hunter2-is-secret"


def test_without_an_address_it_is_the_file_in_the_home(monkeypatch):
    for named in ("", "  ", None):
        if named is None:
            monkeypatch.delenv(VARIABLE, raising=False)
        else:
            monkeypatch.setenv(VARIABLE, named)
        url = database_url(HOME)
        assert (url.drivername, url.database) == ("sqlite", str(HOME.database))


def test_an_address_given_goes_before_the_environments(monkeypatch):
    monkeypatch.setenv(VARIABLE, "postgresql://a@named/x")
    assert database_url(HOME).host == "named"
    assert database_url(HOME, "postgresql://a@given/x").host == "given"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_to_through_psycopg(scheme):
    url = database_url(HOME, f"{scheme}://me:{SECRET}@host:5433/lab?sslmode=require")
    assert url.drivername == "postgresql+psycopg"
    assert (url.password, url.port, url.query) == (SECRET, 5433, {"sslmode": "require"})


@pytest.mark.parametrize(
    ("named", "path"),
    [
        ("sqlite:///lab.sqlite", "/data/lab/lab.sqlite"),
        ("sqlite:///deep/lab.sqlite", "/data/lab/deep/lab.sqlite"),
        ("sqlite:////elsewhere/lab.sqlite", "/elsewhere/lab.sqlite"),
    ],
)
def test_every_process_means_the_same_file(named, path):
    assert database_url(HOME, named).database == path


def test_another_file_than_the_homes(tmp_path):
    store = SqlStore(tmp_path / "home", "sqlite:///deep/other.sqlite")
    assert store.there()
    assert store.runs.waiting() == []
    assert not store.home.database.exists()
    store.close()
    other = tmp_path / "home" / "deep" / "other.sqlite"
    assert other.stat().st_mode & 0o077 == 0
    other.unlink()
    assert not store.there()


@pytest.mark.parametrize(
    ("named", "words"),
    [
        (f"host={SECRET}", "no database address. Expected one like postgresql"),
        (f"postgresql://me:{SECRET}@host:port/x", "no database address"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        (f"nosuch://me:{SECRET}@host/x", "No driver for 'nosuch'"),
        (
            f"postgresql+psycopg://me:{SECRET}@host/x",
            r'pip install "psycopg\[binary\]" \(its version',
        ),
        (f"oracle+oracledb://me:{SECRET}@host/x", "the package that brings 'oracledb'"),
        (f"postgresql+nosuch://me:{SECRET}@host/x", r"No driver for 'postgresql\+nosuch'"),
    ],
)
def test_what_is_wrong_is_said_without_the_password(tmp_path, monkeypatch, named, words):
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as if it were not installed
    monkeypatch.setitem(sys.modules, "oracledb", None)
    with pytest.raises(StoreUnavailable, match=words) as refused:
        SqlStore(tmp_path, named)
    assert SECRET not in "".join(traceback.format_exception(refused.value))
