"""Groups that are trained side by side give what they give one after another."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import BrokenExecutor, CancelledError, Future, ThreadPoolExecutor

import numpy as np
import psutil
import pytest
import torch

from ppml_core.errors import RunCancelled, TrainingDiverged, WorkerMismatch, WorkersLost
from ppml_core.models.architecture import Architecture
from ppml_core.training import schedule, tasks
from ppml_core.training.executors import Processes, Threads
from ppml_core.training.groups import SHARED_GROUP
from ppml_core.training.membership import balanced_membership
from ppml_core.training.population import train_population
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

SMALL = Architecture(hidden=(7,))
PLAIN = TrainingRecipe(architecture=SMALL, epochs=3, batch_size=16)
PRIVATE = TrainingRecipe(
    architecture=SMALL, epochs=3, batch_size=16, privacy=DPSGDConfig(noise_multiplier=1.0)
)
LONG = TrainingRecipe(architecture=SMALL, epochs=1000, batch_size=1)
"""Does not end by itself during a test."""


def halves(models: int) -> np.ndarray:
    return balanced_membership(90, 45, models, seed=0)


def reference(blobs, recipe, models):
    """The same groups one after another in this thread."""
    return train_population(blobs, halves(models), recipe, group_size=SHARED_GROUP).weights


@pytest.fixture(scope="module")
def processes():
    with Processes(2) as pool:
        yield pool


@pytest.mark.parametrize("recipe", [PLAIN, PRIVATE], ids=["plain", "private"])
def test_threads_give_the_same_weights(blobs, recipe):
    with Threads(2) as threads:
        side_by_side = train_population(blobs, halves(40), recipe, executor=threads).weights
    np.testing.assert_array_equal(side_by_side, reference(blobs, recipe, 40))


@pytest.mark.parametrize("recipe", [PLAIN, PRIVATE], ids=["plain", "private"])
def test_processes_give_the_same_weights(blobs, recipe, processes):
    apart = train_population(blobs, halves(40), recipe, executor=processes).weights
    np.testing.assert_array_equal(apart, reference(blobs, recipe, 40))


def test_other_data_reaches_processes_that_have_seen_some(blobs, processes):
    from dataclasses import replace

    other = replace(blobs, features=1.0 - blobs.features)
    for data in (blobs, other, blobs):
        apart = train_population(data, halves(4), PLAIN, executor=processes).weights
        np.testing.assert_array_equal(apart, reference(data, PLAIN, 4))


def test_all_cores_are_used_again_after_the_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    with Threads(1) as threads:
        assert threads.submit(torch.get_num_threads).result() == 1
        assert torch.get_num_threads() == 2
    with ThreadPoolExecutor(1) as later:
        assert later.submit(torch.get_num_threads).result() == 2
    torch.set_num_threads(before)


def test_progress_is_told_and_ends_at_all(blobs):
    told, groups = [], []
    with Threads(2) as threads:
        train_population(
            blobs,
            halves(40),
            PLAIN,
            executor=threads,
            on_progress=told.append,
            on_group=lambda done, total: groups.append((done, total)),
        )
    assert told == sorted(told)
    assert told[-1] == 40
    assert [done for done, _ in groups] in ([32, 40], [8, 40])


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_a_cancelled_run_stops_what_runs(blobs, kind, processes):
    def cancel() -> None:
        if time.monotonic() - began > 0.5:
            raise RunCancelled

    executor = Threads(2) if kind == "threads" else processes
    began = time.monotonic()
    with pytest.raises(RunCancelled):
        train_population(blobs, halves(90), LONG, executor=executor, check=cancel)
    later = [executor.submit(os.getpid) for _ in range(2)]  # nothing is in the way
    assert all(future.result(timeout=60) for future in later)
    after = train_population(blobs, halves(4), PLAIN, executor=executor).weights
    np.testing.assert_array_equal(after, reference(blobs, PLAIN, 4))
    if kind == "threads":
        executor.shutdown()


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_an_error_in_a_group_arrives_as_it_was_raised(blobs, kind, processes):
    hot = TrainingRecipe(architecture=SMALL, learning_rate=1e30, epochs=20, optimizer="sgd")
    executor = Threads(2) if kind == "threads" else processes
    with pytest.raises(TrainingDiverged, match=r"Lower the learning rate \(1e\+30\)"):
        train_population(blobs, halves(40), hot, executor=executor)
    if kind == "threads":
        executor.shutdown()


def test_a_killed_process_is_replaced_and_its_groups_trained_again(blobs):
    recipe = TrainingRecipe(architecture=SMALL, epochs=20, batch_size=16)
    with Processes(2) as pool:
        victim = pool.submit(os.getpid).result()

        def on_group(done: int, total: int) -> None:
            if done <= SHARED_GROUP:
                os.kill(victim, signal.SIGKILL)
                gone = psutil.Process(victim) if psutil.pid_exists(victim) else None
                if gone:
                    gone.wait(60)

        weights = train_population(
            blobs, halves(40), recipe, executor=pool, on_group=on_group
        ).weights
    assert not psutil.pid_exists(victim)
    np.testing.assert_array_equal(weights, reference(blobs, recipe, 40))


class Unlucky(ThreadPoolExecutor):
    """Loses the first ``deaths`` tasks that it is given."""

    def __init__(self, deaths: int) -> None:
        super().__init__(1)
        self.deaths, self.most, self.open = deaths, 0, 0
        self.lock = threading.Lock()

    def submit(self, fn, /, *args, **kwargs):
        with self.lock:
            self.open += 1
            self.most = max(self.most, self.open)
        if self.deaths:
            self.deaths -= 1
            lost: Future = Future()
            lost.set_exception(BrokenExecutor() if self.deaths % 2 else CancelledError())
            self._closed(lost)
            return lost
        future = super().submit(fn, *args, **kwargs)
        future.add_done_callback(self._closed)
        return future

    def _closed(self, _: Future) -> None:
        with self.lock:
            self.open -= 1


def test_lost_groups_are_submitted_again(blobs):
    with Unlucky(deaths=5) as executor:
        weights = train_population(blobs, halves(64), PLAIN, executor=executor).weights
    np.testing.assert_array_equal(weights, reference(blobs, PLAIN, 64))


def test_a_group_that_is_always_lost_ends_the_run(blobs):
    with Unlucky(deaths=1000) as executor, pytest.raises(WorkersLost, match="4 times"):
        train_population(blobs, halves(4), PLAIN, executor=executor)


def test_few_groups_are_in_flight(blobs, monkeypatch):
    monkeypatch.setattr(schedule, "IN_FLIGHT", 3)
    with Unlucky(deaths=0) as executor:
        train_population(blobs, halves(64), PLAIN, group_size=4, executor=executor)
    assert executor.most == 3


def test_a_worker_of_another_version_is_refused(blobs, processes, monkeypatch):
    monkeypatch.setattr(tasks, "__version__", "0.0.1")
    with pytest.raises(WorkerMismatch, match=r"and this process version 0\.0\.1 with torch"):
        train_population(blobs, halves(4), PLAIN, executor=processes)
