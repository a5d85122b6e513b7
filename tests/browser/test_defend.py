"""Sliders over a finished grid: the marked cell and its numbers follow, nothing trains."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.components import formats
from app.figures import frontier_values as values
from ppml_core.auditing.frontier_sentences import cell_sentence

pytestmark = pytest.mark.browser


def slide(tab, name: str, text: str) -> None:
    """A slider to a value, by keyboard."""
    slider = tab.page.get_by_role("slider", name=name)
    for key in ("Home", "ArrowRight", "ArrowRight"):
        slider.press(key)
        tab.settle()
        if slider.get_attribute("aria-valuetext") == text:
            return
    pytest.fail(f"{name} never came to {text}")


def shown(tab) -> tuple[str, str, str]:
    """Test accuracy, its interval, and the figure's name."""
    accuracy = tab.page.get_by_test_id("stMetric").filter(has_text="Test accuracy")
    frame = tab.page.locator(".st-key-defend-frontier [role=figure]")
    return (
        accuracy.get_by_test_id("stMetricValue").inner_text(),
        tab.main_text(),
        frame.get_attribute("aria-label") or "",
    )


def test_sliders_mark_another_cell_without_a_run(frontier, lab, visit):
    run, report = frontier
    before = lab.runs("frontier")
    tab = visit(lab).open("defend", run=run)
    for epsilon in (8.0, 1.0):
        for clip in (0.3, 3.0):
            slide(tab, "Epsilon", f"{epsilon:g}")
            slide(tab, "Clipping norm", f"{clip:g}")
            cell = values.find_cell(report, epsilon, clip)
            accuracy, text, name = shown(tab)
            assert accuracy == formats.percent(cell.test_accuracy)
            assert formats.percent_interval(cell.test_accuracy_ci) in text
            assert cell_sentence(report, cell, values.attack_names(report)[0]) in text
            assert f"Chosen: epsilon {epsilon:g}, clipping norm {clip:g}" in name
            assert formats.epsilon(cell.guarantee.epsilon) in text
    assert lab.runs("frontier") == before
    assert tab.console_errors == []


def test_the_chosen_cell_survives_other_pages_and_a_link(frontier, lab, visit):
    run, _ = frontier
    tab = visit(lab).open("defend", run=run)
    for epsilon, clip in (("1", "3"), ("8", "0.3")):
        slide(tab, "Epsilon", epsilon)
        slide(tab, "Clipping norm", clip)
        name = f"Chosen: epsilon {epsilon}, clipping norm {clip}"
        assert name in shown(tab)[2]
        link = tab.page.url
        for title in ("Data", "Runs", "Defend"):
            tab.follow(title).settle()
        assert name in shown(tab)[2]
    other = visit(lab)
    other.page.goto(link)
    assert name in shown(other.settle())[2]


def test_attack_success_can_be_read_in_other_units(frontier, lab, visit):
    run, _ = frontier
    tab = visit(lab).open("defend", run=run)
    for label in ("Advantage", "AUC"):
        tab.page.get_by_role("radio", name=label, exact=True).or_(
            tab.page.get_by_role("button", name=label, exact=True)
        ).first.click()
        tab.settle()
        assert f"against {label}" in shown(tab)[2]
    expect(tab.page.get_by_test_id("stMetric").filter(has_text="AUC")).to_be_visible()
