"""SIGKILL at a bad moment: the run goes on, or the page says why not. It is never lost."""

from __future__ import annotations

import os
import signal

import pytest
from lab import wait_for
from playwright.sync_api import expect

from ppml_core.auditing import sentences
from ppml_core.jobs.supervisor import DIED

pytestmark = pytest.mark.browser


def press_and_wait_until_it_runs(lab, tab) -> str:
    """A run that has computed something but not all."""
    tab.open().button("Run the audit").click()
    run = tab.wait_for_query("run")
    wait_for(lambda: lab.bench.report(run), "a partial report")
    assert lab.bench.view(run).state == "running"
    return run


def test_a_killed_server_loses_nothing(own_lab, visit):
    tab = visit(own_lab)
    run = press_and_wait_until_it_runs(own_lab, tab)
    own_lab.kill()
    own_lab.start()
    wait_for(lambda: not own_lab.bench.view(run).live, "the run ends")
    assert own_lab.runs("audit") == {run: "finished"}
    verdict = sentences.verdict_sentence(own_lab.bench.report(run).attacks)
    # The tab that was open all the time has found its server and its run again.
    expect(tab.page.locator(".lab-verdict")).to_have_text(verdict, timeout=120_000)
    assert tab.query("run") == run
    tab.page.reload()
    expect(tab.page.locator(".lab-verdict")).to_have_text(verdict, timeout=120_000)


def test_a_killed_worker_is_told_and_the_run_can_be_repeated(fresh_audit, visit):
    tab = visit(fresh_audit)
    run = press_and_wait_until_it_runs(fresh_audit, tab)
    os.kill(fresh_audit.bench.store.runs.get(run).pid, signal.SIGKILL)
    tab.see("This run failed")
    assert DIED in tab.main_text()
    assert fresh_audit.bench.view(run).state == "failed"
    tab.button("Run the audit").click()
    wait_for(lambda: fresh_audit.bench.view(run).state == "finished", "the run ends")
    tab.see("Advantage over guessing")
    assert fresh_audit.runs("audit") == {run: "finished"}
    expect(tab.page.locator(".lab-verdict")).to_be_visible(timeout=120_000)
