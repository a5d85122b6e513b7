"""Keeping as many workers as there is work for, and clearing up after dead ones."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ppml_core._validate import in_range, non_negative
from ppml_core.errors import InvalidValue, StoreUnavailable
from ppml_core.jobs import processes
from ppml_core.jobs.stamp import code_stamp
from ppml_core.storage.address import this_host
from ppml_core.storage.birth import birth
from ppml_core.storage.protocol import Store
from ppml_core.storage.records import RunRecord, WorkerRecord

PIPELINE = "ppml_core.jobs.pipeline:run"
START_SECONDS = 30.0
"""A place reserved longer ago than this without a process: its starter was killed."""
HUNG_SECONDS = 60.0
LEAVE_SECONDS = 5.0
"""A worker still at a run that was cancelled this long ago cannot even watch itself."""
FAILED_STARTS = 3
TEND_SECONDS = 1.0
LOG_BYTES = 5_000_000
DIED = "Its worker process ended unexpectedly. Submit the run again to repeat it."
HUNG = "Its worker process stopped responding and was ended. Submit the run again to repeat it."
LOST = "Nothing was heard of the machine it ran on. Submit the run again to repeat it."
NO_START = "No worker process could be started. The worker log beside the store says why."

_children: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True, kw_only=True)
class WorkerSettings:
    """``limit`` workers at most; each ends after ``idle_seconds`` without work.

    ``pipeline`` is ``module:function``, called as ``pipeline.run`` is.
    """

    limit: int
    pipeline: str = PIPELINE
    idle_seconds: float = 600.0

    def __post_init__(self) -> None:
        in_range("workers", self.limit, 1, 256)
        non_negative("idle_seconds", self.idle_seconds)


def default_limit() -> int:
    """``PPML_WORKERS``, else half the processors, at least one."""
    named = os.environ.get("PPML_WORKERS")
    if not named:
        return max(1, processes.cpus() // 2)
    try:
        return int(named)
    except ValueError:
        raise InvalidValue("PPML_WORKERS", "a whole number", named) from None


class Supervisor:
    """Any process may supervise, also several at once: what they decide is in the store."""

    def __init__(self, store: Store, settings: WorkerSettings) -> None:
        self.settings = settings
        self._store = store
        self._lock = threading.Lock()
        self._tended = float("-inf")
        self._beats, self._holds = _Watch(), _Watch()

    def tend(self, *, at_least: int = 0) -> None:
        """Clear up after dead workers, and start as many as there is work for."""
        with self._lock:
            self._clear_up()
            self._hire(at_least)

    def renew(self) -> None:
        """Let workers of other code (before an update) end after their present run."""
        self._store.workers.dismiss_others(code_stamp())

    def clear_up(self) -> None:
        """Mark runs whose process died, free dead workers' places; start nothing."""
        with self._lock:
            self._clear_up()

    def glance(self) -> None:
        """:meth:`tend`, but at most once a second and never waiting for another thread."""
        if time.monotonic() - self._tended > TEND_SECONDS and not self._lock.locked():
            self.tend()

    def _clear_up(self) -> None:
        """With the lock held."""
        self._tended = time.monotonic()
        _reap()
        try:
            runs = self._store.runs.running()
        except StoreUnavailable:  # nobody can give a sign of life meanwhile: count anew
            self._beats, self._holds = _Watch(), _Watch()
            raise
        self._bury_workers()
        self._bury_runs(runs)
        self._end_stuck(runs)

    def _bury_workers(self) -> None:
        """Free the places of dead workers; give up if they die before they are ready."""
        for worker in self._store.workers.all():
            if _is_dead(worker) and self._store.workers.remove(worker.token):
                starting = worker.pid is not None and not worker.ready
                if starting and self._store.workers.start_failed(FAILED_STARTS):
                    self._store.runs.fail_queued(NO_START)

    def _bury_runs(self, runs: list[RunRecord]) -> None:
        """Mark runs whose process is gone or hangs; adopt the others by leaving them alone."""
        places = {worker.token for worker in self._store.workers.all()}
        self._beats.keep({run.run_id for run in runs})
        for run in runs:
            silent = self._beats.unchanged_for(run.run_id, run.heartbeat)
            if run.host not in (None, this_host()):  # its pid says nothing here
                if silent > HUNG_SECONDS:
                    self._store.runs.fail(run.run_id, run.attempt, LOST)
                continue
            if run.born is None:  # claimed by a version that followed the clock
                if silent > HUNG_SECONDS:
                    self._store.runs.fail(run.run_id, run.attempt, DIED)
                continue
            if not processes.alive(run.pid or 0, run.born):
                self._store.runs.fail(run.run_id, run.attempt, DIED)
                continue
            # A command line's process is left alone: it may be held with Ctrl-Z.
            if run.worker in places and silent > HUNG_SECONDS:
                self._store.runs.fail(run.run_id, run.attempt, HUNG)

    def _end_stuck(self, runs: list[RunRecord]) -> None:
        """Kill workers that go on with a run that is no longer theirs."""
        held = {(run.worker, run.run_id) for run in runs}
        workers = self._store.workers.all()
        self._holds.keep({worker.token for worker in workers})
        for worker in workers:
            astray = bool(worker.holds) and (worker.token, worker.holds) not in held
            state = worker.holds if astray else None
            if self._holds.unchanged_for(worker.token, state) > LEAVE_SECONDS and astray:
                processes.kill(worker.pid or 0, worker.born)

    def _hire(self, at_least: int) -> None:
        """One worker for every run that waits or runs, within the limit."""
        queued = len(self._store.runs.waiting())
        if not queued and not at_least:
            return
        tokens = {worker.token for worker in self._store.workers.all()}
        busy = sum(run.worker in tokens for run in self._store.runs.running())
        wanted = min(self.settings.limit, max(at_least, busy + queued))
        if wanted > len(tokens):
            for token in self._store.workers.reserve(wanted, code_stamp()):
                self._start(token)

    def _start(self, token: str) -> None:
        """Start a worker in the reserved place."""
        settings, home = self.settings, self._store.home
        command = [sys.executable, "-P", "-m", "ppml_core.jobs.worker"]
        command += ["--home", str(home.root), "--token", token, "--workers", str(settings.limit)]
        command += ["--pipeline", settings.pipeline, "--idle-seconds", str(settings.idle_seconds)]
        try:
            child = spawn(command, home.root, threads=max(1, processes.cpus() // settings.limit))
        except OSError:
            self._store.workers.remove(token)
            raise
        born = birth(child.pid)
        if born is not None:
            self._store.workers.started(token, child.pid, born)


class _Watch:
    """Since when something has not changed, by our own clock, which stops while the
    machine sleeps."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[object, float]] = {}

    def keep(self, names: set[str]) -> None:
        """Forget all others."""
        self._seen = {name: seen for name, seen in self._seen.items() if name in names}

    def unchanged_for(self, name: str, value: object) -> float:
        """Seconds."""
        now = time.monotonic()
        if name not in self._seen or self._seen[name][0] != value:
            self._seen[name] = (value, now)
        return now - self._seen[name][1]


def spawn(command: list[str], home: Path, *, threads: int) -> subprocess.Popen[bytes]:
    """A process that outlives this one, writing to the store's worker log."""
    package_parent = str(Path(__file__).resolve().parents[2])
    paths = [package_parent, *filter(None, [os.environ.get("PYTHONPATH")])]
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")
    environment = {
        **os.environ,
        **dict.fromkeys(names, str(threads)),
        "PYTHONPATH": os.pathsep.join(paths),
        "PPML_HOME": str(home),
    }
    with _open_log(home / "logs" / "worker.log") as log:
        child = subprocess.Popen(
            command,
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _children.append(child)
    return child


def _open_log(path: Path) -> BinaryIO:
    """Append to the log; start it afresh, keeping one old one, when it has grown large."""
    if path.exists() and path.stat().st_size > LOG_BYTES:
        os.replace(path, path.with_suffix(".old"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")


def _is_dead(worker: WorkerRecord) -> bool:
    """Ended, or never started by whoever reserved the place."""
    if worker.pid is None or worker.born is None:
        return time.time() - worker.reserved > START_SECONDS
    return not processes.alive(worker.pid, worker.born)


@atexit.register
def _let_go() -> None:
    """Workers outlive this process on purpose; Popen would warn of each."""
    for child in _children:
        if child.poll() is None:
            child.returncode = 0


def _reap() -> None:
    """Let the system forget children that have ended."""
    _children[:] = [child for child in _children if child.poll() is None]
