"""Membership: form to request, threshold, table, guarantee, downloads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.components.attack_table import csv_rows, rows, tpr_text
from app.components.formats import percent
from app.figures.scores import counts, edge_at_fpr
from ppml_core.auditing.conclusions import of_audit
from ppml_core.auditing.report import Histogram, TprAtFpr
from ppml_core.auditing.verdict import judge


def test_empty_says_what_to_do(open_page, words):
    page = open_page("membership")
    assert "No audit yet" in words(page)
    assert page.expander[0].proto.expanded


@pytest.mark.parametrize("name", ["membership", "train"])
def test_the_form_closes_when_a_run_opens(open_page, name):
    page = open_page(name)
    before = page.expander[0].proto
    page.button(key="audit-submit" if name == "membership" else "train-submit").click().run()
    after = page.expander[0].proto
    assert (before.expanded, after.expanded) == (True, False)
    assert before.label == after.label


def test_the_form_becomes_the_request(open_page, bench):
    page = open_page("membership", data="wine")
    page.number_input(key="model.epochs").set_value(7)
    page.text_input(key="model.hidden").set_value("32, 16")
    page.toggle(key="privacy.on").set_value(True)
    page.multiselect(key="attack.names").set_value(["loss", "lira"])
    page.run()
    page.select_slider(key="privacy.epsilon").set_value(2.0)
    page.selectbox(key="attack.shadows").set_value(16).run()
    page.button(key="audit-submit").click().run()
    [request] = bench.submitted
    assert request.dataset == "wine"
    assert request.recipe.architecture.hidden == (32, 16)
    assert request.recipe.epochs == 7
    assert request.recipe.privacy.target_epsilon == 2.0
    assert (request.shadows, request.attacks) == (16, ("lira", "loss"))


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [("model.hidden", "wide", "hidden layers"), ("attack.names", [], "attacks")],
)
def test_a_form_that_makes_no_request_says_why(open_page, bench, words, key, value, told):
    page = open_page("membership")
    widget = page.text_input if key == "model.hidden" else page.multiselect
    widget(key=key).set_value(value).run()
    page.button(key="audit-submit").click().run()
    assert bench.submitted == []
    assert told in words(page)


def test_the_threshold_moves_counts_and_rates_together(
    open_page, bench, words, audit_request, audit_report
):
    bench.add("r", audit_request, "finished", audit_report)
    page = open_page("membership", run="r")
    shown = next(a for a in audit_report.attacks if f"threshold.{a.name}" in page.session_state)
    page.select_slider(key=f"threshold.{shown.name}").set_value(0).run()
    total = f"{sum(shown.histogram.members):,}"
    assert f"<td>{total}</td><td>0</td><td>TPR 100.0 %</td>" in words(page)
    assert "recognises 100.0 % of the members" in words(page)


def test_the_chosen_attack_is_the_one_looked_at(open_page, bench, audit_request, audit_report):
    bench.add("r", audit_request, "finished", audit_report)
    page = open_page("membership", run="r")
    for name in ("lira", "loss"):
        page.button_group(key="threshold.attack").set_value(name).run()
        assert page.select_slider(key=f"threshold.{name}").label == "Threshold"


def test_a_growing_report_keeps_to_the_strongest_attack_at_one_percent(
    open_page, bench, audit_request, audit_report
):
    lira, loss = audit_report.attacks
    weak = replace(lira, verdict="inconclusive", tpr_at_fpr=(), auc=0.4)
    early = replace(audit_report, attacks=(weak, replace(loss, auc=0.9)), models=2)
    bench.add("r", audit_request, "running", early)
    page = open_page("membership", run="r")
    assert page.session_state["threshold.attack"] == "loss"
    strong = replace(lira, verdict="leaks", tpr_at_fpr=(), auc=0.99)
    histogram = Histogram(edges=(0.0, 1.0, 2.0, 3.0), members=(1, 1, 8), nonmembers=(99, 1, 0))
    late = replace(audit_report, attacks=(replace(strong, histogram=histogram), loss))
    bench.add("r", audit_request, "finished", late)
    page.run()
    assert page.session_state["threshold.attack"] == "lira"
    assert page.session_state["threshold.lira"] == edge_at_fpr(histogram, 0.01) == 1
    page.button_group(key="threshold.attack").set_value("loss").run()
    bench.add("r", audit_request, "finished", replace(late, seconds=9.0))
    page.run()
    assert page.session_state["threshold.attack"] == "loss"


def test_the_tables_terms_are_explained(open_page, bench, audit_request, audit_report, words):
    bench.add("r", audit_request, "finished", audit_report)
    text = words(open_page("membership", run="r"))
    assert all(f"<dt>{term}</dt>" in text for term in ("LiRA", "TPR", "FPR", "Pairs", "Verdict"))


def test_the_theory_line_and_card_appear_with_a_guarantee(
    open_page, bench, words, audit_request, private_report
):
    bench.add("r", audit_request, "finished", private_report)
    page = open_page("membership", run="r")
    assert "Noise multiplier" in words(page)
    assert any("Epsilon" in metric.label for metric in page.metric)


def test_without_privacy_the_card_says_that_there_is_no_guarantee(
    open_page, bench, words, audit_request, audit_report
):
    bench.add("r", audit_request, "finished", audit_report)
    assert "No guarantee." in words(open_page("membership", run="r"))


def test_a_training_run_is_linked_not_drawn(open_page, bench, words, train_report):
    from ppml_core.jobs.requests import TrainRequest

    bench.add("t", TrainRequest(dataset="wine"), "finished", train_report)
    page = open_page("membership", run="t")
    assert "The open run is a training run of Wine" in words(page)
    assert len(page.get("plotly_chart")) == 0


def test_table_and_csv_have_the_reports_numbers(audit_report):
    for attack, shown, numbers in zip(
        audit_report.attacks, rows(audit_report), csv_rows(audit_report), strict=True
    ):
        assert shown["Advantage"].startswith(percent(attack.advantage))
        assert numbers["auc"] == attack.auc
        assert numbers["auc_low"] == attack.auc_ci[0]
        for point in attack.tpr_at_fpr:
            assert numbers[f"tpr_at_{point.fpr:g}"] == point.tpr


def test_the_badge_is_that_of_the_report(open_page, bench, words, audit_request, audit_report):
    bench.add("r", audit_request, "finished", audit_report)
    said = of_audit(audit_report)
    assert f'lab-badge-{said.tone}"' in words(open_page("membership", run="r"))
    assert said.label in words(open_page("membership", run="r"))


def test_a_leak_stands_beside_the_interval_it_rests_on(audit_report):
    """The ordinary interval of a TPR may touch chance where another measure shows the leak."""
    rate = TprAtFpr(fpr=0.01, tpr=0.011, ci=(0.008, 0.014))
    shown = replace(
        audit_report.attacks[0],
        auc=0.507, auc_ci=(0.503, 0.511), tpr_at_fpr=(rate,), advantage=None, advantage_ci=None,
        p_value=1e-6, auc_degrees=None,
    )  # fmt: skip
    [row] = rows(replace(audit_report, attacks=judge([shown])))
    assert row["Verdict"].startswith("Visible, slight: AUC 0.507 (0.502 to 0.512, corrected for ")


def test_a_rate_that_is_not_shown_gives_its_reason():
    point = TprAtFpr(fpr=0.001, reason="needs 10,000 non-members")
    assert tpr_text(point) == "Not shown: needs 10,000 non-members"


def test_the_first_threshold_accuses_someone_but_few(audit_report):
    for attack in audit_report.attacks:
        edge = edge_at_fpr(attack.histogram, 0.1)
        assert 0 <= edge < len(attack.histogram.edges) - 1
        assert counts(attack.histogram, edge).fpr <= 0.1 or edge == len(attack.histogram.edges) - 2


def test_a_cancelled_audit_says_how_many_models_it_rests_on(
    open_page, bench, words, audit_report, audit_request
):
    asked = replace(audit_request, shadows=1024)
    bench.add("c", asked, "cancelled", audit_report)
    bench.add("n", asked, "cancelled")
    with_some, with_none = (words(open_page("membership", run=run)) for run in "cn")
    assert f"rests on {audit_report.models} of the 1024 models" in with_some
    assert "models that are trained are not trained again" in with_some
    assert "stopped before there was a result" in with_none
