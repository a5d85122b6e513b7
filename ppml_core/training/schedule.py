"""Tasks handed to an executor: a bounded number at a time, watched, resubmitted when lost."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from threading import Event
from typing import Protocol, runtime_checkable

import numpy as np
import torch

from ppml_core.errors import WorkersLost
from ppml_core.training.tasks import ArrayRecords, Records, Task, TensorRecords, train_apart
from ppml_core.training.tasks import train_task as train_here

IN_FLIGHT = 64
"""Most groups submitted and not yet finished: what is cancelled or lost with a worker."""

POLL_SECONDS = 0.1
"""Between two looks at whether the run is still wanted."""

ATTEMPTS = 4
"""How often a group is tried before its workers are taken to die of it."""

SETTLE_SECONDS = 5.0
"""Longest wait for running groups to notice that they are no longer wanted."""


@runtime_checkable
class Places(Protocol):
    """An executor that brings the records to its workers once, and not with every task."""

    def place(self, records: ArrayRecords) -> Records:
        """What to submit in the place of the records."""


@runtime_checkable
class Halts(Protocol):
    """An executor that can make running groups stop at their next step."""

    def halt(self) -> None:
        """Make them stop."""

    def resume(self) -> None:
        """Let later ones run again."""


def train_on(
    executor: Executor,
    tasks: Sequence[Task],
    records: ArrayRecords,
    *,
    check: Callable[[], None] | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Iterator[tuple[int, np.ndarray]]:
    """Numbers of tasks and the weights they gave, as they finish.

    ``check`` is called several times a second and may raise to stop: what has not
    begun is cancelled, what runs is stopped where the executor can. So is closing
    the iterator. ``on_progress`` is told how many models are done, counting parts of
    those in training where they are trained in this process. A task whose worker died
    is submitted again, ``WorkersLost`` is raised if that keeps happening.
    """
    work = _Work(executor, tasks, records)
    try:
        while work.fill():
            done, _ = wait(work.running, POLL_SECONDS, return_when=FIRST_COMPLETED)
            if check:
                check()
            for future in done:
                if (found := work.take(future)) is not None:
                    yield found
            if on_progress:
                on_progress(work.models_done())
    finally:
        work.stop()


class _Work:
    """What waits, what runs, and how far it is."""

    def __init__(self, executor: Executor, tasks: Sequence[Task], records: ArrayRecords) -> None:
        self._executor, self._tasks, self._records = executor, tasks, records
        self._waiting = deque(range(len(tasks)))
        self.running: dict[Future[np.ndarray], int] = {}
        self._tries: Counter[int] = Counter()
        self._epochs = [0] * len(tasks)
        self._unwanted = Event()
        self._placed: Records | None = None

    def fill(self) -> bool:
        """Submit as many as may be in flight; False once nothing is left to do."""
        while self._waiting and len(self.running) < IN_FLIGHT:
            number = self._waiting.popleft()
            try:
                self.running[self._submit(number)] = number
            except BrokenExecutor:
                self._lost(number)
        return bool(self.running)

    def take(self, future: Future[np.ndarray]) -> tuple[int, np.ndarray] | None:
        """The weights of a finished task; None if it was lost, and waits again."""
        number = self.running.pop(future)
        try:
            weights = future.result()
        except (BrokenExecutor, CancelledError):
            self._lost(number)
            return None
        self._epochs[number] = self._tasks[number].group.recipe.epochs
        return number, weights

    def models_done(self) -> float:
        """Models, counting parts of those in training."""
        parts = zip(self._tasks, self._epochs, strict=True)
        return sum(len(t.group.seeds) * epoch / t.group.recipe.epochs for t, epoch in parts)

    def stop(self) -> None:
        """Nothing is wanted any more; returns when nothing runs, or after a while."""
        if not self.running:
            return
        self._unwanted.set()
        for future in self.running:
            future.cancel()
        if isinstance(self._executor, Halts):
            self._executor.halt()
            wait(self.running, SETTLE_SECONDS)
            self._executor.resume()
        elif isinstance(self._executor, ThreadPoolExecutor):
            wait(self.running, SETTLE_SECONDS)

    def _lost(self, number: int) -> None:
        """Put it back in front, and bring the records again: they may be lost with it."""
        self._tries[number] += 1
        if self._tries[number] >= ATTEMPTS:
            raise WorkersLost(ATTEMPTS)
        self._waiting.appendleft(number)
        self._epochs[number], self._placed = 0, None

    def _submit(self, number: int) -> Future[np.ndarray]:
        """Threads can be watched from here; others get only what can be sent to them."""
        task = self._tasks[number]
        if self._placed is None:
            self._placed = self._place()
        if not isinstance(self._executor, ThreadPoolExecutor):
            return self._executor.submit(train_apart, task, self._placed)

        def on_epoch(epoch: int, _: torch.Tensor) -> None:
            self._epochs[number] = epoch

        return self._executor.submit(train_here, task, self._placed, self._still_wanted, on_epoch)

    def _place(self) -> Records:
        """The records where the workers will find them."""
        if isinstance(self._executor, ThreadPoolExecutor):
            features, labels = self._records.tensors()
            return TensorRecords(features=features, labels=labels)
        if isinstance(self._executor, Places):
            return self._executor.place(self._records)
        return self._records

    def _still_wanted(self) -> None:
        """Called before every step in a thread."""
        if self._unwanted.is_set():
            raise CancelledError
