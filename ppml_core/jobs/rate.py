"""How long a run will still take, from how fast it has gone."""

from __future__ import annotations

from collections import deque

WINDOW_SECONDS = 30.0


class Rate:
    """Speed over the last half minute; ``eta`` is None until there is one.

    >>> rate = Rate()
    >>> rate.eta(0, 10, at=0.0)
    >>> rate.eta(2, 10, at=1.0)
    4.0
    """

    def __init__(self) -> None:
        self._total = 0
        self._seen: deque[tuple[float, int]] = deque()

    def eta(self, done: int, total: int, *, at: float) -> float | None:
        """Seconds left when ``done`` of ``total`` are done at time ``at`` (seconds).

        Another total, or going backwards, means another kind of work: it starts afresh.
        """
        if total != self._total or (self._seen and done < self._seen[-1][1]):
            self._seen.clear()
            self._total = total
        self._note(at, done)
        start, first = self._seen[0]
        if done <= first or at <= start:
            return None
        return max(0.0, (total - done) * (at - start) / (done - first))

    def _note(self, at: float, done: int) -> None:
        """Remember when each count was reached, and the last one before the window."""
        if not self._seen or done > self._seen[-1][1]:
            self._seen.append((at, done))
        while len(self._seen) > 2 and self._seen[1][0] <= at - WINDOW_SECONDS:
            self._seen.popleft()
