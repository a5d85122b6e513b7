"""Start: one button, a run that forms, and what stands there when there is none."""

from __future__ import annotations

from dataclasses import replace

from app import presets
from ppml_core.auditing import sentences
from ppml_core.datasets.card_maker import make_card
from ppml_core.datasets.catalogue import load_dataset
from ppml_core.jobs.progress import Progress


def test_says_what_will_happen_before_anything_ran(open_page, words):
    page = open_page()
    assert [button.label for button in page.button] == ["Run the audit"]
    assert "lab-steps" in words(page)


def test_the_records_are_shown_as_soon_as_their_card_is_made(open_page, words, bench, monkeypatch):
    stops = []
    monkeypatch.setattr("app.components.live.stop_polling", lambda: stops.append("stopped"))
    page = open_page()
    assert ("lab-records" in words(page), stops) == (False, [])
    card = make_card(load_dataset("digits"), "digits")
    monkeypatch.setattr(bench, "ready_card", {"digits": card}.get)
    assert "40 of the 1,797 records" in words(page.run())
    assert stops == ["stopped"]


def test_the_button_submits_the_bundled_audit_and_opens_it(open_page, bench, words):
    page = open_page()
    page.button(key="run-bundled-audit").click().run()
    assert bench.submitted == [presets.bundled_audit()]
    assert page.query_params["run"] == "submitted"
    assert "Training models: 3 of 64" in words(page)
    assert "about 30 s left" in words(page)


def test_the_bundled_audit_is_the_one_asked_for():
    asked = presets.bundled_audit()
    assert (asked.dataset, asked.recipe.architecture.kind) == ("digits", "mlp")
    assert (asked.shadows, asked.attacks) == (64, ("lira", "rmia"))


def test_a_partial_report_says_on_how_many_models_it_rests(
    open_page, bench, audit_request, audit_report, words
):
    progress = Progress(stage="Training models", done=50, total=100)
    bench.add("r", audit_request, "running", audit_report, progress=progress)
    page = open_page(run="r")
    assert "From 8 of 8 models so far." in words(page)
    assert len(page.get("plotly_chart")) == 1
    assert "lab-verdict" not in words(page)


def test_a_finished_audit_ends_with_verdict_numbers_and_next_steps(
    open_page, bench, audit_request, audit_report, words
):
    bench.add("r", audit_request, "finished", audit_report)
    page = open_page(run="r")
    assert sentences.verdict_sentence(audit_report.attacks) in words(page)
    assert len(page.metric) == 3
    assert "Next" in [heading.value for heading in page.header]


def test_cancel_stops_the_run(open_page, bench, audit_request, words):
    bench.add("r", audit_request, "running")
    page = open_page(run="r")
    page.button(key="cancel-r").click().run()
    assert bench.cancelled == ["r"]
    assert "cancelled" in words(page)


def test_cancel_leaves_a_run_that_others_wait_for(open_page, bench, audit_request):
    bench.add("r", audit_request, "running")
    bench.wanted_by_others = {"r": 1}
    first, second = open_page(run="r"), open_page(run="r")
    first.button(key="cancel-r").click().run()
    assert bench.cancelled == []
    assert "another browser asked for it" in first.toast[0].value
    assert "run" not in first.query_params
    first.button(key="reopen-left-run").click().run()
    assert "r" in first.query_params["run"]
    assert "reopen-left-run" not in [button.key for button in first.button]
    first.button(key="cancel-r").click().run()
    assert bench.cancelled == []
    bench.wanted_by_others = {}  # the last one waiting
    second.button(key="cancel-r").click().run()
    assert bench.cancelled == ["r"]


def test_a_failed_run_shows_its_reason_and_nothing_technical(
    open_page, bench, audit_request, words
):
    bench.add("r", audit_request, "failed", error="The worker ran out of memory.")
    shown = words(open_page(run="r"))
    assert "The worker ran out of memory." in shown
    assert "Traceback" not in shown


def test_a_missing_run_can_be_closed(open_page, words):
    page = open_page(run="gone")
    assert "This run is not here" in words(page)
    page.button(key="close-missing-run").click().run()
    assert "run" not in page.query_params
    assert "This run is not here" not in words(page)


def test_a_model_that_learned_nothing_is_no_pass(
    open_page, bench, audit_request, audit_report, words
):
    """Whatever the attacks found on it, unless they found a leak."""
    useless = replace(
        audit_report,
        dataset=replace(audit_report.dataset, majority_share=0.9),
        target=replace(audit_report.target, test_accuracy=0.1, test_accuracy_ci=(0.05, 0.2)),
        attacks=tuple(replace(a, verdict="no-leak-detected") for a in audit_report.attacks),
    )
    bench.add("r", audit_request, "finished", useless)
    assert "The model has learned nothing" in words(open_page(run="r"))
