"""Which process is which, and whether it is still there."""

from __future__ import annotations

import os

import psutil

from ppml_core.storage.address import this_host
from ppml_core.storage.records import Owner

NICENESS = 5
"""Pages and the command line go before background work."""
CLOCK_SLACK = 2.5
"""Seconds: two readings of one process's creation time may differ by a clock adjustment."""


def identity(token: str) -> Owner:
    """This process."""
    created = psutil.Process().create_time()
    return Owner(token=token, pid=os.getpid(), pid_created=created, host=this_host())


def created_at(pid: int) -> float | None:
    """When the process was created (unix seconds), or None if there is none."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return None


def alive(pid: int, created: float) -> bool:
    """Whether the process of that pid is still the one created then, and not a zombie."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - created) < CLOCK_SLACK
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def kill(pid: int, created: float) -> None:
    """SIGKILL it, if it is still the one created then."""
    if alive(pid, created):
        try:
            psutil.Process(pid).kill()
        except psutil.Error:
            return


def cpus() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
