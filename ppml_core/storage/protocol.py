"""What jobs need of a store, whatever keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ppml_core.auditing.report import Report
from ppml_core.datasets.card import DatasetCard
from ppml_core.storage.arrays import ArrayStore
from ppml_core.storage.home import Home
from ppml_core.storage.records import NewRun, Owner, RunRecord, UploadRecord, WorkerRecord


class RunStore(Protocol):
    """Runs, who asked for them, and their reports. Every call is one short transaction.

    Calls that take ``attempt`` come from the process that runs the run; they do
    nothing and return False once the run is no longer theirs (cancelled, deleted,
    or started again elsewhere).
    """

    def submit(self, run: NewRun, session: str, place: str = "") -> bool:
        """Queue it unless it is queued, running or finished; True if this call did.

        ``place``: where the session is, see ``fairness``.
        """

    def submit_here(self, run: NewRun, session: str, owner: Owner) -> RunRecord | None:
        """:meth:`submit`, and claim it in the same step if it is queued; None if it is not."""

    def get(self, run_id: str) -> RunRecord:
        """Raises ``RunNotFound``."""

    def visible(self, session: str, limit: int = 200) -> list[RunRecord]:
        """Runs of this session and runs on catalogue data, the newest ``limit``, newest first."""

    def running(self) -> list[RunRecord]:
        """Runs that some process has claimed."""

    def waiting(self) -> list[str]:
        """Ids of queued runs in the order in which they will be claimed."""

    def claim(self, owner: Owner) -> RunRecord | None:
        """Take the next queued run; None if there is none."""

    def owns(self, run_id: str, attempt: int) -> bool:
        """Whether the run is still running under this attempt."""

    def beat(self, run_id: str, attempt: int, progress: bytes | None) -> bool:
        """Record a sign of life, and the progress unless it is None."""

    def put_partial(self, run_id: str, attempt: int, report: Report) -> bool:
        """Replace the run's partial report."""

    def finish(self, run_id: str, attempt: int, report: Report) -> bool:
        """Store the final report and the state in one step."""

    def fail(self, run_id: str, attempt: int, error: str) -> bool:
        """Mark it failed with a sentence for the person who asked."""

    def cancel(self, run_id: str, attempt: int | None = None) -> bool:
        """Cancel it if queued or running (if given: under this attempt); True if it was.

        Whoever runs it learns of it from ``owns``. Raises ``RunNotFound``.
        """

    def withdraw(self, run_id: str, session: str) -> int:
        """The session no longer waits for the run, which is cancelled if nobody else who
        asked for it does; how many still do.

        Raises ``RunNotFound``, or ``NotYours`` if this session did not ask for it.
        """

    def rejoin(self, run_id: str, session: str) -> bool:
        """It waits for it again; False if it had not asked for it."""

    def asked(self, session: str) -> frozenset[str]:
        """Ids of the runs that the session asked for and did not withdraw from."""

    def cancel_on(self, ref: str) -> None:
        """Cancel every queued or running run on that data."""

    def fail_queued(self, error: str) -> None:
        """Mark every queued run failed: no worker can be started."""

    def report(self, run_id: str) -> Report | None:
        """The final report, else the newest partial one, else None."""

    def forget(self, run_id: str, session: str) -> bool:
        """Take it off the session's list; True if no session was left and it is deleted.

        Raises ``RunNotFound``, or ``NotYours`` if this session did not submit it.
        """


class WorkerStore(Protocol):
    """Places for workers, so that all processes together start no more than allowed.

    Every machine has its own: calls are about the one they are made on.
    """

    def all(self) -> list[WorkerRecord]:
        """Every place taken."""

    def reserve(self, wanted: int, stamp: str | None = None) -> list[str]:
        """Take places until ``wanted`` are taken; the tokens of the new ones.

        ``stamp`` names the code that will run there.
        """

    def dismiss_others(self, stamp: str) -> None:
        """Let workers that run other code end after their present run."""

    def started(self, token: str, pid: int, born: str) -> bool:
        """Record the process; False if the place is gone."""

    def ready(self, token: str) -> None:
        """The worker has started up."""

    def release(self, token: str) -> None:
        """The worker no longer works on the run it claimed."""

    def remove(self, token: str) -> bool:
        """Give the place back; False if that had been done."""

    def retire(self, token: str) -> bool:
        """Give the place back unless a run is queued; False if one is."""

    def start_failed(self, limit: int) -> bool:
        """Count a worker that ended before it was ready; True for the ``limit``-th in a row."""


class DataStore(Protocol):
    """Uploads and the cards of datasets that are there to be used."""

    def put_card(self, card: DatasetCard, session: str | None) -> None:
        """Keep it under ``card.ref``, replacing an earlier one."""

    def card(self, ref: str) -> DatasetCard | None:
        """The card, if the dataset was prepared here."""

    def cards(self, session: str) -> list[DatasetCard]:
        """Cards of the session's own uploads, newest first."""

    def put_upload(self, upload: UploadRecord, *, files: int, size: int) -> bool:
        """Record a received file; False where its session would have more than ``files``
        of them, or more than ``size`` bytes."""

    def uploads(self, session: str | None = None) -> list[UploadRecord]:
        """Those of a session, or all, newest first."""

    def use_upload(self, token: str) -> None:
        """Note that it is worked with just now."""

    def expire_upload(self, upload: UploadRecord) -> bool:
        """Remove upload and card; False if it was used since, or a run waits or runs on it."""

    def upload(self, token: str) -> UploadRecord:
        """Raises ``UploadNotFound``."""

    def remove_upload(self, token: str, session: str) -> bool:
        """Remove upload and card; False if it is not this session's."""

    def hashes_in_use(self, ref: str) -> Sequence[str]:
        """SHA-256 of the data that queued and running runs on ``ref`` need."""


class Store(Protocol):
    """All of it."""

    home: Home
    secret: str
    """Random, made with the store: see ``secret``."""
    runs: RunStore
    workers: WorkerStore
    data: DataStore
    arrays: ArrayStore

    def there(self) -> bool:
        """False once the store was removed on purpose."""

    def close(self) -> None:
        """Let go of all connections."""
