"""From a request to its report, through a real worker process, with the rows on a server."""

from __future__ import annotations

import time

import postgres_kit
import pytest

from ppml_core.jobs import processes
from ppml_core.jobs.requests import TrainRequest
from ppml_core.jobs.service import Workbench
from ppml_core.models.architecture import Architecture
from ppml_core.storage.address import VARIABLE
from ppml_core.training.recipe import TrainingRecipe

pytestmark = pytest.mark.xdist_group("postgres")
PATIENCE = 120.0
"""A deadline for what must happen, not a claim about how fast it is."""


@pytest.fixture
def bench(tmp_path, schema, monkeypatch):
    monkeypatch.setenv(VARIABLE, schema)
    bench = Workbench(tmp_path / "home", 1)
    yield bench
    for worker in bench.store.workers.all():
        bench.store.workers.remove(worker.token)
        processes.kill(worker.pid or 0, worker.pid_created or 0.0)
    bench.close()


def test_a_run_through_a_worker_process(bench, schema):
    recipe = TrainingRecipe(epochs=2, architecture=Architecture(hidden=(8,)))
    run_id = bench.submit(TrainRequest(dataset="digits", recipe=recipe), session="A")
    end = time.monotonic() + PATIENCE
    while bench.view(run_id).live:
        assert time.monotonic() < end, "it never ended"
        time.sleep(0.1)
    view = bench.view(run_id)
    assert (view.state, view.error) == ("finished", None)
    assert bench.report(run_id).dataset.sha256 == bench.card("digits").sha256
    query = "SELECT run_id, state, host FROM runs"
    assert postgres_kit.execute(schema, query) == [(run_id, "finished", processes.this_host())]
    assert not bench.store.home.database.exists()
    again = Workbench(bench.store.home.root, 1)
    assert [run.run_id for run in again.runs(session="A")] == [run_id]
    again.close()
