"""Searching for pictures with the same gradient: published quality, and nothing from noise."""

from __future__ import annotations

import numpy as np
import pytest

from ppml_core._seeds import generator
from ppml_core.attacks.gradient.client import ClientModel
from ppml_core.attacks.gradient.compare import assigned, correlation, psnr
from ppml_core.attacks.gradient.matching import Target, match_cosine, match_l2
from ppml_core.attacks.gradient.update import shared
from ppml_core.datasets.catalogue import load_dataset
from ppml_core.errors import RunCancelled


@pytest.fixture(scope="module")
def digits():
    data = load_dataset("digits")
    return data.features.astype(np.float64), data.labels


def a_target(digits, kind, rows, clip=None, noise=0.0):
    rng = generator(int(rows[0]), "test-matching")
    pictures, labels = digits[0][rows], digits[1][rows]
    model = ClientModel(kind=kind, input_shape=(8, 8), n_classes=10)
    weights = model.initial(rng)
    gradient = model.gradient(weights, pictures, labels)
    sent = shared(gradient, clip, noise, rng.normal(size=gradient.shape))
    target = Target(model=model, weights=weights, shared=sent, labels=labels, clip=clip)
    return target, pictures.reshape(len(rows), -1), rng


@pytest.mark.parametrize("clip", [None, 0.5])
def test_l2_finds_the_picture_clipped_or_not(digits, clip):
    target, truth, rng = a_target(digits, "lenet-sigmoid", [4], clip)
    found = match_l2(target, rng, iterations=150, restarts=2)
    assert psnr(found.reshape(1, -1), truth)[0] > 50


def test_l2_separates_a_batch_of_two(digits):
    target, truth, rng = a_target(digits, "lenet-sigmoid", [10, 21])
    found = match_l2(target, rng, iterations=300, restarts=1).reshape(2, -1)
    assert psnr(assigned(found, truth), truth).min() > 20


@pytest.mark.parametrize("kind", ["lenet-sigmoid", "lenet-relu"])
def test_cosine_finds_a_likeness(digits, kind):
    target, truth, rng = a_target(digits, kind, [4])
    found = match_cosine(target, rng, iterations=300, total_variation=1e-4).reshape(1, -1)
    assert correlation(found, truth)[0] > 0.9
    assert psnr(found, truth)[0] > 12
    assert found.min() >= 0.0
    assert found.max() <= 1.0


def test_the_length_of_the_gradient_does_not_matter_to_the_cosine(digits):
    pictures = []
    for clip in (None, 0.1):
        target, _, _ = a_target(digits, "lenet-relu", [4], clip)
        pictures.append(match_cosine(target, generator(0, "test-start"), iterations=40))
    assert pictures[0] == pytest.approx(pictures[1], abs=1e-9)


def test_from_noise_alone_nothing_is_found(digits):
    target, truth, rng = a_target(digits, "lenet-sigmoid", [4], 1.0, noise=10.0)
    found = match_l2(target, rng, iterations=60, restarts=1).reshape(1, -1)
    assert psnr(found, truth)[0] < 10
    assert abs(correlation(found, truth)[0]) < 0.5


def test_a_search_can_be_stopped(digits):
    def stop():
        raise RunCancelled

    target, _, rng = a_target(digits, "lenet-sigmoid", [4])
    for search in (match_l2, match_cosine):
        with pytest.raises(RunCancelled):
            search(target, rng, check=stop)
