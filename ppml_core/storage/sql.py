"""The store: a database for rows, by default SQLite's, and files for arrays and data."""

from __future__ import annotations

from pathlib import Path

from ppml_core.storage import files
from ppml_core.storage.address import this_host
from ppml_core.storage.arrays import ArrayStore
from ppml_core.storage.database import Database
from ppml_core.storage.home import open_home
from ppml_core.storage.protocol import DataStore, RunStore, WorkerStore
from ppml_core.storage.sql_data import SqlData
from ppml_core.storage.sql_runs import SqlRuns
from ppml_core.storage.sql_workers import SqlWorkers


class SqlStore:
    """Implements ``protocol.Store``. Any number of threads and processes may open one home.

    ``url`` is the database's address (default: ``PPML_DATABASE_URL``, else a SQLite file
    in the home). Files are always in the home: machines that share a database share that
    directory too. ``host`` is the name of this machine. Raises ``StoreFormatError`` for a
    store that a newer library wrote, ``StoreUnavailable`` for one that cannot be opened.
    """

    def __init__(
        self, home: Path | None = None, url: str | None = None, *, host: str | None = None
    ) -> None:
        self.home = open_home(home)
        self._database = Database(self.home, url)
        self.secret = self._database.secret
        self.runs: RunStore = SqlRuns(self._database)
        self.workers: WorkerStore = SqlWorkers(self._database, host or this_host())
        self.data: DataStore = SqlData(self._database)
        self.arrays = ArrayStore(self.home.artifacts)
        for part in (self.home.datasets, self.home.uploads, self.home.artifacts):
            files.sweep(part)

    def there(self) -> bool:
        """False once the store was removed on purpose; True for a server that is down."""
        return self._database.there()

    def close(self) -> None:
        """Let go of all connections; the store may be opened again."""
        self._database.close()
