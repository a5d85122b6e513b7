"""What the tests of this room share: a small dataset, requests, patience."""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path

import numpy as np

from ppml_core.datasets.card import DatasetCard
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.files import save_dataset
from ppml_core.jobs import data, processes
from ppml_core.jobs.requests import AuditRequest

HERE = str(Path(__file__).parent)
TOKEN = "a-token-of-a-small-upload"
REF = f"upload:{TOKEN}"
PATIENCE = 60.0
"""A deadline for what must happen, not a claim about how fast it is."""
LONG = 1000
"""Steps of a run that does not end by itself during a test."""


_seeds = itertools.count(10_000)


def wait_for(condition, deadline=PATIENCE):
    """Poll until it holds; fail the test if it never does."""
    end = time.monotonic() + deadline
    while not (value := condition()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)
    return value


def wait_for_state(bench, run_id, *states):
    """The view of the run once it is in one of these states."""

    def look():
        view = bench.view(run_id)
        return view if view.state in states else None

    return wait_for(look)


def make_request(seed=None, shadows=4):
    """A request like no other, unless ``seed`` is given: it may name a behaviour of the
    fake pipeline. ``shadows`` is the number of its steps."""
    seed = next(_seeds) if seed is None else seed
    return AuditRequest(dataset=REF, seed=seed, shadows=shadows)


def times_computed(request):
    """How often the fake pipeline has been called for the request."""
    return len(list(Path(os.environ["FAKE_PIPELINE_MARKS"]).glob(f"{request.seed}-*")))


def small_dataset():
    return Dataset(
        name="small",
        features=np.linspace(0, 1, 60, dtype=np.float32).reshape(20, 3),
        labels=np.arange(20, dtype=np.int64) % 2,
        feature_names=("a", "b", "c"),
        label_names=("no", "yes"),
        record_ids=np.arange(20, dtype=np.int64),
    )


def small_card(sha256, ref=REF):
    return DatasetCard(
        ref=ref,
        name="small",
        title="Small",
        kind="table",
        n=20,
        n_features=3,
        n_classes=2,
        label_names=("no", "yes"),
        class_counts=(10, 10),
        sha256=sha256,
    )


def put_data(store):
    """A prepared upload, without the detour through a file format."""
    dataset = small_dataset()
    save_dataset(dataset, data.prepared_path(store.home, REF, dataset.sha256))
    store.data.put_card(small_card(dataset.sha256), "A")


def owner_of(bench, run_id):
    """(pid, birth) of the process that has the run."""
    run = bench.store.runs.get(run_id)
    return run.pid, run.born


def stop_workers(store):
    """End every worker of the store, and wait until it is gone."""
    for worker in store.workers.all():
        store.workers.remove(worker.token)
        if worker.pid:
            processes.kill(worker.pid, worker.born)
            wait_for(lambda w=worker: not processes.alive(w.pid, w.born))
