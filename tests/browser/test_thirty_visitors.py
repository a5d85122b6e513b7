"""A lecture hall presses the button at once: one run is computed, everyone sees it."""

from __future__ import annotations

import html
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from light_visitor import LightVisitor
from playwright.sync_api import expect

from ppml_core.auditing import sentences

pytestmark = pytest.mark.browser

IN_A_BROWSER, WITHOUT_SCREEN = 4, 26
HEAD_START = 3.0
"""Seconds in which all thirty are told the moment at which to press."""

_PRESS_AT = """moment => {
  const button = document.querySelector('.st-key-run-bundled-audit button');
  setTimeout(() => button.click(), moment - Date.now());
}"""


def arrive(url: str) -> LightVisitor:
    """Somebody opens the start page."""
    visitor = LightVisitor(url)
    visitor.rerun()
    return visitor


def press_and_watch(visitor: LightVisitor, at: float) -> tuple[str, str]:
    """The run somebody got, and the verdict they saw."""
    visitor.press("Run the audit", at)
    return visitor.run_id(), html.unescape(visitor.watch("lab-verdict"))


def test_one_run_for_thirty_visitors(fresh_audit, visit):
    tabs = [visit(fresh_audit).open() for _ in range(IN_A_BROWSER)]
    with ThreadPoolExecutor(WITHOUT_SCREEN) as pool:
        others = list(pool.map(arrive, [fresh_audit.url] * WITHOUT_SCREEN))
        assert fresh_audit.runs("audit") == {}
        moment = time.time() + HEAD_START
        for tab in tabs:
            tab.page.evaluate(_PRESS_AT, 1000 * moment)
        seen = list(pool.map(lambda visitor: press_and_watch(visitor, moment), others))
        opened = {tab.wait_for_query("run") for tab in tabs} | {run for run, _ in seen}
    assert len(opened) == 1
    run = opened.pop()
    assert fresh_audit.runs("audit") == {run: "finished"}
    verdict = sentences.verdict_sentence(fresh_audit.bench.report(run).attacks)
    assert {told for _, told in seen} == {verdict}
    assert all(visitor.polls > 0 for visitor in others), "they came after it was over"
    for tab in tabs:
        expect(tab.page.locator(".lab-verdict")).to_have_text(verdict, timeout=120_000)
        assert tab.console_errors == []
    for visitor in others:
        visitor.close()
