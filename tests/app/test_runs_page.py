"""Page Runs: the queue and the past, cancel, link, delete."""

from __future__ import annotations

import doctest
import time
from dataclasses import replace

import pytest

from app import escape
from app.components import cancel, runs_list, runs_words
from ppml_core.errors import NotYours
from ppml_core.jobs.progress import Progress
from ppml_core.jobs.requests import AuditRequest, FrontierRequest, TrainRequest


@pytest.fixture
def filled(bench, audit_report, audit_request):
    """One run in each state."""
    progress = Progress(stage="Training models", done=25, total=100, eta_seconds=30.0)
    bench.add("aaaa", audit_request, "running", progress=progress)
    bench.add("bbbb", FrontierRequest(dataset="wine"), "queued")
    bench.runs_by_id["bbbb"] = replace(bench.runs_by_id["bbbb"], position=2)
    bench.add(
        "cccc",
        audit_request,
        "finished",
        audit_report,
    )
    bench.add("dddd", TrainRequest(dataset="wine"), "failed", error="The worker was killed.")
    bench.add("eeee", AuditRequest(dataset="wine"), "cancelled")
    return bench


def test_empty_list_leads_to_the_start_page(open_page, words):
    page = open_page("runs")
    assert "No runs yet" in words(page)
    assert page.get("page_link")[0].proto.label == "Start with the bundled audit"


def test_every_state_is_said_in_words(open_page, words, filled):
    text = words(open_page("runs"))
    assert "1 running, 1 waiting, 3 earlier." in text
    for said in ("Running", "Waiting", "Finished", "Failed", "Cancelled"):
        assert f"</span> {said}" in text
    assert "25 % done · about 30 s left" in text
    assert "1 ahead in the queue" in text
    assert "The worker was killed." in text


def test_open_leads_to_the_page_of_the_kind_with_the_run(open_page, filled):
    links = [part.proto for part in open_page("runs").get("page_link")]
    opened = {link.page: dict(_pairs(link.query_string)) for link in links if link.label == "Open"}
    assert {"membership", "defend", "train"} <= set(opened)
    assert opened["defend"]["run"] == "bbbb"


def test_cancel_reaches_the_workbench(open_page, filled):
    page = open_page("runs")
    page.button(key="cancel-aaaa").click().run()
    assert filled.cancelled == ["aaaa"]
    assert "cancel-aaaa" not in [button.key for button in page.button]


def test_who_only_has_the_link_is_told_why_there_is_no_cancel(open_page, filled, words):
    filled.of_others = {"aaaa", "bbbb"}
    for page in (open_page("runs"), open_page("membership", run="aaaa")):
        assert "cancel-aaaa" not in [button.key for button in page.button]
        assert cancel.OTHERS_RUN in words(page)
    assert filled.cancelled == []


def test_a_cancel_that_came_from_an_old_page_is_refused_in_words(open_page, filled):
    page = open_page("runs")
    filled.of_others = {"aaaa"}
    page.button(key="cancel-aaaa").click().run()
    assert [toast.value for toast in page.toast] == [
        escape.markdown(str(NotYours("run", "cancel")))
    ]
    assert filled.cancelled == []


def test_a_run_that_others_asked_for_is_left_and_can_be_opened_again(open_page, filled, words):
    filled.wanted_by_others = {"aaaa": 2}
    page = open_page("membership", run="aaaa")
    page.button(key="cancel-aaaa").click().run()
    assert filled.cancelled == []
    assert "2 other browsers asked for it too" in page.toast[0].value
    assert "run" not in page.query_params
    page.button(key="reopen-left-run").click().run()
    assert page.query_params["run"] == "aaaa"


def test_delete_asks_first(open_page, filled, words):
    page = open_page("runs", run="cccc")
    page.button(key="delete-cccc").click().run()
    assert "Membership audit of Wine" in words(page)
    page.button(key="delete-no").click().run()
    assert "cccc" in filled.runs_by_id
    page.button(key="delete-cccc").click().run()
    page.button(key="delete-yes").click().run()
    assert "cccc" not in filled.runs_by_id
    assert "run" not in page.query_params


def test_a_refused_delete_is_said(open_page, filled, monkeypatch):
    def refuse(run_id: str, *, session: str) -> None:
        raise NotYours("run")

    monkeypatch.setattr(filled, "delete", refuse)
    page = open_page("runs")
    page.button(key="delete-cccc").click().run()
    page.button(key="delete-yes").click().run()
    assert [error.value for error in page.error] == [str(NotYours("run"))]


def test_link_is_shown_and_hidden(open_page, filled):
    page = open_page("runs")
    page.button(key="link-cccc").click().run()
    assert page.code[0].value.endswith("/membership?run=cccc")
    page.button(key="link-cccc").click().run()
    assert not page.code


def test_long_lists_are_shown_in_parts(open_page, bench, audit_request):
    for number in range(runs_list.PAGE_SIZE + 3):
        bench.add(f"run{number:02}", audit_request, "cancelled")
    page = open_page("runs")
    assert sum(button.label == "Delete" for button in page.button) == runs_list.PAGE_SIZE
    page.button(key="runs-more").click().run()
    assert sum(button.label == "Delete" for button in page.button) == runs_list.PAGE_SIZE + 3


def test_words_escape_what_people_upload(bench, audit_request):
    bench.add("x", audit_request, "failed", error="<b>no</b>")
    view = replace(bench.runs_by_id["x"], dataset_name="<script>a.csv")
    html = runs_words.head(view, is_open=True, now=time.time())
    assert "<script>" not in html
    assert "<b>no" not in html


@pytest.mark.parametrize("module", [runs_list, runs_words])
def test_doctests(module):
    assert doctest.testmod(module) == (0, 1)


def _pairs(query: str) -> list[tuple[str, str]]:
    from urllib.parse import parse_qsl

    return parse_qsl(query)
