"""Which models a run trains, on which records, and what the attacks see of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ppml_core.attacks.membership.registry import attack_named
from ppml_core.attacks.membership.result import MembershipResult
from ppml_core.attacks.membership.signals import logit_confidence
from ppml_core.auditing.membership import summarise
from ppml_core.jobs.pipeline import audit as auditing
from ppml_core.jobs.pipeline import frontier, run
from ppml_core.jobs.pipeline import train as training
from ppml_core.jobs.pipeline.audit import model_seeds
from ppml_core.jobs.pipeline.material import gather
from ppml_core.jobs.pipeline.observe import observe
from ppml_core.jobs.requests import AuditRequest, FrontierRequest, TrainRequest
from ppml_core.models.architecture import Architecture
from ppml_core.training.membership import audit_membership
from ppml_core.training.population import train_population
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

QUICK = TrainingRecipe(epochs=4, architecture=Architecture(hidden=(16,)))
GRID = FrontierRequest(
    dataset="wine",
    recipe=replace(QUICK, optimizer="sgd", learning_rate=0.2),
    epsilons=(8.0,),
    clips=(1.0,),
    delta=1e-4,
    shadows=8,
    seeds=2,
    seed=3,
    attacks=("lira",),
)


@pytest.fixture
def trained(monkeypatch):
    """Every population that a run trains, in order."""
    seen = []

    def spy(*args, **keywords):
        seen.append(train_population(*args, **keywords))
        return seen[-1]

    for room in (auditing, frontier, training):
        monkeypatch.setattr(room, "train_population", spy)
    return seen


def by_hand(request, recipe, seed):
    """LiRA on one population of a cell, from the parts."""
    material = gather(request, None, None)
    membership = audit_membership(material.split, len(material.dataset), request.shadows, seed)
    population = train_population(
        material.dataset, membership, recipe, model_seeds(seed, 0, request.shadows)
    )
    ids = material.dataset.record_ids[material.pool]
    return attack_named("lira").run(observe(population, material).signals(ids))


def test_repeats_of_a_cell_differ_in_members_and_seeds(trained):
    run(GRID)
    reference = trained[:2]
    assert (reference[0].membership != reference[1].membership).any()
    assert not set(reference[0].seeds) & set(reference[1].seeds)
    assert [p.seeds for p in trained[2:]] == [p.seeds for p in reference]
    for cell, same in zip(trained[2:], reference, strict=True):
        np.testing.assert_array_equal(cell.membership, same.membership)


def test_a_cell_of_two_seeds_is_both_populations_each_with_its_own_members():
    cell = run(GRID).reference
    first, second = (by_hand(GRID, GRID.recipe, seed) for seed in (3, 4))
    together = MembershipResult(
        name="lira",
        scores=np.concatenate([first.scores, second.scores]),
        membership=np.concatenate([first.membership, second.membership]),
        record_ids=first.record_ids,
    )
    expected = summarise(together, seed=3, replicates=frontier.CELL_REPLICATES, curves=False)
    (found,) = cell.attacks
    assert (found.targets, found.auc, found.advantage) == (16, expected.auc, expected.advantage)
    assert found.auc_ci == expected.auc_ci
    one = run(replace(GRID, seeds=1)).reference
    assert one.attacks[0].auc == pytest.approx(
        summarise(first, seed=3, replicates=20, curves=False).auc
    )
    assert one.attacks[0].auc != found.auc
    assert one.test_accuracy != cell.test_accuracy


def test_a_frontier_s_delta_reaches_every_guarantee():
    for cell in run(replace(GRID, seeds=1)).cells:
        assert cell.guarantee.delta == 1e-4


def test_attacks_compare_with_the_auxiliary_records():
    material = gather(AuditRequest(dataset="wine", shadows=4, recipe=QUICK), None, None)
    data, auxiliary = material.dataset, material.split.auxiliary
    membership = audit_membership(material.split, len(data), 4, 0)
    population = train_population(data, membership, QUICK)
    ids = data.record_ids[material.pool]
    signals = observe(population, material).signals(ids)
    assert not set(auxiliary) & set(material.pool)
    assert not population.membership[:, auxiliary].any()
    for rows, phi in ((auxiliary, signals.population_phi), (material.pool, signals.phi)):
        expected = logit_confidence(population.logits(data.features[rows]), data.labels[rows])
        np.testing.assert_allclose(phi, expected, atol=1e-4)
    np.testing.assert_array_equal(signals.membership, membership[:, material.pool])


@pytest.mark.parametrize("privacy", [None, DPSGDConfig(noise_multiplier=1.0)])
def test_the_trained_model_is_the_first_of_the_audit(trained, privacy):
    recipe = replace(QUICK, privacy=privacy)
    run(TrainRequest(dataset="wine", recipe=recipe, seed=5))
    run(AuditRequest(dataset="wine", recipe=recipe, seed=5, shadows=4, attacks=("loss",)))
    alone, audited = trained
    np.testing.assert_array_equal(alone.membership[0], audited.membership[0])
    np.testing.assert_allclose(alone.weights[0], audited.weights[0], atol=1e-4)
