"""What is particular about a store on a database server: here a real PostgreSQL."""

from __future__ import annotations

import os
import threading
import time
import traceback
from dataclasses import replace
from importlib.util import find_spec

import postgres_kit
import pytest
from sqlalchemy import make_url
from storage_kit import ME, new, report

from ppml_core.errors import RunNotFound, StoreFormatError, StoreUnavailable
from ppml_core.storage import format
from ppml_core.storage import server as servers
from ppml_core.storage.salting import salted
from ppml_core.storage.sql import SqlStore

SECRET = "hunter2-is-secret"
own_server_only = pytest.mark.skipif(
    postgres_kit.GIVEN in os.environ, reason="ends sessions or changes accounts"
)


@pytest.fixture
def store(tmp_path, schema):
    store = SqlStore(tmp_path / "home", schema)
    yield store
    store.close()


def tables(url):
    query = "SELECT table_name FROM information_schema.tables WHERE table_schema=current_schema()"
    return {name for (name,) in postgres_kit.execute(url, query)}


def refusal(error, home, url):
    """How opening is refused; the password is neither said nor in what a log would hold."""
    with pytest.raises(error) as refused:
        SqlStore(home, url)
    assert SECRET not in "".join(traceback.format_exception(refused.value))
    return str(refused.value)


def test_rows_are_on_the_server_and_files_in_the_home(store, schema):
    assert not store.home.database.exists()
    assert store.there()
    assert "runs" in tables(schema)
    assert postgres_kit.execute(schema, "SELECT version FROM store_format") == [(format.STORE,)]
    store.home.root.rename(store.home.root.with_name("away"))
    assert not store.there()


def test_each_schema_is_a_store_of_its_own(store, server, tmp_path):
    store.runs.submit(new(), "A")
    with postgres_kit.schema(server) as elsewhere:
        other = SqlStore(tmp_path / "home", elsewhere)
        assert other.runs.waiting() == []
        other.close()
    assert store.runs.waiting() == ["r"]


def test_a_newer_store_is_refused_and_left_as_it_is(store, schema, tmp_path):
    newer = format.STORE + 1
    postgres_kit.execute(schema, f"UPDATE store_format SET version = {newer}")
    assert "Update the library" in refusal(StoreFormatError, tmp_path, schema)
    assert postgres_kit.execute(schema, "SELECT version FROM store_format") == [(newer,)]


def test_an_older_store_is_migrated_once_however_many_open_it(store, schema, tmp_path, monkeypatch):
    store.runs.submit(new(), "A")
    monkeypatch.setattr(format, "STORE", format.STORE + 1)
    statements = ("CREATE TABLE brought (x INTEGER)", "INSERT INTO brought VALUES (1)")
    monkeypatch.setitem(format.MIGRATIONS, format.STORE - 1, statements)
    found, start = [], threading.Barrier(6)

    def open_it():
        start.wait()
        again = SqlStore(tmp_path / "home", schema)
        found.append(again.runs.waiting())
        again.close()

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["r"]] * 6
    assert postgres_kit.execute(schema, "SELECT * FROM brought") == [(1,)]


BACK_TO_3 = """
ALTER TABLE runs DROP COLUMN born; ALTER TABLE runs ADD COLUMN pid_created FLOAT;
ALTER TABLE workers DROP COLUMN born; ALTER TABLE workers ADD COLUMN pid_created FLOAT;
ALTER TABLE run_sessions DROP COLUMN gone; ALTER TABLE run_sessions DROP COLUMN place;
ALTER TABLE uploads DROP COLUMN used; DROP TABLE secrets; UPDATE store_format SET version = 3
"""


def test_a_store_of_format_3_becomes_what_a_new_one_is(store, schema, tmp_path):
    columns = (
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = current_schema() ORDER BY 1, 2"
    )
    fresh = postgres_kit.execute(schema, columns)
    row = replace(new("byfile", public=False), dataset_ref="file:a.csv")
    store.runs.submit(row, "command line")
    for statement in BACK_TO_3.split(";"):
        postgres_kit.execute(schema, statement)
    again = SqlStore(tmp_path / "home", schema)
    assert again.runs.waiting() == [salted(again.secret, "byfile")]
    again.runs.submit(new(), "A", "somewhere")
    assert again.runs.claim(ME).born == ME.born
    again.close()
    assert postgres_kit.execute(schema, columns) == fresh


