"""A model with differential privacy, and the card that says what that means."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from app.components import formats

pytestmark = pytest.mark.browser


def test_training_with_dp_shows_the_whole_guarantee(lab, visit):
    lab.forget("train")
    tab = visit(lab).open("train", data="wine")
    tab.page.get_by_text("Differential privacy", exact=True).click()
    expect(tab.page.get_by_role("slider", name="Epsilon")).to_be_visible()
    tab.settle()
    tab.button("Train the model").click()
    run = tab.wait_for_query("run")
    tab.see("Training accuracy")
    tab.see("Accountant")
    tab.see(re.compile("Download report"))
    assert lab.runs("train") == {run: "finished"}
    guarantee = lab.bench.report(run).guarantee
    terms = dict(
        zip(
            tab.page.locator(".lab-terms dt").all_inner_texts(),
            tab.page.locator(".lab-terms dd").all_inner_texts(),
            strict=True,
        )
    )
    assert terms["Adjacency"].startswith("add or remove one record")
    assert terms["Sampling"].startswith("Poisson")
    assert terms["Accountant"].startswith(guarantee.accountant)
    assert terms["Steps"].startswith(f"{guarantee.steps:,}")
    assert terms["Noise multiplier"].startswith(f"{guarantee.noise_multiplier:.4g}")
    shown = tab.page.get_by_test_id("stMetricValue").all_inner_texts()
    assert formats.epsilon(guarantee.epsilon) in shown
    assert formats.small_number(guarantee.delta) in shown
    assert guarantee.epsilon <= 8.0
