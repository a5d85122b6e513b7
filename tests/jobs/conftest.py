from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # importlib mode puts nothing there
    sys.path.append(HERE)

from jobs_kit import REF, put_data, stop_workers  # noqa: E402

from ppml_core.jobs.service import Workbench  # noqa: E402


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """What worker processes inherit: where the fake pipeline is, and where it leaves marks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", HERE)
        patch.setenv("FAKE_PIPELINE_MARKS", str(tmp_path_factory.mktemp("marks")))
        yield


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def open_bench(home, environment):
    """Makes workbenches on one new home; stops all workers at the end."""
    made = []

    def make(workers=1, pipeline="fake_pipeline:run", idle_seconds=60.0):
        bench = Workbench(home, workers, pipeline=pipeline, idle_seconds=idle_seconds)
        made.append(bench)
        if bench.store.data.card(REF) is None:
            put_data(bench.store)
        return bench

    yield make
    for bench in made:
        stop_workers(bench.store)
        bench.close()


@pytest.fixture(scope="module")
def shared(environment, tmp_path_factory):
    """One workbench with one worker, which the tests of a file use in turn."""
    bench = Workbench(tmp_path_factory.mktemp("shared"), 1, pipeline="fake_pipeline:run")
    put_data(bench.store)
    yield bench
    stop_workers(bench.store)
    bench.close()


@pytest.fixture
def bench(shared):
    """The shared workbench, with nothing left running afterwards."""
    yield shared
    for run in shared.store.runs.running():
        shared.store.runs.cancel(run.run_id)
    for run_id in shared.store.runs.waiting():
        shared.store.runs.cancel(run_id)
