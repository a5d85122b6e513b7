"""What was chosen on one page is still chosen after a visit to another."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_form_choices_survive_other_pages(lab, visit):
    tab = visit(lab).open("train", data="wine")
    epochs = tab.page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("7")
    epochs.press("Enter")
    tab.settle()
    tab.page.get_by_text("Differential privacy", exact=True).click()
    expect(tab.page.get_by_role("slider", name="Epsilon")).to_be_visible()
    tab.settle()
    for title in ("Runs", "Data", "Train"):
        tab.follow(title).settle()
    expect(epochs).to_have_value("7")
    expect(tab.page.get_by_role("slider", name="Epsilon")).to_be_visible()
    assert tab.query("data") == "wine"
    tab.follow("Membership").settle()
    expect(tab.page.get_by_role("spinbutton", name="Epochs").first).to_have_value("7")
    assert tab.console_errors == []
