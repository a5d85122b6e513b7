"""The client's gradient against formulas and finite differences, and what it sends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core._seeds import generator
from ppml_core.attacks.gradient.client import MODELS, ClientModel
from ppml_core.attacks.gradient.update import clipped, shared
from ppml_core.errors import InvalidValue


def a_client(kind, shape=(6, 5)):
    rng = generator(7, "test-client")
    model = ClientModel(kind=kind, input_shape=shape, n_classes=3)
    return model, model.initial(rng), rng.uniform(size=(2, *shape)), np.array([2, 0])


def test_the_mlps_gradient_is_the_one_of_the_formula():
    model, flat, x, y = a_client("mlp")
    sizes = [int(np.prod(shape)) for shape in model.shapes]
    parts = zip(np.split(flat, np.cumsum(sizes)[:-1]), model.shapes, strict=True)
    w1, b1, w2, b2 = (part.reshape(shape) for part, shape in parts)
    rows = x.reshape(2, -1)
    hidden = np.maximum(rows @ w1.T + b1, 0)
    scores = np.exp(hidden @ w2.T + b2)
    error = (scores / scores.sum(axis=1, keepdims=True) - np.eye(3)[y]) / 2
    back = (error @ w2) * (hidden > 0)
    expected = [back.T @ rows, back.sum(axis=0), error.T @ hidden, error.sum(axis=0)]
    found = model.gradient(flat, x, y)
    assert found == pytest.approx(np.concatenate([part.ravel() for part in expected]), abs=1e-12)


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("shape", [(6, 5), (4, 7, 3)])
def test_gradients_agree_with_finite_differences(kind, shape):
    model, flat, x, y = a_client(kind, shape)
    direction = generator(1, "test-direction").normal(size=flat.shape)
    step = 1e-6

    def loss(at):
        chosen = model.probabilities(at, x)[np.arange(2), y]
        return -np.log(chosen).mean()

    slope = (loss(flat + step * direction) - loss(flat - step * direction)) / (2 * step)
    assert model.gradient(flat, x, y) @ direction == pytest.approx(slope, rel=1e-5, abs=1e-6)
    assert len(flat) == model.n_parameters


def test_training_lowers_the_loss():
    model, flat, x, y = a_client("softmax")
    rng = generator(0, "test-training")
    later = model.trained(flat, x, y, steps=50, rng=rng)
    before, after = (-np.log(model.probabilities(w, x)[[0, 1], y]).mean() for w in (flat, later))
    assert after < 0.7 * before
    assert (model.trained(flat, x, y, steps=0, rng=rng) == flat).all()


def test_a_model_that_is_not_there_is_refused():
    with pytest.raises(InvalidValue, match="one of softmax"):
        ClientModel(kind="forest", input_shape=(2, 2), n_classes=2)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=20), st.floats(1e-3, 1e3))
def test_clipping_keeps_the_direction_and_bounds_the_length(values, clip):
    gradient = np.array(values)
    sent = clipped(gradient, clip)
    norm = np.linalg.norm(gradient)
    assert np.linalg.norm(sent) <= clip * (1 + 1e-9) or np.linalg.norm(sent) <= norm
    assert sent * norm == pytest.approx(gradient * np.linalg.norm(sent), rel=1e-6, abs=1e-6)
    if norm <= clip:
        assert (sent == gradient).all()


def test_noise_is_added_after_clipping():
    gradient, draws = np.array([3.0, 4.0]), np.array([1.0, -1.0])
    assert shared(gradient, 1.0, 0.5, draws) == pytest.approx([1.1, 0.3])
    assert (shared(gradient, None, 0.0, draws) == gradient).all()
