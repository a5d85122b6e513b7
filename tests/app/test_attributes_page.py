"""Attributes: form to request, what a report shows, the states that are no result."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.components import attribute_words
from app.figures import attribute_shares
from ppml_core.auditing.attribute_sentences import conclusion, figures, shares_sentence
from ppml_core.auditing.report import AttributesReport
from ppml_core.datasets.card_maker import make_card
from ppml_core.datasets.catalogue import load_dataset
from ppml_core.jobs.progress import Progress
from ppml_core.jobs.requests import AttributesRequest, AuditRequest
from ppml_core.models.architecture import Architecture
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

ASKED = AttributesRequest(
    dataset="wine", sensitive="alcohol", target="forest", trees=10, models=2, shadows=1
)


@pytest.fixture(scope="session")
def attributes_report() -> AttributesReport:
    """A finished attack on forests of wine."""
    from ppml_core.jobs import pipeline

    report = pipeline.run(ASKED)
    assert isinstance(report, AttributesReport)
    return report


@pytest.fixture
def cards(bench, monkeypatch):
    """The stand-in knows the tables of the catalogue."""
    made = {name: make_card(load_dataset(name), name) for name in ("wine", "breast-cancer")}
    monkeypatch.setattr(bench, "ready_card", made.get)
    return made


def test_empty_says_what_to_do(open_page, words, cards):
    assert "Nothing guessed yet" in words(open_page("attributes"))


def test_tables_only_and_a_table_where_the_session_has_pictures(open_page, cards):
    page = open_page("attributes", data="digits")
    picker = page.selectbox(key="attr.dataset")
    assert picker.value == "breast-cancer"
    assert not {"Handwritten digits", "Faces"} & set(picker.options)
    assert page.query_params["data"] == "digits"  # looking changes no choice
    assert page.selectbox(key="attr.column").options == list(cards["breast-cancer"].columns[:-1])


def test_a_column_that_is_the_same_for_everybody_is_not_offered_and_that_is_said(
    open_page, bench, words, cards, monkeypatch
):
    wine = load_dataset("wine")
    features = wine.features.copy()
    features[:, wine.feature_names.index("hue")] = 0.5
    same = make_card(replace(wine, features=features), "wine")
    monkeypatch.setattr(bench, "ready_card", {"wine": same}.get)
    page = open_page("attributes", data="wine")
    offered = page.selectbox(key="attr.column").options
    assert offered == [name for name in cards["wine"].columns[:-1] if name != "hue"]
    assert "Not offered: hue. All records have the same value there" in words(page)
    monkeypatch.setattr(bench, "ready_card", cards.get)
    assert "Not offered" not in words(open_page("attributes", data="wine"))


def test_where_all_columns_are_constant_that_is_said(open_page, bench, words, cards, monkeypatch):
    wine = load_dataset("wine")
    flat = make_card(replace(wine, features=np.zeros_like(wine.features)), "wine")
    monkeypatch.setattr(bench, "ready_card", {"wine": flat}.get)
    page = open_page("attributes", data="wine")
    assert "and 7 more. All records have the same value" in words(page)
    assert "No other column is left." in words(page)
    page.button(key="attributes-submit").click().run()
    assert bench.submitted == []
    assert "sensitive column" in words(page)


def test_the_form_becomes_the_request(open_page, bench, cards):
    page = open_page("attributes", data="wine")
    page.selectbox(key="attr.column").set_value("hue").run()
    page.number_input(key="attr.trees").set_value(30)
    page.number_input(key="attr.models").set_value(5)
    page.button(key="attributes-submit").click().run()
    [request] = bench.submitted
    assert request == AttributesRequest(
        dataset="wine",
        sensitive="hue",
        target="forest",
        trees=30,
        models=5,
        recipe=TrainingRecipe(),
    )


def test_a_network_has_privacy_and_a_forest_has_none(open_page, bench, cards):
    page = open_page("attributes", data="wine")
    assert not page.toggle
    page.selectbox(key="attr.model").set_value("softmax").run()
    page.toggle(key="privacy.on").set_value(True).run()
    page.button(key="attributes-submit").click().run()
    [request] = bench.submitted
    assert request.model == "softmax"
    assert request.recipe.privacy.target_epsilon == 8.0


def test_a_wrong_entry_is_said_above_the_button(open_page, bench, words, cards):
    page = open_page("attributes", data="wine")
    page.selectbox(key="attr.model").set_value("mlp").run()
    page.text_input(key="attr.hidden").set_value("wide")
    page.button(key="attributes-submit").click().run()
    assert bench.submitted == []
    assert "hidden layers" in words(page)


def test_another_dataset_has_other_columns(open_page, cards):
    page = open_page("attributes", data="wine")
    page.selectbox(key="attr.column").set_value("hue").run()
    page.selectbox(key="attr.dataset").set_value("breast-cancer").run()
    assert page.selectbox(key="attr.column").value == "mean radius"
    assert page.query_params["data"] == "breast-cancer"


def test_shows_figures_shares_and_table(open_page, bench, words, cards, attributes_report):
    bench.add("r", ASKED, "finished", attributes_report)
    page = open_page("attributes", run="r")
    shown = words(page)
    assert conclusion(attributes_report) in shown
    assert figures(attributes_report) in shown
    assert shares_sentence(attributes_report) in shown
    assert attributes_report.column.how in shown
    for name in ("Imputer (no model)", "Model alone", "Both together", "No guarantee."):
        assert name in shown
    first, second = page.get("plotly_chart")
    assert f"{attributes_report.fused_auc:.3f}" in first.proto.alt
    assert second.proto.alt == shares_sentence(attributes_report)
    assert "random forest, 10 trees" in shown
    assert "guessing alcohol" in shown


def test_a_live_run_says_how_many_models_it_rests_on(open_page, bench, words, attributes_report):
    progress = Progress(stage="Training and asking models: 2 of 16", done=40, total=100)
    partial = replace(attributes_report, request={**attributes_report.request, "models": 16})
    bench.add("r", ASKED, "running", partial, progress=progress)
    shown = words(open_page("attributes", run="r"))
    assert "From 2 of 16 models so far." in shown
    assert conclusion(attributes_report) not in shown


def test_failed_and_foreign_runs(open_page, bench, words, cards):
    bench.add("f", ASKED, "failed", error="Column 'x' is constant: there is nothing to guess.")
    assert "is constant" in words(open_page("attributes", run="f"))
    bench.add("a", AuditRequest(dataset="wine"), "running")
    assert "membership audit" in words(open_page("attributes", run="a"))


def test_the_settings_of_a_run_can_be_copied(open_page, bench, cards, attributes_report):
    recipe = TrainingRecipe(
        architecture=Architecture(kind="mlp", hidden=(8, 4)),
        epochs=7,
        privacy=DPSGDConfig(target_epsilon=2.0),
    )
    asked = AttributesRequest(dataset="wine", sensitive="hue", recipe=recipe, models=3, seed=9)
    bench.add("r", asked, "finished", attributes_report)
    page = open_page("attributes", run="r")
    page.button(key="adopt").click().run()
    page.button(key="attributes-submit").click().run()
    [request] = bench.submitted
    assert request.sensitive == "hue"
    assert request.recipe.architecture == recipe.architecture
    assert (request.recipe.epochs, request.models, request.seed) == (7, 3, 9)
    assert request.recipe.privacy.target_epsilon == 2.0


def test_the_sentence_counts_the_people_of_the_picture(attributes_report):
    found = attributes_report.shares
    parts = {"population": 0.994, "model": 0.006, "membership": 0.0}
    shares = replace(
        found,
        right=replace(found.right, value=0.838, ci=(0.8, 0.9)),
        **{n: replace(getattr(found, n), value=v, ci=None) for n, v in parts.items()},
    )
    drawn = attribute_shares.draw(shares, attribute_words.PARTS, dark=True)
    assert [int(bar.name.split()[-1]) for bar in drawn.data] == [83, 1, 0, 16]
    told = shares_sentence(replace(attributes_report, shares=shares))
    assert "84 are guessed right: 83 by knowing the population, 1 more" in told
