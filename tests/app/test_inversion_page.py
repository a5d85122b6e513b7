"""Page Inversion in every state, with an inversion computed by the pipeline."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest

from app.components import inversion_choices, inversion_view
from app.components import inversion_words as said
from app.figures import inversion_values as values
from ppml_core.datasets.card import DatasetCard
from ppml_core.jobs.invert_request import INVERSION_ATTACKS, INVERT_RECIPE, InvertRequest
from ppml_core.jobs.progress import Progress
from ppml_core.models.architecture import Architecture
from ppml_core.training.recipe import DPSGDConfig


@pytest.fixture
def finished(bench, inversion_request, inversion_report) -> str:
    return bench.add("seen", inversion_request, "finished", inversion_report)


def shown(page) -> dict[str, str]:
    """The framed numbers of a page."""
    return {metric.label: metric.value for metric in page.metric}


def test_without_a_run_there_is_a_form_and_a_hint(open_page, words):
    page = open_page("inversion")
    assert page.button(key="inversion-submit").label == "Reconstruct"
    assert "Nothing reconstructed yet" in words(page)
    assert "One setting, 50 pairs of models in each: at least 100 models" in words(page)


def test_untouched_form_asks_for_the_library_default(open_page, bench):
    page = open_page("inversion")
    page.button(key="inversion-submit").click().run()
    assert bench.submitted == [InvertRequest()]
    assert page.query_params["run"] == "submitted"


def test_the_grid_is_asked_for_from_no_noise_to_most(open_page, bench):
    page = open_page("inversion")
    page.button_group(key="invert.privacy").set_value("grid").run()
    page.button(key="inversion-submit").click().run()
    (asked,) = bench.submitted
    assert (asked.epsilons, asked.clips) == ((None, 50.0, 8.0, 1.0), (1.0, 4.0))


def test_an_empty_grid_is_refused_in_words_and_nothing_is_submitted(open_page, bench, words):
    page = open_page("inversion")
    page.button_group(key="invert.privacy").set_value("grid").run()
    page.button_group(key="invert.epsilons").set_value([]).run()
    page.button(key="inversion-submit").click().run()
    assert bench.submitted == []
    assert "at least one epsilon" in words(page)


def test_one_setting_is_trained_with_its_noise(open_page, bench):
    page = open_page("inversion")
    page.button_group(key="invert.privacy").set_value("one").run()
    page.select_slider(key="invert.epsilon").set_value("2").run()
    page.button(key="inversion-submit").click().run()
    privacy = bench.submitted[0].recipe.privacy
    assert privacy == DPSGDConfig(target_epsilon=2.0, max_grad_norm=1.0)


def test_a_table_is_not_offered_and_that_is_explained(open_page, bench, words, monkeypatch):
    page = open_page("inversion", data="wine")
    assert "Wine is a table. Only pictures are reconstructed here" in words(page)
    assert "Wine" not in page.selectbox(key="invert.picked").options
    page.button(key="inversion-submit").click().run()
    assert bench.submitted[0].dataset == "faces"


def test_uploaded_pictures_are_offered_and_uploaded_tables_are_not(open_page, bench, monkeypatch):
    def card(ref: str, kind: str) -> DatasetCard:
        return DatasetCard(
            ref=ref,
            name=ref,
            title=f"My {kind}",
            kind=kind,
            n=30,
            n_features=4,
            n_classes=2,
            label_names=("a", "b"),
            class_counts=(15, 15),
            sha256="0" * 64,
        )

    cards = [card("upload:p", "image"), card("upload:t", "table")]
    monkeypatch.setattr(bench, "uploads", lambda *, session: cards)
    offered = open_page("inversion").selectbox(key="invert.picked").options
    assert "My image (yours)" in offered and "My table (yours)" not in offered


def test_every_attack_is_explained_with_what_it_sees(open_page, words):
    page = open_page("inversion")
    for name in INVERSION_ATTACKS:
        page.selectbox(key="invert.attack").set_value(name).run()
        assert said.ATTACKS[name].access in unescape(words(page))


def test_finished_run_shows_verdict_swap_test_and_accuracy(
    open_page, words, finished, inversion_report
):
    page = open_page("inversion", run=finished)
    cell = inversion_report.cells[0]
    text = unescape(words(page))
    assert cell.evidence in text
    assert said.verdict(cell.verdict).title in text
    assert f"Won {cell.swap.wins} of {cell.swap.pairs} pairs" in text
    assert "chance is exactly 50 %" in text
    assert shown(page)["Swap test"] == f"{100 * cell.swap.rate:.1f} %"
    assert shown(page)["Test accuracy"] == f"{100 * cell.target.test_accuracy:.1f} %"


def test_the_sheet_has_six_pictures_and_a_verdict_for_every_person(
    open_page, words, finished, inversion_report
):
    text = words(open_page("inversion", run=finished))
    sheet = text[text.index('<table class="inv-sheet"') :]
    sheet = sheet[: sheet.index("</table>")]
    people = inversion_report.people
    assert sheet.count("<img") == 6 * len(people)
    for person in people:
        assert f'alt="Truth of {person.title}"' in sheet
    for one in inversion_report.cells[0].reconstructions:
        assert said.evidence(one).replace("<", "&lt;") in sheet


def test_sliders_move_verdict_and_sheet_without_training(
    open_page, bench, words, finished, inversion_report
):
    page = open_page("inversion", run=finished)
    for cell in inversion_report.cells[1:]:
        at = values.setting_of(cell)
        page.select_slider(key="epsilon").set_value(at.epsilon).run()
        assert shown(page)["Swap test"] == f"{100 * cell.swap.rate:.1f} %"
        text = unescape(words(page))
        assert cell.evidence in text
        assert f"{values.told(at)}. Auxiliary mean" in text
    assert bench.submitted == []


def test_the_guarantee_is_told_for_a_copy_and_for_all_copies(open_page, words, finished):
    page = open_page("inversion", run=finished)
    page.select_slider(key="epsilon").set_value("8").run()
    cell = values.find_cell(_report(page), values.Setting(epsilon="8", clip=1.0))
    assert cell is not None and cell.guarantee is not None
    assert "This is for one copy." in words(page)
    assert shown(page)["Epsilon, proven upper bound"] == f"{cell.guarantee.epsilon:.3g}"
    page.button_group(key="protects").set_value("record").run()
    assert shown(page)["Epsilon, proven upper bound"] == f"{cell.person_epsilon:.3g}"
    assert "add or remove all 2 copies of one record" in words(page)


def test_without_noise_there_is_no_guarantee(open_page, words, finished):
    assert "No guarantee." in words(open_page("inversion", run=finished))


def test_another_person_is_enlarged(open_page, words, finished, inversion_report):
    person = inversion_report.people[1].title
    page = open_page("inversion", run=finished)
    page.selectbox(key="person").set_value(person).run()
    assert f"Truth of {person}, enlarged" in unescape(words(page))


def test_running_shows_progress_the_settings_so_far_and_cancels(
    open_page, bench, words, inversion_request, inversion_report
):
    partial = replace(inversion_report, cells=inversion_report.cells[:1])
    progress = Progress(stage="Setting 2 of 3", done=1, total=3, eta_seconds=50.0)
    bench.add("r", inversion_request, "running", partial, progress=progress)
    page = open_page("inversion", run="r")
    text = words(page)
    assert "Setting 2 of 3" in text
    assert "1 of 3 settings are finished. Not yet: (epsilon 8, clipping norm 1)" in text
    page.select_slider(key="epsilon").set_value("8").run()
    assert "This setting is not computed yet" in words(page)
    page.button(key="cancel-r").click().run()
    assert bench.cancelled == ["r"]


def test_before_the_first_setting_the_sliders_wait(
    open_page, bench, words, inversion_request, inversion_report
):
    nothing = replace(inversion_report, cells=())
    bench.add("r", inversion_request, "running", nothing)
    assert "0 of 3 settings are finished" in words(open_page("inversion", run="r"))


def test_failed_and_cancelled_runs_keep_what_was_computed(
    open_page, bench, words, inversion_request, inversion_report
):
    partial = replace(inversion_report, cells=inversion_report.cells[:1])
    bench.add("f", inversion_request, "failed", partial, error="The worker ran out of memory.")
    bench.add("c", inversion_request, "cancelled", partial)
    failed, cancelled = (words(open_page("inversion", run=run)) for run in "fc")
    assert "The worker ran out of memory." in failed
    assert "This run was cancelled" in cancelled
    assert all("1 of 3 settings are finished" in text for text in (failed, cancelled))
    assert all('<table class="inv-sheet"' in text for text in (failed, cancelled))


def test_an_attack_that_did_not_run_is_no_pass(
    open_page, bench, words, inversion_request, inversion_report
):
    empty = replace(
        inversion_report.cells[0],
        verdict="did-not-run",
        evidence="The model gives no scores.",
        reconstructions=(),
        swap=replace(inversion_report.cells[0].swap, rate=None, ci=None, reason="No pair ran."),
    )
    bench.add("d", inversion_request, "finished", replace(inversion_report, cells=(empty,)))
    text = words(open_page("inversion", run="d"))
    assert "Attack did not run" in text and "No pair ran." in text
    assert "No reconstruction is ready" in text
    assert '<table class="inv-sheet"' not in text


def test_a_missing_run_and_a_run_of_another_kind_are_said(
    open_page, bench, words, audit_report, audit_request
):
    bench.add("audit", audit_request, "finished", audit_report)
    assert "This run is not here" in words(open_page("inversion", run="gone"))
    assert "The open run is a membership audit" in words(open_page("inversion", run="audit"))


def test_settings_of_an_open_run_can_be_copied(open_page, bench):
    asked = InvertRequest(
        dataset="digits",
        recipe=replace(
            INVERT_RECIPE, architecture=Architecture(kind="mlp", hidden=(32,)), epochs=7
        ),
        attack="pca",
        slots=5,
        records_per_class=3,
        copies=2,
        pairs=9,
        epsilons=(None, 3.0),
        clips=(0.7,),
        delta=1e-6,
        seed=4,
    )
    bench.add("other", asked, "failed", error="x")
    page = open_page("inversion", run="other")
    page.button(key="adopt").click().run()
    page.button(key="inversion-submit").click().run()
    assert bench.submitted == [asked]


def test_choices_survive_another_page(open_page):
    page = open_page("inversion")
    page.number_input(key="invert.pairs").set_value(17).run()
    page.switch_page(str(_page("data"))).run()
    page.switch_page(str(_page("inversion"))).run()
    assert page.number_input(key="invert.pairs").value == 17


def test_offered_values_are_valid_requests():
    numbers = [e for e in inversion_choices.EPSILONS if e != inversion_choices.NO_NOISE]
    InvertRequest(
        epsilons=tuple(float(e) for e in numbers),
        clips=tuple(float(c) for c in inversion_choices.CLIPS),
        records_per_class=max(inversion_choices.RECORDS),
    )


def test_tables_have_every_setting_and_every_number(inversion_report):
    rows = inversion_view.curve_rows(inversion_report, "swap")
    assert len(rows) == len(inversion_report.cells)
    assert rows[0]["Swap test won"] == inversion_report.cells[0].swap.rate
    averages = inversion_view.average_rows(inversion_report.cells[0])
    assert averages[0]["Picture"] == "Reconstruction"
    assert len(averages) == 5
    assert len(inversion_view.appearance_rows(inversion_report.cells[0])) == 3


def _page(name: str):
    from app import navigation

    return navigation.path(name)


def _report(page):
    from app.service import workbench

    return workbench().report("seen")


def test_faces_offer_one_record_a_class(open_page):
    """Each face is a person with one picture; more would only fail in the run."""
    at = open_page("inversion")
    (records,) = [box for box in at.selectbox if box.label == "Records a class"]
    assert records.options == ["1"]
