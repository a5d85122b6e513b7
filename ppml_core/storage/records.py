"""Rows of the store as plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass

QUEUED, RUNNING = "queued", "running"
FINISHED, FAILED, CANCELLED = "finished", "failed", "cancelled"
STATES = (QUEUED, RUNNING, FINISHED, FAILED, CANCELLED)


@dataclass(frozen=True, kw_only=True)
class NewRun:
    """What is known of a run when it is submitted. ``public``: on catalogue data."""

    run_id: str
    kind: str
    request: bytes
    dataset_ref: str
    dataset_sha256: str
    dataset_name: str
    public: bool


@dataclass(frozen=True, kw_only=True)
class RunRecord(NewRun):
    """A run as stored; times are unix seconds.

    ``attempt`` counts how often it was started: a worker may only write while the
    run is running under the attempt it claimed. ``progress`` is JSON. ``pid`` is one
    of ``host``, and ``born`` tells it from later ones of that number.
    """

    state: str
    created: float
    queued: float
    started: float | None
    finished: float | None
    progress: bytes | None
    attempt: int
    worker: str | None
    pid: int | None
    born: str | None
    heartbeat: float | None
    error: str | None
    host: str | None


@dataclass(frozen=True, kw_only=True)
class Owner:
    """A process: its token, its pid, its birth (pids are used again), its machine."""

    token: str
    pid: int
    born: str
    host: str


@dataclass(frozen=True, kw_only=True)
class WorkerRecord:
    """A worker's place. ``pid`` is None between reserving the place and starting it.

    ``holds`` is the run it works on, whatever has become of that run meanwhile. A
    dismissed worker takes no further run.
    """

    token: str
    reserved: float
    pid: int | None
    born: str | None
    ready: bool
    holds: str | None
    stamp: str | None
    dismissed: bool
    host: str | None


@dataclass(frozen=True, kw_only=True)
class UploadRecord:
    """An uploaded file, as received. Its token gives access to it.

    ``used``: when it was last worked with (unix seconds); None while no reader has
    accepted it.
    """

    token: str
    session: str
    filename: str
    size: int
    created: float
    used: float | None = None
