"""Reconstruction, attributes, gradients and bounds while they run, called off, and killed."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest
from lab import wait_for
from playwright.sync_api import expect
from survey import overflow, violations
from test_cancel import nobody_works
from test_keyboard import tab_to

from ppml_core.jobs.invert_request import INVERT_RECIPE, InvertRequest
from ppml_core.jobs.requests import (
    AttributesRequest,
    GradientsRequest,
    LadderRequest,
    kind_of,
)
from ppml_core.jobs.supervisor import DIED

pytestmark = pytest.mark.browser

LONG = {
    "inversion": InvertRequest(pairs=1000, recipe=replace(INVERT_RECIPE, epochs=1000)),
    "attributes": AttributesRequest(target="forest", trees=1000, models=128, shadows=32),
    "gradients": GradientsRequest(
        dataset="digits", method="cosine", batch=8, repetitions=40, search_steps=3000
    ),
    "bounds": LadderRequest(people=40, runs=2000, shadows=2000, steps=1000),
}
"""By page, a run that does not end during a test."""
KINDS = tuple(map(kind_of, LONG.values()))
BUTTONS = {
    "inversion": "Reconstruct",
    "attributes": "Guess this column",
    "gradients": "Reconstruct",
    "bounds": "Measure the ladder",
}


@pytest.fixture(autouse=True)
def _nothing_left(lab) -> Iterator[None]:
    """Whatever happened, nothing is left to do for the worker that others wait for."""
    yield
    for run, state in (pair for kind in KINDS for pair in lab.runs(kind).items()):
        if state in ("queued", "running"):
            lab.bench.store.runs.cancel(run)


def running(lab, tab, page: str) -> str:
    """The page's long run, asked for by the tab's visitor, at work and on the screen."""
    run = lab.bench.submit(LONG[page], session=tab.open(page).session())
    wait_for(lambda: lab.bench.view(run).state != "queued", f"{page}: the run starts")
    assert lab.bench.view(run).state == "running", lab.bench.view(run).error
    tab.open_live(page, run=run)
    expect(tab.button("Cancel")).to_be_visible(timeout=60_000)
    expect(tab.page.get_by_role("progressbar").first).to_be_visible()
    return run


def can_go_on(tab, page: str) -> None:
    """Another run can be set up, and checker, widths and console agree."""
    tab.page.get_by_text(re.compile("(Set up|Measure) another")).first.click()
    expect(tab.button(BUTTONS[page])).to_be_visible()
    assert violations(tab) == []
    tab.page.set_viewport_size({"width": 390, "height": 900})
    assert overflow(tab) == []
    assert tab.console_errors == []


@pytest.mark.parametrize("page", LONG)
def test_started_from_the_form_without_a_mouse(lab, visit, page):
    tab = visit(lab).open(page)
    tab_to(tab, BUTTONS[page])
    tab.page.keyboard.press("Enter")
    run = tab.wait_for_query("run")
    assert lab.bench.view(run).kind == kind_of(LONG[page])
    lab.bench.store.runs.cancel(run)
    wait_for(lambda: not lab.bench.view(run).live, f"{page}: the run ends")


@pytest.mark.parametrize("page", LONG)
def test_cancelled_by_keyboard(lab, visit, page):
    tab = visit(lab)
    run = running(lab, tab, page)
    assert violations(tab) == []
    tab_to(tab, "Cancel")
    tab.page.keyboard.press("Enter")
    tab.see("This run was cancelled")
    assert lab.bench.view(run).state == "cancelled"
    wait_for(lambda: nobody_works(lab), "the worker lets go")
    tab.settle()
    expect(tab.page.get_by_role("progressbar")).to_have_count(0)
    can_go_on(tab, page)


@pytest.mark.parametrize("page", LONG)
def test_a_killed_worker_is_told(lab, visit, page):
    tab = visit(lab)
    run = running(lab, tab, page)
    os.kill(lab.bench.store.runs.get(run).pid, signal.SIGKILL)
    tab.see("This run failed")
    tab.settle()
    assert DIED in tab.main_text()
    assert lab.bench.view(run).state == "failed"
    can_go_on(tab, page)
