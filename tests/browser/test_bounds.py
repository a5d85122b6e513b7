"""Sliders over a finished ladder: numbers and figure follow, nothing is trained, links keep it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.components import formats
from ppml_core.auditing.ladder_sentences import ladder_sentence, point_sentence

pytestmark = pytest.mark.browser


def figure(tab) -> str:
    """What the figure is called."""
    frame = tab.page.locator(".st-key-ladder-curve [role=figure]")
    return frame.get_attribute("aria-label") or ""


def test_sliders_and_unit_show_other_numbers_and_a_link_keeps_them(ladder, lab, visit):
    run, report = ladder
    before = lab.runs("ladder")
    tab = visit(lab).open("bounds", run=run)
    assert ladder_sentence(report) in tab.main_text()
    tab.page.get_by_role("slider", name="Candidates").press("Home")
    tab.settle()
    tab.page.get_by_role("slider", name="Noise multiplier").press("End")
    tab.settle()
    tab.page.get_by_role("radio", name="record", exact=True).or_(
        tab.page.get_by_role("button", name="record", exact=True)
    ).first.click()
    tab.settle()
    point = report.points[0]
    told = point_sentence(report, point, 2)
    other = visit(lab)
    other.page.goto(tab.page.url)
    for seen in (tab, other.settle()):
        assert told in seen.main_text()
        assert "among 2 candidates against epsilon per record" in figure(seen)
        proven = seen.page.get_by_test_id("stMetric").filter(has_text="Bound for a record")
        expect(proven).to_contain_text(formats.percent(point.bounds[0]))
    assert lab.runs("ladder") == before
    assert tab.console_errors == other.console_errors == []
