"""Page Bounds in every state, with a ladder computed by the pipeline."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest

from app.components import ladder_choices, ladder_words
from app.figures import ladder_curve as curve
from ppml_core.accounting.reconstruction import gaussian_bound
from ppml_core.auditing.ladder_report import LadderReport
from ppml_core.auditing.ladder_sentences import ladder_sentence, point_sentence
from ppml_core.jobs import pipeline
from ppml_core.jobs.invert_request import InvertRequest
from ppml_core.jobs.progress import Progress
from ppml_core.jobs.requests import LadderRequest

REQUEST = LadderRequest(
    people=4,
    candidates=3,
    copies=2,
    noise_multipliers=(2.0, 8.0, 40.0),
    steps=10,
    runs=30,
    shadows=20,
)


@pytest.fixture(scope="module")
def report() -> LadderReport:
    made = pipeline.run(REQUEST)
    assert isinstance(made, LadderReport)
    return made


@pytest.fixture
def finished(bench, report) -> str:
    return bench.add("ladder", REQUEST, "finished", report)


def shown(page) -> dict[str, str]:
    """Every metric by its name."""
    return {metric.label: metric.value for metric in page.metric}


def test_without_a_run_there_is_a_form_and_a_hint(open_page, words):
    page = open_page("bounds")
    assert page.button(key="ladder-submit").label == "Measure the ladder"
    assert "No ladder yet" in words(page)
    assert "5 noise levels, 210 trainings at each: 1,050 models" in words(page)


def test_untouched_form_asks_for_the_library_default(open_page, bench):
    page = open_page("bounds")
    page.button(key="ladder-submit").click().run()
    assert bench.submitted == [LadderRequest()]
    assert page.query_params["run"] == "submitted"


def test_no_noise_level_is_refused_in_words(open_page, bench, words):
    page = open_page("bounds")
    page.button_group(key="ladder.noises").set_value([]).run()
    page.button(key="ladder-submit").click().run()
    assert bench.submitted == []
    assert "at least one" in words(page)


def test_finished_ladder_shows_the_reports_numbers(open_page, words, finished, report):
    page = open_page("bounds", run=finished, lnoise="8")
    text, point = unescape(words(page)), report.points[1]
    assert ladder_sentence(report) in text
    assert point_sentence(report, point, 3) in text
    found = shown(page)
    for title, rung in zip(
        ("Inversion, final model", "Informed, final model", "Informed, all iterates"),
        point.rungs,
        strict=True,
    ):
        assert found[title] == f"{100 * rung.successes[1].value:.1f} %"
    assert found["Bound for a person"] == f"{100 * point.person_bounds[1]:.1f} %"
    assert found["Epsilon, at most"] == f"{point.person_epsilon:.3g}"


def test_record_and_person_have_bounds_of_their_own(open_page, words, finished, report):
    page = open_page("bounds", run=finished, lnoise="8")
    page.button_group(key="lunit").set_value("record").run()
    point, found = report.points[1], shown(page)
    assert found["Bound for a record"] == f"{100 * point.bounds[1]:.1f} %"
    assert found["Epsilon, at most"] == f"{point.guarantee.epsilon:.3g}"
    assert "Each person has 2 records" in words(page)


def test_sliders_show_fewer_candidates_and_other_noise_without_a_run(
    open_page, bench, finished, report
):
    page = open_page("bounds", run=finished, lnoise="8")
    page.select_slider(key="lamong").set_value("2").run()
    page.select_slider(key="lnoise").set_value("40").run()
    point, found = report.points[2], shown(page)
    assert found["Informed, all iterates"] == f"{100 * point.rungs[2].successes[0].value:.1f} %"
    assert found["Bound for a person"] == f"{100 * point.person_bounds[0]:.1f} %"
    assert bench.submitted == []


def test_running_ladder_shows_progress_and_the_levels_so_far(open_page, bench, words, report):
    progress = Progress(stage="Noise 2 of 3", done=3, total=9, eta_seconds=20.0)
    partial = replace(report, points=report.points[:1])
    run = bench.add("l", REQUEST, "running", partial, progress=progress)
    page = open_page("bounds", run=run)
    assert "Noise 2 of 3" in words(page)
    assert "1 of 3 noise levels are computed so far" in words(page)
    page.button(key="cancel-l").click().run()
    assert bench.cancelled == ["l"]


def test_a_run_without_a_level_yet_fails_nowhere(open_page, bench, words, report):
    bench.add("l", REQUEST, "cancelled", replace(report, points=()))
    assert "No setting has been computed yet" in words(open_page("bounds", run="l"))


def test_failed_missing_and_other_runs_are_said(
    open_page, bench, words, audit_report, audit_request
):
    bench.add("f", REQUEST, "failed", error="The worker ran out of memory.")
    bench.add("audit", audit_request, "finished", audit_report)
    assert "The worker ran out of memory." in words(open_page("bounds", run="f"))
    assert "This run is not here" in words(open_page("bounds", run="gone"))
    assert "The open run is a membership audit" in words(open_page("bounds", run="audit"))


def test_a_reason_ends_before_the_next_sentence_begins(open_page, bench, words):
    bench.add("f", REQUEST, "failed", error="Expected classes >= 2, got 1")
    assert "got 1. Nothing else was lost" in words(open_page("bounds", run="f"))


def test_a_ladder_opened_elsewhere_and_other_kinds_are_named_in_english(
    open_page, bench, words, finished
):
    assert "The open run is a reconstruction ladder" in words(open_page("gradients", run=finished))
    bench.add("i", InvertRequest(), "queued")
    assert "The open run is an inversion" in words(open_page("bounds", run="i"))


def test_the_downloaded_table_has_plain_numbers(open_page, finished, report, monkeypatch):
    given = []
    monkeypatch.setattr(
        "app.components.downloads.downloads", lambda report, run, rows: given.append(rows)
    )
    open_page("bounds", run=finished)
    assert given[-1] == ladder_words.file_rows(report)


def test_the_form_can_be_set_to_the_open_run(open_page, bench, finished):
    page = open_page("bounds", run=finished)
    page.button(key="adopt").click().run()
    page.button(key="ladder-submit").click().run()
    assert bench.submitted == [REQUEST]


def test_the_drawn_line_is_the_bound_and_the_points_are_the_reports(report):
    choice = curve.Choice(k=3, unit="person", noise=8.0)
    figure = curve.draw(report, choice, dark=False)
    line = next(trace for trace in figure.data if trace.name == "Bound for a person (proven)")
    exact = [gaussian_bound(1 / 3, p.noise_multiplier, 10, copies=2) for p in report.points]
    for point, bound in zip(report.points, exact, strict=True):
        nearest = min(
            zip(line.x, line.y, strict=True), key=lambda at: abs(at[0] - point.person_epsilon)
        )
        assert nearest[1] == pytest.approx(bound, abs=0.03)
    best = next(trace for trace in figure.data if trace.name == "Informed, all iterates")
    assert list(best.y) == [p.rungs[2].successes[1].value for p in report.points]
    assert "3 noise levels" in curve.alt(report, choice)


def test_table_and_csv_have_every_level_and_adversary(report):
    rows = ladder_words.rows(report, 3, "person")
    assert [row["Noise multiplier"] for row in rows] == ["2", "8", "40"]
    assert rows[0]["Guessing"] == "33.3 %"
    numbers = ladder_words.file_rows(report)
    assert len(numbers) == 3 * 2 * 3
    assert numbers[0]["bound_record"] == report.points[0].bounds[0]


def test_offered_values_are_valid_requests():
    LadderRequest(noise_multipliers=tuple(float(noise) for noise in ladder_choices.NOISES))
