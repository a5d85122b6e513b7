"""Attribute inference end to end, on made-up people whose truth is known."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ppml_core.auditing.attribute_sentences import attribute_sentence, conclusion, shares_sentence
from ppml_core.auditing.report import AttributesReport, decode, encode
from ppml_core.auditing.sentences import headline
from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import AttackNotApplicable, RunCancelled
from ppml_core.jobs.pipeline import run
from ppml_core.jobs.progress import Silent
from ppml_core.jobs.requests import AttributesRequest
from ppml_core.models.architecture import Architecture
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

FOREST = AttributesRequest(
    dataset="made", sensitive="bit", target="forest", trees=40, models=4, shadows=2
)
NETWORK = replace(
    FOREST,
    target="network",
    recipe=TrainingRecipe(
        architecture=Architecture(kind="mlp", hidden=(64,)), epochs=150, batch_size=32
    ),
)


@cache
def people(correlation: float, n: int = 900, noise: float = 1.0, seed: int = 0) -> Dataset:
    """A label that the columns explain in part, and a bit: a fair coin, or ``correlation``
    times the first column and noise."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 5))
    bit = correlation * x[:, 0] + rng.normal(size=n) > 0
    label = x[:, 1] + noise * rng.normal(size=n) > 0
    features = np.column_stack([np.clip(x / 8 + 0.5, 0, 1), bit]).astype(np.float32)
    return Dataset(
        name="made",
        features=features,
        labels=label.astype(np.int64),
        feature_names=(*(f"x{k}" for k in range(5)), "bit"),
        label_names=("no", "yes"),
        record_ids=np.arange(n),
    )


def of(request: AttributesRequest, dataset: Dataset, reporter=None) -> AttributesReport:
    report = run(request, dataset, reporter=reporter)
    assert isinstance(report, AttributesReport)
    return report


@pytest.fixture(scope="module")
def independent() -> AttributesReport:
    """A forest, and a bit that is independent of everything."""
    return of(FOREST, people(0.0))


@pytest.fixture(scope="module")
def correlated() -> AttributesReport:
    """A forest, and a bit that the other columns tell."""
    return of(FOREST, people(3.0))


def test_an_independent_bit_leaks_for_members_of_a_forest_only(independent):
    imputer = {guesser.name: guesser for guesser in independent.guessers}["imputer"]
    assert imputer.auc_members.ci[0] < 0.5 < imputer.auc_members.ci[1]
    assert independent.fused_auc > 0.8
    assert independent.delta_members_ci[0] > 0.25
    assert independent.delta_nonmembers_ci[0] < 0 < independent.delta_nonmembers_ci[1]
    assert abs(independent.delta_nonmembers) < 0.05
    assert independent.verdict == "leaks-about-members"
    assert independent.shares.membership.value > 0.25


def test_a_correlated_bit_is_guessed_well_and_nearly_all_is_imputation(correlated):
    assert correlated.fused_auc > 0.95
    assert correlated.imputer_auc > 0.93
    assert correlated.delta_members < 0.06
    assert correlated.shares.population.value > 0.9
    assert "nearly all" in correlated.evidence or correlated.verdict == "population-only"


def test_non_members_are_guessed_by_a_rule_for_non_members(independent):
    """A forest tells much about what it was trained on and nothing about others."""
    assert independent.fusion_members.model > 0.2
    assert abs(independent.fusion_nonmembers.model) < independent.fusion_members.model / 5


def test_sentences_do_not_contradict_the_figures(independent):
    """A model that helps as much with non-members does help, and is no leak about members."""
    anybody = replace(
        independent, verdict="population-only", delta_members_ci=(0.1, 0.2), extra_ci=(-0.02, 0.03)
    )
    assert "adds for other people too" in conclusion(anybody)
    assert "without the model" not in conclusion(anybody)
    nobody = replace(anybody, delta_members_ci=(-0.02, 0.03))
    assert "as well without the model" in conclusion(nobody)
    shares = independent.shares
    by_model = replace(
        shares,
        population=replace(shares.population, value=0.5),
        model=replace(shares.model, value=0.45),
        membership=replace(shares.membership, value=0.05),
    )
    assert "imputation" not in conclusion(replace(independent, shares=by_model))


def test_a_softmax_regression_tells_nothing_about_the_bit():
    softmax = replace(NETWORK.recipe, architecture=Architecture(kind="softmax"), epochs=10)
    found = of(replace(NETWORK, recipe=softmax), people(0.0))
    assert found.verdict == "population-only"
    assert abs(found.delta_members) < 0.03


