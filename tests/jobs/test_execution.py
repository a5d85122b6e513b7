"""A store that cannot be used for a moment costs nobody a result."""

from __future__ import annotations

import fake_pipeline
import pytest
from jobs_kit import make_request, small_dataset

from ppml_core.errors import RunCancelled, StoreUnavailable
from ppml_core.jobs import execution, processes
from ppml_core.jobs.execution import execute
from ppml_core.jobs.service import new_run
from ppml_core.storage.sql import SqlStore


@pytest.fixture
def store(home):
    store = SqlStore(home)
    yield store
    store.close()


def failing(call, times):
    """The call, which cannot be made the first few times."""
    left = [times]

    def maybe(*arguments):
        left[0] -= 1
        if left[0] >= 0:
            raise StoreUnavailable("away")
        return call(*arguments)

    return maybe


def attempt(store, work):
    """Claim a new run and do ``work`` for it; the run as stored, and what was raised."""
    dataset = small_dataset()
    row = new_run(store, make_request(), dataset.sha256, dataset.name)
    run = store.runs.submit_here(row, "A", processes.identity("me"))
    try:
        execute(store, run, work, on_stuck=lambda: None)
    except Exception as error:
        return store.runs.get(run.run_id), error
    return store.runs.get(run.run_id), None


def test_reports_wait_until_the_store_is_back(store, monkeypatch):
    monkeypatch.setattr(execution, "AGAIN_SECONDS", 0.0)
    for name in ("put_partial", "finish"):
        monkeypatch.setattr(store.runs, name, failing(getattr(store.runs, name), 2))
    report = fake_pipeline.report(make_request(), small_dataset(), 3)

    def work(reporter):
        for _ in range(3):
            reporter.partial(report)
        assert store.runs.report(store.runs.running()[0].run_id) == report  # the third
        return report

    run, error = attempt(store, work)
    assert (run.state, error) == ("finished", None)
    assert store.runs.report(run.run_id) == report


def test_so_does_the_reason_of_a_failure(store, monkeypatch):
    monkeypatch.setattr(execution, "AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(store.runs, "fail", failing(store.runs.fail, 2))
    run, error = attempt(store, lambda reporter: 1 / 0)
    assert isinstance(error, ZeroDivisionError)
    assert (run.state, "ZeroDivisionError" in run.error) == ("failed", True)


@pytest.mark.parametrize("gone", [True, False])
def test_waiting_has_an_end(store, monkeypatch, gone):
    """At once where the store was removed, in a while where it does not come back."""
    if gone:
        monkeypatch.setattr(store, "there", lambda: False)
    else:
        monkeypatch.setattr(execution, "PATIENCE_SECONDS", -1.0)
    monkeypatch.setattr(store.runs, "finish", failing(store.runs.finish, 10**9))
    run, error = attempt(store, lambda reporter: object())
    assert isinstance(error, StoreUnavailable)
    assert run.state == "failed"


def test_a_run_that_was_cancelled_meanwhile_stays_so(store, monkeypatch):
    def work(reporter):
        store.runs.cancel(store.runs.running()[0].run_id)
        return fake_pipeline.report(make_request(), small_dataset(), 1)

    run, error = attempt(store, work)
    assert (run.state, type(error)) == ("cancelled", RunCancelled)
