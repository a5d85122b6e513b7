"""Looking at reconstructions: sliders, one person enlarged and played, and what is taken away."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from app.components import formats
from app.figures import inversion_values as values

pytestmark = pytest.mark.browser


def swap_rate(tab) -> str:
    """The framed number of the swap test."""
    framed = tab.page.get_by_test_id("stMetric").filter(has_text="Swap test")
    return framed.get_by_test_id("stMetricValue").inner_text()


def to_strictest(tab) -> None:
    """The epsilon slider to its left end, by keyboard."""
    tab.page.get_by_role("slider", name="Epsilon").press("Home")
    tab.settle()


def test_sliders_show_another_setting_without_a_run_and_a_link_keeps_it(inversion, lab, visit):
    run, report = inversion
    before = lab.runs("invert")
    tab = visit(lab).open("inversion", run=run)
    assert swap_rate(tab) == formats.percent(report.cells[0].swap.rate)
    to_strictest(tab)
    cell = values.find_cell(report, values.Setting(epsilon="1", clip=0.5))
    assert swap_rate(tab) == formats.percent(cell.swap.rate)
    assert cell.evidence in tab.main_text()
    picker = tab.page.get_by_role("combobox", name="Record", exact=True)
    picker.scroll_into_view_if_needed()  # its list closes when the page scrolls
    tab.settle()
    picker.click()
    second = report.people[1].title
    tab.page.get_by_role("option", name=second, exact=True).click()
    tab.settle()
    link = tab.page.url
    for title in ("Data", "Inversion"):
        tab.follow(title).settle()
    assert cell.evidence in tab.main_text()
    other = visit(lab)
    other.page.goto(link)
    other.settle()
    assert cell.evidence in other.main_text()
    expect(other.page.get_by_alt_text(f"Truth of {second}, enlarged")).to_be_visible()
    assert lab.runs("invert") == before
    assert tab.console_errors == []


def test_the_optimisation_plays_in_the_browser_and_stops_at_its_end(inversion, lab, visit):
    run, report = inversion
    last = len(report.cells[0].reconstructions[0].frames)
    tab = visit(lab).open("inversion", run=run)
    step = tab.page.get_by_role("slider", name="Step of the optimisation")
    expect(step).to_have_attribute("aria-valuetext", f"picture {last} of {last}")
    step.press("Home")
    expect(step).to_have_attribute("aria-valuetext", f"picture 1 of {last}")
    tab.button("Play").click()
    expect(step).to_have_attribute("aria-valuetext", f"picture {last} of {last}")
    expect(tab.button("Play")).to_be_visible()


def test_the_contact_sheet_can_be_taken_away_as_a_picture(inversion, lab, visit):
    run, report = inversion
    tab = visit(lab).open("inversion", run=run)
    with tab.page.expect_download() as waiting:
        tab.button("Download contact sheet (PNG)").click()
    saved = waiting.value
    assert saved.suggested_filename.endswith("-ordinary-model.png")
    sheet = Image.open(io.BytesIO(saved.path().read_bytes()))
    assert sheet.format == "PNG"
    assert sheet.height > 100 * len(report.people)
