"""A Dask cluster as an executor. Needs ``distributed`` (``requirements-cluster.txt``).

Whoever may submit to a scheduler may run code on its workers, and the records travel
there: name only a scheduler of your own, on a network you trust or over ``tls://``.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from typing import Any, ParamSpec, TypeVar

from ppml_core.errors import ClusterUnavailable
from ppml_core.training.tasks import ArrayRecords, Records

ANSWER_SECONDS = 10.0
"""How long a scheduler may take to answer, and to have a worker."""

P = ParamSpec("P")
T = TypeVar("T")


class Cluster(Executor):
    """The workers of the scheduler at ``address`` (``tcp://host:port``).

    A worker that dies costs its groups, which others then train again. Raises
    ``ClusterUnavailable`` without ``distributed``, an answer, or a worker.
    """

    def __init__(self, address: str) -> None:
        self._client = _connect(address)
        self._executor = self._client.get_executor(pure=False)
        self._placed: dict[str, Any] = {}

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """See ``Executor.submit``; the future of a lost task raises ``BrokenExecutor``."""
        if self._client.status not in ("running", "connecting"):
            raise ClusterUnavailable("The connection to the cluster's scheduler was lost.")
        outer: Future[T] = Future()
        inner: Future[T] = self._executor.submit(fn, *args, **kwargs)
        inner.add_done_callback(lambda done: _pass_on(done, outer))
        outer.add_done_callback(lambda done: inner.cancel() if done.cancelled() else None)
        return outer

    def place(self, records: ArrayRecords) -> Records:
        """Send them to all workers once; later tasks refer to them."""
        known = self._placed.get(records.sha256)
        if known is None or known.status != "finished":
            # The records of an earlier run are forgotten by the workers, too.
            self._placed = {records.sha256: self._scattered(records)}
        placed: Records = self._placed[records.sha256]
        return placed

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, which goes on."""
        self._placed.clear()
        self._executor.shutdown(wait=False)
        self._client.close(timeout=ANSWER_SECONDS)

    def _scattered(self, records: ArrayRecords) -> Any:
        """A reference that Dask replaces by the records, on every worker there is."""
        try:
            return self._client.scatter(records, broadcast=True, hash=False)
        except Exception as error:
            raise BrokenExecutor("no worker could be given the records") from error


def _connect(address: str) -> Any:
    """A client with at least one worker."""
    try:
        from distributed import Client
    except ImportError:
        raise ClusterUnavailable(
            "PPML_SCHEDULER names a cluster, but the package distributed is not installed: "
            "pip install -r requirements-cluster.txt"
        ) from None
    try:
        client = Client(address, timeout=ANSWER_SECONDS, set_as_default=False, name="ppml")
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise ClusterUnavailable(
            f"No scheduler answers at {address} (PPML_SCHEDULER, as in tcp://host:8786). Start it "
            "with dask scheduler, or unset PPML_SCHEDULER to train on this machine."
        ) from error
    try:
        client.wait_for_workers(1, timeout=ANSWER_SECONDS)
    except TimeoutError as error:
        client.close()
        raise ClusterUnavailable(
            f"The scheduler at {address} has no workers. Start some with: dask worker {address}"
        ) from error
    return client


def _pass_on(done: Future[T], outer: Future[T]) -> None:
    """The outcome of Dask's future, in the standard's terms."""
    if outer.cancelled() or not outer.set_running_or_notify_cancel():
        return
    try:
        outer.set_result(done.result())
    except CancelledError:
        outer.set_exception(BrokenExecutor("a worker or its data was lost"))
    except BaseException as error:
        lost = type(error).__name__ in ("KilledWorker", "FutureCancelledError", "CommClosedError")
        outer.set_exception(BrokenExecutor(str(error)) if lost else error)
