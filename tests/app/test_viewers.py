"""One viewer's Cancel leaves the run to the others; the last one's stops it."""

from __future__ import annotations

from app.viewers import LATELY_SECONDS, Viewers


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_others_are_counted_without_oneself():
    viewers = Viewers(Clock())
    for name in ("a", "b", "c"):
        viewers.note("run", name)
    assert viewers.others("run", "a") == 2
    assert viewers.others("run", "stranger") == 3
    assert viewers.others("another run", "a") == 0


def test_who_falls_silent_is_forgotten():
    clock = Clock()
    viewers = Viewers(clock)
    viewers.note("run", "a")
    clock.now = LATELY_SECONDS - 1
    viewers.note("run", "b")
    assert viewers.others("run", "b") == 1
    clock.now = LATELY_SECONDS + 1
    assert viewers.others("run", "b") == 0
    assert viewers.others("run", "a") == 1


def test_leaving():
    viewers = Viewers(Clock())
    viewers.note("run", "a")
    viewers.note("run", "b")
    viewers.leave("run", "a")
    assert viewers.others("run", "b") == 0
