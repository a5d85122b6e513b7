"""Figures, shares and verdict of attribute inference from guesses whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from ppml_core.auditing.attribute_size import verdict
from ppml_core.auditing.attribute_summary import Guesses, macro_auc, summarise


def guesses(
    *, members: float, others: float, imputer: float = 1.0, n: int = 600, seed: int = 0
) -> Guesses:
    """Log-odds of strength ``imputer``; the model adds ``members`` and ``others`` to them."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 2, n)
    sign = 2 * codes - 1
    member = rng.random((6, n)) < 0.5
    base = imputer * sign + rng.normal(size=n)
    model = np.where(member, members, others) * sign + rng.normal(size=(6, n))
    two = [np.stack([-z / 2, z / 2], axis=-1) for z in (base, model)]
    weight = np.where(member, members, others)[..., None]
    fused = imputer * two[0] + weight * two[1]
    return Guesses(imputer=two[0], model=two[1], fused=fused, codes=codes, member=member)


def test_a_leak_about_members_is_called_one() -> None:
    found = summarise(guesses(members=2.0, others=0.0))
    assert found["verdict"] == "leaks-about-members"
    assert found["delta_members_ci"][0] > 0.05
    assert found["delta_nonmembers_ci"][0] <= 0 <= found["delta_nonmembers_ci"][1]


def test_what_the_model_tells_about_anybody_is_no_leak_about_members() -> None:
    found = summarise(guesses(members=1.0, others=1.0, n=2000))
    assert found["delta_members_ci"][0] > 0
    assert found["extra_ci"][0] < 0 < found["extra_ci"][1]
    assert found["verdict"] == "population-only"
    assert found["shares"].model.value > 5 * found["shares"].membership.value


def test_few_records_conclude_nothing() -> None:
    found = summarise(guesses(members=0.5, others=0.5, imputer=0.5, n=30))
    assert found["verdict"] == "inconclusive"


@given(seed=st.integers(0, 1000), members=st.floats(0, 2), others=st.floats(-1, 2))
@settings(max_examples=30, deadline=None)
def test_shares_sum_to_one_and_lie_in_their_intervals(
    seed: int, members: float, others: float
) -> None:
    shares = summarise(guesses(members=members, others=others, n=80, seed=seed))["shares"]
    parts = (shares.population, shares.model, shares.membership)
    assert sum(part.value for part in parts) == pytest.approx(1)
    for part in parts:
        assert 0 <= part.ci[0] <= part.value <= part.ci[1] <= 1


def test_the_parts_are_the_gains_in_accuracy() -> None:
    found = summarise(guesses(members=2.0, others=0.7, n=3000))
    of = {guesser.name: guesser for guesser in found["guessers"]}
    gain = of["fused"].accuracy_members.value - of["imputer"].accuracy_members.value
    anyone = of["fused"].accuracy_nonmembers.value - of["imputer"].accuracy_nonmembers.value
    right = found["shares"].right.value
    assert found["shares"].model.value == pytest.approx(anyone / right)
    assert found["shares"].membership.value == pytest.approx((gain - anyone) / right)


def test_null_runs_raise_no_alarm_beyond_their_rate() -> None:
    alarms = sum(
        summarise(guesses(members=0.0, others=0.0, n=100, seed=seed))["verdict"]
        == "leaks-about-members"
        for seed in range(60)
    )
    assert alarms <= 5


def test_several_values_are_the_macro_average_of_one_against_the_rest() -> None:
    rng = np.random.default_rng(5)
    codes = rng.integers(0, 3, 90)
    logits = rng.normal(size=(90, 3)) + np.eye(3)[codes]
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    found = macro_auc(np.log(p), codes, np.ones((1, 90), bool))
    expected = roc_auc_score(codes, p, multi_class="ovr", average="macro")
    assert found.value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("members", "extra", "said"),
    [
        ((0.01, 0.04), (0.01, 0.04), "leaks-about-members"),
        ((0.001, 0.002), (0.001, 0.002), "leaks-about-members"),
        ((-0.001, 0.02), (-0.001, 0.02), "population-only"),
        ((0.001, 0.04), (0.001, 0.04), "inconclusive"),
        ((-0.04, -0.01), (-0.02, 0.01), "inconclusive"),
        ((0.01, 0.4), (-0.01, 0.4), "inconclusive"),
        ((0.2, 0.4), (-0.02, 0.02), "population-only"),
        ((-0.3, 0.4), (-0.3, 0.4), "inconclusive"),
    ],
)
def test_verdicts(members, extra, said) -> None:
    assert verdict(members, extra) == said
