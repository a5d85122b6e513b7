"""Short transactions on a database that many processes use at once, and that survives
their being killed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, and_, insert, inspect, update
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from ppml_core.errors import StoreFormatError, StoreUnavailable
from ppml_core.storage import format, secret
from ppml_core.storage.address import database_url
from ppml_core.storage.backend import Backend
from ppml_core.storage.home import Home
from ppml_core.storage.schema import metadata
from ppml_core.storage.server import Server
from ppml_core.storage.sqlite import SqliteFile

OTHER_VERSION = (
    "The store's database does not have the tables of this version: another version changed it, "
    "or it was removed and made anew. Start PPML Lab again, in one version."
)

GONE = (
    "The store's database is not there any more: it was removed or moved while it was in use. "
    "Put it back, or start PPML Lab again."
)
READ_ONLY = (
    "The store cannot be written: its directory or its disk has become read-only. "
    "Make it writable, and try again."
)


class Database:
    """The database at ``url``, by default what ``PPML_DATABASE_URL`` names, else the
    home's SQLite file.

    Writers take turns from their first statement on, so that what they read is still
    true when they write; readers see one consistent moment and wait for nobody.
    ``secret`` is known to nobody who cannot read the database.
    """

    def __init__(self, home: Home, url: str | None = None) -> None:
        address = database_url(home, url)
        kind = SqliteFile if address.get_backend_name() == "sqlite" else Server
        self._backend: Backend = kind(home, address)
        try:
            with self._in_words(), self._backend.opening():
                self.secret = _initialise(self._backend, home)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view."""
        self._refuse_if_gone()
        with self._in_words(), self._backend.reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """All or nothing; nobody else writes meanwhile."""
        self._refuse_if_gone()
        with self._in_words(), self._backend.writer.begin() as connection:
            self._backend.lock(connection)
            yield connection

    def there(self) -> bool:
        """False once the store was removed on purpose; True for a server that is down."""
        return self._backend.there()

    def close(self) -> None:
        """Close pooled connections."""
        self._backend.writer.dispose()

    def _refuse_if_gone(self) -> None:
        """A file that was removed can still be used by who has it open: what is written
        there is lost."""
        if not self._backend.there():
            raise StoreUnavailable(GONE)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """The database's errors as ours."""
        passing = (OperationalError, InterfaceError, PoolExhausted, sqlite3.OperationalError)
        try:
            yield
        except passing as error:
            if "no such" in str(error) or "has no column" in str(error):
                raise StoreFormatError(OTHER_VERSION) from error
            words = READ_ONLY if "readonly" in str(error) else self._backend.unavailable
            raise StoreUnavailable(words) from error
        except (DBAPIError, sqlite3.DatabaseError) as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise StoreUnavailable(self._backend.unavailable) from error
            raise StoreFormatError(self._backend.damaged) from error


def put(
    connection: Connection,
    table: Table,
    keys: Mapping[str, Any],
    values: Mapping[str, Any],
    new: Mapping[str, Any] | None = None,
) -> None:
    """Set ``values`` of the row with these keys, or insert it (with ``new`` besides).

    Only within ``Database.write``: nobody inserts between the two statements.
    """
    same = and_(*(table.c[name] == value for name, value in keys.items()))
    if connection.execute(update(table).where(same).values(**values)).rowcount == 0:
        connection.execute(insert(table).values(**keys, **values, **(new or {})))


def _initialise(database: Backend, home: Home) -> str:
    """Make a new store, or check and migrate the one that is there; its secret."""
    with database.writer.begin() as connection:
        found = database.version(connection)
        if found == 0:
            if not metadata.tables.keys().isdisjoint(inspect(connection).get_table_names()):
                raise StoreFormatError(database.damaged)
            metadata.create_all(connection)
        else:
            format.check("runs", found, format.STORE)
            for version in range(found, format.STORE):
                for statement in format.MIGRATIONS[version]:
                    connection.exec_driver_sql(statement)
        ours = secret.secret_of(connection)
        if 0 < found < secret.FIRST_SALTED:
            secret.salt_earlier(connection, home, ours)
        if found != format.STORE:
            database.set_version(connection, format.STORE)
    return ours
