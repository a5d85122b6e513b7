"""Workers' places in the SQL store: see ``protocol.WorkerStore``."""

from __future__ import annotations

import secrets
import time

from sqlalchemy import Connection, delete, func, insert, select, update

from ppml_core.storage.database import Database, put
from ppml_core.storage.records import QUEUED, WorkerRecord
from ppml_core.storage.schema import counters, runs, workers


class SqlWorkers:
    """Implements ``protocol.WorkerStore`` for the machine named ``host``."""

    def __init__(self, database: Database, host: str) -> None:
        self._db, self._host = database, host
        self._here = workers.c.host == host
        self._failed_starts = f"failed starts on {host}"[:255]

    def all(self) -> list[WorkerRecord]:
        with self._db.read() as connection:
            rows = connection.execute(select(workers).where(self._here))
            return [WorkerRecord(**row._mapping) for row in rows]

    def reserve(self, wanted: int, stamp: str | None = None) -> list[str]:
        with self._db.write() as connection:
            places = select(func.count()).select_from(workers).where(self._here)
            taken = connection.execute(places).scalar_one()
            tokens = [secrets.token_hex(8) for _ in range(wanted - taken)]
            for token in tokens:
                place = {"token": token, "host": self._host, "reserved": time.time()}
                flags = {"stamp": stamp, "ready": False, "dismissed": False}
                connection.execute(insert(workers).values(**place, **flags))
        return tokens

    def dismiss_others(self, stamp: str) -> None:
        others = workers.c.stamp.is_distinct_from(stamp)
        with self._db.write() as connection:
            dismiss = update(workers).where(self._here, others)
            connection.execute(dismiss.values(dismissed=True))

    def started(self, token: str, pid: int, born: str) -> bool:
        process = {"pid": pid, "born": born}
        with self._db.write() as connection:
            found = update(workers).where(workers.c.token == token).values(**process)
            return connection.execute(found).rowcount == 1

    def ready(self, token: str) -> None:
        with self._db.write() as connection:
            connection.execute(update(workers).where(workers.c.token == token).values(ready=True))
            self._forget_failed_starts(connection)

    def release(self, token: str) -> None:
        with self._db.write() as connection:
            connection.execute(update(workers).where(workers.c.token == token).values(holds=None))

    def remove(self, token: str) -> bool:
        with self._db.write() as connection:
            gone = delete(workers).where(workers.c.token == token)
            return connection.execute(gone).rowcount == 1

    def retire(self, token: str) -> bool:
        with self._db.write() as connection:
            queued = connection.execute(select(runs.c.run_id).where(runs.c.state == QUEUED))
            if queued.first():
                return False
            connection.execute(delete(workers).where(workers.c.token == token))
            return True

    def start_failed(self, limit: int) -> bool:
        query = select(counters.c.value).where(counters.c.name == self._failed_starts)
        with self._db.write() as connection:
            count = (connection.execute(query).scalar() or 0) + 1
            if count < limit:
                put(connection, counters, {"name": self._failed_starts}, {"value": count})
            else:
                self._forget_failed_starts(connection)
        return count >= limit

    def _forget_failed_starts(self, connection: Connection) -> None:
        """Count from zero again."""
        connection.execute(delete(counters).where(counters.c.name == self._failed_starts))
