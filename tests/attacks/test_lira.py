"""LiRA against the exact likelihood ratio, a naive loop, scipy, and its failure modes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from ppml_core.attacks.membership.lira import LiraOffline, LiraOnline
from ppml_core.attacks.membership.signals import Signals
from ppml_core.errors import AttackNotApplicable


def sides(signals: Signals, target: int, record: int) -> tuple[np.ndarray, np.ndarray]:
    """phi of the IN and OUT references, by the definition: no target, no complement."""
    out = ~signals.membership[target]
    rows = [
        m
        for m in range(signals.models)
        if m != target and not np.array_equal(signals.membership[m], out)
    ]
    phi, inside = signals.phi[rows, record], signals.membership[rows, record]
    return phi[inside], phi[~inside]


def naive(signals: Signals, *, per_record: bool) -> tuple[np.ndarray, np.ndarray]:
    """Online and offline scores, one (target, record) at a time."""
    models, records = signals.phi.shape
    online, offline = np.empty((models, records)), np.empty((models, records))
    for t in range(models):
        groups = [sides(signals, t, i) for i in range(records)]
        pooled = []
        for side in (0, 1):
            squares = sum(((g[side] - g[side].mean()) ** 2).sum() for g in groups)
            pooled.append(np.sqrt(squares / sum(len(g[side]) - 1 for g in groups)))
        for i, (inside, outside) in enumerate(groups):
            s_in = inside.std(ddof=1) if per_record else pooled[0]
            s_out = outside.std(ddof=1) if per_record else pooled[1]
            x = signals.phi[t, i]
            online[t, i] = norm.logpdf(x, inside.mean(), s_in) - norm.logpdf(
                x, outside.mean(), s_out
            )
            offline[t, i] = -norm.logsf(x, outside.mean(), s_out)
    return online, offline


@pytest.mark.parametrize(("models", "records", "per_record"), [(12, 30, False), (66, 12, True)])
def test_equals_a_naive_loop(make_signals, models, records, per_record) -> None:  # type: ignore[no-untyped-def]
    signals = make_signals(models, records)
    online, offline = naive(signals, per_record=per_record)
    assert np.allclose(LiraOnline().run(signals).scores, online)
    assert np.allclose(LiraOffline().run(signals).scores, offline)


def test_sixty_four_models_still_pool_the_variance(make_signals) -> None:  # type: ignore[no-untyped-def]
    signals = make_signals(64, 10)
    online, _ = naive(signals, per_record=False)
    assert np.allclose(LiraOnline().run(signals).scores, online)


def test_approaches_the_exact_likelihood_ratio() -> None:
    """Gaussians of known parameters, s_in unlike s_out, many models."""
    rng = np.random.default_rng(0)
    half = rng.random((1000, 8)) < 0.5
    membership = np.concatenate([half, ~half])
    centre = rng.normal(0, 3, 8)
    phi = centre + np.where(
        membership, rng.normal(1.5, 0.7, (2000, 8)), rng.normal(0, 1, (2000, 8))
    )
    found = LiraOnline().run(Signals(phi=phi, membership=membership, record_ids=np.arange(8)))
    exact = norm.logpdf(phi, centre + 1.5, 0.7) - norm.logpdf(phi, centre, 1)
    # A mean of 1,000 draws is off by 2 %, which the ratio multiplies by up to 8.
    assert np.mean(np.abs(found.scores - exact)) < 0.2
    assert np.corrcoef(found.scores.ravel(), exact.ravel())[0, 1] > 0.995


def test_offline_never_suspects_low_confidence(make_signals) -> None:  # type: ignore[no-untyped-def]
    signals = make_signals(12, 20, leak=0.0)
    phi = signals.phi.copy()
    phi[0, 0] -= 30.0
    phi[1, 1] += 30.0
    changed = Signals(phi=phi, membership=signals.membership, record_ids=signals.record_ids)
    scores = LiraOffline().run(changed).scores
    assert scores[0, 0] == scores[0].min()
    assert scores[1, 1] == scores[1].max()
    assert scores[0, 0] < 0.01


def test_offline_scores_far_beyond_eight_deviations_are_not_tied() -> None:
    """A cumulative probability is 1.0 from z = 8.3 on."""
    rng = np.random.default_rng(0)
    half = rng.random((8, 50)) < 0.5
    membership = np.concatenate([half, ~half])
    phi = rng.normal(0, 0.1, (16, 50))
    phi[0] = np.linspace(1, 100, 50)
    scores = (
        LiraOffline()
        .run(Signals(phi=phi, membership=membership, record_ids=np.arange(50)))
        .scores[0]
    )
    assert np.all(np.isfinite(scores))
    assert np.all(np.diff(scores) > 0)


def test_records_on_which_all_models_agree_are_tied() -> None:
    half = np.random.default_rng(0).random((6, 30)) < 0.5
    signals = Signals(
        phi=np.full((12, 30), 0.1),
        membership=np.concatenate([half, ~half]),
        record_ids=np.arange(30),
    )
    assert len(np.unique(LiraOnline().run(signals).scores)) == 1
    assert len(np.unique(LiraOffline().run(signals).scores)) == 1


@pytest.mark.parametrize("attack", [LiraOnline(), LiraOffline()])
def test_too_few_models_is_not_a_pass(make_signals, attack) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(AttackNotApplicable, match="at least 2 other models"):
        attack.run(make_signals(4, 20))


def test_the_record_that_lacks_references_is_named(make_signals) -> None:  # type: ignore[no-untyped-def]
    signals = make_signals(12, 20)
    membership = signals.membership.copy()
    membership[:, 7] = np.arange(12) == 3
    changed = Signals(phi=signals.phi, membership=membership, record_ids=signals.record_ids)
    with pytest.raises(AttackNotApplicable, match=f"record {signals.record_ids[7]} has none"):
        LiraOnline().run(changed)
    assert LiraOffline().run(changed).scores.shape == (12, 20)
