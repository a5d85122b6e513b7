"""Several processes on one store at once: what is promised to one holds among all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from claiming import PLACES, RUNS
from storage_kit import ME, new

from ppml_core.errors import StoreUnavailable
from ppml_core.jobs import supervisor
from ppml_core.jobs.supervisor import Supervisor, WorkerSettings
from ppml_core.storage.records import Owner

HERE = Path(__file__).parent
COUNT = 3


def together(home, url):
    """What each of some processes was given that did the same at the same time."""
    command = [sys.executable, HERE / "claiming.py", str(home), url or ""]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    paths = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": paths}
    started = [subprocess.Popen(command, env=environment, **pipes) for _ in range(COUNT)]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    return [json.loads(process.communicate(timeout=120)[0]) for process in started]


def test_every_run_is_queued_and_claimed_once_and_no_place_is_given_twice(tmp_path, url):
    given = together(tmp_path / "home", url)
    every = sorted(map(str, range(RUNS)))
    assert sorted(name for got in given for name in got["queued"]) == every
    assert sorted(name for got in given for name in got["claimed"]) == every
    places = [token for got in given for token in got["places"]]
    assert len(places) == len(set(places)) == PLACES


def test_every_machine_has_places_of_its_own(open_store):
    one, two = open_store(host="one"), open_store(host="two")
    assert len(one.workers.reserve(2, "old")) == 2
    assert len(two.workers.reserve(2, "other")) == 2
    assert one.workers.reserve(2) == []
    two.workers.dismiss_others("new")
    assert {worker.dismissed for worker in one.workers.all()} == {False}
    assert {(worker.host, worker.dismissed) for worker in two.workers.all()} == {("two", True)}
    assert not one.workers.start_failed(2)
    assert not two.workers.start_failed(2)
    assert one.workers.start_failed(2)


def test_a_run_on_another_machine_is_judged_by_its_signs_of_life(store, monkeypatch):
    """A process of that number may well be missing here."""
    elsewhere = Owner(token="far", pid=ME.pid, born=ME.born, host="elsewhere")
    store.runs.submit(new(), "A")
    store.runs.claim(elsewhere)
    watch = Supervisor(store, WorkerSettings(limit=1))
    watch.clear_up()
    assert store.runs.get("r").state == "running"
    monkeypatch.setattr(supervisor, "HUNG_SECONDS", -1.0)
    watch.clear_up()
    run = store.runs.get("r")
    assert (run.state, run.error) == ("failed", supervisor.LOST)


def test_silence_while_the_store_is_away_is_not_counted(store, monkeypatch):
    """Nobody could write a sign of life; whoever lives will, once it is back."""
    store.runs.submit(new(), "A")
    store.runs.claim(Owner(token="far", pid=1, born="boot:1", host="elsewhere"))
    now = [0.0]
    clock = SimpleNamespace(monotonic=lambda: now[0], time=time.time)
    monkeypatch.setattr(supervisor, "time", clock)
    watch = Supervisor(store, WorkerSettings(limit=1))
    watch.clear_up()
    now[0] = 2 * supervisor.HUNG_SECONDS
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(store.runs, "running", _away)
        with pytest.raises(StoreUnavailable):
            watch.clear_up()
    watch.clear_up()
    assert store.runs.get("r").state == "running"
    now[0] = 4 * supervisor.HUNG_SECONDS
    watch.clear_up()
    assert store.runs.get("r").state == "failed"


def _away():
    raise StoreUnavailable("away")


def test_a_run_from_before_machines_had_names_is_judged_as_one_of_this(store, monkeypatch):
    store.runs.submit(new(), "A")
    store.runs.claim(Owner(token="old", pid=ME.pid, born=ME.born, host=None))
    Supervisor(store, WorkerSettings(limit=1)).clear_up()
    assert store.runs.get("r").error == supervisor.DIED
