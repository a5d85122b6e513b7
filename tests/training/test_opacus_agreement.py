"""Our DP-SGD and Opacus' on the same batches: the same in everything that is not chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from ppml_core.accounting import pld, rdp
from ppml_core.accounting.dpsgd import make_guarantee, schedule
from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import InvalidValue, RunCancelled
from ppml_core.models.architecture import Architecture
from ppml_core.models.modules import build_module
from ppml_core.models.network import build_network
from ppml_core.training.draws import ModelDraws
from ppml_core.training.opacus_path import train_module, wrap
from ppml_core.training.population import train_population
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

ARCHITECTURES = [
    Architecture(kind="softmax"),
    Architecture(kind="mlp", hidden=(9,)),
    Architecture(kind="mlp", hidden=(9, 7, 5)),
    Architecture(kind="cnn", hidden=(3, 4)),
]
by_architecture = pytest.mark.parametrize(
    "architecture", ARCHITECTURES, ids=["softmax", "mlp", "deep mlp", "cnn"]
)


@pytest.fixture(scope="module")
def images() -> Dataset:
    """Sixty random 6 x 6 images of three classes."""
    rng = np.random.default_rng(3)
    return Dataset(
        name="images",
        features=rng.normal(size=(60, 6, 6)).astype(np.float32),
        labels=rng.integers(0, 3, 60),
        feature_names=tuple(f"p{k}" for k in range(36)),
        label_names=("a", "b", "c"),
        record_ids=np.arange(60),
    )


def recipe(noise: float = 0.0, clip: float = 1.0, **changes) -> TrainingRecipe:
    privacy = DPSGDConfig(noise_multiplier=noise, max_grad_norm=clip)
    return replace(TrainingRecipe(epochs=4, batch_size=16, privacy=privacy), **changes)


def halves(n: int, models: int) -> np.ndarray:
    return np.random.default_rng(0).permuted(np.tile(np.arange(n) % 2 == 0, (models, 1)), axis=1)


def both_ways(images: Dataset, architecture: Architecture, clip: float):
    """One batch of 20 through both: (our sum, our norms), Opacus' optimizer after clipping."""
    network = build_network(architecture, (6, 6), 3)
    flat = torch.from_numpy(network.initial(np.random.default_rng(1))[None])
    x, y = torch.tensor(images.features[:20]), torch.tensor(images.labels[:20])
    total, norms = network.gradient(
        flat, network.prepared(x)[None], y[None], None, torch.tensor([clip])
    )
    module = build_module(architecture, (6, 6), 3)
    vector_to_parameters(flat[0].clone(), module.parameters())
    private = wrap(module, 60, recipe(clip=clip), seed=0)
    private.backward(x, y)
    return total[0], norms[0], private.optimizer


@by_architecture
def test_per_example_norms_agree(images, architecture):
    _, norms, optimizer = both_ways(images, architecture, 1.0)
    squares = [g.reshape(20, -1).square().sum(1) for g in optimizer.grad_samples]
    torch.testing.assert_close(norms, torch.stack(squares).sum(0).sqrt(), rtol=1e-5, atol=1e-6)


@by_architecture
@pytest.mark.parametrize("where", ["all clipped", "half clipped", "none clipped"])
def test_clipped_sums_agree(images, architecture, where):
    _, norms, _ = both_ways(images, architecture, 1.0)
    clip = {"all": norms.min() / 2, "half": norms.median(), "none": norms.max() * 2}
    total, norms, optimizer = both_ways(images, architecture, float(clip[where.split()[0]]))
    optimizer.clip_and_accumulate()
    theirs = torch.cat([p.summed_grad.flatten() for p in optimizer.params])
    torch.testing.assert_close(total, theirs, rtol=1e-4, atol=2e-6)
    if where == "none clipped":
        plain = torch.cat([g.sum(0).flatten() for g in optimizer.grad_samples])
        torch.testing.assert_close(total, plain, rtol=1e-4, atol=2e-6)


@by_architecture
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_final_weights_agree_without_noise(images, architecture, optimizer):
    plan = recipe(
        clip=0.7,
        architecture=architecture,
        optimizer=optimizer,
        weight_decay=1e-2,
        learning_rate=1e-2,
    )
    ours = train_population(images, halves(60, 2), plan)
    theirs = train_population(images, halves(60, 2), plan, method="opacus")
    np.testing.assert_allclose(ours.weights, theirs.weights, rtol=1e-3, atol=2e-5)
    assert np.abs(ours.weights[0] - ours.weights[1]).max() > 0.05  # not merely both untrained


