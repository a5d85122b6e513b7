"""A lecture hall presses the button at once: one run is computed, everyone sees it."""

from __future__ import annotations

import html
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from lab import SETUP, Lab, wait_for
from light_visitor import LightVisitor
from playwright.sync_api import expect

from ppml_core.auditing import sentences
from ppml_core.jobs.requests import AuditRequest
from ppml_core.training.recipe import TrainingRecipe

pytestmark = pytest.mark.browser

IN_A_BROWSER, WITHOUT_SCREEN = 4, 26
BUSY = AuditRequest(shadows=1024, seed=30, recipe=TrainingRecipe(epochs=400))
"""Keeps the one worker until all have pressed: it does not end by itself."""
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


def press(visitor: LightVisitor, at: float) -> str:
    """The run somebody got."""
    visitor.press("Run the audit", at)
    return visitor.run_id()


def verdict_seen(visitor: LightVisitor) -> str:
    """What somebody was told in the end."""
    return html.unescape(visitor.watch("lab-verdict"))


def keep_busy(lab: Lab) -> str:
    """A run on the only worker, so that what is asked for now has to wait."""
    run = lab.bench.submit(BUSY, session=SETUP)
    wait_for(lambda: lab.bench.view(run).state == "running", "the worker is busy")
    return run


def let_go(lab: Lab, busy: str) -> None:
    """End the run that kept the worker."""
    lab.bench.cancel(busy, session=SETUP)
    lab.bench.delete(busy, session=SETUP)


def test_one_run_for_thirty_visitors(fresh_audit, visit):
    tabs = [visit(fresh_audit).open() for _ in range(IN_A_BROWSER)]
    with ThreadPoolExecutor(WITHOUT_SCREEN) as pool:
        others = list(pool.map(arrive, [fresh_audit.url] * WITHOUT_SCREEN))
        busy = keep_busy(fresh_audit)
        moment = time.time() + HEAD_START
        for tab in tabs:
            tab.page.evaluate(_PRESS_AT, 1000 * moment)
        opened = set(pool.map(lambda visitor: press(visitor, moment), others))
        opened |= {tab.wait_for_query("run") for tab in tabs}
        assert fresh_audit.runs("audit") == {busy: "running"} | dict.fromkeys(opened, "queued")
        let_go(fresh_audit, busy)
        told = set(pool.map(verdict_seen, others))
    assert len(opened) == 1
    run = opened.pop()
    assert fresh_audit.runs("audit") == {run: "finished"}
    verdict = sentences.verdict_sentence(fresh_audit.bench.report(run).attacks)
    assert told == {verdict}
    assert all(visitor.polls > 0 for visitor in others), "they came after it was over"
    for tab in tabs:
        expect(tab.page.locator(".lab-verdict")).to_have_text(verdict, timeout=120_000)
        assert tab.console_errors == []
    for visitor in others:
        visitor.close()
