"""Which process is which, and whether it is still there."""

from __future__ import annotations

import os

import psutil

from ppml_core.storage.address import this_host
from ppml_core.storage.birth import birth, same_birth
from ppml_core.storage.records import Owner

NICENESS = 5
"""Pages and the command line go before background work."""


def identity(token: str) -> Owner:
    """This process."""
    pid = os.getpid()
    return Owner(token=token, pid=pid, born=birth(pid) or "", host=this_host())


def alive(pid: int, born: str | None) -> bool:
    """Whether the process of that pid is still the one born then, and not a zombie."""
    if not same_birth(birth(pid), born):
        return False
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def kill(pid: int, born: str | None) -> None:
    """SIGKILL it, if it is still the one born then."""
    if alive(pid, born):
        try:
            psutil.Process(pid).kill()
        except psutil.Error:
            return


def cpus() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
