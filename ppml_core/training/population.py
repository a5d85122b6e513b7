"""The central object: many small variations of one model, trained at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import torch

from ppml_core._validate import one_of
from ppml_core.datasets.dataset import Dataset
from ppml_core.models.network import Network, build_network
from ppml_core.training.engine import Group, train_group
from ppml_core.training.groups import (
    SHARED_GROUP,
    Plan,
    default_group_size,
    divide,
    fingerprint,
    make_plans,
    noise_multiplier_of,
    stack,
)
from ppml_core.training.kept import KeptGroups
from ppml_core.training.recipe import TrainingRecipe
from ppml_core.training.schedule import train_on
from ppml_core.training.tasks import ArrayRecords, Task, software

__all__ = [
    "METHODS",
    "KeptGroups",
    "Population",
    "default_group_size",
    "noise_multiplier_of",
    "train_population",
]

METHODS = ("stacked", "opacus")


@dataclass(frozen=True, kw_only=True, eq=False)
class Population:
    """M trained models.

    ``weights``: float32 ``(M, P)``, a row a model (layout: ``models.network``).
    ``membership``: bool ``(M, n)``, True where model m was trained on record i.
    ``recipes``, ``seeds``: one a model. ``noise_multipliers``: as trained, 0 where
    the recipe has no noise.
    """

    weights: np.ndarray
    membership: np.ndarray
    recipes: tuple[TrainingRecipe, ...]
    seeds: tuple[int | None, ...]
    noise_multipliers: tuple[float, ...]
    input_shape: tuple[int, ...]
    n_classes: int

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def network(self) -> Network:
        """The network that all models share."""
        return build_network(self.recipes[0].architecture, self.input_shape, self.n_classes)

    def logits(self, features: np.ndarray, *, chunk: int = 4096) -> np.ndarray:
        """Logits float32 ``(M, n, K)`` of records ``(n, ...)``."""
        network, flat = self.network, torch.from_numpy(self.weights)
        parts = torch.tensor(features).split(chunk)
        with torch.no_grad():
            return torch.cat([network.forward(flat, part) for part in parts], dim=1).numpy()

    def select(self, models: slice | Sequence[int]) -> Population:
        """The population of some of the models."""
        rows = np.arange(len(self))[models]
        return Population(
            weights=self.weights[rows],
            membership=self.membership[rows],
            recipes=tuple(self.recipes[m] for m in rows),
            seeds=tuple(self.seeds[m] for m in rows),
            noise_multipliers=tuple(self.noise_multipliers[m] for m in rows),
            input_shape=self.input_shape,
            n_classes=self.n_classes,
        )


def train_population(
    dataset: Dataset,
    membership: np.ndarray,
    recipes: TrainingRecipe | Sequence[TrainingRecipe],
    seeds: Sequence[int | None] | None = None,
    *,
    method: str = "stacked",
    group_size: int | None = None,
    executor: Executor | None = None,
    kept: KeptGroups | None = None,
    check: Callable[[], None] | None = None,
    on_group: Callable[[int, int], None] | None = None,
    on_epoch: Callable[[int, torch.Tensor], None] | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Population:
    """Train M models at once.

    ``membership``: bool ``(M, n)``. ``recipes``: one for all or one a model, of one
    architecture; models may differ in every other respect. ``seeds``: one a model,
    default 0 .. M - 1. The same seed gives the same weights bit for bit; None is for a
    model that is to be released, and draws from the operating system. What a model draws
    does not depend on the others, so its weights agree within float32 tolerance however
    models are grouped. ``method="opacus"`` trains each private model through Opacus'
    ``PrivacyEngine`` instead, always in this thread.

    ``executor``: trains the groups, at most ``SHARED_GROUP`` models each, side by side: any
    ``concurrent.futures.Executor``, see ``training.executors``. None trains in this
    thread, and only then ``on_epoch(e, weights)`` is called after every epoch. ``kept``:
    groups found there are not trained again.

    ``on_group(done, M)`` is called after each group, ``on_progress(models)`` more often,
    with models in training counted in parts; ``check()`` before each step, or several
    times a second with an executor, and may raise to stop.

    >>> from ppml_core import load_dataset, TrainingRecipe
    >>> data = load_dataset("wine")
    >>> halves = np.arange(len(data)) % 2 == np.array([[0], [1]])
    >>> train_population(data, halves, TrainingRecipe(epochs=2)).logits(data.features).shape
    (2, 178, 3)

    Raises ``InvalidValue`` for a membership that is not boolean ``(M, n)``, a model
    without records, or a group that would not fit into memory; ``TrainingDiverged``
    for weights that are no longer finite; ``WorkersLost`` where workers keep dying.
    """
    one_of("method", method, METHODS)
    plans = make_plans(dataset, membership, recipes, seeds)
    shape = dataset.features.shape[1:]
    network = build_network(plans[0].recipe.architecture, shape, dataset.n_classes)
    size = default_group_size(network, plans[0].recipe.batch_size)
    size = group_size or (size if executor is None else min(size, SHARED_GROUP))
    if any(plan.seed is None for plan in plans):
        kept = None  # a model for release is never found again
    work = _Work(dataset, plans, method, executor, check, on_epoch, on_progress)
    weights = np.empty((len(plans), network.n_parameters), dtype=np.float32)
    done = 0
    for models, rows in work.weights(divide(plans, size), kept, network.n_parameters):
        weights[models] = rows
        done += len(models)
        if on_group:
            on_group(done, len(plans))
    return Population(
        weights=weights,
        membership=np.asarray(membership),
        recipes=tuple(plan.recipe for plan in plans),
        seeds=tuple(plan.seed for plan in plans),
        noise_multipliers=tuple(plan.noise or 0.0 for plan in plans),
        input_shape=shape,
        n_classes=dataset.n_classes,
    )


@dataclass(frozen=True)
class _Work:
    """What all groups of a population have in common."""

    dataset: Dataset
    plans: list[Plan]
    method: str
    executor: Executor | None
    check: Callable[[], None] | None
    on_epoch: Callable[[int, torch.Tensor], None] | None
    on_progress: Callable[[float], None] | None

    def weights(
        self, groups: list[list[int]], kept: KeptGroups | None, parameters: int
    ) -> Iterator[tuple[list[int], np.ndarray]]:
        """Groups and their weights: first those that are kept, then the others as they finish."""
        missing, done = list(groups), 0
        for models in groups if kept else ():
            if self.check:
                self.check()
            found = kept.get(self._name(models)) if kept else None
            if found is not None and _plausible(found, (len(models), parameters)):
                missing.remove(models)
                done += len(models)
                yield models, found
        for number, rows in self._trained(missing, done):
            if kept:
                kept.put(self._name(missing[number]), rows)
            yield missing[number], rows

    def _name(self, models: list[int]) -> str:
        """What the weights of the group are kept under."""
        return fingerprint(self.dataset.sha256, [self.plans[m] for m in models], self.method)

    def _trained(self, groups: list[list[int]], done: int) -> Iterator[tuple[int, np.ndarray]]:
        """Numbers of groups and their weights, in the order in which they finish."""
        stacked = [stack([self.plans[m] for m in models]) for models in groups]
        if self.executor is None or self.method == "opacus":
            return enumerate(self._here(stacked, done))
        shape, classes = self.dataset.features.shape[1:], self.dataset.n_classes
        tasks = [
            Task(group=group, input_shape=shape, n_classes=classes, software=software())
            for group in stacked
        ]
        return train_on(
            self.executor,
            tasks,
            ArrayRecords(
                features=self.dataset.features,
                labels=self.dataset.labels,
                sha256=self.dataset.sha256,
            ),
            check=self.check,
            on_progress=self._beyond(done),
        )

    def _here(self, groups: list[Group], done: int) -> Iterator[np.ndarray]:
        """One group after another in this thread."""
        features, labels = torch.tensor(self.dataset.features), torch.tensor(self.dataset.labels)
        for group in groups:
            if self.method == "opacus" and group.noise is not None:
                from ppml_core.training.opacus_path import train_group_with_opacus

                yield train_group_with_opacus(self.dataset, group, check=self.check)
            else:
                on_epoch = self._watched(group, done)
                network = self._network(group)
                yield train_group(
                    network, features, labels, group, check=self.check, on_epoch=on_epoch
                )
            done += len(group.seeds)

    def _network(self, group: Group) -> Network:
        """The network of the group's architecture."""
        shape, classes = self.dataset.features.shape[1:], self.dataset.n_classes
        return build_network(group.recipe.architecture, shape, classes)

    def _beyond(self, done: int) -> Callable[[float], None] | None:
        """Progress of the groups that were not ``done`` before."""
        if self.on_progress is None:
            return None
        hear = self.on_progress
        return lambda models: hear(done + models)

    def _watched(self, group: Group, done: int) -> Callable[[int, torch.Tensor], None] | None:
        """Tells of every epoch of a group that is trained in this thread."""
        hear, beyond = self.on_epoch, self._beyond(done)
        if beyond is None:
            return hear

        def on_epoch(epoch: int, flat: torch.Tensor) -> None:
            beyond(len(group.seeds) * epoch / group.recipe.epochs)
            if hear:
                hear(epoch, flat)

        return on_epoch


def _plausible(weights: np.ndarray, shape: tuple[int, int]) -> bool:
    """Whether weights read from somewhere can be those of a group."""
    right = weights.dtype == np.float32 and weights.shape == shape
    return right and bool(np.isfinite(weights).all())
