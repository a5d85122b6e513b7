"""What can be asked of attribute inference, and how it is written down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ppml_core.errors import InvalidValue
from ppml_core.jobs.requests import AttributesRequest, from_json, kind_of, to_json
from ppml_core.models.architecture import Architecture
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

USUAL = AttributesRequest()
PRIVATE = TrainingRecipe(privacy=DPSGDConfig(target_epsilon=2.0))


def test_it_reads_as_it_was_written():
    request = AttributesRequest(dataset="wine", sensitive="alcohol", target="forest", models=4)
    assert kind_of(request) == "attributes"
    assert from_json(to_json(request)) == request
    assert from_json(b'{"kind": "attributes"}') == USUAL


def test_the_model_has_one_name():
    softmax = TrainingRecipe(architecture=Architecture(kind="softmax"))
    assert USUAL.model == "mlp"
    assert replace(USUAL, target="forest").model == "forest"
    assert replace(USUAL, recipe=softmax).model == "softmax"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sensitive": ""}, "sensitive column"),
        ({"sensitive": "  "}, "sensitive column"),
        ({"sensitive": "x" * 201}, "length of the sensitive column"),
        ({"sensitive": 3}, "sensitive of type str"),
        ({"target": "tree"}, "target one of network, forest"),
        ({"models": 1}, r"models in \[2"),
        ({"models": 2.5}, "models a whole number"),
        ({"shadows": 0}, "shadows in"),
        ({"trees": 0}, "trees in"),
        ({"records": 10}, "records in"),
        ({"target": "forest", "recipe": PRIVATE}, "privacy of a random forest"),
        ({"recipe": TrainingRecipe(architecture=Architecture(kind="cnn"))}, "mlp, softmax"),
    ],
)
def test_settings_out_of_range(changes, said):
    with pytest.raises(InvalidValue, match=said):
        replace(USUAL, **changes)
