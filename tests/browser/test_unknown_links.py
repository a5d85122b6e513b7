"""Links that lead to nothing say so, and show the way on."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from survey import machine_words

pytestmark = pytest.mark.browser

WITH_RUNS = ("start", "membership")  # the others are asked in tests/app
BAD_REFS = (
    "upload:" + "x" * 24,
    "../../etc/passwd",
    "<script>alert(1)</script>",
)


def test_unknown_run(lab, visit):
    tab = visit(lab)
    for page in WITH_RUNS:
        tab.open(page, run="0123456789abcdef")
        tab.see("This run is not here")
        assert machine_words(tab.main_text()) == []
        tab.button("Close it").click()
        expect(tab.page.get_by_text("This run is not here")).to_have_count(0)
        tab.page.wait_for_function("!location.search.includes('run=')")
    assert tab.console_errors == []


def test_unknown_dataset(lab, visit):
    tab = visit(lab)
    for ref in BAD_REFS:
        tab.open("data", data=ref)
        tab.see("This dataset is not here")
        assert machine_words(tab.main_text().replace(ref, "")) == []
        tab.button("Go back to the digits").click()
        tab.see("In use: Handwritten digits")
        assert tab.query("data") == "digits"
    assert tab.console_errors == []


@pytest.mark.parametrize(
    ("page", "press"), [("train", "Train the model"), ("defend", "Compute the grid")]
)
def test_unknown_dataset_cannot_be_run(lab, visit, page, press):
    tab = visit(lab).open(page, data="upload:" + "x" * 24)
    before = lab.bench.runs(session="nobody")
    tab.button(press).click()
    tab.see("This cannot be run yet")
    tab.settle()
    assert machine_words(tab.main_text()) == []
    assert lab.bench.runs(session="nobody") == before
    assert tab.query("run") is None


def test_unknown_page(lab, visit):
    tab = visit(lab)
    tab.page.goto(tab.address("no-such-page"))
    told = tab.page.get_by_role("dialog")
    expect(told).to_contain_text("Page not found", timeout=120_000)
    assert machine_words(tab.page.inner_text("body")) == []
    tab.page.keyboard.press("Escape")
    expect(told).to_have_count(0)
    tab.follow("Runs")
