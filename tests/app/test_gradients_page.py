"""Page Gradients in every state, with a grid computed by the pipeline."""

from __future__ import annotations

import io
from dataclasses import replace
from html import unescape

import pytest
from PIL import Image

from app.components import (
    adopt,
    gradients_choices,
    gradients_pictures,
    gradients_tables,
    gradients_view,
)
from app.components.request_line import request_line
from app.figures import gradients_curve, gradients_values
from ppml_core.auditing.gradients_sentences import cell_sentence, gradients_sentence
from ppml_core.auditing.report import GradientsReport
from ppml_core.jobs import pipeline
from ppml_core.jobs.gradients_request import METHODS
from ppml_core.jobs.progress import Progress
from ppml_core.jobs.requests import GradientsRequest

REQUEST = GradientsRequest(
    dataset="digits", clips=(None, 1.0), noises=(0.0, 0.01, 3.0), repetitions=4
)


@pytest.fixture(scope="module")
def report() -> GradientsReport:
    made = pipeline.run(REQUEST)
    assert isinstance(made, GradientsReport)
    return made


@pytest.fixture
def finished(bench, report) -> str:
    return bench.add("shared", REQUEST, "finished", report)


def shown(page) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_without_a_run_there_is_a_form_and_a_hint(open_page, words):
    page = open_page("gradients")
    assert page.button(key="gradients-submit").label == "Reconstruct"
    assert "No gradient attacked yet" in words(page)
    assert "28 settings, 12 clients in each: 336 reconstructions" in words(page)


def test_untouched_form_asks_for_the_library_default(open_page, bench):
    page = open_page("gradients")
    page.button(key="gradients-submit").click().run()
    assert bench.submitted == [GradientsRequest()]
    assert page.query_params["run"] == "submitted"


@pytest.mark.parametrize("method", ["l2", "cosine"])
def test_a_search_has_a_grid_of_its_own_that_takes_less_than_a_minute(
    open_page, bench, words, method
):
    page = open_page("gradients")
    page.button_group(key="gradients.method").set_value(method).run()
    assert "8 settings, 3 clients in each: 24 reconstructions, each a search" in words(page)
    page.button(key="gradients-submit").click().run()
    (asked,) = bench.submitted
    assert (asked.method, asked.clips, asked.repetitions) == (method, (None, 1.0), 3)


def test_an_empty_grid_is_refused_in_words_and_nothing_is_submitted(open_page, bench, words):
    page = open_page("gradients")
    page.button_group(key="gradients.read.noises").set_value([]).run()
    page.button(key="gradients-submit").click().run()
    assert bench.submitted == []
    assert "noises with at least one value" in words(page)


def test_finished_grid_says_what_leaks_and_shows_every_picture(open_page, words, finished, report):
    text = unescape(words(open_page("gradients", run=finished)))
    assert gradients_sentence(report) in text
    assert cell_sentence(report, report.cells[0]) in text
    assert text.count("recognised, 1st of 1,001") == len(report.pictures) == 4
    assert "Single pictures leak" in text
    assert "Without noise nothing is guaranteed" in text


def test_sliders_move_to_another_cell_without_computing(open_page, words, bench, finished, report):
    page = open_page("gradients", run=finished)
    page.select_slider(key="gclip").set_value("1").run()
    page.select_slider(key="gnoise").set_value("3").run()
    cell = gradients_values.find_cell(report, 1.0, 3.0)
    assert cell is not None
    text = unescape(words(page))
    assert cell_sentence(report, cell) in text
    assert shown(page)["Recognised"] == gradients_values.number(cell.recognised.value, "recognised")
    assert shown(page)["Epsilon, at most"] == f"{cell.guarantee.epsilon:.3g}"
    assert "replace" in text
    assert bench.submitted == []


def test_another_attack_on_the_same_clients_is_one_press(open_page, bench, finished):
    page = open_page("gradients", run=finished)
    page.button(key="gradients-try-cosine").click().run()
    (asked,) = bench.submitted
    assert (asked.method, asked.dataset, asked.batch, asked.seed) == ("cosine", "digits", 1, 0)
    assert page.query_params["run"] == "submitted"


