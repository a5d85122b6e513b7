"""Requests for the reconstruction ladder: what is accepted, and that they travel."""

from __future__ import annotations

import pytest

from ppml_core.errors import InvalidValue
from ppml_core.jobs.requests import LadderRequest, from_json, kind_of, run_id, to_json


def test_there_and_back():
    request = LadderRequest(candidates=4, noise_multipliers=(8, 2.0), copies=3)
    assert kind_of(request) == "ladder"
    assert from_json(to_json(request)) == request


def test_the_same_noises_in_another_order_are_the_same_run():
    one, other = (LadderRequest(noise_multipliers=noises) for noises in ((1, 4.0), [4, 1.0]))
    assert run_id(one, "x") == run_id(other, "x")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"candidates": 1}, "candidates"),
        ({"candidates": 51}, "candidates"),
        ({"people": 1}, "people"),
        ({"copies": 0}, "copies"),
        ({"noise_multipliers": ()}, "noise_multipliers"),
        ({"noise_multipliers": (2.0, 2)}, "noise_multipliers"),
        ({"noise_multipliers": (0.1,)}, "noise_multiplier"),
        ({"noise_multipliers": tuple(range(1, 10))}, "noise multipliers"),
        ({"runs": 19}, "runs"),
        ({"shadows": 2001}, "shadows"),
        ({"delta": 0.0}, "delta"),
        ({"delta": 1e-11}, "delta"),
        ({"clip": 0.0}, "clip"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"steps": 0}, "steps"),
        ({"seed": -1}, "seed"),
    ],
)
def test_what_is_refused(wrong, named):
    with pytest.raises(InvalidValue, match=named):
        LadderRequest(**wrong)
