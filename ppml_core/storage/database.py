"""A SQLite database that many processes use at once, and that survives their being killed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError

from ppml_core.errors import StoreFormatError, StoreUnavailable
from ppml_core.storage import files, format
from ppml_core.storage.home import Home
from ppml_core.storage.schema import metadata

BUSY_MILLISECONDS = 15_000


class Database:
    """Short transactions on one file.

    Writers take the lock when they begin (BEGIN IMMEDIATE), so that what they read
    is still true when they write; readers see one consistent moment and wait for nobody.
    """

    def __init__(self, home: Home) -> None:
        self._engine = _engine(home)
        with _in_words(), files.locked(home.locks / "open"):
            _initialise(home, self._engine)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view."""
        with _in_words(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """All or nothing; nobody else writes meanwhile."""
        with _in_words(), self._engine.connect() as plain:
            connection = plain.execution_options(immediate=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close pooled connections."""
        self._engine.dispose()


@contextmanager
def _in_words() -> Iterator[None]:
    """The database's errors as ours."""
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as error:
        raise StoreUnavailable(
            "The store cannot be used just now: its disk is full, or it is locked. Try again."
        ) from error
    except (DatabaseError, sqlite3.DatabaseError) as error:
        raise StoreFormatError(
            "The store's database is damaged or is none. Use another store, or restore a copy."
        ) from error


def _engine(home: Home) -> Engine:
    """SQLAlchemy's engine, with transactions begun by us and not by the driver."""
    engine = create_engine(f"sqlite:///{home.database}", pool_size=4, max_overflow=-1)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "foreign_keys=ON",
            "synchronous=NORMAL",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _initialise(home: Home, engine: Engine) -> None:
    """Make a new database, or check and migrate the one that is there."""
    _create_private(home)
    with closing(sqlite3.connect(home.database)) as plain:
        plain.execute("PRAGMA journal_mode=WAL")
    with engine.connect().execution_options(immediate=True) as connection, connection.begin():
        found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if found == 0:
            metadata.create_all(connection)
        else:
            format.check("runs", found, format.STORE)
            for version in range(found, format.STORE):
                for statement in format.MIGRATIONS[version]:
                    connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"PRAGMA user_version={format.STORE}")


def _create_private(home: Home) -> None:
    """An empty file that only its owner may read.

    An existing database is never opened except by SQLite: closing such a descriptor
    would drop the locks of every connection this process has to it.
    """
    with suppress(FileExistsError):
        os.close(os.open(home.database, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
