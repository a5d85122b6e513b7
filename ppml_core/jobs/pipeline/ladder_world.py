"""Who is known, who are the candidates, and who is the adversary's picture of people at large."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core._seeds import generator
from ppml_core.attacks.informed.world import World
from ppml_core.attacks.inversion.augment import augmented
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.units import one_each
from ppml_core.errors import InvalidValue
from ppml_core.jobs.ladder_request import LadderRequest
from ppml_core.models.architecture import Architecture
from ppml_core.training.recipe import TrainingRecipe

AUXILIARY_MIN, AUXILIARY_MAX = 10, 500
PEOPLE_LABEL = "face"
"""Where a class is called this, only its records are people."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Setting:
    """``dataset``: the world's records with people as classes. ``auxiliary (a, d)``: records
    of nobody else here. ``recipe`` lacks privacy and length."""

    world: World
    dataset: Dataset
    auxiliary: np.ndarray
    recipe: TrainingRecipe


def make_setting(dataset: Dataset, request: LadderRequest) -> Setting:
    """Drawn by the request's seed. Raises ``InvalidValue`` where the data has too few records."""
    rng = generator(request.seed, "ladder", "people")
    # Of exact copies one: as a candidate and as a known record it would give the answer away.
    pool = one_each(rng.permutation(_people(dataset)), dataset.units)
    known, candidates = request.people - 1, request.candidates
    wanted = known + candidates + AUXILIARY_MIN
    if len(pool) < wanted:
        raise InvalidValue("people + candidates", f"<= {len(pool) - AUXILIARY_MIN + 1}", wanted)
    groups = [_records(dataset, row, request.copies, rng) for row in pool[: known + candidates]]
    size = dataset.matrix().shape[1]
    world = World(
        known=np.concatenate(groups[:known]),
        known_labels=np.repeat(np.arange(1, request.people), request.copies),
        candidates=np.stack(groups[known:]),
        slot=0,
        n_classes=request.people,
        clip=request.clip,
        learning_rate=request.learning_rate,
    )
    auxiliary = dataset.matrix()[pool[known + candidates :][:AUXILIARY_MAX]]
    recipe = TrainingRecipe(
        architecture=Architecture(kind="softmax"),
        optimizer="sgd",
        momentum=0.0,
        learning_rate=request.learning_rate,
    )
    records = Dataset(
        name=f"{dataset.name}, ladder",
        features=world.records,
        labels=world.labels.astype(np.int64),
        feature_names=tuple(f"feature {i}" for i in range(size)),
        label_names=tuple(f"person {i + 1}" for i in range(request.people)),
        record_ids=np.arange(len(world.labels)),
    )
    return Setting(world=world, dataset=records, auxiliary=auxiliary, recipe=recipe)


def _people(dataset: Dataset) -> np.ndarray:
    """Rows that stand for people: all, or those of the class that says so."""
    if PEOPLE_LABEL in dataset.label_names:
        return np.flatnonzero(dataset.labels == dataset.label_names.index(PEOPLE_LABEL))
    return np.arange(len(dataset))


def _records(dataset: Dataset, row: int, copies: int, rng: np.random.Generator) -> np.ndarray:
    """``(copies, d)``: the record, and changed copies of a picture, or the record again."""
    record = dataset.features[row]
    if copies == 1 or dataset.image_shape is None:
        return np.repeat(record.reshape(1, -1), copies, axis=0)
    changed = augmented(record, copies - 1, rng)
    return np.concatenate([record[None], changed]).reshape(copies, -1)
