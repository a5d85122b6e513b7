"""Running one claimed run in this process: progress, sign of life, cancel, outcome."""

from __future__ import annotations

import errno
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TypeVar

import msgspec

from ppml_core.auditing.report import Report
from ppml_core.errors import PPMLError, RunCancelled, StoreUnavailable
from ppml_core.jobs.kept import models_of
from ppml_core.jobs.progress import Progress, Reporter
from ppml_core.jobs.rate import Rate
from ppml_core.storage.protocol import RunStore, Store
from ppml_core.storage.records import RunRecord
from ppml_core.training.kept import KeptGroups

LOOK_SECONDS = 0.2
BEAT_SECONDS = 1.0
GRACE_SECONDS = 1.0
"""How long a cancelled run may take to stop by itself."""

PATIENCE_SECONDS = 120.0
AGAIN_SECONDS = 1.0

Listener = Callable[[Progress], None]
T = TypeVar("T")


class StoreReporter:
    """What the pipeline talks to. Its calls are cheap; the heartbeat does the writing."""

    def __init__(
        self,
        runs: RunStore,
        run: RunRecord,
        listener: Listener | None = None,
        kept: KeptGroups | None = None,
    ) -> None:
        self._runs, self._run, self._listener, self.kept = runs, run, listener, kept
        self._rate = Rate()
        self._stop = threading.Event()
        self.latest: Progress | None = None

    def progress(self, stage: str, done: int, total: int) -> None:
        """Remember it, with the time left; raises ``RunCancelled``."""
        self.check()
        eta = self._rate.eta(done, total, at=time.monotonic())
        self.latest = Progress(stage=stage, done=done, total=total, eta_seconds=eta)
        if self._listener:
            self._listener(self.latest)

    def partial(self, report: Report) -> None:
        """Keep it as the newest partial report; raises ``RunCancelled``.

        Left out if the store cannot be reached just now: the next one says more.
        """
        self.check()
        with suppress(StoreUnavailable):
            self._runs.put_partial(self._run.run_id, self._run.attempt, report)

    def check(self) -> None:
        """Raises ``RunCancelled`` once the run is no longer wanted."""
        if self._stop.is_set():
            raise RunCancelled()

    def stop(self) -> None:
        """Make every later call raise."""
        self._stop.set()


class Heartbeat:
    """A thread beside the work: writes progress and a sign of life, notices a cancel.

    If the work does not stop by itself within ``GRACE_SECONDS`` of a cancel, it calls
    ``on_stuck`` (a worker then ends its process).
    """

    def __init__(
        self, runs: RunStore, run: RunRecord, reporter: StoreReporter, on_stuck: Callable[[], None]
    ) -> None:
        self._runs, self._run, self._reporter, self._on_stuck = runs, run, reporter, on_stuck
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="heartbeat", daemon=True)
        self._written: Progress | None = None
        self._beaten = 0.0

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()
        self._still_wanted()  # write how far it got

    def _watch(self) -> None:
        """Until the work is done or no longer wanted."""
        while not self._done.wait(LOOK_SECONDS):
            if not self._still_wanted():
                self._reporter.stop()
                if not self._done.wait(GRACE_SECONDS):
                    self._on_stuck()
                return

    def _still_wanted(self) -> bool:
        """Write what is new; a store that cannot be reached just now is no reason to stop."""
        latest, now = self._reporter.latest, time.monotonic()
        try:
            if latest is self._written and now - self._beaten < BEAT_SECONDS:
                return self._runs.owns(self._run.run_id, self._run.attempt)
            body = None if latest is None else msgspec.json.encode(latest)
            wanted = self._runs.beat(self._run.run_id, self._run.attempt, body)
        except Exception:
            traceback.print_exc()
            return True
        self._written, self._beaten = latest, now
        return wanted


def execute(
    store: Store,
    run: RunRecord,
    work: Callable[[Reporter], Report],
    *,
    on_stuck: Callable[[], None],
    listener: Listener | None = None,
) -> Report:
    """Do ``work`` as the owner of ``run``, and store how it ended.

    Raises what ``work`` raises; by then the store says failed or cancelled.
    """
    reporter = StoreReporter(
        store.runs, run, listener, models_of(store, run.dataset_ref, run.dataset_sha256)
    )
    try:
        with Heartbeat(store.runs, run, reporter, on_stuck):
            report = work(reporter)
        if not patiently(store, lambda: store.runs.finish(run.run_id, run.attempt, report)):
            raise RunCancelled()
        return report
    except (RunCancelled, KeyboardInterrupt):
        with suppress(PPMLError):  # it may have been deleted
            store.runs.cancel(run.run_id, run.attempt)
        raise
    except BaseException as error:
        _log(store, run, error)
        reason = sentence(error)
        patiently(store, lambda: store.runs.fail(run.run_id, run.attempt, reason))
        raise


def patiently(store: Store, call: Callable[[], T]) -> T:
    """Try again for a while when the store cannot be used: a server that restarts comes
    back, and what a run has computed should not be lost for that."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return call()
        except StoreUnavailable:
            if time.monotonic() > until or not store.there():
                raise
            time.sleep(AGAIN_SECONDS)


def sentence(error: BaseException) -> str:
    """What a person is told: our own errors say it themselves; no traceback, no path.

    >>> sentence(ZeroDivisionError("x"))
    'Something unexpected went wrong (ZeroDivisionError) and the run stopped. \
The log beside the store has the details.'
    """
    if isinstance(error, PPMLError):
        return str(error)
    text = str(error).lower()
    if isinstance(error, MemoryError) or "allocate memory" in text or "out of memory" in text:
        return (
            "There was not enough memory for this run. "
            "Choose fewer shadow models, a smaller model or fewer records."
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "The disk is full. Make room, then submit the run again."
    return (
        f"Something unexpected went wrong ({type(error).__name__}) and the run stopped. "
        "The log beside the store has the details."
    )


def _log(store: Store, run: RunRecord, error: BaseException) -> None:
    """The traceback, for whoever looks after the machine; it must not hide the outcome."""
    if isinstance(error, PPMLError):
        return
    with suppress(OSError):
        path = store.home.logs / f"{run.run_id}.log"
        path.touch(mode=0o600)
        with path.open("a", encoding="utf-8") as file:
            traceback.print_exception(error, file=file)
