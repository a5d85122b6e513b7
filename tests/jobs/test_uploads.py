"""Uploads that go: when they are refused, deleted or old; and how many there may be."""

from __future__ import annotations

import io
import time

import pytest
from jobs_kit import small_card, small_dataset

from ppml_core import limits
from ppml_core.datasets.files import save_dataset
from ppml_core.errors import NotYours, UploadNotFound, UploadRejected
from ppml_core.jobs.data import prepared_path
from ppml_core.jobs.requests import AuditRequest
from ppml_core.jobs.service import Workbench

PEOPLE = "age,income,ill\n" + "".join(f"{20 + i},{1000 * i},{i % 2}\n" for i in range(60))
DAY = 86400.0
START = time.time()


@pytest.fixture
def bench(home, monkeypatch):
    made = Workbench(home, 1)
    monkeypatch.setattr(made._supervisor, "_hire", lambda *_: None)  # starts no workers
    yield made
    made.close()


def bring(bench, text=PEOPLE, session="A"):
    return bench.save_upload(io.BytesIO(text.encode()), "people.csv", session=session)


def prepare(bench, token, session="A"):
    """Without a reader."""
    data, ref = small_dataset(), f"upload:{token}"
    save_dataset(data, prepared_path(bench.store.home, ref, data.sha256))
    bench.store.data.put_card(small_card(data.sha256, ref), session)
    return ref


def files(bench):
    home = bench.store.home
    return {path.name for part in (home.uploads, home.datasets) for path in part.iterdir()}


def later(monkeypatch, seconds):
    """So long after these tests began."""
    monkeypatch.setattr(time, "time", lambda: START + seconds)


def test_a_refused_file_goes_at_once_and_an_accepted_one_stays(bench):
    token = bring(bench, "only a header\n")
    with pytest.raises(UploadRejected):
        bench.inspect_upload(token, session="A")
    assert files(bench) == set()
    assert bench.brought(session="A") == []
    token = bring(bench)
    bench.inspect_upload(token, session="A")
    assert files(bench) == {token}


def test_deleting_stops_what_runs_on_it_and_is_for_its_session(bench):
    token = bring(bench)
    ref = prepare(bench, token)
    run = bench.submit(AuditRequest(dataset=ref), session="friend")
    with pytest.raises(NotYours):
        bench.delete_upload(token, session="friend")
    bench.delete_upload(token, session="A")
    assert bench.view(run).state == "cancelled"
    assert files(bench) == set()
    with pytest.raises(UploadNotFound):
        bench.card(ref)


def test_an_upload_whose_file_is_gone_can_be_deleted(bench):
    token = bring(bench)
    (bench.store.home.uploads / token).unlink()
    bench.delete_upload(token, session="A")
    assert bench.brought(session="A") == []


def test_what_is_old_goes_also_after_a_restart(bench, home, monkeypatch):
    unprepared, prepared = bring(bench), bring(bench)
    prepare(bench, prepared)
    bench._desk.expire()
    assert {view.token for view in bench.brought(session="A")} == {unprepared, prepared}
    later(monkeypatch, 2 * DAY)
    other = Workbench(home, 1)  # a second server, or the first again
    assert [view.token for view in bench.brought(session="A")] == [prepared]
    other.card(f"upload:{prepared}")  # used now
    other.close()
    later(monkeypatch, limits.UNUSED_SECONDS + DAY)
    bench._desk.expire()
    assert [view.token for view in bench.brought(session="A")] == [prepared]
    later(monkeypatch, limits.UNUSED_SECONDS + 3 * DAY)
    bench._desk.expire()
    bench._desk.expire()
    assert files(bench) == set()


def test_what_a_run_waits_for_stays(bench, monkeypatch):
    ref = prepare(bench, bring(bench))
    run = bench.submit(AuditRequest(dataset=ref), session="A")
    later(monkeypatch, limits.UNUSED_SECONDS + 2 * DAY)
    bench._desk.expire()
    assert len(bench.brought(session="A")) == 1
    bench.cancel(run, session="A")
    bench._desk.expire()
    assert bench.brought(session="A") == []


def test_a_session_has_so_many_and_so_much(bench, monkeypatch):
    monkeypatch.setattr(limits, "UPLOADS_SESSION", 2)
    first = bring(bench)
    bring(bench)
    with pytest.raises(UploadRejected, match=r"there are 2 with 0\.0 MB now.*Delete uploads"):
        bring(bench)
    bring(bench, session="B")
    bench.delete_upload(first, session="A")
    bring(bench)
    monkeypatch.setattr(limits, "UPLOADS_SESSION", 20)
    monkeypatch.setattr(limits, "UPLOADS_SESSION_BYTES", 3 * len(PEOPLE))
    bring(bench)
    with pytest.raises(UploadRejected, match="there are 3 with"):
        bring(bench)
    assert len(files(bench)) == 4
