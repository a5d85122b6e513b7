"""Labels read off the last bias gradient."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core._seeds import generator
from ppml_core.attacks.gradient.client import ClientModel
from ppml_core.attacks.gradient.labels import labels_found, recover_labels


@given(st.lists(st.floats(-8, 8), min_size=2, max_size=12), st.integers(0, 11), st.floats(1e-6, 10))
def test_one_label_is_always_right_whatever_the_model_and_the_clipping(logits, label, scale):
    label %= len(logits)
    scores = np.exp(np.array(logits))
    gradient = scale * (scores / scores.sum() - np.eye(len(logits))[label])
    expected = np.full(len(logits), 1 / len(logits))
    assert recover_labels(gradient, 1, expected=expected).tolist() == [label]


@given(st.lists(st.integers(0, 5), min_size=2, max_size=8), st.floats(0.01, 1.0))
def test_counts_are_exact_where_outputs_and_scale_are_known(labels, scale):
    expected = np.full(6, 1 / 6)
    gradient = scale * (expected - np.bincount(labels, minlength=6) / len(labels))
    found = recover_labels(gradient, len(labels), expected=expected, scale=scale)
    assert found.tolist() == sorted(labels)


def test_a_batch_of_eight_from_a_fresh_network():
    rng = generator(0, "test-labels")
    model = ClientModel(kind="mlp", input_shape=(8, 8), n_classes=10)
    right = 0
    for _ in range(20):
        flat = model.initial(rng)
        pictures, labels = rng.uniform(size=(8, 8, 8)), rng.integers(0, 10, 8)
        expected = model.probabilities(flat, rng.uniform(size=(50, 8, 8))).mean(axis=0)
        last = model.gradient(flat, pictures, labels)[-10:]
        right += labels_found(recover_labels(last, 8, expected=expected), labels)
    assert right == 160


def test_strong_noise_leaves_only_guessing():
    rng = generator(1, "test-labels")
    expected, right = np.full(10, 0.1), 0
    for label in rng.integers(0, 10, 300):
        noisy = expected - np.eye(10)[label] + 1e3 * rng.normal(size=10)
        right += int(recover_labels(noisy, 1, expected=expected)[0] == label)
    assert right / 300 == pytest.approx(0.1, abs=0.06)
