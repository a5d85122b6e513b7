"""What a run refuses, before training where it can be known, and how it says so."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from ppml_core.auditing.report import decode, encode
from ppml_core.errors import InvalidValue, TrainingDiverged
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
