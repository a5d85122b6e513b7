"""Submitting, watching and cancelling, with real worker processes and a fake pipeline."""

from __future__ import annotations

import subprocess
import sys

import fake_pipeline
import pytest
from jobs_kit import (
    LONG,
    REF,
    make_request,
    owner_of,
    times_computed,
    wait_for,
    wait_for_state,
)

from ppml_core.errors import NotYours, RunNotFound, UnknownName, UploadNotFound
from ppml_core.jobs import processes, requests
from ppml_core.jobs.requests import AuditRequest


def test_a_run_is_computed_with_progress_and_partial_reports(bench):
    run_id = bench.submit(make_request(shadows=12), session="A")
    assert bench.view(run_id).progress is not None

    def training():
        progress = bench.view(run_id).progress
        return progress if progress.eta_seconds is not None else None

    progress = wait_for(training)
    assert progress.stage == "Training"
    assert progress.total == 12
    assert wait_for(lambda: bench.report(run_id)).models < 12
    done = wait_for_state(bench, run_id, "finished")
    assert done.error is None
    assert done.seconds > 0
    assert done.progress.done == done.progress.total
    report = bench.report(run_id)
    assert report.models == 12
    assert report.dataset.sha256 == bench.card(REF).sha256


def test_an_identical_request_is_answered_from_the_finished_run(bench):
    request = make_request()
    first = bench.submit(request, session="A")
    wait_for_state(bench, first, "finished")
    assert bench.submit(request, session="B") == first
    assert bench.view(first).state == "finished"
    assert times_computed(request) == 1
    assert bench.submit(make_request(), session="B") != first


PRESS = """
import sys, threading, time
from pathlib import Path
from ppml_core.jobs import requests
from ppml_core.jobs.service import Workbench
bench = Workbench(Path(sys.argv[1]), 2, pipeline="fake_pipeline:run")
request = requests.from_json(sys.argv[2].encode())
start, ids = threading.Barrier(10), []
def press(number):
    start.wait()
    ids.append(bench.submit(request, session=f"{sys.argv[3]}-{number}"))
threads = [threading.Thread(target=press, args=(i,)) for i in range(10)]
print("ready", flush=True)
sys.stdin.readline()
for thread in threads: thread.start()
for thread in threads: thread.join()
print(*ids, flush=True)
"""


def test_thirty_simultaneous_submits_of_three_processes_compute_one_run(open_bench, home):
    bench, request = open_bench(workers=2), make_request()
    command = [sys.executable, "-c", PRESS, str(home), requests.to_json(request).decode()]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    servers = [subprocess.Popen([*command, name], **pipes) for name in "ABC"]
    assert [server.stdout.readline() for server in servers] == ["ready\n"] * 3
    for server in servers:
        server.stdin.write("go\n")
        server.stdin.flush()
    ids = " ".join(server.communicate()[0] for server in servers).split()
    assert [server.returncode for server in servers] == [0, 0, 0]
    assert len(ids) == 30
    assert len(set(ids)) == 1
    wait_for_state(bench, ids[0], "finished")
    assert times_computed(request) == 1
    for session in (f"{name}-{number}" for name in "ABC" for number in range(10)):
        assert [view.run_id for view in bench.runs(session=session)] == [ids[0]]


def test_no_more_workers_than_allowed(open_bench):
    bench = open_bench(workers=2)
    ids = [bench.submit(make_request(shadows=LONG), session="A") for _ in range(5)]
    wait_for(lambda: sum(bench.view(i).state == "running" for i in ids) == 2)
    assert len(bench.store.workers.all()) == 2
    positions = [bench.view(i).position for i in ids]
    assert sorted(p for p in positions if p) == [1, 2, 3]
    assert bench.view(ids[4]).progress.stage == "Waiting for 2 other runs"


def test_nobody_waits_behind_the_heap_of_another(open_bench):
    bench = open_bench()
    mine = [bench.submit(make_request(), session="busy") for _ in range(5)]
    theirs = bench.submit(make_request(), session="new")
    wait_for_state(bench, theirs, "finished")
    assert sum(bench.view(i).state == "finished" for i in mine) <= 2
    for run_id in mine:
        wait_for_state(bench, run_id, "finished")
    started = [bench.view(run_id).started for run_id in mine]
    assert started == sorted(started)


def test_cancel_a_queued_run(bench):
    running = bench.submit(make_request(shadows=LONG), session="A")
    queued = bench.submit(make_request(), session="A")
    bench.cancel(queued, session="A")
    assert bench.view(queued).state == "cancelled"
    assert bench.view(running).live


def test_cancel_keeps_the_partial_report_and_the_worker(bench):
    run_id = bench.submit(make_request(shadows=LONG), session="A")
    wait_for(lambda: bench.report(run_id))
    process = owner_of(bench, run_id)
    bench.cancel(run_id, session="A")
    assert bench.view(run_id).state == "cancelled"
    assert bench.report(run_id).models < LONG
    again = bench.submit(make_request(), session="A")
    wait_for_state(bench, again, "finished")
    assert owner_of(bench, again) == process


