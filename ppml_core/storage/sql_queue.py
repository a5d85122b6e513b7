"""The queue of the SQL store: who waits for what, and in which order it is served."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from ppml_core.storage.fairness import Asker, Load, Waiting, fair_order
from ppml_core.storage.records import QUEUED, RUNNING
from ppml_core.storage.schema import run_sessions, runs

RECENT_SECONDS = 300.0
"""Runs started this recently count towards a share."""


def waits() -> ColumnElement[bool]:
    """Condition: a session that asked for a run and still wants it."""
    not_gone = or_(run_sessions.c.gone.is_(None), ~run_sessions.c.gone)
    return and_(~run_sessions.c.hidden, not_gone)


def queue_order(connection: Connection) -> list[str]:
    """Ids of queued runs, fairly ordered."""
    since: dict[str, float] = {}
    askers: dict[str, set[Asker]] = {}
    queued = _asked(runs.c.queued).where(runs.c.state == QUEUED)
    for run_id, place, session, moment in connection.execute(queued):
        since[run_id] = moment
        askers.setdefault(run_id, set()).add(Asker(place or "", session))
    queue = [
        Waiting(run_id=run_id, askers=frozenset(askers[run_id]), since=since[run_id])
        for run_id in since
    ]
    return fair_order(queue, _load(connection)) if len(queue) > 1 else list(since)


def _load(connection: Connection) -> Load:
    """What is running or was started lately."""
    lately = or_(runs.c.state == RUNNING, runs.c.started > time.time() - RECENT_SECONDS)
    places: dict[str, int] = {}
    askers: dict[Asker, int] = {}
    counted: set[tuple[str, str]] = set()
    for run_id, named, session, _ in connection.execute(_asked(runs.c.started).where(lately)):
        place = named or ""
        asker = Asker(place, session)
        askers[asker] = askers.get(asker, 0) + 1
        if (run_id, place) not in counted:
            counted.add((run_id, place))
            places[place] = places.get(place, 0) + 1
    return Load(places=places, askers=askers)


def _asked(moment: Any) -> Any:
    """Every pair of a run and a session that asked for it."""
    asker = (run_sessions.c.place, run_sessions.c.session)
    return select(runs.c.run_id, *asker, moment).join_from(runs, run_sessions)
