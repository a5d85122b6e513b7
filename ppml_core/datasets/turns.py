"""One file is read at a time, whoever asks: a queue between processes, in one folder.

Each who waits holds a numbered ticket, a file that is locked as long as its holder (or
the process that the holder handed it to) is there. The lock, not the file, is the
ticket: one that was left behind by a killed process holds nobody up.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ppml_core.errors import ReaderBusy

PATIENCE_SECONDS = 900.0
LOOK_SECONDS = 0.1

OnWait = Callable[[int], None]
"""Told how many are before, each time that this changes; also none, after there were some."""


@contextmanager
def turn(
    folder: Path, on_wait: OnWait | None = None, patience: float = PATIENCE_SECONDS
) -> Iterator[int]:
    """Wait for one's turn; gives the ticket's file descriptor, for the reader to inherit.

    The place is taken until all processes with the descriptor have closed it. Raises
    ``ReaderBusy`` after ``patience`` seconds of waiting.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ticket, descriptor = _draw(folder)
    try:
        _wait(folder, ticket, on_wait, patience)
        yield descriptor
    finally:
        with _door(folder):
            ticket.unlink(missing_ok=True)
            os.close(descriptor)


def waiting_words(before: int) -> str:
    """For whoever waits.

    >>> waiting_words(1)
    'Files are read one at a time; one is before yours.'
    >>> waiting_words(3)
    'Files are read one at a time; 3 are before yours.'
    """
    count = "one is" if before == 1 else f"{before} are"
    return f"Files are read one at a time; {count} before yours."


def _draw(folder: Path) -> tuple[Path, int]:
    """A ticket with the next number, and its descriptor, locked."""
    with _door(folder):
        ticket = folder / f"{1 + max(map(int, _tickets(folder)), default=0):012d}"
        descriptor = os.open(ticket, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    return ticket, descriptor


def _wait(folder: Path, ticket: Path, on_wait: OnWait | None, patience: float) -> None:
    """Until nobody is before ``ticket``."""
    end, told = time.monotonic() + patience, 0
    while True:
        before = _before(folder, ticket)
        if on_wait and before != told:
            on_wait(before)
        told = before
        if not before:
            return
        if time.monotonic() > end:
            raise ReaderBusy()
        time.sleep(LOOK_SECONDS)


def _before(folder: Path, ticket: Path) -> int:
    """How many hold an earlier ticket; those that nobody holds are cleared away."""
    with _door(folder):
        return sum(_held(folder / name) for name in _tickets(folder) if name < ticket.name)


def _held(ticket: Path) -> bool:
    """Whether somebody holds it; else it goes."""
    descriptor = os.open(ticket, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        ticket.unlink(missing_ok=True)
        return False
    finally:
        os.close(descriptor)


def _tickets(folder: Path) -> list[str]:
    """Names of the tickets, in order."""
    return sorted(name for name in os.listdir(folder) if name.isdigit())


@contextmanager
def _door(folder: Path) -> Iterator[None]:
    """Only one draws or looks at a time, so that no ticket is seen before it is locked."""
    descriptor = os.open(folder / "door", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        with suppress(OSError):
            os.close(descriptor)
