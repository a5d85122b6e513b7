"""A database server as the store's database."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import URL

from ppml_core.errors import StoreFormatError
from ppml_core.storage import files
from ppml_core.storage.address import VARIABLE
from ppml_core.storage.backend import BUSY_MILLISECONDS, make_engine
from ppml_core.storage.home import Home

IDLE_MILLISECONDS = 60_000
"""A server takes the lock back from a writer that stopped in the middle for this long."""
CONNECT_SECONDS = 10
OPENING = 0x70706D6C
"""PostgreSQL's number for the lock held while a store is made or migrated."""

metadata = MetaData()
store_format = Table("store_format", metadata, Column("version", Integer, primary_key=True))
"""One row. Who changes it, even to what it was, is the only writer until it commits."""


class Server:
    """Implements ``backend.Backend``. Writers take turns at one row.

    Nothing here is PostgreSQL's alone but what is asked of it by name; it is what is tested.
    """

    unavailable = (
        f"The database named by {VARIABLE} cannot be used just now: it cannot be reached, refuses "
        "this account, or is busy. Try again; if it stays so, look after the server."
    )
    damaged = (
        f"The database named by {VARIABLE} refuses what the store needs: this account may not "
        "make or change its tables, or they were made by something else. "
        "Name another database or schema."
    )

    def __init__(self, home: Home, url: URL) -> None:
        self._home, self._postgres = home, url.get_backend_name() == "postgresql"
        engine = make_engine(_patient(url), pool_size=4, max_overflow=12, pool_pre_ping=True)
        snapshots = url.get_backend_name() in ("postgresql", "mysql", "mariadb")
        self.reader: Engine = engine
        if snapshots:
            self.reader = engine.execution_options(isolation_level="REPEATABLE READ")
        self.writer: Engine = engine.execution_options(isolation_level="READ COMMITTED")

    def there(self) -> bool:
        """A server that is down comes back; a directory that was removed does not."""
        return self._home.root.is_dir()

    def opening(self) -> AbstractContextManager[None]:
        """PostgreSQL makes tables within transactions; for others, one machine at a time."""
        return nullcontext() if self._postgres else files.locked(self._home.locks / "open")

    def lock(self, connection: Connection) -> None:
        """Change the one row."""
        self._wait_at_most(connection)
        turn = update(store_format).values(version=store_format.c.version)
        if connection.execute(turn).rowcount != 1:
            raise StoreFormatError(self.damaged)

    def version(self, connection: Connection) -> int:
        """From the table, which is made if there is none."""
        if self._postgres:
            self._wait_at_most(connection)
            # Two numbers: several stores may live in one database, each in its schema.
            schema = func.hashtext(func.current_schema())
            connection.execute(select(func.pg_advisory_xact_lock(OPENING, schema)))
        metadata.create_all(connection)
        found = connection.execute(select(store_format.c.version)).scalar()
        if found is not None:
            self.lock(connection)
        return found or 0

    def set_version(self, connection: Connection, version: int) -> None:
        """Change the row, or make it."""
        if connection.execute(update(store_format).values(version=version)).rowcount == 0:
            connection.execute(insert(store_format).values(version=version))

    def _wait_at_most(self, connection: Connection) -> None:
        """Limits of this transaction: for the lock, and for us if we stop while we hold it."""
        if self._postgres:
            limits = (
                func.set_config("lock_timeout", str(BUSY_MILLISECONDS), True),
                func.set_config(
                    "idle_in_transaction_session_timeout", str(IDLE_MILLISECONDS), True
                ),
            )
            connection.execute(select(*limits))


def _patient(url: URL) -> URL:
    """With a limit for connecting, unless the address has one."""
    if "psycopg" not in url.drivername or "connect_timeout" in url.query:
        return url
    return url.update_query_dict({"connect_timeout": str(CONNECT_SECONDS)})
