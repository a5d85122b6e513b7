"""What every attack must satisfy: sign, identity of records, no own score in the reference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppml_core.attacks.membership.registry import ATTACKS, attack_named
from ppml_core.attacks.membership.signals import Signals
from ppml_core.errors import UnknownName
from ppml_core.jobs import requests
from ppml_core.statistics.auc import auc

EVERY = pytest.mark.parametrize("name", list(ATTACKS))


@EVERY
def test_members_score_higher(make_signals, name: str) -> None:  # type: ignore[no-untyped-def]
    result = ATTACKS[name].run(make_signals(16, 300, leak=2.0))
    assert result.name == name
    assert auc(result.scores, result.membership) > 0.58


@pytest.mark.parametrize("name", ["rmia", "lira-offline", "loss"])
def test_an_inverted_leak_inverts_the_ranking(make_signals, name: str) -> None:  # type: ignore[no-untyped-def]
    """These attacks have a fixed direction; only LiRA learns it from its references."""
    result = ATTACKS[name].run(make_signals(16, 300, leak=-2.0))
    assert auc(result.scores, result.membership) < 0.42


@EVERY
@given(seed=st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_shuffling_records_moves_no_score_to_another_record(name: str, seed: int) -> None:
    signals = _signals()
    order = np.random.default_rng(seed).permutation(signals.phi.shape[1])
    shuffled = Signals(
        phi=signals.phi[:, order],
        membership=signals.membership[:, order],
        record_ids=signals.record_ids[order],
        population_phi=signals.population_phi,
    )
    before, after = ATTACKS[name].run(signals), ATTACKS[name].run(shuffled)
    assert np.array_equal(after.record_ids, before.record_ids[order])
    assert np.allclose(after.scores, before.scores[:, order], rtol=1e-9, atol=1e-12)


@EVERY
def test_shuffling_models_moves_no_score_to_another_model(name: str) -> None:
    signals = _signals()
    order = np.random.default_rng(1).permutation(signals.models)
    shuffled = Signals(
        phi=signals.phi[order],
        membership=signals.membership[order],
        record_ids=signals.record_ids,
        population_phi=signals.population_phi[order],  # type: ignore[index]
    )
    before, after = ATTACKS[name].run(signals), ATTACKS[name].run(shuffled)
    assert np.allclose(after.scores, before.scores[order], rtol=1e-9, atol=1e-12)


@EVERY
def test_scores_of_the_other_targets_ignore_a_models_own_reference(name: str) -> None:
    """A target's reference is unchanged when only its own signal changes, so its
    score moves along its own signal alone: strictly up for the one-sided attacks."""
    signals = _signals()
    column, target = 3, 2
    scores = []
    for value in (-3.0, 0.0, 3.0, 6.0):
        phi = signals.phi.copy()
        phi[target, column] = value
        changed = Signals(
            phi=phi,
            membership=signals.membership,
            record_ids=signals.record_ids,
            population_phi=signals.population_phi,
        )
        scores.append(ATTACKS[name].run(changed).scores[target, column])
    if name == "lira":
        # A log-ratio of two fixed Gaussians is exactly quadratic in the own signal.
        assert np.diff(scores, 3)[0] == pytest.approx(0.0, abs=1e-8)
    else:
        assert np.all(np.diff(scores) > 0)


def _signals() -> Signals:
    rng = np.random.default_rng(9)
    half = rng.random((6, 25)) < 0.5
    membership = np.concatenate([half, ~half])
    return Signals(
        phi=rng.normal(1, 2, 25) + rng.normal(size=(12, 25)) + membership,
        membership=membership,
        record_ids=rng.permutation(1000)[:25],
        population_phi=rng.normal(1, 2, (12, 30)),
    )


def test_loss_works_with_one_model() -> None:
    signals = Signals(
        phi=np.array([[0.0, 50.0, -800.0]]),
        membership=np.array([[True, True, False]]),
        record_ids=np.arange(3),
    )
    scores = ATTACKS["loss"].run(signals).scores
    assert scores[0] == pytest.approx([-np.log(2), -np.exp(-50.0), -800.0])


def test_registry_and_requests_name_the_same_attacks() -> None:
    assert set(ATTACKS) == set(requests.ATTACKS)
    for name, attack in ATTACKS.items():
        assert attack.name == name
        assert attack.citation
        assert attack.access == "black-box"


def test_unknown_attack() -> None:
    with pytest.raises(UnknownName, match="Known: lira"):
        attack_named("lirra")