def test_a_migration_that_fails_changes_nothing(store, schema, tmp_path, monkeypatch):
    monkeypatch.setattr(format, "STORE", format.STORE + 1)
    statements = ("CREATE TABLE brought (x INTEGER)", "nonsense")
    monkeypatch.setitem(format.MIGRATIONS, format.STORE - 1, statements)
    refusal(StoreFormatError, tmp_path, schema)
    assert "brought" not in tables(schema)
    assert postgres_kit.execute(schema, "SELECT version FROM store_format") == [(format.STORE - 1,)]


def test_tables_of_somebody_else_are_left_alone(schema, tmp_path):
    postgres_kit.execute(schema, "CREATE TABLE runs (theirs INTEGER)")
    assert "made by something else" in refusal(StoreFormatError, tmp_path, schema)
    assert tables(schema) == {"runs"}


@pytest.mark.skipif(find_spec("psycopg") is None, reason="psycopg is not installed")
def test_a_server_that_is_not_there(tmp_path):
    nobody = f"postgresql://me:{SECRET}@127.0.0.1:9/lab"
    words = refusal(StoreUnavailable, tmp_path, nobody)
    assert words.startswith("The database named by PPML_DATABASE_URL cannot be used just now")


@own_server_only
def test_a_wrong_password(server, tmp_path):
    if not postgres_kit.execute(server.url, "SELECT 1 FROM pg_roles WHERE rolname='guarded'"):
        postgres_kit.execute(server.url, f"CREATE ROLE guarded LOGIN PASSWORD '{SECRET}'")
    url = make_url(server.url).set(username="guarded")
    words = refusal(StoreUnavailable, tmp_path, shown(url.set(password=f"not {SECRET}")))
    assert "refuses this account" in words
    # The right one is let in, but may make no tables.
    words = refusal(StoreFormatError, tmp_path, shown(url.set(password=SECRET)))
    assert "may not make or change its tables" in words


def shown(url):
    return url.render_as_string(hide_password=False)


def test_a_store_locked_for_too_long_is_told_in_words(store, schema, monkeypatch):
    monkeypatch.setattr(servers, "BUSY_MILLISECONDS", 1)
    greedy = SqlStore(store.home.root, schema)
    with greedy._database.write():
        with pytest.raises(StoreUnavailable, match="busy"):
            store.runs.submit(new(), "A")
        assert store.runs.visible("A") == []  # readers do not wait
    greedy.close()
    assert store.runs.submit(new(), "A")


def test_who_stops_in_the_middle_of_writing_loses_the_lock(store, schema, monkeypatch):
    stopped = SqlStore(store.home.root, schema)
    monkeypatch.setattr(servers, "IDLE_MILLISECONDS", 100)

    def write_and_stop():
        with stopped._database.write() as connection:
            time.sleep(0.5)
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(StoreUnavailable):
        write_and_stop()
    stopped.close()
    monkeypatch.undo()
    assert store.runs.submit(new(), "A")


@own_server_only
def test_connections_that_the_server_dropped_are_made_again(store, schema):
    store.runs.submit(new(), "A")
    query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    postgres_kit.execute(schema, query + " AND datname = current_database()")
    assert store.runs.claim(ME).run_id == "r"
    postgres_kit.execute(schema, query + " AND datname = current_database()")
    assert store.runs.finish("r", 1, report())


def test_a_reader_sees_one_moment(store, schema):
    count = "SELECT count(*) FROM runs"
    with store._database.read() as connection:
        assert connection.exec_driver_sql(count).scalar_one() == 0
        assert store.runs.submit(new(), "A")
        assert connection.exec_driver_sql(count).scalar_one() == 0
    with store._database.read() as connection:
        assert connection.exec_driver_sql(count).scalar_one() == 1


def test_names_that_the_server_would_refuse_are_not_found(store):
    for name in ("\0", "a\0b"):
        with pytest.raises(RunNotFound):
            store.runs.get(name)
        assert store.runs.visible(name) == []
        assert store.data.card(f"upload:{name}") is None


def test_times_keep_their_microseconds(store):
    before = time.time()
    store.runs.submit(new(), "A")
    assert before <= store.runs.get("r").created <= time.time()
