"""Runs in the SQL store: see ``protocol.RunStore`` for what each call promises."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, exists, insert, or_, select, update

from ppml_core.auditing import report as reports_format
from ppml_core.auditing.report import Report
from ppml_core.errors import NotYours, RunNotFound
from ppml_core.storage.database import Database, put
from ppml_core.storage.records import (
    CANCELLED,
    FAILED,
    FINISHED,
    QUEUED,
    RUNNING,
    NewRun,
    Owner,
    RunRecord,
)
from ppml_core.storage.schema import reports, run_sessions, runs, workers
from ppml_core.storage.sql_queue import queue_order, waits


class SqlRuns:
    """Implements ``protocol.RunStore``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def submit(self, run: NewRun, session: str, place: str = "") -> bool:
        with self._db.write() as connection:
            return _submit(connection, run, session, place)

    def submit_here(self, run: NewRun, session: str, owner: Owner) -> RunRecord | None:
        with self._db.write() as connection:
            _submit(connection, run, session, "")
            return _claim(connection, run.run_id, owner)

    def get(self, run_id: str) -> RunRecord:
        with self._db.read() as connection:
            return _get(connection, run_id)

    def visible(self, session: str, limit: int = 200) -> list[RunRecord]:
        mine = and_(run_sessions.c.run_id == runs.c.run_id, run_sessions.c.session == session)
        shown = exists().where(mine, ~run_sessions.c.hidden)
        hidden = exists().where(mine, run_sessions.c.hidden)
        query = select(runs).where(or_(shown, and_(runs.c.public, ~hidden)))
        with self._db.read() as connection:
            newest = query.order_by(runs.c.queued.desc(), runs.c.run_id).limit(limit)
            rows = connection.execute(newest)
            return [_record(row) for row in rows]

    def running(self) -> list[RunRecord]:
        with self._db.read() as connection:
            rows = connection.execute(select(runs).where(runs.c.state == RUNNING))
            return [_record(row) for row in rows]

    def waiting(self) -> list[str]:
        with self._db.read() as connection:
            return queue_order(connection)

    def claim(self, owner: Owner) -> RunRecord | None:
        if not self.waiting():
            return None  # idle workers ask often: no write lock for that
        with self._db.write() as connection:
            order = queue_order(connection)
            return _claim(connection, order[0], owner) if order else None

    def owns(self, run_id: str, attempt: int) -> bool:
        with self._db.read() as connection:
            query = select(runs.c.run_id).where(_held(run_id, attempt))
            return connection.execute(query).first() is not None

    def beat(self, run_id: str, attempt: int, progress: bytes | None) -> bool:
        values: dict[str, Any] = {"heartbeat": time.time()}
        if progress is not None:
            values["progress"] = progress
        with self._db.write() as connection:
            return _changed(connection, update(runs).where(_held(run_id, attempt)).values(**values))

    def put_partial(self, run_id: str, attempt: int, report: Report) -> bool:
        body = reports_format.encode(report)
        with self._db.write() as connection:
            held = connection.execute(select(runs.c.run_id).where(_held(run_id, attempt))).first()
            if held:
                _put_report(connection, run_id, body, final=False)
            return held is not None

    def finish(self, run_id: str, attempt: int, report: Report) -> bool:
        body = reports_format.encode(report)
        with self._db.write() as connection:
            if not _end(connection, _held(run_id, attempt), FINISHED):
                return False
            connection.execute(delete(reports).where(reports.c.run_id == run_id))
            _put_report(connection, run_id, body, final=True)
            return True

    def fail(self, run_id: str, attempt: int, error: str) -> bool:
        with self._db.write() as connection:
            return _end(connection, _held(run_id, attempt), FAILED, error)

    def fail_queued(self, error: str) -> None:
        with self._db.write() as connection:
            _end(connection, runs.c.state == QUEUED, FAILED, error)

    def cancel(self, run_id: str, attempt: int | None = None) -> bool:
        which = _is(run_id, QUEUED, RUNNING) if attempt is None else _held(run_id, attempt)
        with self._db.write() as connection:
            _get(connection, run_id)
            return _end(connection, which, CANCELLED)

    def withdraw(self, run_id: str, session: str) -> int:
        with self._db.write() as connection:
            _get(connection, run_id)
            if not _set_gone(connection, run_id, session, True):
                raise NotYours("run", "cancel")
            return _stop_unwanted(connection, run_id)

    def rejoin(self, run_id: str, session: str) -> bool:
        with self._db.write() as connection:
            return _set_gone(connection, run_id, session, False)

    def asked(self, session: str) -> frozenset[str]:
        mine = select(run_sessions.c.run_id).where(waits(), run_sessions.c.session == session)
        with self._db.read() as connection:
            return frozenset(connection.execute(mine).scalars())

    def cancel_on(self, ref: str) -> None:
        with self._db.write() as connection:
            live = runs.c.state.in_((QUEUED, RUNNING))
            _end(connection, and_(runs.c.dataset_ref == ref, live), CANCELLED)

    def report(self, run_id: str) -> Report | None:
        query = select(reports.c.body).where(reports.c.run_id == run_id)
        with self._db.read() as connection:
            _get(connection, run_id)
            body = connection.execute(query.order_by(reports.c.final.desc())).scalar()
        return None if body is None else reports_format.decode(body)

    def forget(self, run_id: str, session: str) -> bool:
        with self._db.write() as connection:
            _get(connection, run_id)
            of_run = and_(run_sessions.c.run_id == run_id, ~run_sessions.c.hidden)
            mine = update(run_sessions).where(of_run, run_sessions.c.session == session)
            if not _changed(connection, mine.values(hidden=True)):
                raise NotYours("run")
            if connection.execute(select(run_sessions.c.session).where(of_run)).first():
                _stop_unwanted(connection, run_id)
                return False
            connection.execute(delete(runs).where(runs.c.run_id == run_id))
            return True


