"""A SQLite file as the store's database."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL

from ppml_core.errors import StoreFormatError
from ppml_core.storage import files
from ppml_core.storage.backend import BUSY_MILLISECONDS, make_engine
from ppml_core.storage.home import OPENING, Home


class SqliteFile:
    """Implements ``backend.Backend``. Writers lock the file when they begin (BEGIN IMMEDIATE)."""

    unavailable = "The store cannot be used just now: its disk is full, or it is locked. Try again."
    damaged = "The store's database is damaged or is none. Use another store, or restore a copy."

    def __init__(self, home: Home, url: URL) -> None:
        self._home, self._path = home, Path(str(url.database))
        self.reader = make_engine(url, pool_size=4, max_overflow=-1)
        self.writer: Engine = self.reader.execution_options(immediate=True)
        event.listen(self.reader, "connect", self._on_connect)
        event.listen(self.reader, "begin", self._on_begin)

    def there(self) -> bool:
        """Whether the file is."""
        return self._path.exists()

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Make the file, private to its owner, and let readers and writers go on together."""
        with files.locked(self._home.locks / OPENING):
            self._refuse_if_cut()
            self._create_private()
            with closing(sqlite3.connect(self._path)) as plain:
                plain.execute("PRAGMA journal_mode=WAL")
            yield
            self._mark_used()

    def lock(self, connection: Connection) -> None:
        """Taken by BEGIN IMMEDIATE."""

    def version(self, connection: Connection) -> int:
        """SQLite keeps a number for this."""
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())

    def set_version(self, connection: Connection, version: int) -> None:
        """Write SQLite's number."""
        connection.exec_driver_sql(f"PRAGMA user_version={version}")

    def _refuse_if_cut(self) -> None:
        """No file, or an empty one, where a store was is no new store: nothing may be made
        of it."""
        there = self._path.exists()
        if there and self._path.stat().st_size > 0:
            return
        # A database of another place may be named for a directory that was in use.
        if (there or self._path == self._home.database) and self._home.was_used():
            what = "is empty" if there else "is missing"
            how = "cut off" if there else "removed"
            raise StoreFormatError(
                f"The store's database {what}, but its directory was used: the file was {how}. "
                "Restore a copy of it, or name another directory (or empty this one)."
            )

    def _mark_used(self) -> None:
        """From now on a missing database is a loss."""
        if self._path == self._home.database:
            with suppress(OSError):  # a store that can only be read is one already
                self._home.marker.touch(mode=0o600)

    def _create_private(self) -> None:
        """An empty file that only its owner may read.

        An existing database is never opened except by SQLite: closing such a descriptor
        would drop the locks of every connection this process has to it.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))

    @staticmethod
    def _on_connect(connection: Any, _record: Any) -> None:
        """Transactions are begun by us and not by the driver."""
        connection.isolation_level = None
        waiting = f"busy_timeout={BUSY_MILLISECONDS}"
        for pragma in (waiting, "foreign_keys=ON", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    @staticmethod
    def _on_begin(connection: Connection) -> None:
        """What is read in a write must not have changed when it is acted upon."""
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
