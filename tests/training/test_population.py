"""Training many models at once is training each of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppml_core.accounting.dpsgd import schedule
from ppml_core.errors import InvalidValue, RunCancelled, TrainingDiverged
from ppml_core.models.architecture import Architecture
from ppml_core.models.network import build_network
from ppml_core.training.membership import balanced_membership
from ppml_core.training.population import default_group_size, train_population
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

SMALL = Architecture(hidden=(7,))
PLAIN = TrainingRecipe(architecture=SMALL, epochs=3, batch_size=16)


def private(noise: float = 1.0, clip: float = 1.0, **changes) -> TrainingRecipe:
    config = DPSGDConfig(noise_multiplier=noise, max_grad_norm=clip)
    return TrainingRecipe(architecture=SMALL, epochs=3, batch_size=16, privacy=config, **changes)


def halves(models: int) -> np.ndarray:
    return balanced_membership(90, 45, models, seed=0)


@pytest.mark.parametrize("recipe", [PLAIN, private()], ids=["plain", "private"])
def test_same_seed_same_weights_bit_for_bit(blobs, recipe):
    first = train_population(blobs, halves(4), recipe).weights
    np.testing.assert_array_equal(first, train_population(blobs, halves(4), recipe).weights)
    other = train_population(blobs, halves(4), recipe, [9, 8, 7, 6]).weights
    assert (np.abs(first - other).max(axis=1) > 1e-3).all()


@settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(models=st.sets(st.integers(0, 5), min_size=1), size=st.integers(1, 6), dp=st.booleans())
def test_a_model_does_not_depend_on_its_company(blobs, models, size, dp):
    recipe = private() if dp else PLAIN
    chosen = sorted(models)
    together = train_population(blobs, halves(6), recipe)
    apart = train_population(blobs, halves(6)[chosen], recipe, chosen, group_size=size)
    np.testing.assert_allclose(apart.weights, together.weights[chosen], rtol=1e-4, atol=1e-5)


def test_recipes_may_differ_within_a_population(blobs):
    recipes = [private(0.0, 0.5), private(2.0, 0.5), private(1.0, 3.0, learning_rate=1e-2), PLAIN]
    together = train_population(blobs, halves(4), recipes)
    for m, recipe in enumerate(recipes):
        alone = train_population(blobs, halves(4)[m : m + 1], recipe, [m])
        np.testing.assert_allclose(together.weights[m], alone.weights[0], rtol=1e-4, atol=1e-5)
    assert together.noise_multipliers == (0.0, 2.0, 1.0, 0.0)


def test_models_of_different_sizes(blobs):
    membership = np.zeros((3, 90), dtype=bool)
    for row, size in zip(membership, (1, 45, 90), strict=True):
        row[:size] = True
    population = train_population(blobs, membership, [PLAIN, private(), PLAIN])
    assert np.isfinite(population.weights).all()


@pytest.mark.parametrize("kind", ["softmax", "mlp"])
def test_it_learns(blobs, kind):
    recipe = TrainingRecipe(architecture=Architecture(kind=kind), epochs=60, learning_rate=1e-2)
    everyone = np.ones((2, 90), dtype=bool)
    logits = train_population(blobs, everyone, recipe).logits(blobs.features)
    assert (logits.argmax(-1) == blobs.labels).mean() > 0.85


def one_sgd_step(blobs, recipe_changes: dict, members: int) -> np.ndarray:
    """The change of the weights by one step of plain SGD with learning rate 1."""
    recipe = private(**recipe_changes, learning_rate=1.0, optimizer="sgd", momentum=0.0)
    recipe = recipe.__class__(**{**vars(recipe), "epochs": 1, "batch_size": members})
    membership = (np.arange(90) < members)[None]
    start = []
    final = train_population(
        blobs, membership, recipe, on_epoch=lambda e, w: start.append(w.numpy().copy())
    )
    return final.weights[0] - start[0][0]


def test_noise_is_scaled_to_the_clipping_norm_and_added_once_a_step(blobs):
    """Full batch (rate 1), so the step is (clipped sum + sigma C z) / n."""
    n, clip, sigma = 90, 0.5, 40.0
    difference = one_sgd_step(blobs, {"noise": sigma, "clip": clip}, n) - one_sgd_step(
        blobs, {"noise": 0.0, "clip": clip}, n
    )
    assert difference.std() == pytest.approx(sigma * clip / n, rel=0.15)


def test_the_clipped_step_is_bounded(blobs):
    step = one_sgd_step(blobs, {"noise": 0.0, "clip": 0.01}, 90)
    assert 0 < np.linalg.norm(step) <= 0.01 * 1.0001


def test_empty_batches_are_noise_only_steps(blobs, monkeypatch):
    """With every batch empty the weights still move, by the noise alone."""
    from ppml_core.training.draws import ModelDraws

    empty = np.empty(0, dtype=np.int64)
    monkeypatch.setattr(ModelDraws, "inclusions", lambda self, q, k: (empty, empty))
    recipe = private(noise=3.0, clip=2.0, learning_rate=1.0, optimizer="sgd", momentum=0.0)
    start = []
    final = train_population(
        blobs, halves(1), recipe, on_epoch=lambda e, w: start.append(w.numpy().copy())
    )
    rate, steps = schedule(45, 16, 3)
    moved = final.weights[0] - start[0][0]
    assert moved.std() == pytest.approx(3.0 * 2.0 / (45 * rate) * steps**0.5, rel=0.25)


def test_a_neighbouring_dataset_gives_other_weights(blobs):
    """One record less is another model, near the first: the record was really used."""
    membership = halves(1)
    smaller = membership.copy()
    smaller[0, np.flatnonzero(membership[0])[-1]] = False
    a = train_population(blobs, membership, private(noise=0.0)).weights
    b = train_population(blobs, smaller, private(noise=0.0)).weights
    assert 0 < np.abs(a - b).max() < 1.0


def test_target_epsilon_is_calibrated(blobs):
    config = DPSGDConfig(target_epsilon=5.0, delta=1e-3)
    recipe = TrainingRecipe(architecture=SMALL, epochs=3, batch_size=16, privacy=config)
    (noise,) = train_population(blobs, halves(1), recipe).noise_multipliers
    from ppml_core.accounting.pld import epsilon

    assert 4.5 < epsilon(noise, *schedule(45, 16, 3), 1e-3) <= 5.0


def test_cancel_stops_at_the_next_step(blobs):
    calls = []

    def check():
        calls.append(1)
        if len(calls) == 3:
            raise RunCancelled

    with pytest.raises(RunCancelled):
        train_population(blobs, halves(2), PLAIN, check=check)
    assert len(calls) == 3


def test_progress_counts_every_model_once(blobs):
    seen = []
    train_population(
        blobs, halves(5), PLAIN, group_size=2, on_group=lambda d, t: seen.append((d, t))
    )
    assert seen == [(2, 5), (4, 5), (5, 5)]


@pytest.mark.parametrize(
    ("membership", "message"),
    [
        (np.ones((2, 5), dtype=bool), r"Expected membership bool \(M, 90\)"),
        (np.ones((2, 90)), "Expected membership bool"),
        (np.zeros((2, 90), dtype=bool), "Expected members of every model >= 1"),
    ],
)
def test_bad_membership_is_named(blobs, membership, message):
    with pytest.raises(InvalidValue, match=message):
        train_population(blobs, membership, PLAIN)


def test_one_architecture_a_population(blobs):
    with pytest.raises(InvalidValue, match="one architecture"):
        train_population(blobs, halves(2), [PLAIN, TrainingRecipe()])


def test_a_model_beyond_the_memory_bound_is_refused():
    with pytest.raises(InvalidValue, match="memory of one model"):
        default_group_size(build_network(Architecture(hidden=(2048,)), (700, 700), 10), 64)


@pytest.mark.parametrize("method", ["stacked", "opacus"])
@pytest.mark.parametrize("privacy", [None, DPSGDConfig(noise_multiplier=1.0)])
def test_weights_that_are_not_finite_end_the_training(blobs, method, privacy):
    recipe = TrainingRecipe(epochs=50, learning_rate=1e30, momentum=0.0, privacy=privacy)
    epochs = []
    with pytest.raises(TrainingDiverged, match=r"after epoch \d+\. Lower .* \(1e\+30\)"):
        train_population(
            blobs,
            halves(2),
            [replace(recipe, learning_rate=0.1), recipe],
            method=method,
            on_epoch=lambda epoch, flat: epochs.append(epoch),
        )
    assert len(epochs) < 50
