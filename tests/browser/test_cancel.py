"""A run that is no longer wanted stops, wherever the button is pressed."""

from __future__ import annotations

import re

import pytest
from lab import wait_for
from playwright.sync_api import expect

from ppml_core.jobs.requests import AuditRequest
from ppml_core.training.recipe import TrainingRecipe

pytestmark = pytest.mark.browser

ENDLESS = AuditRequest(shadows=1024, recipe=TrainingRecipe(epochs=400))
"""For a test."""


def started(lab, tab) -> str:
    """A run of the tab's visitor that does not end by itself, and is on the screen."""
    run = lab.bench.submit(ENDLESS, session=tab.open().session())
    tab.open_live("membership", run=run)
    tab.see(re.compile(r"From \d+ of 1024 models so far"))
    return run


def nobody_works(lab) -> bool:
    """Whether every worker has let go."""
    return all(worker.holds is None for worker in lab.bench.store.workers.all())


def test_cancel_on_the_page_stops_the_work_and_keeps_what_there_is(lab, visit):
    tab = visit(lab)
    run = started(lab, tab)
    tab.button("Cancel").click()
    tab.see("This run was cancelled")
    assert lab.bench.view(run).state == "cancelled"
    wait_for(lambda: nobody_works(lab), "the worker lets go")
    assert lab.bench.view(run).state == "cancelled"
    expect(tab.page.get_by_role("progressbar")).to_have_count(0)
    expect(tab.page.locator(".lab-verdict")).to_have_count(0)
    tab.see(re.compile(r"From \d+ of 1024 models so far"))


def test_cancel_in_the_list_of_runs(lab, visit):
    tab = visit(lab)
    run = started(lab, tab)
    tab.follow("Runs")
    row = tab.page.locator(f".st-key-run-{run}")
    expect(row.get_by_role("progressbar")).to_be_visible()
    row.get_by_role("button", name="Cancel").click()
    expect(row.get_by_text("Cancelled")).to_be_visible(timeout=120_000)
    assert lab.bench.view(run).state == "cancelled"
    wait_for(lambda: nobody_works(lab), "the worker lets go")
    assert lab.bench.view(run).state == "cancelled"
