"""A store that is not there, on pages: its own sentence, and then everything as before."""

from __future__ import annotations

import pytest

from ppml_core.errors import StoreFormatError, StoreUnavailable
from ppml_core.jobs.requests import AuditRequest

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
