"""Attributes: from the form to a verdict, and the same by link in a fresh browser."""

from __future__ import annotations

import pytest

from ppml_core.auditing.attribute_sentences import conclusion, figures, shares_sentence

pytestmark = pytest.mark.browser


def test_a_column_is_guessed_and_a_link_shows_the_same(lab, visit):
    lab.forget("attributes")
    tab = visit(lab).open("attributes", data="wine")
    tab.button("Guess this column").click()
    run = tab.wait_for_query("run")
    tab.see("Download report (JSON)")
    report = lab.bench.report(run)
    other = visit(lab, width=390).open("attributes", run=run)
    for place in (tab, other):
        for said in (conclusion(report), figures(report), shares_sentence(report)):
            assert said in place.main_text()
        assert place.console_errors == []
        assert place.outside == []
