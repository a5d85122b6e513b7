"""What a request about gradients accepts, and how it travels."""

from __future__ import annotations

import pytest

from ppml_core.errors import InvalidValue
from ppml_core.jobs.requests import GradientsRequest, from_json, kind_of, to_json


def test_it_travels_as_json_and_equal_settings_are_equal():
    request = GradientsRequest(method="l2", clips=(None, 1), noises=(0, 1e-3))
    assert kind_of(request) == "gradients"
    assert from_json(to_json(request)) == request
    assert to_json(GradientsRequest(method="l2", clips=(None, 1.0), noises=(0.0, 1e-3))) == to_json(
        request
    )


def test_what_is_left_out_is_the_methods_usual():
    assert (GradientsRequest().model, GradientsRequest().search_steps) == ("mlp", None)
    l2, cosine = GradientsRequest(method="l2"), GradientsRequest(method="cosine")
    assert (l2.model, l2.search_steps) == ("lenet-sigmoid", 400)
    assert (cosine.model, cosine.search_steps) == ("lenet-sigmoid", 600)
    assert GradientsRequest(method="l2", model="lenet-sigmoid", search_steps=400) == l2


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("method", "guess", "one of analytic, l2, cosine"),
        ("model", "lenet-sigmoid", "one of mlp, softmax"),
        ("batch", 9, r"batch in \[1, 8\]"),
        ("batch", 1.5, "a whole number"),
        ("repetitions", 0, r"repetitions in \[1, 40\]"),
        ("training_steps", -1, "training_steps"),
        ("search_steps", 10, "None for analytic"),
        ("clips", (), "at least one element"),
        ("clips", (1.0, 1), "without repetition"),
        ("clips", (0.0,), r"clip in \[0.001"),
        ("noises", (-1.0,), r"noise in \[0"),
        ("noises", (float("nan"),), "noise"),
        ("noises", tuple(i / 100 for i in range(60)), "cells"),
        ("delta", 0.0, r"delta in \(0, 1\)"),
        ("seed", -1, "seed"),
    ],
)
def test_values_out_of_range_are_named(field, value, said):
    with pytest.raises(InvalidValue, match=said):
        GradientsRequest(**{field: value})