def test_an_overfitted_network_betrays_members_and_noise_stops_it():
    """Random labels: all the network can do is learn its members by heart."""
    data = people(0.0, n=250, noise=50.0)
    found = of(NETWORK, data)
    assert found.delta_members_ci[0] > 0
    assert found.delta_members > found.delta_nonmembers + 0.03
    assert found.guarantee is None
    private = replace(NETWORK.recipe, epochs=5, privacy=DPSGDConfig(target_epsilon=1.0))
    safe = of(replace(NETWORK, recipe=private), data)
    assert safe.guarantee.epsilon <= 1.0
    assert safe.guarantee.neighboring_relation
    assert safe.delta_members < found.delta_members
    assert safe.verdict == "inconclusive"  # it learned nothing: that is no pass
    assert "most frequent class" in safe.reason
    assert "not a pass" in safe.evidence


def test_categories_are_guessed_each_against_the_others():
    made = people(0.0, n=600)
    rng = np.random.default_rng(0)
    town = np.eye(3, dtype=np.float32)[rng.integers(0, 3, len(made))]
    data = replace_features(made, np.hstack([made.matrix()[:, :5], town]), ("a", "b", "c"))
    found = of(replace(FOREST, sensitive="town"), data)
    assert found.column.values == ("a", "b", "c")
    assert sum(found.column.counts) == found.column.scored == found.column.records
    assert found.verdict == "leaks-about-members"
    chosen = of(replace(FOREST, sensitive="town=b", models=2, shadows=1), data)
    assert chosen.column.values == ("not b", "b")
    assert chosen.delta_members_ci[0] > 0


def replace_features(data: Dataset, features: np.ndarray, towns: tuple[str, ...]) -> Dataset:
    names = (*data.feature_names[:5], *(f"town={town}" for town in towns))
    return Dataset(
        name="made",
        features=features,
        labels=data.labels,
        feature_names=names,
        label_names=data.label_names,
        record_ids=data.record_ids,
    )


def test_a_number_is_binarised_and_said_so():
    found = of(replace(FOREST, sensitive="x0", models=2, shadows=1), people(3.0))
    assert "median of the auxiliary records" in found.column.how
    assert found.imputer_auc > 0.8  # from the bit


def test_the_report_is_told_and_travels(independent):
    assert decode(encode(independent)) == independent
    assert headline(independent) == attribute_sentence(independent) == independent.evidence
    assert f"AUC {independent.imputer_auc:.2f} without the model" in independent.evidence
    assert "because they were in its training data" in shares_sentence(independent)
    assert independent.dataset.members == 270
    assert {finding.code for finding in independent.findings} >= {"LS001", "LS002", "LS032"}
    assert independent.findings[0].severity == "grave"


def test_the_same_request_gives_the_same_report():
    small = replace(FOREST, trees=5, models=2, shadows=1)
    one, two = (of(small, people(0.0, n=200)) for _ in range(2))
    assert replace(one, seconds=0.0) == replace(two, seconds=0.0)
    other = of(replace(small, seed=1), people(0.0, n=200))
    assert other.fused_auc != one.fused_auc


def test_large_data_is_thinned_and_that_is_a_finding():
    found = of(replace(FOREST, records=400, models=2, shadows=1), people(0.0))
    assert found.dataset.members + found.dataset.nonmembers + found.dataset.auxiliary <= 400
    assert "LS031" in {finding.code for finding in found.findings}


@pytest.mark.parametrize(
    ("sensitive", "said"), [("label", "label cannot be guessed"), ("nothing", "no column")]
)
def test_bad_columns_are_refused_before_any_training(sensitive, said):
    with pytest.raises(AttackNotApplicable, match=said):
        run(replace(FOREST, sensitive=sensitive), people(0.0))


def test_too_few_records_are_refused():
    with pytest.raises(AttackNotApplicable, match="at least 10 are needed"):
        run(FOREST, people(0.0, n=40))


class Watch(Silent):
    """Keeps what a run says, and may stop it."""

    def __init__(self, stop_at: str = "never") -> None:
        self.stages: list[str] = []
        self.shares: list[float] = []
        self.partials: list[AttributesReport] = []
        self.stop_at = stop_at

    def progress(self, stage, done, total):
        self.stages.append(stage)
        self.shares.append(done / total)
        if self.stop_at in stage:
            raise RunCancelled

    def partial(self, report):
        self.partials.append(report)


def test_progress_rises_and_a_partial_report_comes_first():
    watch = Watch()
    final = of(replace(FOREST, models=10, trees=5), people(0.0), watch)
    begun = watch.stages.index("Imputing from the population")
    assert watch.shares[begun:] == sorted(watch.shares[begun:])
    assert [partial.models for partial in watch.partials] == [8]
    assert final.models == 10
    assert watch.partials[0].verdict


@pytest.mark.parametrize("stage", ["Imputing", "shadow models: 1", "asking models: 2"])
def test_a_run_stops_where_it_is_asked_to(stage):
    with pytest.raises(RunCancelled):
        of(FOREST, people(0.0), Watch(stage))
