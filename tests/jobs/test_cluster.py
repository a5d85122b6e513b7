"""A run on a cluster: real scheduler, real workers, one of them killed on the way."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec

import pytest
from jobs_kit import wait_for

from ppml_core.errors import ClusterUnavailable, InvalidValue
from ppml_core.jobs.pipeline import run
from ppml_core.jobs.pipeline.executors import training_executor
from ppml_core.jobs.progress import Silent
from ppml_core.jobs.requests import AuditRequest, FrontierRequest
from ppml_core.models.architecture import Architecture
from ppml_core.training import cluster as clusters
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

MISSING = "the package distributed is not installed (requirements-cluster.txt)"
RECIPE = TrainingRecipe(epochs=40, architecture=Architecture(hidden=(16,)))
REQUEST = AuditRequest(dataset="wine", shadows=40, recipe=RECIPE, attacks=("loss", "lira"))


@pytest.fixture(scope="module")
def installed():
    """Skips without ``distributed``; fails where it must be there."""
    if find_spec("distributed") is None:
        assert not os.environ.get("PPML_REQUIRE_CLUSTER"), MISSING
        pytest.skip(MISSING)


class Cluster:
    """Processes of a cluster on loopback."""

    def __init__(self, folder) -> None:
        self.folder, self.workers = folder, []
        self.file = folder / "scheduler.json"
        options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-jupyter")
        self.scheduler = self._start("scheduler", *options, "--scheduler-file", str(self.file))
        self.address = json.loads(wait_for(self._written))["address"]

    def add_worker(self) -> None:
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        self.workers.append(
            self._start("worker", self.address, *options, "--local-directory", str(self.folder))
        )

    def kill_worker(self) -> None:
        """As if its machine had lost power."""
        worker = self.workers.pop(0)
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _written(self) -> str:
        assert self.scheduler.poll() is None, "the scheduler ended"
        return self.file.read_text() if self.file.exists() else ""

    def _start(self, kind: str, *options: str) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        return subprocess.Popen(command, cwd=self.folder, env=environment, **quiet)


@pytest.fixture(scope="module")
def cluster(installed, tmp_path_factory):
    """A scheduler with two workers."""
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    made.add_worker()
    made.add_worker()
    yield made
    made.end()


class Saboteur(Silent):
    """Kills a worker as soon as some models are done and others are not."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster, self.reports = cluster, []

    def progress(self, stage: str, done: int, total: int) -> None:
        if stage.startswith("Training") and 30 < done < 90 and len(self.cluster.workers) == 2:
            self.cluster.kill_worker()

    def partial(self, report) -> None:
        self.reports.append(report)


def test_a_run_on_a_cluster_survives_a_worker_and_gives_the_same_report(cluster, monkeypatch):
    here = run(REQUEST)
    saboteur = Saboteur(cluster)
    monkeypatch.setenv("PPML_SCHEDULER", cluster.address)
    there = run(REQUEST, reporter=saboteur)
    assert len(cluster.workers) == 1
    assert replace(there, seconds=here.seconds) == here
    assert [report.models for report in saboteur.reports] == [8, 16, 32]


def test_a_frontier_on_a_cluster_is_the_same(cluster, monkeypatch):
    sgd = replace(RECIPE, epochs=3, optimizer="sgd")
    request = FrontierRequest(
        dataset="wine", recipe=sgd, epsilons=(4.0,), clips=(1.0,), shadows=8, attacks=("loss",)
    )
    here = run(request)
    monkeypatch.setenv("PPML_SCHEDULER", cluster.address)
    assert replace(run(request), seconds=here.seconds) == here


def test_without_the_package_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setenv("PPML_SCHEDULER", "tcp://127.0.0.1:8786")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterUnavailable, match=r"pip install -r requirements-cluster\.txt"):
        training_executor()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{port}", "nonsense", "ftp://x:1"])
def test_a_scheduler_that_does_not_answer_is_named(installed, monkeypatch, address):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = address.format(port=free.getsockname()[1])
    monkeypatch.setattr(clusters, "ANSWER_SECONDS", 1.0)
    monkeypatch.setenv("PPML_SCHEDULER", address)
    with pytest.raises(ClusterUnavailable, match=f"No scheduler answers at {address}"):
        training_executor()


def test_a_scheduler_without_workers_is_named(installed, monkeypatch, tmp_path):
    alone = Cluster(tmp_path)
    monkeypatch.setattr(clusters, "ANSWER_SECONDS", 1.0)
    monkeypatch.setenv("PPML_SCHEDULER", alone.address)
    try:
        with pytest.raises(ClusterUnavailable, match="has no workers"):
            training_executor()
    finally:
        alone.end()


def test_processes_give_the_same_report(monkeypatch):
    request = replace(
        REQUEST, shadows=16, recipe=replace(RECIPE, privacy=DPSGDConfig(noise_multiplier=1.0))
    )
    here = run(request)
    monkeypatch.setenv("PPML_TRAIN_PROCESSES", "2")
    assert replace(run(request), seconds=here.seconds) == here


@pytest.mark.parametrize("named", ["two", "0", "1.5"])
def test_a_number_of_processes_that_is_none_is_refused(monkeypatch, named):
    monkeypatch.setenv("PPML_TRAIN_PROCESSES", named)
    with pytest.raises(InvalidValue, match="PPML_TRAIN_PROCESSES"):
        training_executor()
