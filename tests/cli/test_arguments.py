"""From what is typed to the request."""

from __future__ import annotations

import pytest

from ppml_core.cli import main
from ppml_core.cli.arguments import build_parser
from ppml_core.cli.file_options import preparation_of
from ppml_core.cli.inputs import build_request
from ppml_core.datasets.preparation import Preparation
from ppml_core.jobs.requests import AuditRequest, FrontierRequest


def parsed(*argv: str):
    arguments = build_parser().parse_args(argv)
    return build_request(arguments, arguments.dataset)


def test_options_become_the_request():
    request = parsed(
        "audit",
        "digits",
        "--model",
        "mlp",
        "--hidden",
        "32,16",
        "--epochs",
        "7",
        "--batch-size",
        "10",
        "--learning-rate",
        "0.1",
        "--optimizer",
        "sgd",
        "--shadows",
        "12",
        "--attacks",
        "rmia,loss,rmia",
        "--epsilon",
        "2",
        "--clip",
        "0.3",
        "--delta",
        "1e-6",
        "--seed",
        "9",
    )
    recipe = request.recipe
    assert recipe.architecture.hidden == (32, 16)
    assert (recipe.epochs, recipe.batch_size, recipe.learning_rate) == (7, 10, 0.1)
    assert recipe.optimizer == "sgd"
    assert (recipe.privacy.target_epsilon, recipe.privacy.max_grad_norm) == (2.0, 0.3)
    assert recipe.privacy.delta == 1e-6
    assert (request.shadows, request.attacks, request.seed) == (12, ("rmia", "loss"), 9)


def test_what_is_not_said_is_the_libraries_default():
    assert parsed("audit", "digits") == AuditRequest()
    assert parsed("frontier", "digits") == FrontierRequest()


def test_another_optimizer_brings_its_own_learning_rate():
    adam, sgd = parsed("audit", "digits"), parsed("frontier", "digits")
    assert parsed("frontier", "digits", "--optimizer", "adam").recipe == adam.recipe
    assert parsed("audit", "digits", "--optimizer", "sgd").recipe == sgd.recipe


def test_options_for_files_become_the_preparation():
    typed = [
        "audit",
        "d.csv",
        "--no-header",
        "--label",
        "y",
        "--leave-out",
        "a,b",
        "--categorical",
        "c",
        "--numbers",
        "d",
        "--group",
        "e",
        "--hash",
        "f",
        "--dates",
        "year-month-day",
        "--missing",
        "fill",
        "--merge-classes",
        "--person",
        "p",
    ]
    typed += ["--missing-words", "g=NA,not known", "--missing-words", "h="]
    typed += ["--bounds", "a=b=0:120", "--bounds", "i=-1e3:-5"]
    assert preparation_of(build_parser().parse_args(typed)) == Preparation(
        header=False,
        label="y",
        leave_out=("a", "b"),
        categorical=("c",),
        numbers=("d",),
        grouped=("e",),
        hashed=("f",),
        dates="year-month-day",
        missing_words={"g": ("NA", "not known"), "h": ()},
        missing="fill",
        merge_classes=True,
        person="p",
        bounds={"a=b": (0.0, 120.0), "i": (-1000.0, -5.0)},
    )
    assert preparation_of(build_parser().parse_args(["audit", "d.csv"])) == Preparation()


def test_infinite_epsilon_is_clipping_without_noise():
    privacy = parsed("audit", "digits", "--epsilon", "inf", "--clip", "2").recipe.privacy
    assert (privacy.noise_multiplier, privacy.max_grad_norm) == (0.0, 2.0)
    assert parsed("frontier", "digits", "--epsilons", "inf,8").epsilons == (None, 8.0)


def test_help_and_version(capsys):
    for argv in (["--help"], ["audit", "--help"], ["frontier", "--help"], ["--version"]):
        with pytest.raises(SystemExit) as exit_:
            main(argv)
        assert exit_.value.code == 0
    assert "--epsilons" in capsys.readouterr().out
