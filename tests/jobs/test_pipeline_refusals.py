"""What a run refuses, before training where it can be known, and how it says so."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from ppml_core import limits
from ppml_core.auditing.report import decode, encode
from ppml_core.errors import AttackNotApplicable, InvalidValue, TooMuchMemory, TrainingDiverged
from ppml_core.jobs.memory import estimate
from ppml_core.jobs.pipeline import audit as auditing
from ppml_core.jobs.pipeline import frontier, run
from ppml_core.jobs.pipeline import observe as observing
from ppml_core.jobs.requests import AuditRequest, FrontierRequest, TrainRequest
from ppml_core.models.architecture import Architecture
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

QUICK = TrainingRecipe(epochs=3, architecture=Architecture(hidden=(16,)))
DIVERGES = replace(QUICK, learning_rate=1e30)
GRID = FrontierRequest(
    dataset="wine",
    recipe=replace(QUICK, optimizer="sgd"),
    epsilons=(None,),
    clips=(0.5, 2.0),
    shadows=4,
    attacks=("loss",),
)


@pytest.mark.parametrize(
    "request_",
    [
        TrainRequest(dataset="wine", recipe=DIVERGES),
        TrainRequest(
            dataset="wine", recipe=replace(DIVERGES, privacy=DPSGDConfig(noise_multiplier=1.0))
        ),
        AuditRequest(dataset="wine", recipe=DIVERGES, shadows=4, attacks=("loss",)),
        replace(GRID, recipe=replace(DIVERGES, optimizer="sgd", momentum=0.9)),
    ],
)
def test_training_that_diverges_says_so(request_):
    with pytest.raises(TrainingDiverged, match=r"no longer finite .* learning rate \(1e\+30\)"):
        run(request_)


def test_outputs_that_overflow_are_no_observations(monkeypatch):
    """Weights may be finite while what they compute is not."""
    original = observing.Population.logits
    monkeypatch.setattr(
        observing.Population, "logits", lambda *a, **k: original(*a, **k) * np.float32(np.inf)
    )
    with pytest.raises(TrainingDiverged, match="the outputs of a model"):
        run(AuditRequest(dataset="wine", recipe=QUICK, shadows=4, attacks=("loss",)))


def test_one_cell_that_diverges_does_not_lose_the_grid(monkeypatch):
    original = frontier.train_population

    def train(dataset, membership, recipe, *args, **keywords):
        if recipe.privacy and recipe.privacy.max_grad_norm == 0.5:
            raise TrainingDiverged("the weights of a model", "after epoch 1", learning_rate=0.2)
        return original(dataset, membership, recipe, *args, **keywords)

    monkeypatch.setattr(frontier, "train_population", train)
    report = run(GRID)
    assert [cell.clip for cell in report.cells] == [2.0]
    (finding,) = [f for f in report.findings if f.code == "LS011"]
    assert finding.severity == "warning"
    assert "no noise, clipping norm 0.5" in finding.evidence
    assert decode(encode(report)) == report


def test_a_grid_that_trains_has_nothing_left_out():
    assert "LS011" not in {finding.code for finding in run(GRID).findings}


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_number_that_json_lacks_is_not_stored(number):
    report = run(TrainRequest(dataset="wine", recipe=QUICK))
    target = replace(report.target, train_loss=(1.0, number))
    with pytest.raises(InvalidValue, match=r"Expected report\.target\.train_loss\[1\] finite"):
        encode(replace(report, target=target))


def never(*_, **__):
    raise AssertionError("something was trained")


@pytest.fixture
def nothing_is_trained(monkeypatch):
    for room in (auditing, frontier):
        monkeypatch.setattr(room, "train_population", never)


@pytest.mark.usefixtures("nothing_is_trained")
def test_attacks_that_cannot_run_are_refused_before_training():
    request = AuditRequest(
        dataset="wine", shadows=4, recipe=QUICK, attacks=("lira", "lira-offline")
    )
    with pytest.raises(
        AttackNotApplicable, match=r"None of .* LiRA needs .* LiRA \(offline\) needs"
    ):
        run(request)
    with pytest.raises(AttackNotApplicable, match="LiRA needs for each record at least 2"):
        run(replace(GRID, attacks=("lira",)))


@pytest.mark.parametrize(("attack", "shadows"), [("loss", 4), ("rmia", 4), ("lira", 6)])
def test_the_fewest_models_that_an_attack_can_use_are_accepted(attack, shadows):
    request = AuditRequest(dataset="wine", shadows=shadows, recipe=QUICK, attacks=(attack,))
    assert run(request).attacks[0].not_applicable is None


@pytest.mark.usefixtures("nothing_is_trained")
@pytest.mark.parametrize(
    "request_", [AuditRequest(shadows=64), FrontierRequest(shadows=16, seeds=4)]
)
def test_more_memory_than_allowed_is_refused_before_training(request_, monkeypatch):
    peak = estimate(request_, 1797, (8, 8), 10).peak
    monkeypatch.setattr(limits, "RUN_BYTES", peak - 1)
    size = f"{peak / 1e9:.1f}".replace(".", r"\.")
    with pytest.raises(TooMuchMemory, match=rf"64 models .* need about {size} GB.*fewer models"):
        run(request_)
    monkeypatch.setattr(limits, "RUN_BYTES", peak)
    with pytest.raises(AssertionError, match="something was trained"):
        run(request_)


def test_the_largest_audit_of_a_large_upload_is_refused():
    needed = estimate(AuditRequest(shadows=1024), limits.RECORDS, (10,), 2)
    with pytest.raises(TooMuchMemory, match=r"246\.1 GB of memory; the limit is 8\.6 GB"):
        needed.require()


def test_observing_few_models_at_a_time_changes_nothing(monkeypatch):
    request = AuditRequest(dataset="wine", shadows=8, recipe=QUICK, attacks=("loss",))
    at_once = run(request)
    monkeypatch.setattr(observing, "CHUNK_BYTES", 1)
    assert observing.chunk_size(178, 3) == 1
    one_by_one = run(request)
    assert one_by_one.attacks[0].auc == pytest.approx(at_once.attacks[0].auc, abs=1e-3)
