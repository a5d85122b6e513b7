"""From an empty start page to a verdict, and back to it by its link."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from app.components import formats
from ppml_core.auditing import sentences
from ppml_core.auditing.report import AuditReport, decode

pytestmark = pytest.mark.browser


def numbers(tab) -> list[str]:
    """What the three big numbers and their intervals say."""
    tab.see("Advantage over guessing")
    values = tab.page.get_by_test_id("stMetricValue").all_inner_texts()
    intervals = re.findall(r"(?m)^95 % interval .+ %$", tab.main_text())
    return [*values, *intervals]


def expected(report: AuditReport) -> list[str]:
    """The same from a report."""
    strongest = sentences.strongest_of(report.attacks)
    points = strongest.tpr_at_fpr[:2]
    values = [formats.percent(point.tpr) for point in points]
    cis = [point.ci for point in points if point.ci]
    return [
        *values,
        formats.percent(strongest.advantage),
        *(f"95 % interval {formats.percent_interval(ci)}" for ci in (*cis, strongest.advantage_ci)),
    ]


def test_one_click_shows_the_audit_forming_and_then_a_verdict(fresh_audit, visit):
    tab = visit(fresh_audit).open()
    assert tab.query("run") is None
    tab.button("Run the audit").click()
    run = tab.wait_for_query("run")
    expect(tab.page.get_by_role("progressbar", name="Progress of the run")).to_be_visible()
    tab.see(re.compile(r"From \d+ of 64 models so far"))
    tab.see("Next")
    report = fresh_audit.bench.report(run)
    assert fresh_audit.bench.view(run).state == "finished"
    verdict = tab.page.locator(".lab-verdict")
    expect(verdict).to_have_text(sentences.verdict_sentence(report.attacks))
    expect(tab.page.get_by_test_id("stPlotlyChart").locator(".main-svg").first).to_be_visible()
    assert numbers(tab) == expected(report)
    assert len([line for line in numbers(tab) if line.startswith("95 %")]) >= 2
    assert tab.console_errors == []


def test_reload_second_browser_and_download_say_the_same(audit, lab, visit):
    run, report = audit
    first = visit(lab).open(run=run)
    shown = numbers(first)
    first.page.reload()
    assert numbers(first.settle()) == shown
    assert first.query("run") == run
    assert numbers(visit(lab).open(run=run)) == shown
    with first.page.expect_download() as started:
        first.button("Download report (JSON)").click()
    raw = started.value.path().read_bytes()
    assert json.loads(raw)["format_version"]
    assert expected(decode(raw)) == shown == expected(report)


def test_a_servers_very_first_visitor_sees_the_records_come(own_lab, visit):
    tab = visit(own_lab)
    tab.page.goto(tab.address())
    sheet = tab.page.get_by_role("img", name=re.compile("of the 1,797 records"))
    expect(sheet).to_be_visible(timeout=60_000)
    assert tab.settle().console_errors == []
