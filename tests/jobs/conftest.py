from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # importlib mode puts nothing there
    sys.path.append(HERE)

from jobs_kit import REF, put_data, stop_workers  # noqa: E402

from ppml_core.jobs.service import Workbench  # noqa: E402


@pytest.fixture
def marks(tmp_path, monkeypatch):
    """A folder that gets one file each time a run is really computed."""
    folder = tmp_path / "marks"
    folder.mkdir()
    monkeypatch.setenv("FAKE_PIPELINE_MARKS", str(folder))
    return folder


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def open_bench(home, monkeypatch):
    """Makes workbenches on one home with the fake pipeline; stops all workers at the end."""
    monkeypatch.setenv("PYTHONPATH", HERE)
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


@pytest.fixture
def bench(open_bench):
    return open_bench()
