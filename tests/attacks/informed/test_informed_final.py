"""The attack on final weights: recovers a known normal model, and finds nothing in noise."""

from __future__ import annotations

import informed_kit as kit
import numpy as np
import pytest
from scipy.stats import norm

from ppml_core.attacks.informed import final, nearest
from ppml_core.errors import InvalidValue
from ppml_core.statistics.intervals import clopper_pearson


def shifted(rng, simulated, truth, noise, *, factor=0.6):
    """Weights that end a common shift and factor away from where candidates pull."""
    away = noise * rng.normal(size=(len(truth), simulated.shape[1]))
    return 1.0 + factor * simulated[truth] + away


def test_success_is_the_optimum_of_the_normal_model():
    """Two candidates at distance D in noise s: Phi(D / 2 s) is the best there is."""
    rng = np.random.default_rng(0)
    simulated = rng.normal(size=(2, 40)).astype(np.float32)
    truth = rng.integers(2, size=1200)
    noise, factor = 3.0, 0.6
    moved = shifted(rng, simulated, truth, noise, factor=factor)
    found = final.directions(simulated)
    fitted = final.fit(found, found.project(moved[:400]), truth[:400])
    guesses = fitted.scores(found.project(moved[400:])).argmax(axis=1)
    low, high = clopper_pearson(int((guesses == truth[400:]).sum()), 800, 0.999)
    best = norm.cdf(factor * np.linalg.norm(simulated[0] - simulated[1]) / (2 * noise))
    assert low <= best <= high


def test_nothing_is_found_where_there_is_nothing():
    rng = np.random.default_rng(1)
    simulated = rng.normal(size=(4, 30)).astype(np.float32)
    truth = rng.integers(4, size=1200)
    moved = rng.normal(size=(1200, 30))
    found = final.directions(simulated)
    fitted = final.fit(found, found.project(moved[:400]), truth[:400])
    won = int((fitted.scores(found.project(moved[400:])).argmax(axis=1) == truth[400:]).sum())
    low, high = clopper_pearson(won, 800, 0.999)
    assert low <= 0.25 <= high


def test_pulls_are_the_sum_of_the_candidates_steps():
    world = kit.make_world(candidates=3, copies=2)
    errors = np.random.default_rng(2).normal(size=(4, world.n_classes, 6))
    truth = np.array([0, 0, 1, 1])
    found = final.pulls(world, errors, truth)
    for j, rows in ((0, [0, 1]), (1, [2, 3]), (2, [0, 1, 2, 3])):
        mean = errors[rows].mean(axis=0)[:, 2 * j : 2 * j + 2]
        weight = sum(np.outer(mean[:, c], world.candidates[j, c]) for c in range(2))
        expected = -world.learning_rate / world.n * np.append(weight.ravel(), mean.sum(axis=1))
        assert found[j] == pytest.approx(expected, rel=1e-5, abs=1e-7)


def test_candidates_that_make_no_difference_are_refused():
    with pytest.raises(InvalidValue, match="make a difference"):
        final.directions(np.ones((3, 10), dtype=np.float32))


def test_the_class_weights_look_like_their_record():
    """Weights that are the record itself (centred) name it, whatever the scale."""
    world = kit.make_world(candidates=6, d=60)
    auxiliary = np.random.default_rng(4).random((30, 60))
    flat = np.zeros((6, world.n_classes * 61), dtype=np.float32)
    flat[:, :60] = world.candidates[:, 0] * np.array([[0.1], [1], [2], [3], [4], [50]])
    found = nearest.likeness(world, nearest.inverted(world, flat), auxiliary)
    assert found.argmax(axis=1).tolist() == list(range(6))
    assert np.abs(found).max() <= 1 + 1e-9


def test_inversion_needs_pictures_of_others():
    world = kit.make_world()
    with pytest.raises(InvalidValue, match="auxiliary"):
        nearest.likeness(world, np.ones((1, 12)), np.ones((1, 12)))
