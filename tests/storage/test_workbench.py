"""From a request to its report, through a real worker process, with the rows on a server."""

from __future__ import annotations

import time
from contextlib import suppress

import postgres_kit
import pytest

from ppml_core.errors import StoreUnavailable
from ppml_core.jobs import processes
from ppml_core.jobs.requests import TrainRequest
from ppml_core.jobs.service import Workbench
from ppml_core.models.architecture import Architecture
from ppml_core.storage.address import VARIABLE
from ppml_core.training.recipe import TrainingRecipe

PATIENCE = 120.0
"""A deadline for what must happen, not a claim about how fast it is."""


@pytest.fixture(scope="module")
def schema(server):
    with postgres_kit.schema(server) as url:
        yield url


@pytest.fixture(scope="module")
def bench(tmp_path_factory, schema):
    """One workbench with one worker, as a server process with that environment makes it."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(VARIABLE, schema)
        bench = Workbench(tmp_path_factory.mktemp("home"), 1)
        yield bench
        for worker in bench.store.workers.all():
            bench.store.workers.remove(worker.token)
            processes.kill(worker.pid or 0, worker.born)
        bench.close()


def request(epochs):
    recipe = TrainingRecipe(epochs=epochs, architecture=Architecture(hidden=(8,)))
    return TrainRequest(dataset="digits", recipe=recipe)


def wait_for(condition):
    """Poll until it holds; a server that is not there is asked again."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(StoreUnavailable):
            if value := condition():
                return value
        time.sleep(0.05)
    raise AssertionError("it never happened")


def ended(bench, run_id):
    view = bench.view(run_id)
    return None if view.live else view


def test_a_run_through_a_worker_process(bench, schema):
    run_id = bench.submit(request(epochs=2), session="A")
    view = wait_for(lambda: ended(bench, run_id))
    assert (view.state, view.error) == ("finished", None)
    assert bench.report(run_id).dataset.sha256 == bench.card("digits").sha256
    query = "SELECT run_id, state, host FROM runs ORDER BY queued"
    assert postgres_kit.execute(schema, query) == [(run_id, "finished", processes.this_host())]
    assert not bench.store.home.database.exists()
    again = Workbench(bench.store.home.root, 1)
    assert [run.run_id for run in again.runs(session="A")] == [run_id]
    again.close()


def test_a_run_survives_a_server_that_is_killed_and_started_again(bench, server):
    if server.control is None:
        pytest.skip("the server is not ours to stop")
    run_id = bench.submit(request(epochs=400), session="A")
    wait_for(lambda: bench.view(run_id).progress.done > 0)
    server.control("stop", "-m", "immediate")
    with pytest.raises(StoreUnavailable, match="PPML_DATABASE_URL"):
        bench.report(run_id)
    server.control("start")
    view = wait_for(lambda: ended(bench, run_id))
    assert (view.state, view.error) == ("finished", None)
    assert bench.store.runs.get(run_id).attempt == 1
