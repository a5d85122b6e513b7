"""The SQL store by itself: states, owners, sessions, format, many at once."""

from __future__ import annotations

import threading

import pytest
from storage_kit import ME, new, report

from ppml_core.errors import (
    NotYours,
    RunNotFound,
    UploadNotFound,
)
from ppml_core.storage.records import Owner, UploadRecord


def test_a_run_goes_its_way(store):
    assert store.runs.submit(new(), "A")
    assert store.runs.get("r").state == "queued"
    run = store.runs.claim(ME)
    assert (run.state, run.attempt, run.pid) == ("running", 1, 1)
    assert store.runs.claim(ME) is None
    assert store.runs.beat("r", 1, b"{}")
    assert store.runs.report("r") is None
    assert store.runs.put_partial("r", 1, report(1))
    assert store.runs.put_partial("r", 1, report(2))
    assert store.runs.report("r") == report(2)
    assert store.runs.finish("r", 1, report(3))
    assert store.runs.report("r") == report(3)
    assert store.runs.get("r").state == "finished"
    assert not store.runs.submit(new(), "A")


def test_who_lost_a_run_writes_nothing(store):
    store.runs.submit(new(), "A")
    store.runs.claim(ME)
    store.runs.put_partial("r", 1, report(1))
    store.runs.cancel("r")
    assert not store.runs.owns("r", 1)
    assert not store.runs.beat("r", 1, b"{}")
    assert not store.runs.put_partial("r", 1, report(2))
    assert not store.runs.finish("r", 1, report(2))
    assert not store.runs.fail("r", 1, "no")
    assert store.runs.get("r").state == "cancelled"
    assert store.runs.report("r") == report(1)
    assert store.runs.submit(new(), "A")
    assert store.runs.report("r") is None
    assert store.runs.claim(ME).attempt == 2
    assert not store.runs.finish("r", 1, report(2))
    assert not store.runs.cancel("r", 1)
    assert store.runs.owns("r", 2)


def test_a_report_that_does_not_fit_changes_nothing(store):
    store.runs.submit(new(), "A")
    store.runs.claim(ME)
    with pytest.raises(TypeError):
        store.runs.finish("r", 1, object())
    assert store.runs.get("r").state == "running"


def test_claim_here_takes_that_run_only(store):
    store.runs.submit(new("first"), "A")
    assert store.runs.submit_here(new("mine"), "A", ME).run_id == "mine"
    assert store.runs.submit_here(new("mine"), "A", ME) is None
    assert store.runs.waiting() == ["first"]


def test_sessions_see_theirs_and_catalogue_runs(store):
    store.runs.submit(new("private", public=False), "A")
    store.runs.submit(new("public"), "A")
    ids = lambda session: [run.run_id for run in store.runs.visible(session)]  # noqa: E731
    assert ids("A") == ["public", "private"]
    assert ids("B") == ["public"]
    store.runs.submit(new("private", public=False), "B")  # who knows the token may
    assert ids("B") == ["public", "private"]
    assert [run.run_id for run in store.runs.visible("A", 1)] == ["public"]
    assert ids("'; DROP TABLE runs; --") == ["public"]


def test_forgetting(store):
    store.runs.submit(new(), "A")
    store.runs.submit(new(), "B")
    store.runs.claim(ME)
    store.runs.put_partial("r", 1, report())
    with pytest.raises(NotYours):
        store.runs.forget("r", "C")
    assert not store.runs.forget("r", "A")
    assert store.runs.visible("A") == []
    assert len(store.runs.visible("B")) == 1
    assert not store.runs.submit(new(), "A")  # wanted again
    assert len(store.runs.visible("A")) == 1
    assert not store.runs.forget("r", "A")
    assert store.runs.forget("r", "B")
    for ask in (store.runs.get, store.runs.report, store.runs.cancel):
        with pytest.raises(RunNotFound):
            ask("r")
    assert not store.runs.owns("r", 1)
    assert store.runs.submit(new(), "A")
    assert store.runs.report("r") is None  # nothing of the deleted one


def test_places_for_workers(store):
    first = store.workers.reserve(2)
    assert len(first) == 2
    assert store.workers.reserve(2) == []
    assert store.workers.started(first[0], 5, "boot:6")
    store.runs.submit(new(), "A")
    store.runs.claim(Owner(token=first[0], pid=5, born="boot:6", host="here"))
    assert [w.holds for w in store.workers.all() if w.token == first[0]] == ["r"]
    store.workers.release(first[0])
    assert {w.holds for w in store.workers.all()} == {None}
    assert store.workers.remove(first[0])
    assert not store.workers.remove(first[0])
    assert not store.workers.started(first[0], 5, "boot:6")
    assert len(store.workers.reserve(2)) == 1


def test_a_worker_does_not_leave_while_a_run_waits(store):
    (token,) = store.workers.reserve(1)
    store.runs.submit(new(), "A")
    assert not store.workers.retire(token)
    store.runs.claim(ME)
    assert store.workers.retire(token)
    assert store.workers.all() == []


def test_failed_starts_in_a_row_are_counted(store):
    (token,) = store.workers.reserve(1)
    assert not store.workers.start_failed(2)
    store.workers.ready(token)
    assert not store.workers.start_failed(2)
    assert store.workers.start_failed(2)
    assert not store.workers.start_failed(2)


def test_uploads(store):
    upload = UploadRecord(token="t", session="A", filename="a.csv", size=3, created=1.5)
    store.data.put_upload(upload, files=5, size=100)
    assert store.data.upload("t") == upload
    assert not store.data.remove_upload("t", "B")
    assert store.data.remove_upload("t", "A")
    with pytest.raises(UploadNotFound):
        store.data.upload("t")


def test_reopening_finds_everything(store, open_store):
    store.runs.submit(new(), "A")
    store.runs.claim(ME)
    store.runs.finish("r", 1, report())
    before = store.runs.get("r")
    again = open_store()
    assert again.runs.get("r") == before
    assert again.runs.report("r") == report()


def test_many_threads_opening_and_submitting_make_one_run(open_store):
    queued, start = [], threading.Barrier(12)

    def submit(number):
        store = open_store()
        start.wait()
        queued.append(store.runs.submit(new(), f"session {number}"))

    threads = [threading.Thread(target=submit, args=(i,)) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(queued) == [False] * 11 + [True]


def test_who_submits_an_ended_run_again_is_the_only_one_who_waits_for_it(store):
    for end in (lambda: store.runs.fail("r", 1, "broke"), lambda: store.runs.cancel("r")):
        store.runs.submit(new(), "earlier")
        store.runs.claim(ME)
        end()
        assert store.runs.submit(new(), "later")
        assert store.runs.asked("earlier") == frozenset()
        assert store.runs.asked("later") == {"r"}
        assert store.runs.withdraw("r", "later") == 0
        assert store.runs.get("r").state == "cancelled"
    assert [run.run_id for run in store.runs.visible("earlier")] == ["r"], "still shown"


def test_who_joins_a_run_that_goes_on_leaves_the_earlier_ones_waiting(store):
    store.runs.submit(new(), "earlier")
    assert not store.runs.submit(new(), "later")
    assert store.runs.withdraw("r", "later") == 1
    assert store.runs.get("r").state == "queued"
