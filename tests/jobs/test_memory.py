"""Predicted memory against parameters counted by torch and against a run's own peak."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import torch

from ppml_core.jobs import memory
from ppml_core.jobs.memory import estimate
from ppml_core.jobs.requests import AuditRequest
from ppml_core.models.architecture import Architecture
from ppml_core.models.network import build_network
from ppml_core.models.size import count_parameters, prepared_numbers
from ppml_core.training.groups import SHARED_GROUP
from ppml_core.training.recipe import TrainingRecipe

PEAK = r"""
import json, re
from pathlib import Path
from ppml_core.jobs.pipeline import run
from ppml_core.jobs.requests import AuditRequest
from ppml_core.models.architecture import Architecture
from ppml_core.training.recipe import TrainingRecipe
def peak(shadows):
    recipe = TrainingRecipe(architecture=Architecture(hidden=(256,)), epochs=1, batch_size=512)
    run(AuditRequest(shadows=shadows, recipe=recipe, attacks=("loss", "lira", "rmia")))
    # Of this program alone; getrusage also counts what its parent held before it.
    return 1024 * int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
print(json.dumps([peak(8), peak(512)]))
"""


@pytest.mark.parametrize("shape", [(8, 7), (5, 9, 3), (28, 28)])
@pytest.mark.parametrize(
    "architecture",
    [
        Architecture(kind="softmax"),
        Architecture(hidden=(9, 4)),
        Architecture(kind="cnn", hidden=(3, 5)),
    ],
    ids=lambda a: a.kind,
)
def test_parameters_are_those_of_the_network(architecture, shape):
    network = build_network(architecture, shape, 6)
    assert count_parameters(architecture, shape, 6) == network.n_parameters


@pytest.mark.parametrize("shape", [(8, 7), (5, 9, 3), (28, 28)])
def test_what_is_kept_of_a_record_is_what_the_network_prepares(shape):
    for architecture in (Architecture(), Architecture(kind="cnn", hidden=(3, 5))):
        prepared = build_network(architecture, shape, 4).prepared(torch.zeros(2, *shape))
        assert prepared_numbers(architecture, shape) == prepared[0].numel()


def test_groups_are_as_large_as_the_trainer_makes_them():
    assert memory.GROUP_MODELS == SHARED_GROUP


def test_a_thousand_models_of_mnist_fit_into_two_gigabytes():
    recipe = TrainingRecipe(architecture=Architecture(hidden=(128,)))
    assert estimate(AuditRequest(shadows=1024, recipe=recipe), 5000, (28, 28), 10).peak < 2e9


def test_a_run_stays_within_the_prediction():
    """Nothing is timed: what a process held at most, beyond a small run in the same process."""
    done = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, check=True)
    small, large = json.loads(done.stdout)
    recipe = TrainingRecipe(architecture=Architecture(hidden=(256,)), epochs=1)
    predicted = estimate(AuditRequest(shadows=512, recipe=recipe), 1797, (8, 8), 10).peak
    assert 0.25 * predicted < large - small < 1.1 * predicted
