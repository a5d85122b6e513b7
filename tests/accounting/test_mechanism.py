"""The mechanism's own trade-off curves: closed forms, order, and what no rounding may do."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from ppml_core.accounting import pld
from ppml_core.accounting.mechanism import trade_offs
from ppml_core.accounting.theory import max_tpr
from ppml_core.accounting.tradeoff import TradeOff, curve_for
from ppml_core.errors import InvalidValue

FPR = np.geomspace(1e-4, 1.0, 200)
GAUSSIAN = [(20.434, 30), (8.0, 60), (3.0, 10)]


@pytest.mark.parametrize(("sigma", "steps"), GAUSSIAN)
def test_full_batches_have_a_closed_form(sigma: float, steps: int) -> None:
    """Phi(Phi^-1(f) + mu), and 2 mu where a record is replaced: from above, and close."""
    mu = math.sqrt(steps) / sigma
    for curve, times in zip(trade_offs(sigma, 1.0, steps), (1, 2), strict=True):
        slack = curve.max_tpr(FPR) - norm.cdf(norm.ppf(FPR) + times * mu)
        assert slack.min() > -1e-12
        assert slack.max() < 0.02
        exact = 2 * norm.cdf(times * mu / 2) - 1
        assert exact <= curve.max_advantage < exact + 0.003


def test_the_advantage_allowed_is_far_below_the_generic_line() -> None:
    add, replace = trade_offs(20.434, 1.0, 30)  # epsilon 1 at delta 1e-5, which allows 0.462
    assert add.max_advantage == pytest.approx(0.107, abs=5e-4)
    assert replace.max_advantage == pytest.approx(0.212, abs=2e-3)


@pytest.mark.parametrize(("sigma", "rate", "steps"), [(1.13, 0.1, 60), (4.0, 0.05, 400)])
def test_sampling_keeps_the_curves_in_order(sigma: float, rate: float, steps: int) -> None:
    add, replace = trade_offs(sigma, rate, steps)
    generic = max_tpr(FPR, pld.epsilon(sigma, rate, steps, 1e-5), 1e-5)
    assert np.all(add.max_tpr(FPR) <= generic + 0.01)
    assert np.all(replace.max_tpr(FPR) >= add.max_tpr(FPR) - 1e-9)
    twice = add.max_tpr(add.max_tpr(FPR))  # replacing is removing and adding
    assert np.all(replace.max_tpr(FPR) <= twice + 0.01)
    assert np.all(np.diff(replace.max_tpr(FPR)) >= 0)


def test_replacing_is_above_the_pair_that_is_thought_to_be_the_worst() -> None:
    """dp-accounting's replace-one distribution: another route, never above ours."""
    from dp_accounting.pld import privacy_loss_distribution as made
    from dp_accounting.privacy_accountant import NeighboringRelation

    pair = made.from_gaussian_mechanism(
        1.13,
        value_discretization_interval=1e-3,
        sampling_prob=0.1,
        pessimistic_estimate=False,
        use_connect_dots=False,
        neighboring_relation=NeighboringRelation.REPLACE_ONE,
    ).self_compose(200)
    delta = float(pair.get_delta_for_epsilon(0.0))
    assert 0.95 * trade_offs(1.13, 0.1, 200)[1].max_advantage < delta + 0.05
    assert delta <= trade_offs(1.13, 0.1, 200)[1].max_advantage


def test_several_records_of_one_person_are_further_apart() -> None:
    mu = 2 * 3 * math.sqrt(30) / 20.434
    curve = trade_offs(20.434, 1.0, 30, records=3)[1]
    slack = curve.max_tpr(FPR) - norm.cdf(norm.ppf(FPR) + mu)
    assert slack.min() > -1e-12
    assert slack.max() < 0.03


def test_a_curve_is_checked_and_found_by_its_neighbours() -> None:
    curve = trade_offs(20.434, 1.0, 30)[1]
    assert curve_for(trade_offs(20.434, 1.0, 30), "replace-one") == curve
    assert curve_for((), "replace-one") is None
    with pytest.raises(InvalidValue):
        TradeOff("replace-one", (1.0,), (0.1,))
    with pytest.raises(InvalidValue):
        curve.max_tpr([1.5])