def test_cancel_of_a_run_that_does_not_listen_ends_its_process(bench):
    run_id = bench.submit(make_request(seed=fake_pipeline.DEAF), session="A")
    after = bench.submit(make_request(), session="A")
    wait_for_state(bench, run_id, "running")
    process = owner_of(bench, run_id)
    bench.cancel(run_id, session="A")
    assert bench.view(run_id).state == "cancelled"
    wait_for(lambda: not processes.alive(*process))
    assert wait_for_state(bench, after, "finished").error is None


def test_a_cancelled_run_can_be_submitted_again(bench):
    request = make_request(shadows=20)
    run_id = bench.submit(request, session="A")
    wait_for(lambda: bench.report(run_id))
    bench.cancel(run_id, session="A")
    assert bench.submit(request, session="A") == run_id
    assert bench.view(run_id).live
    wait_for_state(bench, run_id, "finished")
    assert bench.report(run_id).models == 20
    assert times_computed(request) == 2


def test_cancel_of_a_finished_run_changes_nothing(bench):
    run_id = bench.submit(make_request(), session="A")
    wait_for_state(bench, run_id, "finished")
    bench.cancel(run_id, session="A")
    assert bench.view(run_id).state == "finished"


@pytest.mark.parametrize(
    ("behaviour", "sentence"),
    [
        (fake_pipeline.REFUSED, "This attack needs at least two classes."),
        (fake_pipeline.HUNGRY, "There was not enough memory"),
        (fake_pipeline.BROKEN, "Something unexpected went wrong (ZeroDivisionError)"),
    ],
)
def test_a_failure_is_told_in_a_sentence_and_can_be_repeated(bench, behaviour, sentence):
    request = make_request(seed=behaviour)
    for times in (1, 2):
        run_id = bench.submit(request, session="A")
        view = wait_for_state(bench, run_id, "failed")
        assert times_computed(request) == times
        assert view.error.startswith(sentence)
        assert "/" not in view.error
        assert "Traceback" not in view.error
        assert bench.report(run_id) is None


def test_the_traceback_of_a_failure_is_in_the_log(bench):
    request = AuditRequest(dataset=REF, seed=fake_pipeline.BROKEN, shadows=9)
    run_id = bench.submit(request, session="A")
    wait_for_state(bench, run_id, "failed")
    log = bench.store.home.logs / f"{run_id}.log"
    assert "fake_pipeline.py" in log.read_text()
    bench.delete(run_id, session="A")
    assert not log.exists()


def test_workers_that_cannot_start_fail_the_run_instead_of_trying_for_ever(open_bench, monkeypatch):
    bench = open_bench()
    monkeypatch.setenv("PYTHONHOME", "/nowhere")  # no Python starts with this
    run_id = bench.submit(make_request(), session="A")
    view = wait_for_state(bench, run_id, "failed")
    assert view.error.startswith("No worker process could be started")


def test_a_worker_without_work_ends(open_bench):
    bench = open_bench(idle_seconds=0.1)
    run_id = bench.submit(make_request(), session="A")
    wait_for_state(bench, run_id, "finished")
    process = owner_of(bench, run_id)
    wait_for(lambda: not processes.alive(*process))
    assert bench.store.workers.all() == []
    again = bench.submit(make_request(), session="A")
    wait_for_state(bench, again, "finished")


def test_unknown_runs_and_data(bench):
    with pytest.raises(RunNotFound):
        bench.view("0" * 32)
    with pytest.raises(RunNotFound):
        bench.report("0" * 32)
    with pytest.raises(RunNotFound):
        bench.cancel("0" * 32, session="A")
    with pytest.raises(RunNotFound):
        bench.delete("0" * 32, session="A")
    with pytest.raises(UnknownName):
        bench.submit(AuditRequest(dataset="digit"), session="A")
    with pytest.raises(UploadNotFound):
        bench.submit(AuditRequest(dataset="upload:" + "x" * 32), session="A")
    with pytest.raises(UploadNotFound):
        bench.submit(AuditRequest(dataset="upload:../../../etc/passwd"), session="A")


def test_delete_is_for_those_who_submitted(bench):
    request = make_request(shadows=LONG)
    run_id = bench.submit(request, session="one")
    bench.submit(request, session="two")
    with pytest.raises(NotYours):
        bench.delete(run_id, session="three")
    bench.delete(run_id, session="one")
    assert bench.runs(session="one") == []
    assert bench.view(run_id).live
    with pytest.raises(NotYours):
        bench.delete(run_id, session="one")
    wait_for(lambda: bench.report(run_id))
    process = owner_of(bench, run_id)
    bench.delete(run_id, session="two")
    with pytest.raises(RunNotFound):
        bench.view(run_id)
    again = bench.submit(make_request(), session="one")
    wait_for_state(bench, again, "finished")
    assert owner_of(bench, again) == process  # the worker had stopped the deleted run


def test_runs_on_uploads_are_listed_to_their_sessions_only(bench):
    private = bench.submit(make_request(shadows=LONG), session="mine")
    public = bench.submit(AuditRequest(dataset="digits"), session="mine")
    bench.cancel(public, session="mine")
    assert [view.run_id for view in bench.runs(session="mine")] == [public, private]
    assert [view.run_id for view in bench.runs(session="other")] == [public]
    assert bench.view(private).dataset_name == "Small"  # who knows the id may look
    assert bench.view(public).dataset_name == "Handwritten digits"
    bench.delete(public, session="mine")
    assert bench.runs(session="other") == []
