"""The SQL store by itself: states, owners, sessions, format, many at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ppml_core.auditing.report import AuditReport, DatasetSummary, TargetSummary
from ppml_core.errors import (
    NotYours,
    RunNotFound,
    StoreFormatError,
    StoreUnavailable,
    UploadNotFound,
)
from ppml_core.storage import database, format
from ppml_core.storage.home import Home, default_home, open_home
from ppml_core.storage.records import NewRun, Owner, UploadRecord
from ppml_core.storage.sql import SqlStore

ME = Owner(token="me", pid=1, pid_created=1.0)


def new(run_id="r", *, public=True):
    return NewRun(
        run_id=run_id,
        kind="audit",
        request=b"{}",
        dataset_ref="digits" if public else "upload:x",
        dataset_sha256="0" * 64,
        dataset_name="Digits",
        public=public,
    )


def report(models=1):
    return AuditReport(
        request={"dataset": "digits"},
        dataset=DatasetSummary(name="digits", n=3, sha256="0" * 64),
        target=TargetSummary(train_accuracy=1.0, test_accuracy=0.1 + 0.2),
        guarantee=None,
        attacks=(),
        models=models,
    )


@pytest.fixture
def store(tmp_path):
    store = SqlStore(tmp_path / "home")
    yield store
    store.close()


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
    assert store.workers.started(first[0], 5, 6.0)
    store.runs.submit(new(), "A")
    store.runs.claim(Owner(token=first[0], pid=5, pid_created=6.0))
    assert [w.holds for w in store.workers.all() if w.token == first[0]] == ["r"]
    store.workers.release(first[0])
    assert {w.holds for w in store.workers.all()} == {None}
    assert store.workers.remove(first[0])
    assert not store.workers.remove(first[0])
    assert not store.workers.started(first[0], 5, 6.0)
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
    store.data.put_upload(upload)
    assert store.data.upload("t") == upload
    assert not store.data.remove_upload("t", "B")
    assert store.data.remove_upload("t", "A")
    with pytest.raises(UploadNotFound):
        store.data.upload("t")


def test_reopening_finds_everything(store, tmp_path):
    store.runs.submit(new(), "A")
    store.runs.claim(ME)
    store.runs.finish("r", 1, report())
    before = store.runs.get("r")
    again = SqlStore(tmp_path / "home")
    assert again.runs.get("r") == before
    assert again.runs.report("r") == report()
    again.close()


def test_a_second_store_in_a_process_does_not_undo_the_locks_of_the_first(store, tmp_path):
    """POSIX drops a process's locks on a file when any descriptor of it is closed: then
    another process would take the log of the first for abandoned."""
    store.runs.submit(new("before"), "A")
    SqlStore(tmp_path / "home").close()
    code = (
        "import sys; from pathlib import Path; from ppml_core.storage.sql import SqlStore\n"
        "store = SqlStore(Path(sys.argv[1])); store.runs.cancel('before'); store.close()"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "home")], check=True)
    assert store.runs.get("before").state == "cancelled"
    store.runs.submit(new("after"), "A")
    other = SqlStore(tmp_path / "home")
    assert other.runs.waiting() == ["after"]
    other.close()


def test_many_threads_opening_and_submitting_make_one_run(tmp_path):
    queued, start = [], threading.Barrier(12)

    def submit(number):
        start.wait()
        store = SqlStore(tmp_path / "home")
        queued.append(store.runs.submit(new(), f"session {number}"))
        store.close()

    threads = [threading.Thread(target=submit, args=(i,)) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(queued) == [False] * 11 + [True]


def set_version(home, version):
    with closing(sqlite3.connect(home / "store.sqlite")) as connection:
        connection.execute(f"PRAGMA user_version={version}")


def test_a_newer_store_is_refused_and_left_as_it_is(tmp_path):
    home = tmp_path / "home"
    SqlStore(home).close()
    set_version(home, format.STORE + 1)
    with pytest.raises(StoreFormatError, match="Update the library"):
        SqlStore(home)
    with closing(sqlite3.connect(home / "store.sqlite")) as connection:
        found = connection.execute("PRAGMA user_version").fetchone()
    assert found == (format.STORE + 1,)


def test_an_older_store_is_migrated(tmp_path, monkeypatch):
    home = tmp_path / "home"
    SqlStore(home).close()
    monkeypatch.setattr(format, "STORE", format.STORE + 1)
    statement = "CREATE TABLE brought_by_migration (x INTEGER)"
    monkeypatch.setitem(format.MIGRATIONS, format.STORE - 1, (statement,))
    for _ in range(2):  # once only: a second time would fail
        SqlStore(home).close()
    with closing(sqlite3.connect(home / "store.sqlite")) as connection:
        assert connection.execute("SELECT * FROM brought_by_migration").fetchall() == []


def columns_of_workers(home):
    with closing(sqlite3.connect(home / "store.sqlite")) as connection:
        rows = connection.execute("PRAGMA table_info(workers)").fetchall()
    return {(name, kind, required, default) for _, name, kind, required, default, _ in rows}


def test_a_store_of_format_1_becomes_what_a_new_one_is(tmp_path):
    old, fresh = tmp_path / "old", tmp_path / "fresh"
    for home in (old, fresh):
        store = SqlStore(home)
        store.runs.submit(new(), "A")
        store.close()
    with closing(sqlite3.connect(old / "store.sqlite")) as connection:
        connection.execute("DROP TABLE workers")
        connection.execute("CREATE TABLE workers (token VARCHAR)")
    set_version(old, 1)
    store = SqlStore(old)
    assert store.runs.waiting() == ["r"]
    (token,) = store.workers.reserve(1)
    assert [worker.token for worker in store.workers.all()] == [token]
    store.close()
    without_quotes = {(n, k, r, d and d.strip("'")) for n, k, r, d in columns_of_workers(fresh)}
    assert columns_of_workers(old) == without_quotes


def test_what_is_not_a_store_is_refused_in_words(tmp_path):
    (tmp_path / "store.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreFormatError, match="damaged or is none"):
        SqlStore(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="PPML_HOME"):
        SqlStore(tmp_path / "file" / "below")


def test_a_store_locked_for_too_long_is_told_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 1)
    store = SqlStore(tmp_path)
    with closing(sqlite3.connect(store.home.database)) as greedy:
        greedy.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="Try again"):
            store.runs.submit(new(), "A")
        assert store.runs.visible("A") == []  # readers do not wait
    store.close()


def test_where_the_home_is(monkeypatch, tmp_path):
    monkeypatch.setenv("PPML_HOME", str(tmp_path / "named"))
    assert default_home() == tmp_path / "named"
    assert open_home().root == (tmp_path / "named").resolve()
    monkeypatch.delenv("PPML_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_home() == tmp_path / "data" / "ppml-lab"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_home() == tmp_path / ".local" / "share" / "ppml-lab"
    assert Home(root=tmp_path).database.parent == tmp_path


class Lifecycle(RuleBasedStateMachine):
    """Any sequence of calls agrees with a model of a few lines."""

    ids = st.sampled_from(["a", "b", "c"])

    def __init__(self):
        super().__init__()
        self.directory = self.folder()
        self.store = SqlStore(self.directory)
        self.state, self.attempt = {}, {}

    folder = None

    @rule(run_id=ids)
    def submit(self, run_id):
        expected = self.state.get(run_id) not in ("queued", "running", "finished")
        assert self.store.runs.submit(new(run_id), "A") == expected
        if expected:
            self.state[run_id] = "queued"

    @rule()
    def claim(self):
        run = self.store.runs.claim(ME)
        assert (run is None) == ("queued" not in self.state.values())
        if run:
            assert self.state[run.run_id] == "queued"
            self.state[run.run_id] = "running"
            self.attempt[run.run_id] = self.attempt.get(run.run_id, 0) + 1
            assert run.attempt == self.attempt[run.run_id]

    @rule(run_id=ids, late=st.booleans(), how=st.sampled_from(["finish", "fail"]))
    def end(self, run_id, late, how):
        attempt = self.attempt.get(run_id, 0) - late
        expected = self.state.get(run_id) == "running" and not late
        result = report() if how == "finish" else "reason"
        assert getattr(self.store.runs, how)(run_id, attempt, result) == expected
        if expected:
            self.state[run_id] = "finished" if how == "finish" else "failed"

    @precondition(lambda self: self.state)
    @rule(data=st.data())
    def cancel(self, data):
        run_id = data.draw(st.sampled_from(sorted(self.state)))
        expected = self.state[run_id] in ("queued", "running")
        assert self.store.runs.cancel(run_id) == expected
        if expected:
            self.state[run_id] = "cancelled"

    @invariant()
    def agrees(self):
        found = {run.run_id: run.state for run in self.store.runs.visible("A")}
        assert found == self.state
        finished = {run_id for run_id in found if self.store.runs.report(run_id) is not None}
        assert finished == {run_id for run_id, state in self.state.items() if state == "finished"}

    def teardown(self):
        self.store.close()


def test_any_sequence_of_calls(tmp_path_factory):
    from hypothesis.stateful import run_state_machine_as_test

    machine = type("Machine", (Lifecycle,), {"folder": lambda _: tmp_path_factory.mktemp("run")})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=15, stateful_step_count=15, deadline=None)
    )
