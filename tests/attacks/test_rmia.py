"""RMIA against a triple loop, with ties broken by the ratio itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from ppml_core.attacks.membership.rmia import RmiaOffline
from ppml_core.attacks.membership.signals import Signals
from ppml_core.errors import AttackNotApplicable, InvalidValue


def naive_counts(signals: Signals, a: float, gamma: float) -> np.ndarray:
    """How many z each x beats, by the paper's definition, in plain probabilities."""
    p, p_z = expit(signals.phi), expit(signals.population_phi)
    models, records = p.shape
    counts = np.zeros((models, records), dtype=int)
    for t in range(models):
        others = [m for m in range(models) if m != t]
        rows = [
            m for m in others if not np.array_equal(signals.membership[m], ~signals.membership[t])
        ]
        ratios_z = []
        for z in range(p_z.shape[1]):
            # No model was trained on z, so the complement is a reference for z's.
            mean = np.mean([p_z[m, z] for m in (rows if len(rows) < len(others) else others)])
            ratios_z.append(p_z[t, z] / ((1 + a) / 2 * mean + (1 - a) / 2))
        for i in range(records):
            mean = np.mean([p[m, i] for m in rows if not signals.membership[m, i]])
            ratio = p[t, i] / ((1 + a) / 2 * mean + (1 - a) / 2)
            counts[t, i] = sum(ratio / ratio_z >= gamma for ratio_z in ratios_z)
    return counts


@pytest.mark.parametrize(("a", "gamma"), [(0.3, 1.0), (0.0, 1.5), (1.0, 2.0), (0.7, 0.8)])
def test_equals_a_triple_loop(make_signals, a: float, gamma: float) -> None:  # type: ignore[no-untyped-def]
    signals = make_signals(8, 15, z=12)
    scores = RmiaOffline(a=a, gamma=gamma).run(signals).scores
    assert np.array_equal(np.floor(scores * 13 + 1e-9).astype(int), naive_counts(signals, a, gamma))


def test_within_a_target_ties_are_broken_by_the_ratio(make_signals) -> None:  # type: ignore[no-untyped-def]
    signals = make_signals(8, 200, z=10)
    result = RmiaOffline().run(signals)
    for row in result.scores:
        assert len(np.unique(row)) == 200


def test_saturated_probabilities_keep_their_order() -> None:
    """All probabilities are 1.0 in float64; the ratio still tells members."""
    half = np.random.default_rng(0).random((4, 40)) < 0.5
    membership = np.concatenate([half, ~half])
    phi = 40.0 + 2.0 * membership
    signals = Signals(
        phi=phi,
        membership=membership,
        record_ids=np.arange(40),
        population_phi=np.full((8, 20), 41.0),
    )
    assert np.all(expit(phi) == 1.0)
    scores = RmiaOffline().run(signals).scores
    assert scores[membership].min() > scores[~membership].max()


@pytest.mark.parametrize("points", [None, np.zeros((8, 9))])
def test_without_population_it_is_not_applicable(make_signals, points) -> None:  # type: ignore[no-untyped-def]
    signals = make_signals(8, 20)
    bare = Signals(
        phi=signals.phi,
        membership=signals.membership,
        record_ids=signals.record_ids,
        population_phi=points,
    )
    with pytest.raises(AttackNotApplicable, match="outside the audit"):
        RmiaOffline().run(bare)


def test_one_out_model_is_enough_and_none_is_not(make_signals) -> None:  # type: ignore[no-untyped-def]
    assert RmiaOffline().run(make_signals(4, 20)).scores.shape == (4, 20)
    with pytest.raises(AttackNotApplicable, match="at least 1 other model not trained on it"):
        RmiaOffline().run(make_signals(2, 20))


@pytest.mark.parametrize("change", [{"a": -0.1}, {"a": 1.1}, {"gamma": 0.0}])
def test_refuses(change: dict[str, float]) -> None:
    with pytest.raises(InvalidValue):
        RmiaOffline(**change)
