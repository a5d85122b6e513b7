"""Who is next: first come first served, except that nobody waits behind another's heap."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A queued run: which sessions want it, and since when."""

    run_id: str
    sessions: frozenset[str]
    since: float


def fair_order(queue: Iterable[Waiting], load: Mapping[str, int]) -> list[str]:
    """Ids in the order of service.

    ``load`` counts what each session has running or had lately. The next run is
    the one whose least-loaded session has had least; among equals the one that has
    waited longest. Being served adds one to the load of every session that wanted it.

    >>> queue = [Waiting(run_id=f"a{i}", sessions=frozenset("A"), since=i) for i in range(3)]
    >>> queue.append(Waiting(run_id="b", sessions=frozenset("B"), since=9))
    >>> fair_order(queue, {"A": 1})
    ['b', 'a0', 'a1', 'a2']
    """
    lines: dict[frozenset[str], deque[Waiting]] = {}
    for run in sorted(queue, key=lambda run: (run.since, run.run_id)):
        lines.setdefault(run.sessions, deque()).append(run)
    served = dict(load)
    order = []
    while lines:
        # Within a line it is first come first served, so only the heads compete.
        chosen = min((line[0] for line in lines.values()), key=lambda run: _rank(run, served))
        lines[chosen.sessions].popleft()
        if not lines[chosen.sessions]:
            del lines[chosen.sessions]
        order.append(chosen.run_id)
        for session in chosen.sessions:
            served[session] = served.get(session, 0) + 1
    return order


def _rank(run: Waiting, served: Mapping[str, int]) -> tuple[int, float, str]:
    """What the run's least-loaded session has had, then how long it has waited."""
    least = min((served.get(session, 0) for session in run.sessions), default=0)
    return least, run.since, run.run_id
