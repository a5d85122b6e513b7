"""Requests: one form for equal settings, everything else refused in words."""

from __future__ import annotations

import msgspec
import pytest

from ppml_core.datasets.split import SplitSizes
from ppml_core.errors import InvalidValue
from ppml_core.jobs.requests import (
    AuditRequest,
    FrontierRequest,
    TrainRequest,
    from_json,
    run_id,
    to_json,
)
from ppml_core.models.architecture import Architecture
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

PLAIN = TrainingRecipe(optimizer="sgd")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            TrainRequest(recipe=TrainingRecipe(learning_rate=1, weight_decay=0)),
            TrainRequest(recipe=TrainingRecipe(learning_rate=1.0, weight_decay=-0.0)),
        ),
        (
            TrainRequest(recipe=TrainingRecipe(privacy=DPSGDConfig(target_epsilon=8))),
            TrainRequest(recipe=TrainingRecipe(privacy=DPSGDConfig(target_epsilon=8.0))),
        ),
        (
            FrontierRequest(recipe=PLAIN, epsilons=[None, 2], clips=[1]),
            FrontierRequest(recipe=PLAIN, epsilons=(None, 2.0), clips=(1.0,)),
        ),
        (
            TrainRequest(recipe=TrainingRecipe(architecture=Architecture(hidden=[8]))),
            TrainRequest(recipe=TrainingRecipe(architecture=Architecture(hidden=(8,)))),
        ),
        (AuditRequest(attacks=["loss"]), AuditRequest(attacks=("loss",))),
    ],
)
def test_equal_settings_are_one_run(one, other):
    assert one == other
    assert to_json(one) == to_json(other)
    assert run_id(one, "x") == run_id(other, "x")
    assert from_json(to_json(one)) == one


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (lambda: TrainRequest(seed=1.5), "seed a whole number"),
        (lambda: TrainRequest(seed=True), "seed a whole number"),
        (lambda: TrainRequest(seed="1"), "seed a whole number"),
        (lambda: TrainRequest(seed=2**31), "seed in"),
        (lambda: TrainRequest(seed=-1), "seed in"),
        (lambda: TrainRequest(dataset=3), "dataset of type str"),
        (lambda: TrainRequest(recipe={}), "recipe of type TrainingRecipe"),
        (lambda: TrainRequest(split=None), "split of type SplitSizes"),
        (lambda: AuditRequest(shadows=8.5), "shadows a whole number"),
        (lambda: AuditRequest(attacks="loss"), "attacks as a tuple"),
        (lambda: AuditRequest(attacks=("loss", "loss")), "attacks without repetition"),
        (lambda: FrontierRequest(epsilons=(1, 1.0)), "epsilons without repetition"),
        (lambda: FrontierRequest(clips=(1, 1.0)), "clips without repetition"),
        (lambda: FrontierRequest(clips=1.0), "clips as a tuple"),
        (lambda: FrontierRequest(seeds=True), "seeds a whole number"),
        (lambda: SplitSizes(members=True), "members a number"),
        (lambda: TrainingRecipe(epochs=2.5), "epochs a whole number"),
        (lambda: TrainingRecipe(learning_rate="1"), "learning_rate a number"),
        (lambda: TrainingRecipe(architecture="mlp"), "architecture of type Architecture"),
        (lambda: TrainingRecipe(privacy=8.0), "privacy of type DPSGDConfig"),
        (lambda: DPSGDConfig(target_epsilon=True), "target_epsilon a number"),
        (lambda: Architecture(hidden=(3.5,)), "hidden width a whole number"),
        (lambda: Architecture(hidden=8), "hidden as a tuple"),
        (lambda: Architecture(kind="cnn", hidden=(64,)), r"two channel counts, got \(64,\)"),
    ],
)
def test_other_types_and_repetitions_are_refused(make, names):
    with pytest.raises(InvalidValue, match=names):
        make()


def test_a_cnn_has_its_own_usual_channels():
    assert Architecture(kind="cnn") == Architecture(kind="cnn", hidden=(8, 16))
    assert Architecture().hidden == (64,)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[1]", "request of type dict"),
        ("{", "as JSON of a request"),
        ("{}", "kind one of"),
        ('{"kind": []}', "kind one of"),
        ('{"kind": "train", "sead": 1}', "request without unknown fields, got 'sead'"),
        ('{"kind": "train", "seed": "1"}', "as JSON of a request"),
        ('{"kind": "train", "seed": -1}', "seed in"),
        ('{"kind": "train", "recipe": {"epoch": 1}}', "request.recipe without unknown"),
        (
            '{"kind": "train", "recipe": {"architecture": {"hiden": [8]}}}',
            "request.recipe.architecture without unknown",
        ),
    ],
)
def test_json_that_is_no_request_is_refused_in_words(text, names):
    with pytest.raises(InvalidValue, match=names):
        from_json(text.encode())


def test_json_may_leave_fields_out():
    assert from_json(msgspec.json.encode({"kind": "train", "seed": 4})) == TrainRequest(seed=4)
