"""The one door to runs and data, for pages and the command line.

Imports nothing heavy: the work happens in worker processes.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ppml_core.auditing.report import Report
from ppml_core.datasets import catalogue
from ppml_core.datasets.card import DatasetCard
from ppml_core.errors import PPMLError
from ppml_core.jobs import data, requests, supervisor, uploads
from ppml_core.jobs.data import DataDesk
from ppml_core.jobs.requests import Request
from ppml_core.jobs.supervisor import PIPELINE, Supervisor, WorkerSettings
from ppml_core.jobs.uploads import UploadView
from ppml_core.jobs.view import RunView, view_of
from ppml_core.storage.fairness import place_of
from ppml_core.storage.protocol import Store
from ppml_core.storage.records import NewRun
from ppml_core.storage.sql import SqlStore

if TYPE_CHECKING:
    from ppml_core.datasets.ingest import Preparation, UploadPreview
    from ppml_core.datasets.turns import OnWait

IDLE_SECONDS = 600.0
TIDY_SECONDS = 600.0


class Workbench:
    """Submit, watch and cancel runs; upload and look at data.

    ``home`` is the store's directory (default: ``PPML_HOME`` or the user's data
    directory), ``workers`` the most worker processes at a time (default:
    ``PPML_WORKERS`` or half the processors). Safe to use from many threads, and by
    many processes on one home. ``session`` is any string that names a browser; who
    knows a run's id may look at it, who knows an upload's token may use the prepared
    data; only who uploaded a file may look into it, prepare it or delete it.
    """

    def __init__(
        self,
        home: Path | None = None,
        workers: int | None = None,
        *,
        pipeline: str = PIPELINE,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        settings = WorkerSettings(
            limit=supervisor.default_limit() if workers is None else workers,
            pipeline=pipeline,
            idle_seconds=idle_seconds,
        )
        self.store = SqlStore(home)
        self._desk, self._closed = DataDesk(self.store), threading.Event()
        self._supervisor = Supervisor(self.store, settings)
        self._desk.expire()
        self._supervisor.renew()
        self._supervisor.tend()

    def submit(self, request: Request, *, session: str, address: str | None = None) -> str:
        """Queue a run, unless an identical one is queued, running or finished; its id.

        ``address``: where the session asks from (IP), so that turns are fair. It is not kept.
        Raises ``UnknownName``, ``UploadNotFound`` or ``DatasetUnavailable`` for data
        that is not there.
        """
        sha256, name = self._desk.sha256(request.dataset), self._name(request.dataset)
        place = place_of(address, self.store.secret)
        run = new_run(self.store, request, sha256, name)
        if self.store.runs.submit(run, session, place):
            self._supervisor.tend()
        return run.run_id

    def view(self, run_id: str) -> RunView:
        """The run now. Raises ``RunNotFound``."""
        self._supervisor.glance()
        run = self.store.runs.get(run_id)
        return view_of(run, self.store.runs.waiting() if run.state == "queued" else ())

    def report(self, run_id: str) -> Report | None:
        """The final report, else the newest partial one, else None. Raises ``RunNotFound``."""
        return self.store.runs.report(run_id)

    def cancel(self, run_id: str, *, session: str) -> int:
        """The session no longer wants a queued or running run; how many that asked for it
        still do. With none left it stops, and keeps its partial report.

        Only who asked for a run may cancel it; a link to it is not enough. Raises
        ``RunNotFound``, ``NotYours``.
        """
        return self.store.runs.withdraw(run_id, session)

    def rejoin(self, run_id: str, *, session: str) -> bool:
        """Want it again after :meth:`cancel`; False if the session had not asked for it."""
        return self.store.runs.rejoin(run_id, session)

    def asked(self, *, session: str) -> frozenset[str]:
        """Ids of the runs that this session asked for and did not cancel."""
        return self.store.runs.asked(session)

    def delete(self, run_id: str, *, session: str) -> None:
        """Take a run off the session's list; the last session to do so deletes it.

        A deleted run is cancelled, and its reports and files are removed. Raises
        ``RunNotFound``, or ``NotYours`` if this session did not submit it.
        """
        if self.store.runs.forget(run_id, session):
            self.store.arrays.delete(run_id)
            (self.store.home.logs / f"{run_id}.log").unlink(missing_ok=True)

    def runs(self, *, session: str, limit: int = 200) -> list[RunView]:
        """This session's runs and runs on catalogue data: the newest ``limit``, newest first."""
        self._supervisor.glance()
        waiting = self.store.runs.waiting()
        return [view_of(run, waiting) for run in self.store.runs.visible(session, limit)]

    def save_upload(self, stream: BinaryIO, filename: str, *, session: str) -> str:
        """Receive a file; its unguessable token. ``UploadRejected`` if it is too large."""
        return self._desk.save(stream, filename, session)

    def inspect_upload(
        self,
        token: str,
        *,
        session: str | None = None,
        header: bool = True,
        on_wait: OnWait | None = None,
    ) -> UploadPreview:
        """What is in an uploaded file, for the session that uploaded it.

        ``header``: whether the first row of a text file names the columns. Files are read
        one at a time; ``on_wait`` is told how many come before this one.

        Raises ``UploadNotFound``, ``UploadRejected``, and ``NotYours`` for another
        session; without a session it is not asked who is asking.
        """
        return self._desk.inspect(token, session, header, on_wait)

    def prepare_upload(
        self,
        token: str,
        preparation: Preparation,
        *,
        session: str,
        on_wait: OnWait | None = None,
    ) -> DatasetCard:
        """Make a dataset of the session's upload; the card's ``ref`` goes into requests.

        Raises ``UploadNotFound``, ``UploadRejected``, and ``NotYours`` for another session.
        """
        return self._desk.prepare(token, preparation, session, on_wait)

    def brought(self, *, session: str) -> list[UploadView]:
        """The session's uploads, prepared or not, newest first."""
        return uploads.views(self.store, session)

    def delete_upload(self, token: str, *, session: str) -> None:
        """Remove an upload and its data. Raises ``NotYours``, ``UploadNotFound``."""
        self._desk.delete(token, session)

    def card(self, ref: str) -> DatasetCard:
        """A dataset's card, by catalogue name or ``upload:<token>``.

        Raises ``UnknownName``, ``UploadNotFound``, ``DatasetUnavailable``.
        """
        return self._desk.card(ref)

    def ready_card(self, ref: str) -> DatasetCard | None:
        """The card if it has been made, at once; None while it has not."""
        return self._desk.ready(ref)

    def uploads(self, *, session: str) -> list[DatasetCard]:
        """Cards of this session's prepared uploads, newest first."""
        return self._desk.cards(session)

    def warm(self) -> None:
        """Start a worker in the background, so that no first run waits for its imports."""
        threading.Thread(target=self._tidy, name="tidy", daemon=True).start()
        self._supervisor.tend(at_least=1)

    def _tidy(self) -> None:
        """Let old uploads go from time to time, until the workbench is closed."""
        while not self._closed.wait(TIDY_SECONDS):
            with suppress(PPMLError, OSError):
                self._desk.expire()

    def close(self) -> None:
        """Let go of the store. Workers go on."""
        self._closed.set()
        self.store.close()

    def _name(self, ref: str) -> str:
        """What to call the data."""
        return self.card(ref).title if data.is_upload(ref) else catalogue.entry(ref).title


def new_run(store: Store, request: Request, dataset_sha256: str, dataset_name: str) -> NewRun:
    """The row of a request."""
    secret = data.secret_for(store, request.dataset)
    return NewRun(
        run_id=requests.run_id(request, dataset_sha256, secret),
        kind=requests.kind_of(request),
        request=requests.to_json(request),
        dataset_ref=request.dataset,
        dataset_sha256=dataset_sha256,
        dataset_name=dataset_name,
        public=data.is_public(request.dataset),
    )
