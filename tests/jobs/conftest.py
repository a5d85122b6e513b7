from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from ppml_core.datasets.card import DatasetCard
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.files import save_dataset
from ppml_core.jobs import data, processes
from ppml_core.jobs.requests import AuditRequest
from ppml_core.jobs.service import Workbench

TOKEN = "a-token-of-a-small-upload"
REF = f"upload:{TOKEN}"
PATIENCE = 60.0
"""A deadline for things that must happen, not a claim about how fast they are."""


def wait_for(condition, deadline=PATIENCE):
    """Poll until it holds; fail the test if it never does."""
    end = time.monotonic() + deadline
    while not (value := condition()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)
    return value


def wait_for_state(bench, run_id, *states):
    return wait_for(lambda: (v := bench.view(run_id)).state in states and v)


def request(seed=0, shadows=4):
    return AuditRequest(dataset=REF, seed=seed, shadows=shadows)


def put_data(store):
    """A prepared upload, without the detour through a file format."""
    dataset = Dataset(
        name="small",
        features=np.linspace(0, 1, 60, dtype=np.float32).reshape(20, 3),
        labels=np.arange(20, dtype=np.int64) % 2,
        feature_names=("a", "b", "c"),
        label_names=("no", "yes"),
        record_ids=np.arange(20, dtype=np.int64),
    )
    save_dataset(dataset, data.prepared_path(store.home, REF, dataset.sha256))
    card = DatasetCard(
        ref=REF, name="small", title="Small", kind="table", n=20, n_features=3, n_classes=2,
        label_names=("no", "yes"), class_counts=(10, 10), sha256=dataset.sha256,
    )  # fmt: skip
    store.data.put_card(card, "A")
    return dataset


def stop_workers(store):
    """End every worker of the store, and wait until it is gone."""
    for worker in store.workers.all():
        store.workers.remove(worker.token)
        if worker.pid:
            processes.kill(worker.pid, worker.pid_created)
            wait_for(lambda w=worker: not processes.alive(w.pid, w.pid_created))


@pytest.fixture
def marks(tmp_path, monkeypatch):
    """A folder with one file for every run that was computed."""
    folder = tmp_path / "marks"
    folder.mkdir()
    monkeypatch.setenv("FAKE_PIPELINE_MARKS", str(folder))
    return folder


@pytest.fixture
def fake_path(monkeypatch):
    """Let workers import the fake pipeline."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


@pytest.fixture
def open_bench(tmp_path, fake_path):
    """Makes workbenches on one home; stops all workers at the end."""
    made = []

    def make(workers=1, pipeline="fake_pipeline:run", idle_seconds=60.0):
        bench = Workbench(tmp_path / "home", workers, pipeline=pipeline, idle_seconds=idle_seconds)
        if bench.store.data.card(REF) is None:
            put_data(bench.store)
        made.append(bench)
        return bench

    yield make
    for bench in made:
        stop_workers(bench.store)
        bench.close()


@pytest.fixture
def bench(open_bench):
    return open_bench()


def process_gone(pid):
    return not os.path.exists(f"/proc/{pid}")
