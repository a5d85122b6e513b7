"""Which stores are opened, migrated or refused, and in what words."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing

import pytest
from storage_kit import new

from ppml_core.errors import (
    RunNotFound,
    StoreFormatError,
    StoreUnavailable,
)
from ppml_core.jobs import supervisor
from ppml_core.jobs.supervisor import Supervisor, WorkerSettings
from ppml_core.storage import format, sqlite
from ppml_core.storage.home import Home, default_home, open_home
from ppml_core.storage.salting import salted
from ppml_core.storage.sql import SqlStore

FORMAT_2 = """
CREATE TABLE counters (name VARCHAR NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (name));
CREATE TABLE datasets (ref VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, session VARCHAR,
    card BLOB NOT NULL, created FLOAT NOT NULL, PRIMARY KEY (ref));
CREATE TABLE runs (run_id VARCHAR NOT NULL, kind VARCHAR NOT NULL, request BLOB NOT NULL,
    dataset_ref VARCHAR NOT NULL, dataset_sha256 VARCHAR NOT NULL,
    dataset_name VARCHAR NOT NULL, public BOOLEAN NOT NULL, state VARCHAR NOT NULL,
    created FLOAT NOT NULL, queued FLOAT NOT NULL, started FLOAT, finished FLOAT,
    progress BLOB, attempt INTEGER NOT NULL, worker VARCHAR, pid INTEGER, pid_created FLOAT,
    heartbeat FLOAT, error VARCHAR, PRIMARY KEY (run_id));
CREATE INDEX runs_by_dataset ON runs (dataset_ref);
CREATE INDEX runs_by_state ON runs (state, queued);
CREATE TABLE uploads (token VARCHAR NOT NULL, session VARCHAR NOT NULL,
    filename VARCHAR NOT NULL, size INTEGER NOT NULL, created FLOAT NOT NULL,
    PRIMARY KEY (token));
CREATE TABLE workers (token VARCHAR NOT NULL, reserved FLOAT NOT NULL, pid INTEGER,
    pid_created FLOAT, ready BOOLEAN NOT NULL, holds VARCHAR, stamp VARCHAR,
    dismissed BOOLEAN DEFAULT '0' NOT NULL, PRIMARY KEY (token));
CREATE TABLE reports (run_id VARCHAR NOT NULL, final BOOLEAN NOT NULL, body BLOB NOT NULL,
    written FLOAT NOT NULL, PRIMARY KEY (run_id, final),
    FOREIGN KEY(run_id) REFERENCES runs (run_id) ON DELETE CASCADE);
CREATE TABLE run_sessions (run_id VARCHAR NOT NULL, session VARCHAR NOT NULL,
    hidden BOOLEAN NOT NULL, PRIMARY KEY (run_id, session),
    FOREIGN KEY(run_id) REFERENCES runs (run_id) ON DELETE CASCADE);
CREATE INDEX sessions_by_name ON run_sessions (session);
"""

ROWS_2 = """
INSERT INTO runs (run_id, kind, request, dataset_ref, dataset_sha256, dataset_name, public, state,
    created, queued, attempt, worker, pid, pid_created, heartbeat)
VALUES ('old', 'audit', x'7b7d', 'digits', '0', 'Digits', 1, 'running', 1, 1, 1, 'w', 1, 1, 1);
INSERT INTO run_sessions VALUES ('old', 'A', 0);
INSERT INTO workers (token, reserved, ready) VALUES ('w', 1, 1);
"""


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


def layout(home):
    """Columns and indices of all tables, whatever their order."""
    with closing(sqlite3.connect(home / "store.sqlite")) as connection:
        query = "SELECT name FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
        found = {}
        for (name,) in connection.execute(query).fetchall():
            rows = connection.execute(f"PRAGMA table_info({name})").fetchall()
            found[name] = {
                (n, kind, must, str(default).strip("'"), key)
                for _, n, kind, must, default, key in rows
            }
    return found


def make_old(home, version):
    """A store as format 1 or 2 laid it out, with a run in it and a worker's place."""
    home.mkdir()
    with closing(sqlite3.connect(home / "store.sqlite")) as connection, connection:
        connection.executescript(FORMAT_2)
        connection.executescript(ROWS_2)
        if version == 1:
            place = "DROP TABLE workers; CREATE TABLE workers AS SELECT 'w' AS token"
            connection.executescript(place)
    set_version(home, version)


