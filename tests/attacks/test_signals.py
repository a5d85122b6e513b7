"""Logit-scaled confidence: exact where probabilities saturate."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax

from ppml_core.attacks.membership.signals import Signals, log_probability, logit_confidence
from ppml_core.errors import InvalidValue


def test_equals_the_log_odds_where_those_can_be_computed() -> None:
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(0, 3, (4, 20, 5)), rng.integers(0, 5, 20)
    log_p = np.take_along_axis(
        log_softmax(logits, axis=-1), np.broadcast_to(labels, (4, 20))[..., None], axis=-1
    )[..., 0]
    phi = logit_confidence(logits, labels)
    assert np.allclose(phi, log_p - np.log1p(-np.exp(log_p)))
    assert np.allclose(log_probability(phi), log_p)


def test_float32_logits_with_a_gap_of_forty_stay_finite_and_in_order() -> None:
    gaps = np.array([17.0, 20.0, 40.0, 41.0, 80.0, 800.0], dtype=np.float32)
    logits = np.stack([gaps, np.zeros(6, np.float32), np.zeros(6, np.float32)], axis=1)
    phi = logit_confidence(logits, np.zeros(6, dtype=int))
    assert np.allclose(phi, gaps - math.log(2))
    assert np.all(np.diff(phi) > 0)
    # Below 40 the probability itself still tells them apart; phi always does.
    assert np.all(np.diff(log_probability(phi)[:5]) > 0)


@given(st.integers(0, 2), st.floats(-50, 50))
def test_a_common_shift_of_the_logits_changes_nothing(label: int, shift: float) -> None:
    logits = np.array([[1.0, -2.0, 0.5]])
    first = logit_confidence(logits, np.array([label]))
    assert logit_confidence(logits + shift, np.array([label])) == pytest.approx(first)


def test_stacked_models_give_one_row_each() -> None:
    logits, labels = np.random.default_rng(0).normal(size=(3, 4, 2)), np.array([0, 1, 1, 0])
    rows = [logit_confidence(one, labels) for one in logits]
    assert np.array_equal(logit_confidence(logits, labels), np.stack(rows))


def test_one_class_has_no_confidence() -> None:
    with pytest.raises(InvalidValue, match="K >= 2"):
        logit_confidence(np.zeros((3, 1)), np.zeros(3, dtype=int))


@pytest.mark.parametrize(
    "change",
    [
        {"phi": np.array([[np.inf, 0.0]])},
        {"phi": np.zeros((0, 2))},
        {"membership": np.zeros((1, 2))},
        {"membership": np.zeros((2, 2), dtype=bool)},
        {"record_ids": np.array([1, 1])},
        {"record_ids": np.arange(3)},
        {"population_phi": np.zeros((2, 5))},
    ],
)
def test_signals_refuse(change: dict[str, np.ndarray]) -> None:
    fields = {
        "phi": np.zeros((1, 2)),
        "membership": np.array([[True, False]]),
        "record_ids": np.arange(2),
    }
    Signals(**fields)
    with pytest.raises(InvalidValue):
        Signals(**{**fields, **change})
