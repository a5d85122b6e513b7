"""A table of the size of Adult: uploaded, prepared and learned from in the page."""

from __future__ import annotations

import csv
import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from test_upload import bring, prepare

pytestmark = pytest.mark.browser

ROWS, NUMBERS, CATEGORIES = 48_842, 6, 8


def write_census(path: Path) -> Path:
    """48,842 people, 14 mixed columns and an income class."""
    draw = random.Random(0)
    names = [f"number {i}" for i in range(NUMBERS)] + [f"kind {i}" for i in range(CATEGORIES)]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*names, "income"])
        for _ in range(ROWS):
            numbers = [draw.randint(0, 90) for _ in range(NUMBERS)]
            kinds = [f"v{draw.randint(0, 4 + 3 * i)}" for i in range(CATEGORIES)]
            writer.writerow([*numbers, *kinds, ">50K" if sum(numbers[:2]) > 100 else "<=50K"])
    return path


def test_a_census_uploads_and_trains(lab, visit, tmp_path):
    tab = visit(lab).open("data")
    bring(tab, write_census(tmp_path / "census.csv"))
    tab.see("What is in census.csv")
    assert "48,842 rows, 15 columns" in tab.main_text()
    ref = prepare(tab)
    assert lab.bench.card(ref).n == ROWS
    tab.follow("Train").settle()
    architecture = tab.page.get_by_role("combobox", name="Architecture")
    architecture.click()
    tab.page.get_by_role("option", name=re.compile("Softmax")).click()
    tab.settle()
    epochs = tab.page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("1")
    epochs.press("Enter")
    tab.settle()
    tab.button("Train the model").click()
    run = tab.wait_for_query("run")
    tab.see(re.compile("Download report"))
    report = lab.bench.report(run)
    assert lab.bench.view(run).state == "finished"
    assert report.dataset.n == ROWS
    assert report.request["recipe"]["architecture"]["kind"] == "softmax"
    assert report.target.test_accuracy > 0.6
    expect(tab.page.get_by_test_id("stMetric").filter(has_text="Test accuracy")).to_be_visible()
    assert tab.console_errors == []
