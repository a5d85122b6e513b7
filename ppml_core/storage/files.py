"""Files that are either whole or not there."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ppml_core.errors import StoreUnavailable
from ppml_core.storage.address import this_host
from ppml_core.storage.birth import birth, follows_no_clock, short

_TEMPORARY = ".tmp-"
_OWNER = re.compile(r"\.tmp-(?P<host>[0-9a-f]{8})\.(?P<pid>\d{1,10})\.(?P<born>[0-9a-f]{8})\.")
STALE_SECONDS = 3600.0


@contextmanager
def atomic(path: Path) -> Iterator[BinaryIO]:
    """A binary file that appears under ``path`` only once it is complete and on disk.

    A process killed while writing leaves a temporary file, which nothing reads and
    :func:`sweep` removes. Mode 0600; directories made on the way get 0700.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = temporary_beside(path)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        publish(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise


def temporary_beside(path: Path) -> Path:
    """A name next to ``path`` that readers ignore."""
    pid = os.getpid()
    owner = f"{short(this_host())}.{pid}.{short(birth(pid) or '')}"
    return path.with_name(f"{_TEMPORARY}{owner}.{secrets.token_hex(4)}-{path.name}")


def publish(temporary: Path, path: Path) -> None:
    """Rename over ``path`` and make the new name durable."""
    os.replace(temporary, path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def sweep(directory: Path, older_than: float = STALE_SECONDS) -> None:
    """Remove what processes of this machine left half-written when they were killed, and of
    other machines what has not been written for ``older_than`` seconds."""
    for path in directory.rglob(_TEMPORARY + "*"):
        with suppress(FileNotFoundError):
            if _is_left(path.name) or time.time() - path.stat().st_mtime > older_than:
                path.unlink()


def _is_left(name: str) -> bool:
    """Whether the file was begun by a process of this machine that is no more."""
    found = _OWNER.match(name)
    if found is None or found["host"] != short(this_host()):
        return False
    now = birth(int(found["pid"]))
    return now is None or (follows_no_clock(now) and short(now) != found["born"])


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock between threads and processes; a killed holder lets go."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreUnavailable(
            f"The store's directory cannot be written ({error.strerror}). "
            "Put it back or make it writable, or name another one with PPML_HOME."
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
