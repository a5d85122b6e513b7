"""When a process was born, told so that no clock that is set can change it.

A process id is used again; id and birth together are one process. Linux counts births in
ticks since the machine was started, and names that start: neither follows the clock.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import psutil

PROC = Path("/proc")
BOOT_ID = PROC / "sys" / "kernel" / "random" / "boot_id"
CLOCK_SLACK = 2.5
"""Seconds. Without ``/proc`` births are told by the clock: two readings may differ by an
adjustment of it."""
_CLOCK = "clock"


def birth(pid: int) -> str | None:
    """The birth of the process that has this id now; None if there is none."""
    ticks = _ticks(pid)
    if ticks is not None and _boot():
        return f"{_boot()}:{ticks}"
    try:
        return f"{_CLOCK}:{psutil.Process(pid).create_time():.3f}"
    except (psutil.Error, ValueError):
        return None


def same_birth(one: str | None, other: str | None) -> bool:
    """Whether two readings are of one process; None is nobody's.

    >>> same_birth("clock:10.0", "clock:11.0"), same_birth("boot:10", "boot:11")
    (True, False)
    >>> same_birth(None, None)
    False
    """
    if one is None or other is None:
        return False
    kinds = {reading.partition(":")[0] for reading in (one, other)}
    if kinds == {_CLOCK}:
        return abs(_seconds(one) - _seconds(other)) < CLOCK_SLACK
    return one == other


def follows_no_clock(reading: str) -> bool:
    """Whether two readings of one process are the same to the letter.

    >>> follows_no_clock("clock:10.0"), follows_no_clock("boot:10")
    (False, True)
    """
    return not reading.startswith(f"{_CLOCK}:")


def short(text: str) -> str:
    """Eight hexadecimal digits for a file's name.

    >>> short("this machine")
    'e223809d'
    """
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _seconds(reading: str) -> float:
    """The time in a reading of the clock."""
    return float(reading.partition(":")[2])


def _ticks(pid: int) -> int | None:
    """Field 22 of ``/proc/PID/stat``: ticks since the machine was started."""
    try:
        line = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        # The second field is a name in brackets, which may hold blanks and brackets.
        return int(line.rpartition(")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return None


@cache
def _boot() -> str:
    """What the system calls its present start; empty where it does not say."""
    try:
        return BOOT_ID.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
