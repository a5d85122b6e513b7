"""Reading pictures off a first layer: exact without noise, and no better than noise allows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppml_core._seeds import generator
from ppml_core.attacks.gradient.analytic import recover_batch, recover_one, recover_rank_one
from ppml_core.attacks.gradient.client import ClientModel
from ppml_core.attacks.gradient.compare import assigned, psnr
from ppml_core.attacks.gradient.receiver import Observation, reconstruct
from ppml_core.attacks.gradient.update import shared
from ppml_core.datasets.catalogue import load_dataset


@pytest.fixture(scope="module")
def mnist():
    data = load_dataset("mnist-5k")
    return data.features[:400].astype(np.float64), data.labels[:400]


def first_layer(model, x, y, seed, clip=None, noise=0.0):
    """Weight and bias gradients of the first layer, as shared."""
    rng = generator(seed, "test-gradient")
    gradient = model.gradient(model.initial(rng), x, y)
    sent = shared(gradient, clip, noise, rng.normal(size=gradient.shape))
    rows, columns = model.shapes[0]
    return sent[: rows * columns].reshape(rows, columns), sent[rows * columns :][:rows]


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 1000),
    kind=st.sampled_from(["mlp", "softmax"]),
    clip=st.one_of(st.none(), st.floats(1e-3, 10.0)),
    label=st.integers(0, 3),
)
def test_one_picture_is_read_off_exactly_at_any_clipping_norm(seed, kind, clip, label):
    x = generator(seed, "test-picture").uniform(size=(1, 5, 7))
    model = ClientModel(kind=kind, input_shape=(5, 7), n_classes=4)
    weights, bias = first_layer(model, x, np.array([label]), seed, clip)
    for recover in (recover_one, recover_rank_one):
        assert psnr(recover(weights, bias), x.reshape(-1)) == 120.0


def test_published_order_of_quality_under_noise(mnist):
    """Least squares over rows, clipping norm 1: 61, 37 and 11.6 dB; the mean picture 12.0."""
    pictures, labels = mnist
    model = ClientModel(kind="mlp", input_shape=(28, 28), n_classes=10)
    for noise, expected in ((0.0, 120.0), (1e-4, 61.0), (1e-3, 37.0), (1e-2, 11.6)):
        reached = []
        for row in range(12):
            one = pictures[row : row + 1]
            weights, bias = first_layer(model, one, labels[row : row + 1], row, 1.0, noise)
            found = np.clip(recover_one(weights, bias), 0, 1)
            reached.append(psnr(found, one.reshape(-1)))
        assert np.mean(reached) == pytest.approx(expected, abs=1.5)
    mean = pictures[12:].mean(axis=0).reshape(-1)
    assert psnr(pictures[:12].reshape(12, -1), mean).mean() == pytest.approx(12.0, abs=0.7)


def test_the_rank_one_fit_is_that_of_the_singular_vectors():
    rng = generator(3, "test-rank-one")
    signal = np.outer(rng.normal(size=30), np.append(rng.uniform(size=50), 1.0))
    noisy = signal + 0.05 * rng.normal(size=signal.shape)
    left = np.linalg.svd(noisy)[0][:, 0]
    expected = left @ noisy[:, :-1] / (left @ noisy[:, -1])
    assert recover_rank_one(noisy[:, :-1], noisy[:, -1]) == pytest.approx(expected, abs=1e-8)


def test_the_rank_one_fit_sees_more_through_noise_than_least_squares(mnist):
    pictures, labels = mnist
    model = ClientModel(kind="mlp", input_shape=(28, 28), n_classes=10)
    gains = []
    for row in range(8):
        one = pictures[row : row + 1]
        layer = first_layer(model, one, labels[row : row + 1], row, 1.0, 1e-2)
        plain, better = (
            psnr(np.clip(recover(*layer), 0, 1), one.reshape(-1))
            for recover in (recover_one, recover_rank_one)
        )
        gains.append(better - plain)
    assert min(gains) > 4.0


def test_nothing_to_divide_by_gives_nothing():
    for recover in (recover_one, recover_rank_one):
        assert recover(np.ones((2, 3)), np.zeros(2)).tolist() == [0.0, 0.0, 0.0]
    assert recover_batch(np.zeros((2, 3)), np.zeros(2), 2).tolist() == [[0.0] * 3] * 2


def test_rows_that_one_picture_activates_alone_give_it_exactly():
    """Three pictures, each alone in two rows; the other rows mix them."""
    rng = generator(0, "test-batch")
    truth = rng.uniform(size=(3, 40))
    alone = np.repeat(np.eye(3), 2, axis=0) * rng.uniform(0.5, 2.0, size=(6, 1))
    errors = np.concatenate([alone, rng.normal(size=(20, 3))])
    found = recover_batch(errors @ truth, errors.sum(axis=1), 3)
    assert psnr(assigned(found, truth), truth).min() > 119.0


def test_most_of_a_batch_of_four_is_read_off_a_fresh_network(mnist):
    pictures, labels = mnist
    model = ClientModel(kind="mlp", input_shape=(28, 28), n_classes=10)
    reached = []
    for start in range(0, 40, 4):
        batch = pictures[start : start + 4]
        layer = first_layer(model, batch, labels[start : start + 4], start)
        truth = batch.reshape(4, -1)
        found = np.clip(recover_batch(*layer, 4), 0, 1)
        reached.append(psnr(assigned(found, truth), truth))
    assert np.mean(np.array(reached) > 20) > 0.7


def test_the_receiver_gets_picture_and_label_at_once(mnist):
    pictures, labels = mnist
    model = ClientModel(kind="mlp", input_shape=(28, 28), n_classes=10)
    rng = generator(1, "test-receiver")
    start = model.initial(rng)
    gradient = model.gradient(start, pictures[:1], labels[:1])
    seen = Observation(
        model=model,
        weights=start,
        shared=shared(gradient, 0.5, 0.0, gradient),
        batch=1,
        clip=0.5,
        noise=0.0,
        expected=np.full(10, 0.1),
        usual_norm=4.0,
    )
    found, guessed = reconstruct(seen, "analytic", rng)
    assert psnr(found.reshape(-1), pictures[0].reshape(-1)) == 120.0
    assert guessed.tolist() == [labels[0]]
