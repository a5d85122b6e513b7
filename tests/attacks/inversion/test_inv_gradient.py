"""Gradient ascent against what is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ppml_core.attacks.inversion.ascent import Ascent
from ppml_core.attacks.inversion.attack import Task
from ppml_core.attacks.inversion.gradient import GradientInversion, total_variation
from ppml_core.attacks.inversion.target import chunks

SHAPE = (5, 4)


def linear_task(linear, *, models=2, classes=4, scale=1.0, bias=None, shape=SHAPE, **settings):
    rng = np.random.default_rng(0)
    W = scale * rng.normal(size=(models, classes, int(np.prod(shape))))
    b = rng.normal(size=(models, classes)) if bias is None else np.tile(bias, (models, 1))
    aims = np.tile(np.arange(classes), (models, 1))
    pictures = rng.random((4, *shape)).astype(np.float32)
    made = Task(
        population=linear(W, b, shape), classes=aims, auxiliary=pictures, seed=0, **settings
    )
    return made, W, b


def direction(W: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """``W_y - sum_j p_j W_j``, the gradient of ``log p_y`` at ``x (M, R, d)``, R = K."""
    logits = np.einsum("mkd,mrd->mrk", W, x) + b[:, None]
    p = np.exp(logits - logits.max(-1, keepdims=True))
    p /= p.sum(-1, keepdims=True)
    return W - np.einsum("mrk,mkd->mrd", p, W)


def test_the_gradient_is_the_closed_form(linear):
    task, W, b = linear_task(linear)
    ((_, target),) = chunks(task, 1, torch.float64)
    x = torch.rand((2, 4, 1, 20), dtype=torch.float64, requires_grad=True)
    nothing = torch.zeros((2, 4), dtype=torch.float64)
    (slope,) = torch.autograd.grad(target.gain(x, nothing).sum(), x)
    expected = direction(W.astype(np.float32), b.astype(np.float32), x.detach().numpy()[:, :, 0])
    np.testing.assert_allclose(slope[:, :, 0], expected, atol=1e-10)


def test_the_gain_is_log_p(linear):
    task, *_ = linear_task(linear, bias=[0.0, 0.0, 0.0, 0.0])
    ((_, target),) = chunks(task, 1, torch.float64)
    x = torch.rand((2, 4, 3, 20), dtype=torch.float64)
    gain = target.gain(x, torch.zeros((2, 4)))
    log_p = torch.log_softmax(target.logits(x), -1)
    np.testing.assert_allclose(gain[:, 1], log_p[:, 1, :, 1], atol=1e-10)


@pytest.mark.parametrize("even", [True, False])
def test_the_first_step_goes_there(linear, even):
    """Adam's first step has the length ``rate``: along the gradient, or along its sign."""
    ascent = Ascent(rate=0.01, restarts=1, even=even, steps=1)
    task, W, b = linear_task(linear, frames=2)
    found = GradientInversion(ascent=ascent).run(task)
    first, last = found.frames[:, :, 0], found.frames[:, :, 1]
    start = first.reshape(2, 4, 20).astype(np.float64)
    slope = direction(W, b, start)
    rms = np.sqrt((slope**2).mean(-1, keepdims=True))
    expected = 0.01 * (slope / rms if even else np.sign(slope))
    np.testing.assert_allclose(last.reshape(2, 4, 20) - start, expected, atol=2e-5)
    assert (found.steps == 1).all() and found.ran.all()


def test_low_confidence_does_not_stop_it(linear):
    """Two classes that differ faintly: never sure, and still climbed to the very corner."""
    W = np.zeros((1, 2, 20))
    W[0, 0] = np.where(np.arange(20) % 3 == 0, 0.03, -0.03)
    pictures = np.random.default_rng(0).random((4, *SHAPE)).astype(np.float32)
    models = linear(W, np.zeros((1, 2)), SHAPE)
    aims = np.zeros((1, 1), dtype=np.int64)
    found = GradientInversion().run(
        Task(population=models, classes=aims, auxiliary=pictures, seed=0)
    )
    assert found.confidence[0, 0] < 0.6
    np.testing.assert_allclose(found.images[0, 0].ravel(), W[0, 0] > 0, atol=0.2)


def test_stops_when_there_is_no_way_to_go(linear):
    task, *_ = linear_task(linear, scale=0.0, frames=3)
    found = GradientInversion(ascent=Ascent(rate=0.02, restarts=2, patience=7)).run(task)
    assert not found.ran.any() and (found.steps == 7).all()
    np.testing.assert_array_equal(found.confidence, found.started_at)
    np.testing.assert_allclose(found.images, 0.5, atol=0.06)
    for frame in range(3):
        np.testing.assert_allclose(found.frames[:, :, frame], found.images, atol=1e-3)


def test_an_inversion_that_stopped_waits_for_no_other(linear):
    """Model 0 is constant, model 1 is not: only the steps that it took are counted."""
    rng = np.random.default_rng(0)
    W = rng.normal(size=(2, 3, 20))
    W[0] = 0.0
    pictures = rng.random((4, *SHAPE)).astype(np.float32)
    models = linear(W, np.zeros((2, 3)), SHAPE)
    aims = np.tile(np.arange(3), (2, 1))
    ascent = Ascent(rate=0.005, restarts=1, even=True, patience=5)
    found = GradientInversion(ascent=ascent).run(
        Task(population=models, classes=aims, auxiliary=pictures, seed=0)
    )
    assert (found.steps[0] == 5).all() and (found.steps[1] > 20).all()
    assert found.ran.tolist() == [[False] * 3, [True] * 3]


def test_a_model_that_is_sure_of_nothing_in_particular_still_has_a_slope(linear):
    """The bias alone gives class 0 a probability of 0.99999."""
    task, W, _ = linear_task(linear, bias=[12.0, 0.0, 0.0, 0.0], scale=0.1)
    found = GradientInversion().run(task)
    assert (found.started_at[:, 0] > 0.9999).all() and found.ran[:, 0].all()
    moved = found.images.reshape(2, 4, 20)[:, 0] - 0.5
    away = W[:, 0] - W[:, 1:].mean(axis=1)
    assert all(np.corrcoef(m, a)[0, 1] > 0.7 for m, a in zip(moved, away, strict=True))


@pytest.mark.parametrize("shape", [(5, 4), (5, 4, 3)])
def test_total_variation_sums_differences_of_neighbours(shape):
    x = np.random.default_rng(0).random((2, 3, 1, *shape)).astype(np.float32)
    expected = np.abs(np.diff(x, axis=3)).reshape(2, 3, 1, -1).sum(-1)
    expected += np.abs(np.diff(x, axis=4)).reshape(2, 3, 1, -1).sum(-1)
    np.testing.assert_allclose(total_variation(torch.from_numpy(x)), expected, rtol=1e-5)


def test_total_variation_makes_smooth(linear):
    rough = []
    for weight in (0.0, 0.01, 0.1):
        task, *_ = linear_task(linear, total_variation=weight, shape=(8, 8))
        images = torch.from_numpy(GradientInversion().run(task).images)
        rough.append(float(total_variation(images[:, :, None]).mean()))
    assert rough[0] > rough[1] > rough[2]
