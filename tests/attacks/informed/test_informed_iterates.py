"""The likelihood of all iterates: against the definition, and against the known optimum."""

from __future__ import annotations

from itertools import pairwise

import informed_kit as kit
import numpy as np
import pytest
from scipy.stats import norm

from ppml_core.attacks.informed.iterates import IterateLikelihood
from ppml_core.statistics.intervals import clopper_pearson


def followed(world, runs, noise):
    """``IterateLikelihood`` over trainings, all at once as the trainer shows them."""
    found = IterateLikelihood(world, noise)
    found.start(len(runs))
    stacked = np.array(runs, dtype=np.float32)
    for step in range(stacked.shape[1] - 1):
        found.step(stacked[:, step], stacked[:, step + 1])
    return found


@pytest.mark.parametrize("copies", [1, 3])
@pytest.mark.parametrize("clip", [0.3, 100.0])
def test_scores_are_the_gaussian_log_likelihood(copies, clip):
    world = kit.make_world(candidates=3, copies=copies, clip=clip)
    rng, noise = np.random.default_rng(0), 0.7
    runs = [kit.train(world, truth, noise, 4, rng) for truth in (0, 2)]
    found = followed(world, runs, noise)
    for m, iterates in enumerate(runs):
        expected = np.zeros(3)
        for before, after in pairwise(iterates):
            released = (before - after) * world.n / world.learning_rate
            rest = released - sum(
                kit.clipped_gradient(before, x.astype(np.float64), int(y), world)
                for x, y in zip(world.known, world.known_labels, strict=True)
            )
            for j in range(3):
                away = rest - kit.candidate_gradient(before, j, world)
                expected[j] -= (away @ away) / (2 * (noise * clip) ** 2)
        shared = found.scores[m] - expected
        assert shared - shared[0] == pytest.approx(np.zeros(3), abs=2e-3)


def test_spread_is_the_distance_of_the_two_gradients():
    world = kit.make_world(copies=2)
    iterates = kit.train(world, 0, 1.0, 3, np.random.default_rng(1))
    found = followed(world, [iterates], 1.0)
    expected = sum(
        np.sum(np.subtract(*(kit.candidate_gradient(w, j, world) for j in (0, 1))) ** 2)
        for w in iterates[:-1]
    )
    assert found.spread[0] == pytest.approx(expected, rel=1e-4)


def test_without_noise_the_truth_is_certain():
    world = kit.make_world(candidates=5)
    rng = np.random.default_rng(2)
    runs = [kit.train(world, truth, 0.0, 5, rng) for truth in range(5)]
    found = followed(world, runs, 0.05)
    assert found.scores.argmax(axis=1).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("noise", [0.5, 1.5])
def test_success_between_two_is_what_the_oracle_says(noise):
    """Phi(sqrt(sum_t |g_a - g_b|^2) / (2 sigma clip)) (Neyman and Pearson)."""
    world = kit.make_world(clip=0.5)
    rng = np.random.default_rng(5)
    truth = rng.integers(2, size=400)
    found = followed(world, [kit.train(world, t, noise, 8, rng) for t in truth], noise)
    won = int((found.scores.argmax(axis=1) == truth).sum())
    low, high = clopper_pearson(won, len(truth), 0.999)
    expected = norm.cdf(np.sqrt(found.spread) / (2 * noise * world.clip)).mean()
    assert low <= expected <= high
