"""Who is next: first come first served, except that nobody waits behind another's heap.

A browser can be made again at no cost (a private window, a deleted cookie), an address
cannot. So places are served in turn first, and within a place its sessions:

* A newcomer from a place that has had nothing is next, or second where another run came
  first, however many sessions another place has made.
* A class behind one router is one place. It has as large a share as any other place, so it
  never starves, and divides that share among its sessions in turn.
* Behind a proxy that does not say for whom it asks, all are one place, and turns go by
  session alone. Within one place nothing tells throw-away sessions from a class.
"""

from __future__ import annotations

import hashlib
import heapq
import hmac
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from typing import NamedTuple

HOUSEHOLD_BITS = 64
"""Of a version 6 address: whoever has one has all that begin with these bits."""


class Asker(NamedTuple):
    """A session, and the place it is at."""

    place: str
    session: str


NOBODY = Asker("", "")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A queued run: who wants it, and since when."""

    run_id: str
    askers: frozenset[Asker]
    since: float


@dataclass(frozen=True, kw_only=True)
class Load:
    """How many runs each place, and each asker, has running or had lately."""

    places: Mapping[str, int] = field(default_factory=dict)
    askers: Mapping[Asker, int] = field(default_factory=dict)


def place_of(address: str | None, secret: str) -> str:
    """The place of an address, so that equal ones are seen to be and none can be read back.

    Empty for this machine's own.

    >>> place_of("2001:db8::1", "s") == place_of("2001:db8::2", "s") != place_of("::1", "s")
    True
    >>> place_of("::ffff:192.0.2.1", "s") == place_of("192.0.2.1", "s")
    True
    >>> place_of(None, "s")
    ''
    """
    try:
        where = ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(where, IPv6Address):
        where = where.ipv4_mapped or where
    if where.is_loopback:
        return ""
    bits = HOUSEHOLD_BITS if isinstance(where, IPv6Address) else where.max_prefixlen
    network = ip_network((where, bits), strict=False)
    return hmac.new(secret.encode(), str(network).encode(), hashlib.sha256).hexdigest()[:16]


def fair_order(queue: Iterable[Waiting], load: Load) -> list[str]:
    """Ids in the order of service.

    The next run is the one of which some asker's place has had least, and within the
    places that have had equally much, some asker; among equals the one that has waited
    longest. Being served adds one to every place and every asker that wanted it. In
    ``n log n`` steps, ``n`` the number of pairs of a run and an asker.

    >>> def wanted(name, place, session, since):
    ...     who = frozenset({Asker(place, session)})
    ...     return Waiting(run_id=name, askers=who, since=since)
    >>> heap = [wanted(f"a{i}", "here", f"made up {i}", i) for i in range(3)]
    >>> fair_order([*heap, wanted("b", "there", "new", 9)], Load(places={"here": 1}))
    ['b', 'a0', 'a1', 'a2']
    """
    lines = _Lines(queue, load)
    order = []
    while (run := lines.first()) is not None:
        order.append(run.run_id)
        lines.serve(run)
    return order


class _Lines:
    """A line for every asker, in a heap for every place, in a heap of places.

    An entry of a heap that is out of date stays until it comes up: only the newest entry
    of a line or a place counts.
    """

    def __init__(self, queue: Iterable[Waiting], load: Load) -> None:
        self._places, self._askers = dict(load.places), dict(load.askers)
        self._lines: dict[Asker, deque[Waiting]] = {}
        for run in sorted(queue, key=lambda run: (run.since, run.run_id)):
            for asker in run.askers or {NOBODY}:
                self._lines.setdefault(asker, deque()).append(run)
        self._served: set[str] = set()
        self._newest: dict[Asker | str, tuple[int, float, str]] = {}
        self._within: dict[str, list[tuple[tuple[int, float, str], Asker]]] = {}
        self._among: list[tuple[int, tuple[int, float, str], str]] = []
        for asker in self._lines:
            self._queue_line(asker)
        for place in self._within:
            self._queue_place(place)

    def first(self) -> Waiting | None:
        """The run that is next; None when all are served."""
        while self._among:
            had, rank, place = self._among[0]
            if (had, rank) == (self._places.get(place, 0), self._newest.get(place)):
                return self._lines[self._top(place)][0]
            heapq.heappop(self._among)
        return None

    def serve(self, run: Waiting) -> None:
        """Take it out of all lines, and count it."""
        self._served.add(run.run_id)
        askers = run.askers or {NOBODY}
        for asker in askers:
            self._askers[asker] = self._askers.get(asker, 0) + 1
            self._queue_line(asker)
        for place in {asker.place for asker in askers}:
            self._places[place] = self._places.get(place, 0) + 1
            self._queue_place(place)

    def _queue_line(self, asker: Asker) -> None:
        """Give a line its present rank in its place."""
        line = self._lines[asker]
        while line and line[0].run_id in self._served:
            line.popleft()
        self._newest.pop(asker, None)
        if line:
            rank = (self._askers.get(asker, 0), line[0].since, line[0].run_id)
            self._newest[asker] = rank
            heapq.heappush(self._within.setdefault(asker.place, []), (rank, asker))

    def _queue_place(self, place: str) -> None:
        """Give a place its present rank among all."""
        heap = self._within[place]
        while heap and self._newest.get(heap[0][1]) != heap[0][0]:
            heapq.heappop(heap)
        self._newest.pop(place, None)
        if heap:
            self._newest[place] = heap[0][0]
            heapq.heappush(self._among, (self._places.get(place, 0), heap[0][0], place))

    def _top(self, place: str) -> Asker:
        """Whose line is next at a place."""
        return self._within[place][0][1]
