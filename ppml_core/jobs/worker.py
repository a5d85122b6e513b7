"""A worker process: ``python -m ppml_core.jobs.worker --home DIR``.

It loads the heavy libraries once, then runs queued runs one after another. It ends
after a while without work, when its place was given to another, or when its store
is gone. Nothing depends on how it ends: see ``supervisor``.
"""

from __future__ import annotations

import argparse
import importlib
import os
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ppml_core.auditing.report import Report
from ppml_core.jobs import data, processes, requests
from ppml_core.jobs.execution import execute, patiently
from ppml_core.jobs.progress import Reporter
from ppml_core.jobs.stamp import code_stamp
from ppml_core.jobs.supervisor import PIPELINE, Supervisor, WorkerSettings, default_limit
from ppml_core.storage.protocol import Store
from ppml_core.storage.records import Owner, RunRecord
from ppml_core.storage.sql import SqlStore

POLL_SECONDS = 0.2
STUCK = 75
"""Exit status of a worker that had to leave a cancelled run which did not stop."""


class Worker:
    """Claims runs until there is nothing left to do."""

    def __init__(self, store: Store, settings: WorkerSettings, me: Owner) -> None:
        self._store, self._settings, self._me = store, settings, me
        self._pipeline: Callable[..., Report] | None = None

    def serve(self) -> None:
        """Run queued runs; return when idle for long enough or no longer wanted."""
        patiently(self._store, lambda: self._store.workers.ready(self._me.token))
        idle_since = time.monotonic()
        while patiently(self._store, self._has_place):
            if run := patiently(self._store, lambda: self._store.runs.claim(self._me)):
                self._run(run)
                patiently(self._store, lambda: self._store.workers.release(self._me.token))
                idle_since = time.monotonic()
                continue
            if self._pipeline is None:
                self._warm_up()
            idle = time.monotonic() - idle_since >= self._settings.idle_seconds
            if idle and patiently(self._store, lambda: self._store.workers.retire(self._me.token)):
                return
            time.sleep(POLL_SECONDS)

    def _has_place(self) -> bool:
        """Whether the store is there and still counts on this worker."""
        if not self._store.there():
            return False
        places = self._store.workers.all()
        return any(w.token == self._me.token and not w.dismissed for w in places)

    def _warm_up(self) -> None:
        """Import the libraries before they are needed; if they fail, the next run will say so."""
        try:
            self._load_pipeline()
        except Exception:
            traceback.print_exc()

    def _load_pipeline(self) -> Callable[..., Report]:
        """The function that does the work, with everything it imports."""
        if self._pipeline is None:
            module, _, name = self._settings.pipeline.partition(":")
            if self._settings.pipeline == PIPELINE:
                importlib.import_module("ppml_core.training.population")
            self._pipeline = getattr(importlib.import_module(module), name)
        return self._pipeline

    def _run(self, run: RunRecord) -> None:
        """One run; how it ends is in the store."""

        def work(reporter: Reporter) -> Report:
            reporter.progress("Starting", 0, 1)
            request: Any = requests.from_json(run.request)
            pipeline = self._load_pipeline()
            dataset = data.load(self._store, run.dataset_ref, run.dataset_sha256)
            return pipeline(request, dataset, reporter=reporter)

        with suppress(Exception):
            execute(self._store, run, work, on_stuck=self._leave)

    def _leave(self) -> None:
        """The work ignores a cancel: end the process, and start another if runs wait."""
        try:
            self._store.workers.remove(self._me.token)
            Supervisor(self._store, self._settings).tend()
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(STUCK)


def main(argv: Sequence[str] | None = None) -> None:
    """Serve one store, in the place reserved for this process."""
    parser = argparse.ArgumentParser(prog="ppml_core.jobs.worker", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--token", help="a place reserved in the store; otherwise takes one")
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--pipeline", default=PIPELINE)
    parser.add_argument("--idle-seconds", type=float, default=600.0)
    options = parser.parse_args(argv)
    with suppress(OSError):
        os.nice(processes.NICENESS)
    settings = WorkerSettings(
        limit=options.workers or default_limit(),
        pipeline=options.pipeline,
        idle_seconds=options.idle_seconds,
    )
    store = SqlStore(options.home)
    one_more = min(settings.limit, len(store.workers.all()) + 1)
    token = options.token or next(iter(store.workers.reserve(one_more, code_stamp())), None)
    if token is None:
        return
    me = processes.identity(token)
    if store.workers.started(me.token, me.pid, me.born):
        Worker(store, settings, me).serve()
        if store.there():
            store.workers.remove(me.token)
    store.close()


if __name__ == "__main__":
    main()
