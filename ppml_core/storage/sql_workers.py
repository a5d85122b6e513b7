"""Workers' places in the SQL store: see ``protocol.WorkerStore``."""

from __future__ import annotations

import secrets
import time

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from ppml_core.storage.database import Database
from ppml_core.storage.records import QUEUED, WorkerRecord
from ppml_core.storage.schema import counters, runs, workers

_FAILED_STARTS = "failed starts"


class SqlWorkers:
    """Implements ``protocol.WorkerStore``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[WorkerRecord]:
        with self._db.read() as connection:
            return [WorkerRecord(**row._mapping) for row in connection.execute(select(workers))]

    def reserve(self, wanted: int, stamp: str | None = None) -> list[str]:
        with self._db.write() as connection:
            taken = connection.execute(select(func.count()).select_from(workers)).scalar_one()
            tokens = [secrets.token_hex(8) for _ in range(wanted - taken)]
            for token in tokens:
                place = {"token": token, "reserved": time.time(), "stamp": stamp}
                flags = {"ready": False, "dismissed": False}
                connection.execute(insert(workers).values(**place, **flags))
        return tokens

    def dismiss_others(self, stamp: str) -> None:
        others = workers.c.stamp.is_distinct_from(stamp)
        with self._db.write() as connection:
            connection.execute(update(workers).where(others).values(dismissed=True))

    def started(self, token: str, pid: int, pid_created: float) -> bool:
        process = {"pid": pid, "pid_created": pid_created}
        with self._db.write() as connection:
            found = update(workers).where(workers.c.token == token).values(**process)
            return connection.execute(found).rowcount == 1

    def ready(self, token: str) -> None:
        with self._db.write() as connection:
            connection.execute(update(workers).where(workers.c.token == token).values(ready=True))
            connection.execute(delete(counters).where(counters.c.name == _FAILED_STARTS))

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
        with self._db.write() as connection:
            first = insert(counters).values(name=_FAILED_STARTS, value=1)
            more = {"value": counters.c.value + 1}
            connection.execute(first.on_conflict_do_update([counters.c.name], set_=more))
            query = select(counters.c.value).where(counters.c.name == _FAILED_STARTS)
            often = connection.execute(query).scalar_one() >= limit
            if often:
                connection.execute(delete(counters).where(counters.c.name == _FAILED_STARTS))
        return often
