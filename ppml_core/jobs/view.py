"""What a page or a command line shows of a run."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from ppml_core.errors import InvalidValue
from ppml_core.jobs import requests
from ppml_core.jobs.progress import Progress
from ppml_core.jobs.requests import Request, TrainRequest
from ppml_core.storage.records import FAILED, FINISHED, QUEUED, RUNNING, RunRecord

UNREADABLE = "This run was made by another version and cannot be read; delete it."


@dataclass(frozen=True, kw_only=True)
class RunView:
    """A run at one moment. Times are unix seconds.

    ``state``: queued, running, finished, failed or cancelled. ``position`` counts
    from 1 (next) while queued. ``error`` is a sentence, for failed runs. ``seconds``:
    how long it has run, or ran; 0 before it starts.
    """

    run_id: str
    kind: str
    state: str
    request: Request
    dataset_name: str
    progress: Progress | None
    position: int | None
    created: float
    started: float | None
    finished: float | None
    error: str | None
    seconds: float
    readable: bool = True
    """False where the stored request is no longer understood: ``request`` is then only a
    stand-in that names the data."""

    @property
    def live(self) -> bool:
        """Whether it may still change by itself."""
        return self.state in (QUEUED, RUNNING)


def view_of(run: RunRecord, waiting: Sequence[str]) -> RunView:
    """The run as shown; ``waiting`` are the ids of queued runs in their order."""
    try:
        request, progress = requests.from_json(run.request), _progress(run)
    except (InvalidValue, msgspec.MsgspecError):
        return _unreadable(run)
    position = waiting.index(run.run_id) + 1 if run.run_id in waiting else None
    queued = run.state == QUEUED
    return RunView(
        run_id=run.run_id,
        kind=run.kind,
        state=run.state,
        request=request,
        dataset_name=run.dataset_name,
        progress=_waiting_progress(position or 1) if queued else progress,
        position=(position or 1) if queued else None,
        created=run.queued,
        started=run.started,
        finished=run.finished,
        error=run.error,
        seconds=_seconds(run),
    )


def _unreadable(run: RunRecord) -> RunView:
    """A run of another version: it can be seen to exist, and be deleted."""
    return RunView(
        run_id=run.run_id,
        kind=run.kind,
        state=FAILED,
        request=TrainRequest(dataset=run.dataset_ref),
        dataset_name=run.dataset_name,
        progress=None,
        position=None,
        created=run.queued,
        started=run.started,
        finished=run.finished,
        error=UNREADABLE,
        seconds=_seconds(run),
        readable=False,
    )


def _progress(run: RunRecord) -> Progress | None:
    """What the run last reported."""
    if run.progress is None:
        return Progress(stage="Starting", done=0, total=1) if run.state == RUNNING else None
    last = msgspec.json.decode(run.progress, type=Progress)
    if run.state == FINISHED:
        return Progress(stage="Finished", done=last.total, total=last.total, eta_seconds=0.0)
    return last


def _waiting_progress(position: int) -> Progress:
    """What a queued run waits for."""
    ahead = position - 1
    stage = f"Waiting for {ahead} other run{'s' * (ahead > 1)}" if ahead else "Starting"
    return Progress(stage=stage, done=0, total=1)


def _seconds(run: RunRecord) -> float:
    """Time spent running."""
    if run.started is None:
        return 0.0
    return max(0.0, (run.finished or time.time()) - run.started)
