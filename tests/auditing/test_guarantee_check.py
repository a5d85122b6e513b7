"""Attacks against the mechanism's own curve: right at the limit, and beyond it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from ppml_core.accounting.mechanism import trade_offs
from ppml_core.auditing.guarantee_check import FALSE_ALARMS, against, judge_guarantee
from ppml_core.auditing.report import AgainstGuarantee, AttackSummary

SIGMA, STEPS = 20.434, 30
CURVE = trade_offs(SIGMA, 1.0, STEPS)[1]
LIMIT = 2 * math.sqrt(STEPS) / SIGMA
"""Shift of the scores of members at which the best test is as good as any may be."""


def seen(seed: int, shift: float, targets: int, records: int) -> AgainstGuarantee:
    rng = np.random.default_rng(seed)
    half = rng.random((targets // 2, records)).argsort(axis=1) < records // 2
    membership = np.stack([half, ~half], axis=1).reshape(targets, records)
    scores = rng.normal(size=membership.shape) + shift * membership
    return against(CURVE, scores, membership, rng=rng)


@pytest.mark.parametrize(("targets", "records"), [(2, 200), (16, 100)])
def test_an_attack_as_good_as_any_may_be_is_no_contradiction(targets: int, records: int) -> None:
    alarms = [seen(s, LIMIT, targets, records).p_value <= FALSE_ALARMS for s in range(60)]
    assert np.mean(alarms) <= 0.05


def test_an_attack_beyond_the_limit_is_noticed() -> None:
    found = [seen(seed, 0.9, 16, 200) for seed in range(20)]
    assert all(each.p_value <= FALSE_ALARMS and each.tpr > each.allowed for each in found)


def test_a_few_exposed_records_are_noticed_at_low_rates() -> None:
    """One record in fifteen is certain: an advantage of 0.07, but at no false alarm."""
    rng = np.random.default_rng(0)
    half = rng.random((8, 300)).argsort(axis=1) < 150
    membership = np.concatenate([half, ~half])
    scores = rng.normal(size=membership.shape)
    scores[:, :20] += 9 * membership[:, :20]
    found = against(CURVE, scores, membership, rng=rng)
    assert found.p_value <= FALSE_ALARMS
    assert found.fpr < 0.05


def test_chance_is_far_from_the_limit() -> None:
    assert seen(0, 0.0, 16, 200).p_value == 1.0
    constant = against(
        CURVE,
        np.zeros((4, 40)),
        np.arange(160).reshape(4, 40) % 2 == 0,
        rng=np.random.default_rng(),
    )
    assert constant.p_value == 1.0


def test_many_attacks_are_corrected_for_together() -> None:
    one = AgainstGuarantee(adjacency="replace-one", fpr=0.1, tpr=0.3, allowed=0.22, p_value=0.01)
    attack = AttackSummary(name="lira", against_guarantee=one)
    (alone,) = judge_guarantee([attack])
    assert alone.against_guarantee is not None
    assert alone.against_guarantee.exceeds
    chance = replace(attack, against_guarantee=replace(one, p_value=1.0))
    among = judge_guarantee([alone, chance, chance, AttackSummary(name="loss")])
    assert among[0].against_guarantee is not None
    assert not among[0].against_guarantee.exceeds
    assert among[3].against_guarantee is None
