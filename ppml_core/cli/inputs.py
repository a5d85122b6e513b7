"""From arguments to a request and its data."""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from ppml_core.cli import file_options, invert
from ppml_core.cli.arguments import UsageError
from ppml_core.datasets import catalogue
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.preparation import MISSING_CHOICES
from ppml_core.datasets.turns import waiting_words
from ppml_core.errors import UploadRejected
from ppml_core.jobs.requests import (
    FRONTIER_RECIPE,
    AttributesRequest,
    AuditRequest,
    FrontierRequest,
    Request,
)
from ppml_core.models.architecture import Architecture
from ppml_core.storage.home import READING, open_home
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

FILE = "file:"
"""How a request refers to data that was read from a file."""


@dataclass(frozen=True, kw_only=True)
class Data:
    """What DATASET|FILE stands for. ``dataset`` is None for the catalogue's, which the
    run loads itself; its notes say how the file was read."""

    ref: str
    dataset: Dataset | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell whoever brought the file."""
        return self.dataset.notes if self.dataset else ()


def read_data(arguments: argparse.Namespace, home: Path) -> Data:
    """A catalogue name first, then a file, read in the turn of those who read for ``home``.

    Raises ``UsageError``, ``UploadRejected``."""
    named = arguments.dataset
    known = [row.name for row in catalogue.CATALOGUE]
    if named in known:
        given = file_options.given(arguments)
        if given:
            raise UsageError(f"{given[0]} is for files; the dataset {named} is prepared already")
        return Data(ref=named)
    path = Path(named)
    try:
        if path.is_dir():
            raise UsageError(f"{named} is a directory; name a file, or one of: {', '.join(known)}")
        if not path.exists():
            raise UsageError(f"no file and no dataset {named!r}; datasets: {', '.join(known)}")
        return _read_file(path, arguments, home)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error


def build_request(arguments: argparse.Namespace, ref: str) -> Request:
    """The request. Raises ``InvalidValue`` or ``UsageError`` for settings out of range."""
    if arguments.command == "attributes":
        return _attributes(arguments, ref)
    if arguments.command == "invert":
        return invert.build(arguments, ref, _privacy(arguments))
    return _membership(arguments, ref)


def _membership(arguments: argparse.Namespace, ref: str) -> AuditRequest | FrontierRequest:
    """Of ``ppml audit`` and ``ppml frontier``."""
    recipe = _recipe(arguments, arguments.model)
    if arguments.command == "audit":
        return AuditRequest(
            dataset=ref,
            recipe=replace(recipe, privacy=_privacy(arguments)),
            seed=arguments.seed,
            shadows=arguments.shadows,
            attacks=arguments.attacks,
        )
    return FrontierRequest(
        dataset=ref,
        recipe=recipe,
        seed=arguments.seed,
        shadows=arguments.shadows,
        attacks=arguments.attacks,
        epsilons=arguments.epsilons,
        clips=arguments.clips,
        delta=arguments.delta,
        seeds=arguments.seeds,
    )


def _attributes(arguments: argparse.Namespace, ref: str) -> AttributesRequest:
    """Of ``ppml attributes``."""
    if arguments.label is not None and arguments.sensitive == arguments.label:
        raise UsageError(
            f"--sensitive {arguments.sensitive} is the label, which the attacker knows; "
            "name another column"
        )
    forest = arguments.model == "forest"
    recipe = _recipe(arguments, "mlp" if forest else arguments.model)
    return AttributesRequest(
        dataset=ref,
        recipe=replace(recipe, privacy=_privacy(arguments)),
        sensitive=arguments.sensitive,
        target="forest" if forest else "network",
        trees=arguments.trees,
        models=arguments.models,
        shadows=arguments.shadows,
        seed=arguments.seed,
    )


def _recipe(arguments: argparse.Namespace, kind: str) -> TrainingRecipe:
    """The model's options, without privacy."""
    usual = FRONTIER_RECIPE if arguments.optimizer == "sgd" else TrainingRecipe()
    rate = arguments.learning_rate
    return replace(
        usual,
        architecture=Architecture(kind=kind, hidden=arguments.hidden or Architecture.hidden),
        epochs=arguments.epochs,
        batch_size=arguments.batch_size,
        learning_rate=usual.learning_rate if rate is None else rate,
    )


def _privacy(arguments: argparse.Namespace) -> DPSGDConfig | None:
    """DP-SGD where ``--epsilon`` is given; an infinite one is clipping without noise."""
    epsilon = arguments.epsilon
    if epsilon is None:
        if arguments.clip is not None:
            raise UsageError("--clip needs --epsilon (--epsilon inf clips without noise)")
        return None
    unlimited = epsilon == math.inf
    return DPSGDConfig(
        max_grad_norm=1.0 if arguments.clip is None else arguments.clip,
        target_epsilon=None if unlimited else epsilon,
        noise_multiplier=0.0 if unlimited else None,
        delta=arguments.delta,
    )


def _read_file(path: Path, arguments: argparse.Namespace, home: Path) -> Data:
    """By the readers for uploads; what was decided for want of a word is said."""
    from ppml_core.datasets import ingest, isolated

    queue = open_home(home).locks / READING
    preparation = file_options.preparation_of(arguments)
    preview = isolated.inspect_isolated(
        path, path.name, header=preparation.header, queue=queue, on_wait=_say_waiting
    )
    if preview.headless and arguments.header is None:
        raise UsageError(
            f"The first row of {path.name} looks like a record, not like names of columns. "
            "If it is a record, add --no-header (columns are then called 'column 1', "
            "'column 2', ...); if it names the columns, add --header."
        )
    settled, said = ingest.settle(preview, preparation)
    try:
        dataset = isolated.read_isolated(
            path, path.name, settled, queue=queue, on_wait=_say_waiting
        )
    except UploadRejected as error:
        raise _in_options(error) from error
    if preparation.label is None and settled.label is not None:
        said = (f"Label: {settled.label} (guessed; choose with --label).", *said)
    return Data(ref=FILE + path.name, dataset=replace(dataset, notes=(*said, *dataset.notes)))


def _say_waiting(before: int) -> None:
    """While other processes read files for the same store."""
    if before:
        print(waiting_words(before), file=sys.stderr)


def _in_options(error: UploadRejected) -> UploadRejected:
    """A refusal whose way out is an option, with that option."""
    if error.fix != MISSING_CHOICES:
        return error
    fix = (
        "--missing fill fills them (and drops rows without a label), --missing drop-rows drops "
        "every row with one, --leave-out COL does without a column."
    )
    return UploadRejected(error.what, where=error.where, fix=fix)
