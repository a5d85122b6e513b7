"""Which database a store uses: ``PPML_DATABASE_URL``, else a SQLite file in its directory."""

from __future__ import annotations

import os
import platform

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from ppml_core.errors import StoreUnavailable
from ppml_core.storage.home import Home

VARIABLE = "PPML_DATABASE_URL"
EXAMPLE = "postgresql+psycopg://user@host/database"


def database_url(home: Home, given: str | None = None) -> URL:
    """The address: ``given``, else the environment's, else the home's own file.

    A relative path of a SQLite file is below the home, so that every process means the
    same one. An address may hold a password: it is shown nowhere, not even in errors.
    Raises ``StoreUnavailable``.

    >>> from pathlib import Path
    >>> database_url(Home(root=Path("/data")), "sqlite:///lab.sqlite").database
    '/data/lab.sqlite'
    >>> database_url(Home(root=Path("/data")), "postgres://me@host/lab").drivername
    'postgresql+psycopg'
    """
    named = given if given is not None else os.environ.get(VARIABLE, "").strip()
    if not named:
        return URL.create("sqlite", database=str(home.database))
    url = _parsed(named)
    if url.get_backend_name() == "sqlite":
        return url.set(database=str(home.root / _file_named(url)))
    # The name that libpq and hosting services use, and the driver that is named in the README.
    short = url.drivername in ("postgres", "postgresql")
    return url.set(drivername="postgresql+psycopg") if short else url


def this_host() -> str:
    """The machine's name: process ids mean something beside it only."""
    return platform.node()


def _parsed(named: str) -> URL:
    """The address in parts; what is wrong with it may be its password, so no details."""
    try:
        return make_url(named)
    except (ArgumentError, ValueError):
        raise StoreUnavailable(
            f"{VARIABLE} is no database address. Expected one like {EXAMPLE}."
        ) from None


def _file_named(url: URL) -> str:
    """The path of a SQLite file."""
    if not url.database or url.database == ":memory:":
        raise StoreUnavailable(
            f"{VARIABLE} names a database in memory, which other processes cannot see. "
            "Expected a file: sqlite:////directory/name.sqlite."
        )
    return url.database
