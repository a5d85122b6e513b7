"""Sliders over what gradients gave away: pictures follow, nothing is computed, links keep it."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from app.figures import gradients_values as values
from ppml_core.auditing.gradients_sentences import cell_sentence

pytestmark = pytest.mark.browser


def curve(tab) -> str:
    """What the figure is called."""
    frame = tab.page.locator(".st-key-gradients-curve [role=figure]")
    return frame.get_attribute("aria-label") or ""


def test_sliders_show_another_setting_and_a_link_keeps_it(gradients, lab, visit):
    run, report = gradients
    before = lab.runs("gradients")
    tab = visit(lab).open("gradients", run=run)
    assert cell_sentence(report, report.cells[0]) in tab.main_text()
    assert tab.page.get_by_alt_text("What was reconstructed").count() == len(report.pictures)
    for name in ("Clipping norm", "Noise"):
        tab.page.get_by_role("slider", name=name).press("End")
        tab.settle()
    told = cell_sentence(report, values.find_cell(report, 1.0, 3.0))
    assert told in tab.main_text()
    assert "replace-one" in tab.main_text()
    tab.page.get_by_role("radio", name="Recognised", exact=True).or_(
        tab.page.get_by_role("button", name="Recognised", exact=True)
    ).first.click()
    tab.settle()
    assert "Pictures recognised against noise" in curve(tab)
    link = tab.page.url
    for title in ("Data", "Gradients"):
        tab.follow(title).settle()
    assert told in tab.main_text()
    other = visit(lab)
    other.page.goto(link)
    other.settle()
    assert told in other.main_text()
    assert "Pictures recognised against noise" in curve(other)
    assert "Chosen: clipping norm 1, noise 3" in curve(other)
    assert lab.runs("gradients") == before
    assert tab.console_errors == other.console_errors == []


def test_pictures_can_be_taken_away(gradients, lab, visit):
    run, report = gradients
    tab = visit(lab).open("gradients", run=run)
    with tab.page.expect_download() as taken:
        tab.button("Download pictures (PNG)").click()
    made = Image.open(io.BytesIO(taken.value.path().read_bytes()))
    assert made.height > 100 * len(report.pictures)
    assert taken.value.suggested_filename.endswith("-clip-none-noise-0.png")


def test_a_first_reconstruction_from_the_form(lab, visit):
    lab.forget("gradients")
    tab = visit(lab).open("gradients", data="digits")
    tab.button("Reconstruct").click()
    tab.wait_for_query("run")
    expect(tab.button("Download report (JSON)")).to_be_visible(timeout=180_000)
    tab.see("Single pictures leak")
    assert "12 of 12 pictures" in tab.main_text()
