"""Runs in the calling process, as the command line makes them."""

from __future__ import annotations

import os
import threading

import fake_pipeline
import pytest
from jobs_kit import make_request, small_dataset, times_computed, wait_for, wait_for_state

from ppml_core.errors import AttackNotApplicable, RunCancelled
from ppml_core.jobs.local import run_here
from ppml_core.jobs.requests import AuditRequest


def here(request, home, **options):
    return run_here(request, home, pipeline=fake_pipeline.run, **options)


def test_a_run_in_this_process_is_stored_and_answered_from_the_store(environment, home):
    request = AuditRequest(dataset="people.csv", shadows=4)
    seen = []
    report = here(request, home, dataset=small_dataset(), on_progress=seen.append)
    assert report.versions["pid"] == str(os.getpid())
    assert [progress.done for progress in seen] == [0, 1, 2, 3]
    assert here(request, home, dataset=small_dataset()) == report
    assert times_computed(request) == 1


def test_other_data_under_the_same_name_is_another_run(environment, home):
    from dataclasses import replace

    request = AuditRequest(dataset="people.csv", shadows=4)
    data = small_dataset()
    first = here(request, home, dataset=data)
    other = here(request, home, dataset=replace(data, labels=1 - data.labels))
    assert first.dataset.sha256 != other.dataset.sha256


def test_pages_and_command_line_answer_each_other(open_bench, home):
    bench = open_bench()
    request = make_request()
    run_id = bench.submit(request, session="A")
    wait_for_state(bench, run_id, "finished")
    assert here(request, home) == bench.report(run_id)
    mine = make_request()
    report = here(mine, home)
    assert bench.report(bench.submit(mine, session="A")) == report


def test_a_run_that_a_worker_computes_is_waited_for(open_bench, home):
    bench = open_bench()
    request = make_request(shadows=10)
    run_id = bench.submit(request, session="A")
    wait_for(lambda: bench.report(run_id))
    seen = []
    report = here(request, home, on_progress=seen.append)
    assert report == bench.report(run_id)
    assert report.versions["pid"] != str(os.getpid())
    assert seen
    assert times_computed(request) == 1


def test_a_run_that_was_cancelled_or_failed_before_is_computed_here(open_bench, home):
    bench = open_bench()
    request = make_request()
    run_id = bench.submit(request, session="A")
    bench.cancel(run_id, session="A")
    assert here(request, home).models == 4
    assert bench.view(run_id).state == "finished"


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (fake_pipeline.REFUSED, AttackNotApplicable),
        (fake_pipeline.BROKEN, ZeroDivisionError),
    ],
)
def test_errors_are_raised_and_stored(open_bench, home, behaviour, error):
    bench = open_bench()
    with pytest.raises(error):
        here(make_request(seed=behaviour), home)
    (view,) = bench.runs(session="command line")
    assert view.state == "failed"


def test_a_run_here_can_be_cancelled_from_elsewhere(open_bench, home):
    bench = open_bench()
    request = make_request(shadows=1000)

    def cancel():
        views = wait_for(lambda: bench.runs(session="command line"))
        bench.cancel(views[0].run_id, session="command line")

    thread = threading.Thread(target=cancel)
    thread.start()
    with pytest.raises(RunCancelled):
        here(request, home)
    thread.join()
    (view,) = bench.runs(session="command line")
    assert view.state == "cancelled"


def test_ctrl_c_leaves_the_run_cancelled(open_bench, home):
    bench = open_bench()

    def interrupted(request, dataset, *, reporter):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_here(make_request(), home, pipeline=interrupted)
    (view,) = bench.runs(session="command line")
    assert view.state == "cancelled"