def _submit(connection: Connection, run: NewRun, session: str, place: str) -> bool:
    """Insert, or queue again after a failure; note who wants it."""
    now = time.time()
    known = connection.execute(select(runs.c.run_id).where(runs.c.run_id == run.run_id)).first()
    queued = known is None
    if queued:
        new = insert(runs).values(**asdict(run), **_fresh(now), created=now, attempt=0)
        connection.execute(new)
    else:
        again = update(runs).where(_is(run.run_id, FAILED, CANCELLED))
        queued = _changed(connection, again.values(**_fresh(now)))
        if queued:
            connection.execute(delete(reports).where(reports.c.run_id == run.run_id))
            _let_go(connection, run.run_id)
    wanted = {"run_id": run.run_id, "session": session}
    put(connection, run_sessions, wanted, {"hidden": False, "gone": False, "place": place})
    return queued


def _let_go(connection: Connection, run_id: str) -> None:
    """Who asked for an attempt that ended does not wait for the next one."""
    earlier = update(run_sessions).where(run_sessions.c.run_id == run_id)
    connection.execute(earlier.values(gone=True))


def _set_gone(connection: Connection, run_id: str, session: str, gone: bool) -> bool:
    """Note whether the session waits for the run; False if it did not ask for it."""
    own = and_(run_sessions.c.run_id == run_id, run_sessions.c.session == session)
    mine = update(run_sessions).where(own, ~run_sessions.c.hidden)
    return _changed(connection, mine.values(gone=gone))


def _stop_unwanted(connection: Connection, run_id: str) -> int:
    """Cancel the run if nobody waits for it any more; how many do."""
    waiting = select(run_sessions.c.session).where(waits(), run_sessions.c.run_id == run_id)
    left = len(connection.execute(waiting).all())
    if not left:
        _end(connection, _is(run_id, QUEUED, RUNNING), CANCELLED)
    return left


def _claim(connection: Connection, run_id: str, owner: Owner) -> RunRecord | None:
    """Make it the owner's, if it is queued."""
    now = time.time()
    taken = {
        "state": RUNNING,
        "started": now,
        "heartbeat": now,
        "attempt": runs.c.attempt + 1,
        "worker": owner.token,
        "pid": owner.pid,
        "born": owner.born,
        "host": owner.host,
    }
    if not _changed(connection, update(runs).where(_is(run_id, QUEUED)).values(**taken)):
        return None
    place = update(workers).where(workers.c.token == owner.token)
    connection.execute(place.values(holds=run_id))
    return _get(connection, run_id)


def _fresh(now: float) -> dict[str, Any]:
    """Columns of a run that has just been queued, for the first time or again."""
    owner = ("worker", "pid", "born", "host", "heartbeat")
    empty = ("started", "finished", "progress", "error", *owner)
    return {"state": QUEUED, "queued": now, **dict.fromkeys(empty)}


def _is(run_id: str, *states: str) -> Any:
    """Condition: this run, in one of these states."""
    return and_(runs.c.run_id == run_id, runs.c.state.in_(states))


def _held(run_id: str, attempt: int) -> Any:
    """Condition: this run, running, and not started again since."""
    return and_(_is(run_id, RUNNING), runs.c.attempt == attempt)


def _changed(connection: Connection, statement: Any) -> bool:
    """Execute; whether any row was touched."""
    return connection.execute(statement).rowcount > 0


def _end(connection: Connection, which: Any, state: str, error: str | None = None) -> bool:
    """Move runs to a final state."""
    values = {"state": state, "finished": time.time(), "error": error}
    return _changed(connection, update(runs).where(which).values(**values))


def _get(connection: Connection, run_id: str) -> RunRecord:
    """The run, or ``RunNotFound``."""
    row = connection.execute(select(runs).where(runs.c.run_id == run_id)).first()
    if row is None:
        raise RunNotFound(run_id)
    return _record(row)


def _record(row: Row[Any]) -> RunRecord:
    """A row as a value."""
    return RunRecord(**row._mapping)


def _put_report(connection: Connection, run_id: str, body: bytes, *, final: bool) -> None:
    """Insert or replace."""
    keys = {"run_id": run_id, "final": final}
    put(connection, reports, keys, {"body": body, "written": time.time()})
