"""The store on one machine: SQLite for rows, files beside it for arrays and data."""

from __future__ import annotations

from pathlib import Path

from ppml_core.storage import files
from ppml_core.storage.arrays import ArrayStore
from ppml_core.storage.database import Database
from ppml_core.storage.home import open_home
from ppml_core.storage.protocol import DataStore, RunStore, WorkerStore
from ppml_core.storage.sql_data import SqlData
from ppml_core.storage.sql_runs import SqlRuns
from ppml_core.storage.sql_workers import SqlWorkers


class SqlStore:
    """Implements ``protocol.Store``. Any number of threads and processes may open one home.

    Raises ``StoreFormatError`` for a home that a newer library wrote.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.home = open_home(home)
        self._database = Database(self.home)
        self.runs: RunStore = SqlRuns(self._database)
        self.workers: WorkerStore = SqlWorkers(self._database)
        self.data: DataStore = SqlData(self._database)
        self.arrays = ArrayStore(self.home.artifacts)
        for part in (self.home.datasets, self.home.uploads, self.home.artifacts):
            files.sweep(part)

    def close(self) -> None:
        """Let go of all connections; the store may be opened again."""
        self._database.close()
