"""Who is looking at which run, so that one viewer's Cancel does not stop everybody's run.

Thirty students who press Start share one run. The server notes, in memory, which
sessions drew a live run lately; it forgets them when they stop drawing it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import streamlit as st

LATELY_SECONDS = 6.0
"""A live panel redraws every second; a closed tab falls silent."""


class Viewers:
    """Sessions by run, with the time each was last seen. Safe to use from all threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._seen: dict[str, dict[str, float]] = {}

    def note(self, run: str, session: str) -> None:
        """``session`` is drawing ``run`` now."""
        with self._lock:
            self._seen.setdefault(run, {})[session] = self._clock()

    def leave(self, run: str, session: str) -> None:
        """``session`` no longer waits for ``run``."""
        with self._lock:
            self._seen.get(run, {}).pop(session, None)

    def others(self, run: str, session: str) -> int:
        """How many other sessions were drawing ``run`` lately."""
        with self._lock:
            now = self._clock()
            lately = {s: t for s, t in self._seen.pop(run, {}).items() if now - t < LATELY_SECONDS}
            if lately:
                self._seen[run] = lately
            return len(lately.keys() - {session})


@st.cache_resource(show_spinner=False)
def viewers() -> Viewers:
    """The one of this server."""
    return Viewers()
