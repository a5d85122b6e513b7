"""Page Defend in every state, with a frontier computed by the pipeline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.components import defend_form, defend_view
from app.figures import frontier_values as values
from ppml_core.auditing.frontier_sentences import cell_sentence
from ppml_core.auditing.report import FrontierReport
from ppml_core.auditing.sentences import strongest_of
from ppml_core.jobs import pipeline
from ppml_core.jobs.progress import Progress
from ppml_core.jobs.requests import FRONTIER_RECIPE, FrontierRequest

REQUEST = FrontierRequest(
    dataset="wine",
    recipe=replace(FRONTIER_RECIPE, epochs=4, batch_size=32),
    epsilons=(None, 8.0, 2.0),
    clips=(1.0, 3.0),
    shadows=8,
    attacks=("lira", "loss"),
)


@pytest.fixture(scope="module")
def report() -> FrontierReport:
    made = pipeline.run(REQUEST)
    assert isinstance(made, FrontierReport)
    return made


@pytest.fixture
def finished(bench, report) -> str:
    return bench.add("grid", REQUEST, "finished", report)


def test_without_a_run_there_is_a_form_and_a_hint(open_page, words):
    page = open_page("defend")
    assert page.button(key="defend-submit").label == "Compute the grid"
    assert "No grid yet" in words(page)
    assert "24 cells and the ordinary model, 16 models in each: 400 models" in words(page)


def test_untouched_form_asks_for_the_library_default(open_page, bench):
    page = open_page("defend")
    page.button(key="defend-submit").click().run()
    assert bench.submitted == [FrontierRequest()]
    assert page.query_params["run"] == "submitted"


def test_an_empty_grid_is_refused_in_words_and_nothing_is_submitted(open_page, bench, words):
    page = open_page("defend")
    page.button_group(key="defend.epsilons").set_value([]).run()
    page.button(key="defend-submit").click().run()
    assert bench.submitted == []
    assert "at least one epsilon" in words(page)


def test_finished_grid_shows_the_chosen_cells_numbers(open_page, words, finished, report):
    page = open_page("defend", run=finished)
    cell = values.find_cell(report, 8.0, 3.0)
    assert cell is not None
    assert cell_sentence(report, cell, values.attack_names(report)[0]) in _plain(words(page))
    shown = {metric.label: metric.value for metric in page.metric}
    assert shown["Test accuracy"] == f"{100 * cell.test_accuracy:.1f} %"
    assert shown["Epsilon, at most"] == f"{cell.guarantee.epsilon:.3g}"


def test_sliders_move_to_another_cell_without_training(open_page, bench, finished, report):
    page = open_page("defend", run=finished)
    page.select_slider(key="eps").set_value("2").run()
    page.select_slider(key="clip").set_value("1").run()
    cell = values.find_cell(report, 2.0, 1.0)
    assert cell is not None
    shown = {metric.label: metric.value for metric in page.metric}
    assert shown["Test accuracy"] == f"{100 * cell.test_accuracy:.1f} %"
    assert bench.submitted == []


def test_every_part_of_the_page_speaks_of_one_attack(open_page, words, finished, report):
    strongest = strongest_of(report.reference.attacks).name
    page = open_page("defend", run=finished)
    assert page.button_group(key="attack").value == strongest
    assert cell_sentence(report, values.find_cell(report, 8.0, 3.0), strongest) in _plain(
        words(page)
    )
    low, high = report.reference.test_accuracy_ci
    right = f"Ordinary model: {100 * report.reference.test_accuracy:.1f} %"
    assert f"{right} ({100 * low:.1f} to {100 * high:.1f} %)" in words(page)


def test_the_first_cells_move_the_sliders_until_a_person_does(open_page, bench, report):
    cells = {(cell.epsilon, cell.clip): cell for cell in report.cells}
    run = bench.add("g", REQUEST, "running", replace(report, cells=()))
    page = open_page("defend", run=run)
    bench.add("g", REQUEST, "running", replace(report, cells=(cells[8.0, 1.0],)))
    page.run()
    assert (page.select_slider(key="eps").value, page.select_slider(key="clip").value) == ("8", "1")
    page.select_slider(key="eps").set_value("2").run()
    bench.add("g", REQUEST, "finished", report)
    page.run()
    assert (page.select_slider(key="eps").value, page.select_slider(key="clip").value) == ("2", "1")


def test_no_dp_has_no_guarantee(open_page, words, finished):
    page = open_page("defend", run=finished)
    page.select_slider(key="eps").set_value("no DP").run()
    assert "No guarantee." in words(page)


def test_metric_and_attack_can_be_switched(open_page, finished, report):
    page = open_page("defend", run=finished)
    page.button_group(key="metric").set_value("auc").run()
    page.button_group(key="attack").set_value("loss").run()
    cell = values.find_cell(report, 8.0, 3.0)
    assert cell is not None
    measured = values.measure(cell, "loss", "auc").value
    shown = {metric.label: metric.value for metric in page.metric}
    assert shown["AUC, Loss threshold"] == f"{measured:.3f}"


def test_running_grid_shows_progress_and_the_cells_so_far(open_page, bench, words, report):
    partial = replace(report, cells=report.cells[:2])
    progress = Progress(stage="Cell 4 of 7", done=3, total=7, eta_seconds=50.0)
    run = bench.add("grid", REQUEST, "running", partial, progress=progress)
    page = open_page("defend", run=run)
    text = words(page)
    assert "Cell 4 of 7" in text
    assert "2 of 6 cells are computed so far" in text
    assert "not computed yet" in text
    page.button(key="cancel-grid").click().run()
    assert bench.cancelled == ["grid"]


def test_failed_and_cancelled_grids_keep_their_cells(open_page, bench, words, report):
    partial = replace(report, cells=report.cells[:1])
    bench.add("f", REQUEST, "failed", partial, error="The worker ran out of memory.")
    bench.add("c", REQUEST, "cancelled", partial)
    failed, cancelled = words(open_page("defend", run="f")), words(open_page("defend", run="c"))
    assert "The worker ran out of memory." in failed
    assert "This run was cancelled" in cancelled
    assert all("1 of 6 cells" in text for text in (failed, cancelled))


def test_a_missing_run_and_a_run_of_another_kind_are_said(
    open_page, bench, words, audit_report, audit_request
):
    bench.add("audit", audit_request, "finished", audit_report)
    assert "This run is not here" in words(open_page("defend", run="gone"))
    assert "The open run is a membership audit" in words(open_page("defend", run="audit"))


def test_table_twin_and_csv_have_every_cell_and_the_reference(report):
    rows = defend_view.rows(report, "lira")
    assert [row["Clipping norm"] for row in rows].count("none") == 1
    assert len(rows) == 1 + len(report.cells)
    numbers = defend_view.file_rows(report)
    assert len(numbers) == 2 * len(rows)
    assert numbers[0]["test_accuracy"] == report.reference.test_accuracy


def test_offered_values_are_valid_requests():
    FrontierRequest(
        epsilons=tuple(float(e) for e in defend_form.EPSILONS if e != defend_form.NO_DP),
        clips=tuple(float(c) for c in defend_form.CLIPS),
    )


def _plain(text: str) -> str:
    """HTML entities as people read them."""
    from html import unescape

    return unescape(text)