@pytest.mark.parametrize("version", [1, 2])
def test_an_old_store_becomes_what_a_new_one_is(tmp_path, version):
    old, fresh = tmp_path / "old", tmp_path / "fresh"
    SqlStore(fresh).close()
    make_old(old, version)
    assert layout(old) != layout(fresh)
    store = SqlStore(old)
    (run,) = store.runs.visible("A")
    assert (run.run_id, run.state, run.pid, run.host) == ("old", "running", 1, None)
    assert run.born is None
    assert store.workers.all() == []
    (token,) = store.workers.reserve(1)
    assert [worker.token for worker in store.workers.all()] == [token]
    store.close()
    assert layout(old) == layout(fresh)


ROWS_3 = """
ALTER TABLE runs ADD COLUMN host VARCHAR;
ALTER TABLE workers ADD COLUMN host VARCHAR;
INSERT INTO runs (run_id, kind, request, dataset_ref, dataset_sha256, dataset_name, public, state,
    created, queued, attempt)
VALUES ('byfile', 'audit', x'7b7d', 'file:a.csv', '1', 'a', 0, 'finished', 1, 1, 1),
    ('byupload', 'audit', x'7b7d', 'upload:token', '2', 'b', 0, 'finished', 1, 1, 1);
INSERT INTO run_sessions VALUES ('byfile', 'command line', 0), ('byupload', 'A', 0);
INSERT INTO reports VALUES ('byfile', 1, x'7b7d', 1);
INSERT INTO uploads VALUES ('token', 'A', 'b.csv', 3, 17.5);
"""


def make_format_3(home):
    """A store of format 3 with runs of a file, an upload and the catalogue, and their files."""
    make_old(home, 2)
    with closing(sqlite3.connect(home / "store.sqlite")) as connection, connection:
        connection.executescript(ROWS_3)
    set_version(home, 3)
    for name in ("artifacts/models-0123456789abcdef", "artifacts/byfile", "logs"):
        (home / name).mkdir(parents=True)
    (home / "logs" / "byfile.log").write_text("log")


def test_names_that_could_be_computed_elsewhere_are_given_anew(tmp_path):
    fresh, old = tmp_path / "fresh", tmp_path / "old"
    SqlStore(fresh).close()
    make_format_3(old)
    for _ in range(2):  # once only
        store = SqlStore(old)
        name = salted(store.secret, "byfile")
        (run,) = [run for run in store.runs.visible("command line") if not run.public]
        assert run.run_id == name
        with store._database.read() as connection:
            bodies = connection.exec_driver_sql("SELECT run_id FROM reports").scalars().all()
        assert bodies == [name]
        with pytest.raises(RunNotFound):
            store.runs.get("byfile")
        assert {run.run_id for run in store.runs.visible("A")} == {"old", "byupload"}
        assert (old / "logs" / f"{name}.log").read_text() == "log"
        assert [path.name for path in (old / "artifacts").iterdir()] == [name]
        assert store.data.upload("token").used == 17.5
        store.close()
    assert layout(old) == layout(fresh)


def test_a_run_that_was_going_on_meanwhile_is_judged_by_its_signs_of_life(tmp_path, monkeypatch):
    make_format_3(tmp_path / "old")
    store = SqlStore(tmp_path / "old")
    watch = Supervisor(store, WorkerSettings(limit=1))
    watch.clear_up()
    assert store.runs.get("old").state == "running"
    monkeypatch.setattr(supervisor, "HUNG_SECONDS", -1.0)
    watch.clear_up()
    assert store.runs.get("old").state == "failed"
    store.close()


def test_every_store_has_a_secret_of_its_own_and_keeps_it(tmp_path):
    secrets = []
    for name in ("one", "one", "two"):
        store = SqlStore(tmp_path / name)
        secrets.append(store.secret)
        store.close()
    assert secrets[0] == secrets[1] != secrets[2]
    assert min(map(len, secrets)) >= 32
    for path in (tmp_path / "one").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_what_is_not_a_store_is_refused_in_words(tmp_path):
    (tmp_path / "store.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreFormatError, match="damaged or is none"):
        SqlStore(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="PPML_HOME"):
        SqlStore(tmp_path / "file" / "below")


def test_a_store_locked_for_too_long_is_told_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_MILLISECONDS", 1)
    store = SqlStore(tmp_path)
    with closing(sqlite3.connect(store.home.database)) as greedy:
        greedy.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="Try again"):
            store.runs.submit(new(), "A")
        assert store.runs.visible("A") == []  # readers do not wait
    store.close()


def test_a_second_store_in_a_process_does_not_undo_the_locks_of_the_first(tmp_path):
    """POSIX drops a process's locks on a file when any descriptor of it is closed: then
    another process would take the log of the first for abandoned."""
    store = SqlStore(tmp_path / "home")
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
