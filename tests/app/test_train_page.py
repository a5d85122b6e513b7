"""Train: form to request, curves, gap, guarantee; choices that survive other pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ppml_core.jobs.requests import TrainRequest

PAGES = Path(__file__).resolve().parents[2] / "pages"


def test_empty_says_what_to_do(open_page, words):
    assert "No model yet" in words(open_page("train"))


def test_the_form_becomes_the_request(open_page, bench):
    page = open_page("train")
    page.selectbox(key="model.kind").set_value("softmax")
    page.slider(key="data.members").set_value(50).run()
    page.button(key="train-submit").click().run()
    [request] = bench.submitted
    assert type(request) is TrainRequest
    assert request.recipe.architecture.kind == "softmax"
    assert request.split.members == 0.5
    assert abs(request.split.total - 1.0) < 1e-9


def test_the_switch_trains_for_release_and_says_that_it_is_not_repeatable(
    open_page, bench, words, train_report
):
    page = open_page("train")
    page.toggle(key="train.release").set_value(True).run()
    page.button(key="train-submit").click().run()
    [request] = bench.submitted
    assert request.release
    bench.add("r", request, "finished", train_report)
    assert "for release, not repeatable" in words(open_page("train", run="r"))


def test_shows_curves_gap_and_guarantee(open_page, bench, words, train_report):
    bench.add("r", TrainRequest(dataset="wine"), "finished", train_report)
    page = open_page("train", run="r")
    assert [metric.label for metric in page.metric[:3]] == [
        "Training accuracy",
        "Test accuracy",
        "Gap",
    ]
    assert page.metric[0].value == f"{100 * train_report.target.train_accuracy:.1f} %"
    assert len(page.get("plotly_chart")) == 1
    shown = words(page)
    for part in ("Adjacency", "Sampling", "Accountant", "Sample rate", "Steps", "Cross-check"):
        assert part in shown
    for caveat in train_report.guarantee.caveats:
        assert caveat in shown


def test_how_the_records_were_read_is_told_below_the_result(open_page, bench, words, train_report):
    data = replace(train_report.dataset, notes=("3 <i>empty</i> rows skipped.",))
    report = replace(train_report, dataset=data)
    bench.add("r", TrainRequest(dataset="wine"), "finished", report)
    assert "<li>3 &lt;i&gt;empty&lt;/i&gt; rows skipped.</li>" in words(open_page("train", run="r"))


def test_loss_can_be_shown_instead(open_page, bench, train_report):
    bench.add("r", TrainRequest(dataset="wine"), "finished", train_report)
    page = open_page("train", run="r")
    page.button_group(key="train.curve").set_value("Loss").run()
    assert "Loss" in page.get("plotly_chart")[0].proto.alt


def test_choices_and_the_open_run_survive_other_pages(open_page, bench, train_report):
    bench.add("r", TrainRequest(dataset="wine"), "finished", train_report)
    page = open_page("train", run="r", data="wine")
    page.number_input(key="model.epochs").set_value(3).run()
    page.switch_page(str(PAGES / "start.py")).run()
    assert page.query_params["run"] == "r"
    assert page.query_params["data"] == "wine"
    page.switch_page(str(PAGES / "membership.py")).run()
    assert page.number_input(key="model.epochs").value == 3
    page.switch_page(str(PAGES / "train.py")).run()
    assert page.number_input(key="model.epochs").value == 3
    assert page.selectbox(key="data.picked").value == "wine"


def test_the_dataset_picker_changes_the_url(open_page):
    page = open_page("train")
    page.selectbox(key="data.picked").set_value("breast-cancer").run()
    assert page.query_params["data"] == "breast-cancer"


def test_a_link_to_data_that_is_not_there_is_said(open_page, words):
    page = open_page("train", data="upload:unknown")
    assert "No data here under upload:unknown." in words(page)


def test_the_settings_of_the_open_run_can_be_copied_into_the_form(open_page, bench, audit_request):
    bench.add("r", audit_request, "failed", error="No.")
    page = open_page("membership", run="r")
    page.button(key="adopt").click().run()
    page.button(key="audit-submit").click().run()
    [request] = bench.submitted
    assert request.recipe == audit_request.recipe
    assert (request.dataset, request.shadows) == ("wine", audit_request.shadows)
    assert request.attacks == audit_request.attacks


@pytest.mark.parametrize("release", [True, False])
def test_the_release_switch_is_copied_with_the_other_settings(open_page, bench, release):
    made = TrainRequest(dataset="wine", release=release)
    bench.add("r", made, "failed", error="No.")
    page = open_page("train", run="r")
    page.toggle(key="train.release").set_value(not release).run()
    page.button(key="adopt").click().run()
    page.button(key="train-submit").click().run()
    assert [request.release for request in bench.submitted] == [release]


def test_a_link_to_results_does_not_choose_the_records_behind_them(open_page, bench, audit_request):
    bench.add("r", replace(audit_request, dataset="upload:secret"), "failed", error="No.")
    page = open_page("membership", run="r")
    page.button(key="adopt").click().run()
    page.button(key="audit-submit").click().run()
    assert [request.dataset for request in bench.submitted] == ["digits"]
