"""Processes killed at any moment: nothing is lost, nothing lies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import fake_pipeline
import pytest
from jobs_kit import (
    HERE,
    LONG,
    make_request,
    owner_of,
    stop_workers,
    times_computed,
    wait_for,
    wait_for_state,
)

from ppml_core.jobs import processes, requests, supervisor

SUBMIT_AND_HANG = """
import sys, time
from pathlib import Path
from ppml_core.jobs import requests
from ppml_core.jobs.service import Workbench
bench = Workbench(Path(sys.argv[1]), 1, pipeline="fake_pipeline:run")
print(bench.submit(requests.from_json(sys.argv[2].encode()), session="A"), flush=True)
time.sleep(600)
"""


def test_a_killed_worker_fails_its_run_which_can_be_repeated(bench):
    request = make_request(shadows=10)
    run_id = bench.submit(request, session="A")
    wait_for(lambda: bench.report(run_id))
    pid, created = owner_of(bench, run_id)
    os.kill(pid, signal.SIGKILL)
    view = wait_for_state(bench, run_id, "failed")
    assert view.error.startswith("Its worker process ended unexpectedly")
    assert bench.report(run_id).models < 10  # what there was is still there
    assert bench.submit(request, session="A") == run_id
    wait_for_state(bench, run_id, "finished")
    assert times_computed(request) == 2
    assert not processes.alive(pid, created)


def test_a_run_that_kills_its_worker_is_not_tried_again_by_itself(bench):
    request = make_request(seed=fake_pipeline.DEADLY)
    run_id = bench.submit(request, session="A")
    after = bench.submit(make_request(), session="A")
    assert wait_for_state(bench, run_id, "failed").error == supervisor.DIED
    wait_for_state(bench, after, "finished")
    assert times_computed(request) == 1


def test_a_run_survives_the_server_and_is_found_by_the_next(open_bench, home):
    bench = open_bench()
    request = make_request(shadows=10)
    server = subprocess.Popen(
        [sys.executable, "-c", SUBMIT_AND_HANG, str(home), requests.to_json(request).decode()],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": HERE},
        text=True,
    )
    with server:
        run_id = server.stdout.readline().strip()
        wait_for(lambda: bench.store.runs.report(run_id))
        server.kill()
    process = owner_of(bench, run_id)
    restarted = open_bench()
    assert restarted.view(run_id).live
    assert owner_of(restarted, run_id) == process  # adopted, not started again
    wait_for_state(restarted, run_id, "finished")
    assert restarted.report(run_id).models == 10
    assert times_computed(request) == 1


def test_after_a_restart_runs_without_their_process_are_marked_failed(open_bench):
    bench = open_bench()
    request = make_request(shadows=LONG)
    run_id = bench.submit(request, session="A")
    wait_for(lambda: bench.store.runs.report(run_id))
    stop_workers(bench.store)
    assert bench.store.runs.get(run_id).state == "running"  # nobody has looked yet
    assert open_bench().store.runs.get(run_id).state == "failed"


def test_a_run_queued_by_a_server_that_was_killed_is_computed(open_bench, monkeypatch):
    bench = open_bench()
    monkeypatch.setattr(bench._supervisor, "tend", lambda: None)  # killed before it started any
    run_id = bench.submit(make_request(), session="A")
    assert bench.store.workers.all() == []
    wait_for_state(open_bench(), run_id, "finished")


def test_workers_of_other_code_end_and_new_ones_start(open_bench, monkeypatch):
    bench = open_bench()
    running = bench.submit(make_request(shadows=15), session="A")
    wait_for_state(bench, running, "running")
    old = owner_of(bench, running)
    monkeypatch.setattr(supervisor, "code_stamp", lambda: "of the next version")
    updated = open_bench()
    after = updated.submit(make_request(), session="A")
    wait_for_state(updated, running, "finished")  # by the old one, undisturbed
    wait_for_state(updated, after, "finished")
    assert owner_of(updated, running) == old
    assert owner_of(updated, after) != old
    wait_for(lambda: not processes.alive(*old))


def test_another_process_with_the_same_pid_is_not_the_worker():
    me = processes.identity("token")
    assert processes.alive(me.pid, me.born)
    assert not processes.alive(me.pid, f"{me.born}0")
    processes.kill(me.pid, f"{me.born}0")  # we are still here


def test_a_place_reserved_by_a_killed_process_is_freed(open_bench, monkeypatch):
    bench = open_bench()
    assert len(bench.store.workers.reserve(1)) == 1
    monkeypatch.setattr(supervisor, "START_SECONDS", -1.0)
    run_id = bench.submit(make_request(), session="A")
    monkeypatch.undo()
    monkeypatch.setenv("PYTHONPATH", HERE)
    wait_for_state(bench, run_id, "finished")


def test_a_stopped_worker_is_ended_and_told_from_a_working_one(open_bench, monkeypatch):
    bench = open_bench()
    monkeypatch.setattr(supervisor, "HUNG_SECONDS", 3.0)
    monkeypatch.setattr(supervisor, "LEAVE_SECONDS", 0.5)
    run_id = bench.submit(make_request(shadows=LONG), session="A")
    wait_for(lambda: bench.report(run_id))
    process = owner_of(bench, run_id)
    os.kill(process[0], signal.SIGSTOP)
    view = wait_for_state(bench, run_id, "failed")
    assert view.error == supervisor.HUNG
    wait_for(lambda: bench._supervisor.tend() or not processes.alive(*process))


@pytest.mark.parametrize("named", ["0", "-1", "many", "1000"])
def test_a_wrong_number_of_workers_is_refused(home, monkeypatch, named):
    from ppml_core.errors import InvalidValue
    from ppml_core.jobs.service import Workbench

    monkeypatch.setenv("PPML_WORKERS", named)
    with pytest.raises(InvalidValue, match=r"workers|PPML_WORKERS"):
        Workbench(home)