@by_architecture
def test_final_weights_agree_with_the_same_noise(images, architecture, monkeypatch):
    """Opacus given our noise draws: scale, place in the step and divisor must all be equal."""
    from opacus.optimizers import optimizer as module

    seed, model = 5, build_module(architecture, (6, 6), 3)
    sizes = [p.numel() for p in model.parameters()]
    row, draws, waiting = torch.empty(sum(sizes)), {}, []

    def our_noise(std, reference, generator=None, secure_mode=False):
        if not waiting:  # a step of ours draws for all layers at once
            draws.setdefault("noise", ModelDraws(seed, 30)).noise_into(row)
            waiting.extend(row.clone().split(sizes))
        return std * waiting.pop(0).view_as(reference)

    monkeypatch.setattr(module, "_generate_noise", our_noise)
    plan = recipe(noise=1.5, clip=0.7, architecture=architecture, learning_rate=1e-2)
    ours = train_population(images, halves(60, 1), plan, [seed])
    theirs = train_population(images, halves(60, 1), plan, [seed], method="opacus")
    np.testing.assert_allclose(ours.weights, theirs.weights, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(("n", "batch"), [(45, 16), (60, 16), (60, 1), (61, 20), (30, 64)])
def test_steps_sample_rate_and_divisor_agree(images, n, batch):
    """Opacus counts the steps it takes; int(n * rate) would be its divisor, n * rate is ours."""
    plan = recipe(noise=1.0, batch_size=batch, epochs=2)
    x, y = np.resize(images.features, (n, 6, 6)), np.resize(images.labels, n)
    module = build_module(Architecture(kind="softmax"), (6, 6), 3)
    rate, steps = schedule(n, batch, 2)
    spent = train_module(module, x, y, plan, seed=0).spent
    assert spent == (1.0, pytest.approx(rate), steps)
    assert wrap(module, n, plan, seed=0).optimizer.expected_batch_size == pytest.approx(n * rate)


def test_epsilon_agrees():
    """Opacus' RDP and PRV accountants on the schedule that both paths run."""
    from opacus.accountants import PRVAccountant, RDPAccountant

    guarantee = make_guarantee(1.1, 1.0, 900, 64, 10, 1e-5)
    theirs = {}
    for accountant in (RDPAccountant(), PRVAccountant()):
        accountant.history = [(1.1, guarantee.sample_rate, guarantee.steps)]
        theirs[type(accountant)] = accountant.get_epsilon(delta=1e-5)
    mechanism = (1.1, guarantee.sample_rate, guarantee.steps, 1e-5)
    assert rdp.epsilon(*mechanism) == pytest.approx(theirs[RDPAccountant], rel=1e-3)
    assert pld.epsilon(*mechanism) == pytest.approx(theirs[PRVAccountant], abs=0.02)
    assert pld.epsilon(*mechanism) == guarantee.epsilon


@by_architecture
def test_empty_batches_are_noise_only_steps(images, architecture, monkeypatch):
    empty = np.empty(0, dtype=np.int64)
    monkeypatch.setattr(ModelDraws, "inclusions", lambda self, q, k: (empty, empty))
    plan = recipe(noise=2.0, clip=0.5, learning_rate=1.0, optimizer="sgd", momentum=0.0, epochs=3)
    module = build_module(architecture, (6, 6), 3)
    before = parameters_to_vector(module.parameters()).detach().clone()
    trained = train_module(module, images.features, images.labels, plan, seed=0)
    moved = parameters_to_vector(trained.module.parameters()).detach() - before
    rate, steps = schedule(60, 16, 3)
    assert trained.spent[2] == steps
    assert moved.std().item() == pytest.approx(2.0 * 0.5 / (60 * rate) * steps**0.5, rel=0.3)


def test_same_seed_same_noise(images):
    plan = recipe(noise=1.0, architecture=ARCHITECTURES[1])
    first = train_population(images, halves(60, 2), plan, method="opacus").weights
    again = train_population(images, halves(60, 2), plan, method="opacus").weights
    np.testing.assert_array_equal(first, again)
    alone = train_population(images, halves(60, 2)[1:], plan, [1], method="opacus").weights
    np.testing.assert_array_equal(first[1], alone[0])


def test_any_module_can_be_trained(images):
    """One that the stacked trainer does not know: layer norm and tanh."""
    module = nn.Sequential(
        nn.Flatten(), nn.Linear(36, 8), nn.LayerNorm(8), nn.Tanh(), nn.Linear(8, 3)
    )
    before = parameters_to_vector(module.parameters()).detach().clone()
    trained = train_module(module, images.features, images.labels, recipe(noise=0.5), seed=1)
    assert trained.module is module
    assert (parameters_to_vector(module.parameters()) - before).abs().max() > 1e-3
    assert not any(hasattr(p, "grad_sample") for p in module.parameters())


def test_a_module_that_mixes_records_is_refused(images):
    from opacus.validators.errors import UnsupportedModuleError

    module = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(36), nn.Linear(36, 3))
    with pytest.raises(UnsupportedModuleError, match="BatchNorm"):
        train_module(module, images.features, images.labels, recipe(noise=1.0), seed=0)


@pytest.mark.parametrize("privacy", [None, DPSGDConfig(target_epsilon=1.0)])
def test_a_noise_multiplier_must_be_named(images, privacy):
    module = build_module(Architecture(kind="softmax"), (6, 6), 3)
    with pytest.raises(InvalidValue, match=r"recipe\.privacy with a noise_multiplier"):
        train_module(module, images.features, images.labels, recipe(privacy=privacy), seed=0)


def test_it_can_be_stopped(images):
    def check() -> None:
        raise RunCancelled

    with pytest.raises(RunCancelled):
        train_population(images, halves(60, 1), recipe(), method="opacus", check=check)
