"""A store that is not there, on pages: its own sentence, and then everything as before."""

from __future__ import annotations

import shutil

import pytest

from ppml_core.errors import StoreFormatError, StoreUnavailable
from ppml_core.jobs.requests import AuditRequest
from ppml_core.storage.sql import SqlStore

AWAY = StoreUnavailable("The database cannot be used just now.")


def raising(error):
    def ask(*_arguments, **_options):
        raise error

    return ask


@pytest.mark.parametrize("error", [AWAY, StoreFormatError("Written by a newer version.")])
def test_a_server_that_cannot_open_its_store_says_why(open_page, words, bench, monkeypatch, error):
    monkeypatch.setattr("app.service.Workbench", raising(error))
    for page in ("start", "runs", "membership"):
        text = words(open_page(page))
        assert "Attention · The store cannot be used" in text
        assert str(error) in text


@pytest.mark.parametrize(("page", "call"), [("runs", "runs"), ("membership", "report")])
def test_a_live_panel_says_so_and_goes_on_when_the_store_is_back(
    open_page, words, bench, monkeypatch, page, call
):
    bench.add("aaaa", AuditRequest(dataset="wine"), "running")
    with monkeypatch.context() as away:
        away.setattr(bench, call, raising(AWAY))
        shown = open_page(page, run="aaaa")
        assert str(AWAY) in words(shown)
    assert str(AWAY) not in words(shown.run())


def test_an_end_that_could_not_be_drawn_is_asked_for_again(
    open_page, bench, monkeypatch, audit_report
):
    stops = []
    monkeypatch.setattr("app.components.live.stop_polling", lambda: stops.append("stopped"))
    bench.add("aaaa", AuditRequest(dataset="wine"), "finished", report=audit_report)
    with monkeypatch.context() as away:
        away.setattr(bench, "report", raising(AWAY))
        shown = open_page("membership", run="aaaa")
        assert stops == [], "nobody will ask again, and the result is never shown"
    shown.run()
    assert stops == ["stopped"]


def test_a_home_removed_while_a_page_is_open_is_said_without_its_path(
    open_page, words, bench, monkeypatch, tmp_path
):
    store = SqlStore(tmp_path / "home")
    shutil.rmtree(tmp_path / "home")
    monkeypatch.setattr(bench, "runs", lambda *_, **__: store.runs.visible("me"))
    shown = open_page("runs")
    text = words(shown)
    assert "The store cannot be used" in text
    assert "removed or moved" in text
    assert str(tmp_path) not in text
    assert "Traceback" not in text
    assert not shown.exception
    store.close()
