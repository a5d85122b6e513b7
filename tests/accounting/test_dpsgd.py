"""The schedule and the guarantee of a DP-SGD run."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core.accounting import pld, rdp
from ppml_core.accounting.dpsgd import make_guarantee, schedule
from ppml_core.errors import InvalidValue


@given(n=st.integers(1, 100_000), batch=st.integers(1, 5_000), epochs=st.integers(1, 100))
def test_an_epoch_expects_every_record_once(n, batch, epochs):
    rate, steps = schedule(n, batch, epochs)
    assert steps * rate == pytest.approx(epochs)
    assert 0 < rate <= 1
    assert n * rate <= batch * (1 + 1e-12)
    assert steps == epochs * math.ceil(n / batch)


def test_guarantee_carries_its_assumptions():
    guarantee = make_guarantee(1.1, 0.5, 1_437, 64, 20, 1e-5, ("Scaled by private maxima.",))
    mechanism = (1.1, 1 / 23, 460, 1e-5)
    assert guarantee.epsilon == pld.epsilon(*mechanism)
    assert guarantee.rdp_epsilon == rdp.epsilon(*mechanism) > guarantee.epsilon
    assert (guarantee.sample_rate, guarantee.steps) == (1 / 23, 460)
    assert (guarantee.noise_multiplier, guarantee.max_grad_norm) == (1.1, 0.5)
    assert guarantee.neighboring_relation == "add-or-remove-one"
    assert guarantee.caveats == ("Scaled by private maxima.",)


@pytest.mark.parametrize("arguments", [(0, 64, 20), (100, 0, 20), (100, 64, 0)])
def test_impossible_schedules_are_refused(arguments):
    with pytest.raises(InvalidValue):
        schedule(*arguments)
