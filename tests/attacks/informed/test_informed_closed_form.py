"""The exact reconstruction from a converged model, and its refusal where training stopped early."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from ppml_core.attacks.informed.closed_form import reconstruct
from ppml_core.datasets.catalogue import load_dataset
from ppml_core.errors import InvalidValue

DECAY = 1e-3


@pytest.fixture(scope="module")
def digits():
    """120 pictures; the last one is the missing one."""
    data = load_dataset("digits")
    rows = np.random.default_rng(0).permutation(len(data))[:120]
    return data.matrix()[rows].astype(np.float64), data.labels[rows]


def objective(flat, x, y, classes):
    """Mean cross-entropy plus decay / 2 |theta|^2, and its gradient."""
    theta, records = flat.reshape(classes, -1), np.column_stack([x, np.ones(len(x))])
    logits = records @ theta.T
    logits -= logits.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(logits).sum(axis=1))
    errors = np.exp(logits - log_sum[:, None])
    loss = float((log_sum - logits[np.arange(len(y)), y]).mean())
    errors[np.arange(len(y)), y] -= 1
    return (
        loss + DECAY / 2 * float(flat @ flat),
        (errors.T @ records / len(x) + DECAY * theta).ravel(),
    )


def trained(x, y, steps):
    """Weights and biases after so many steps of L-BFGS."""
    options = {"maxiter": steps, "maxfun": 10**6, "ftol": 0, "gtol": 1e-13, "maxcor": 30}
    classes = int(y.max()) + 1
    start = np.zeros(classes * (x.shape[1] + 1))
    found = minimize(
        objective, start, (x, y, classes), jac=True, method="L-BFGS-B", options=options
    )
    theta = found.x.reshape(classes, -1)
    return theta[:, :-1], theta[:, -1]


def psnr(found, truth):
    """Decibels, pixels in [0, 1]."""
    return -10 * np.log10(np.mean((found - truth) ** 2))


@pytest.fixture(scope="module")
def converged(digits):
    return trained(*digits, 4_000)


def test_a_converged_model_gives_the_missing_picture_away(digits, converged):
    x, y = digits
    found = reconstruct(*converged, x[:-1], y[:-1], decay=DECAY)
    assert found.reason is None
    assert found.label == y[-1]
    assert psnr(found.record, x[-1]) > 60


@pytest.mark.parametrize("missing", [0, 50, 100])
def test_whichever_is_missing(digits, converged, missing):
    x, y = digits
    known = np.delete(np.arange(len(x)), missing)
    found = reconstruct(*converged, x[known], y[known], decay=DECAY)
    assert psnr(found.record, x[missing]) > 50
    assert found.label == y[missing]


def test_training_that_stopped_early_is_said_and_never_called_safe(digits):
    x, y = digits
    found = reconstruct(*trained(x, y, 15), x[:-1], y[:-1], decay=DECAY)
    assert found.record is None and found.label is None
    assert "Precondition not met" in found.reason
    assert "safe" not in found.reason


def test_with_two_classes_the_remainder_is_always_an_outer_product_and_proves_nothing():
    """Its rows are each other's negatives, wherever training stopped."""
    data = load_dataset("digits")
    rows = np.flatnonzero(data.labels < 2)[:120]
    x, y = data.matrix()[rows].astype(np.float64), data.labels[rows]
    for steps in (3, 8, 15, 40):
        found = reconstruct(*trained(x, y, steps), x[:-1], y[:-1], decay=DECAY)
        assert found.rank_one == pytest.approx(1.0)
        assert found.record is None or psnr(found.record, x[-1]) > 20
    assert reconstruct(*trained(x, y, 8), x[:-1], y[:-1], decay=DECAY).record is None
    found = reconstruct(*trained(x, y, 4_000), x[:-1], y[:-1], decay=DECAY)
    assert psnr(found.record, x[-1]) > 60 and found.label == y[-1]


def test_noise_on_the_weights_breaks_it(digits, converged):
    x, y = digits
    weights, biases = converged
    noisy = weights + 0.05 * np.random.default_rng(1).normal(size=weights.shape)
    assert reconstruct(noisy, biases, x[:-1], y[:-1], decay=DECAY).record is None


def test_shapes_and_ranges_are_checked():
    with pytest.raises(InvalidValue, match="weights"):
        reconstruct(np.ones((3, 4)), np.ones(3), np.ones((5, 2)), np.zeros(5, dtype=int))
    with pytest.raises(InvalidValue, match="decay"):
        reconstruct(np.ones((3, 2)), np.ones(3), np.ones((5, 2)), np.zeros(5, dtype=int), decay=-1)
    with pytest.raises(InvalidValue, match="labels"):
        reconstruct(np.ones((3, 2)), np.ones(3), np.ones((5, 2)), np.full(5, 3))
