"""The whole first audit without a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from test_cancel import started

pytestmark = pytest.mark.browser

MOST_STOPS = 80
_FOCUSED = r"""() => {
  const element = document.activeElement;
  // What scrolls can have the focus too; what it says is not its name.
  const named = element.matches('button, a, summary, input, [role]:not([role=main])');
  const text = named ? element.innerText.trim().split('\n').pop() : element.tagName;
  const name = element.getAttribute('aria-label') || text;
  const style = getComputedStyle(element);
  const ring = style.outlineStyle !== 'none' || style.boxShadow !== 'none'
    || element.matches('[role=slider], summary, a');
  return [name, ring];
}"""


def tab_to(tab, name: str) -> None:
    """Press Tab until that element has the focus, and can be seen to have it."""
    passed = []
    for _ in range(MOST_STOPS):
        tab.page.keyboard.press("Tab")
        label, ring = tab.page.evaluate(_FOCUSED)
        if label == name:
            assert ring, f"{name} has the focus but does not look like it"
            return
        passed.append(label)
    pytest.fail(f"Tab never reached {name!r}, only {passed}")


def test_first_audit_by_keyboard(fresh_audit, visit):
    tab = visit(fresh_audit).open()
    keys = tab.page.keyboard
    tab_to(tab, "Run the audit")
    keys.press("Enter")
    tab.wait_for_query("run")
    tab.see("Next")
    expect(tab.page.locator(".lab-verdict")).to_be_visible()
    tab.settle()
    tab_to(tab, "The same as a table")
    keys.press("Enter")
    expect(tab.page.get_by_role("table").first).to_be_visible()
    tab_to(tab, "Download report (JSON)")
    with tab.page.expect_download() as started:
        keys.press("Enter")
    assert started.value.suggested_filename.endswith(".json")
    tab_to(tab, "Move the threshold yourself")
    keys.press("Enter")
    tab.see("Move the threshold")
    tab.settle()
    told = tab.see(re.compile("This threshold recognises")).inner_text()
    tab_to(tab, "Threshold")
    for _ in range(5):
        keys.press("ArrowLeft")
    expect(tab.page.get_by_text(told)).to_have_count(0)
    tab.see(re.compile("This threshold recognises"))
    assert tab.console_errors == []


def test_cancel_by_keyboard_while_the_panel_redraws(lab, visit):
    tab = visit(lab)
    run = started(lab, tab)
    tab_to(tab, "Cancel")
    tab.page.keyboard.press("Enter")
    tab.see("This run was cancelled")
    assert lab.bench.view(run).state == "cancelled"