@pytest.mark.parametrize("method", METHODS)
def test_every_method_can_be_asked_from_every_other(method):
    for other in METHODS:
        first = gradients_view.otherwise(REQUEST, other)
        assert gradients_view.otherwise(first, method).method == method


def test_running_grid_shows_the_cells_so_far(open_page, bench, words, report):
    partial = replace(report, cells=report.cells[:1])
    progress = Progress(stage="Setting 2 of 6: client 1", done=4, total=24, eta_seconds=9.0)
    page = open_page(
        "gradients", run=bench.add("r", REQUEST, "running", partial, progress=progress)
    )
    page.select_slider(key="gnoise").set_value("3").run()
    text = words(page)
    assert "Setting 2 of 6: client 1" in text
    assert "1 of 6 settings so far" in text
    assert "This setting is not computed yet" in text
    page.button(key="cancel-r").click().run()
    assert bench.cancelled == ["r"]


def test_failed_cancelled_missing_and_other_runs_are_said(
    open_page, bench, words, report, audit_request, audit_report
):
    partial = replace(report, cells=report.cells[:1])
    bench.add("f", REQUEST, "failed", partial, error="The worker ran out of memory.")
    bench.add("c", REQUEST, "cancelled", partial)
    bench.add("audit", audit_request, "finished", audit_report)
    assert "The worker ran out of memory." in words(open_page("gradients", run="f"))
    assert "This run was cancelled" in words(open_page("gradients", run="c"))
    assert "This run is not here" in words(open_page("gradients", run="gone"))
    assert "The open run is a membership audit" in words(open_page("gradients", run="audit"))


def test_a_report_without_cells_is_drawn_too(open_page, bench, words, report):
    page = open_page("gradients", run=bench.add("n", REQUEST, "failed", replace(report, cells=())))
    assert "No gradient has been attacked yet" in words(page)


def test_settings_of_a_run_are_copied(open_page, bench, finished):
    page = open_page("gradients", run=finished)
    page.button(key="adopt").click().run()
    page.button(key="gradients-submit").click().run()
    assert bench.submitted == [REQUEST]
    assert adopt.gradients_choices is gradients_choices


def test_tables_have_every_cell_and_every_picture(report):
    assert len(gradients_tables.rows(report)) == 6
    numbers = gradients_tables.file_rows(report)
    assert [row["psnr"] for row in numbers] == [cell.psnr.value for cell in report.cells]
    assert len(gradients_tables.picture_rows(report)) == 6 * 4


def test_the_sheet_to_take_away_is_a_png_with_every_picture(report):
    made = Image.open(io.BytesIO(gradients_pictures.png(report, report.cells[0])))
    assert made.format == "PNG"
    assert made.height > 4 * gradients_pictures.TILE


@pytest.mark.parametrize("measure", gradients_values.MEASURES)
def test_curves_draw_the_reports_numbers_with_their_intervals_and_nulls(report, measure):
    figure = gradients_curve.draw(report, 1.0, 0.01, measure, dark=False)
    named = {trace.name: trace for trace in figure.data if trace.name}
    chosen = named["clipping norm 1"]
    cells = [cell for cell in report.cells if cell.clip == 1.0]
    expected = [gradients_values.estimate(cell, measure) for cell in cells]
    assert list(chosen.y) == [one.value for one in expected]
    ends = [one.ci[1] - one.value for one in expected]
    assert list(chosen.error_y.array) == pytest.approx(ends)
    if measure == "psnr":
        assert named["without gradient: the mean picture"].y[0] == report.mean_psnr.value
    if measure == "recognised":
        assert named["without gradient: knowing the label only"].y[0] == report.chance
    said = gradients_curve.alt(report, 1.0, 0.01, measure)
    assert gradients_values.number(expected[1].value, measure) in said


def test_a_request_in_one_line():
    line = request_line(replace(REQUEST, batch=2, training_steps=5), "Digits")
    assert line.startswith("Digits · MLP 256 (ReLU) after 5 steps · gradients of 2 pictures from 4")
