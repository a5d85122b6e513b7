"""Runs in this process, for the command line; kept in the same store as all others."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path

from ppml_core.auditing.report import Report
from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import RunCancelled
from ppml_core.jobs import data, processes
from ppml_core.jobs.execution import LOOK_SECONDS, Listener, execute
from ppml_core.jobs.progress import Progress, Reporter
from ppml_core.jobs.requests import Request
from ppml_core.jobs.service import new_run
from ppml_core.jobs.supervisor import Supervisor, WorkerSettings
from ppml_core.jobs.view import view_of
from ppml_core.storage.protocol import Store
from ppml_core.storage.records import CANCELLED, FAILED, FINISHED, NewRun
from ppml_core.storage.sql import SqlStore

SESSION = "command line"
Pipeline = Callable[..., Report]


def run_here(
    request: Request,
    home: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    *,
    dataset: Dataset | None = None,
    session: str = SESSION,
    pipeline: Pipeline | None = None,
) -> Report:
    """Run a request in this process, and store its report.

    An identical finished run is answered from the store; one that is being computed
    elsewhere is waited for. ``dataset`` is the data itself, when it is neither in the
    catalogue nor uploaded. Raises what the pipeline raises.
    """
    store = SqlStore(home)
    try:
        if dataset is None:
            desk = data.DataDesk(store)
            dataset = data.load(store, request.dataset, desk.sha256(request.dataset))
        run = new_run(store, request, dataset.sha256, dataset.name)

        def work(reporter: Reporter) -> Report:
            return (pipeline or _default_pipeline())(request, dataset, reporter=reporter)

        return _settle(store, run, session, work, on_progress)
    finally:
        store.close()


def _settle(
    store: Store,
    run: NewRun,
    session: str,
    work: Callable[[Reporter], Report],
    listener: Listener | None,
) -> Report:
    """Compute, answer or wait, whichever the run's state calls for."""
    me = processes.identity(secrets.token_hex(8))
    watch = Supervisor(store, WorkerSettings(limit=1))
    claimed = store.runs.submit_here(run, session, me)
    while claimed is None:
        if (report := _from_elsewhere(store, run.run_id, listener)) is not None:
            return report
        time.sleep(LOOK_SECONDS)
        watch.clear_up()
        if store.runs.get(run.run_id).state == FAILED:  # let us try
            claimed = store.runs.submit_here(run, session, me)
    return execute(store, claimed, work, on_stuck=_let_be, listener=listener)


def _from_elsewhere(store: Store, run_id: str, listener: Listener | None) -> Report | None:
    """The report of another process, or its progress; ``RunCancelled`` if it was stopped."""
    run = store.runs.get(run_id)
    if run.state == FINISHED:
        return store.runs.report(run_id)
    if run.state == CANCELLED:
        raise RunCancelled()
    progress = view_of(run, ()).progress
    if listener and progress:
        listener(progress)
    return None


def _default_pipeline() -> Pipeline:
    """Imported only when there is something to compute."""
    from ppml_core.jobs.pipeline import run

    return run


def _let_be() -> None:
    """This process is the person's own: it stops at its next step, or at Ctrl-C."""
