"""The central object: many small variations of one model, trained at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ppml_core import limits
from ppml_core._validate import one_of, same_length
from ppml_core.accounting.dpsgd import schedule
from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import InvalidValue
from ppml_core.models.network import Network, build_network
from ppml_core.training.engine import Group, train_group
from ppml_core.training.recipe import TrainingRecipe

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
    seeds: tuple[int, ...]
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
    seeds: Sequence[int] | None = None,
    *,
    method: str = "stacked",
    group_size: int | None = None,
    check: Callable[[], None] | None = None,
    on_group: Callable[[int, int], None] | None = None,
    on_epoch: Callable[[int, torch.Tensor], None] | None = None,
) -> Population:
    """Train M models at once.

    ``membership``: bool ``(M, n)``. ``recipes``: one for all or one a model, of one
    architecture; models may differ in every other respect. ``seeds``: one a model,
    default 0 .. M - 1. The same seed gives the same weights bit for bit; what a
    model draws does not depend on the others, so its weights agree within float32
    tolerance however models are grouped. ``method="opacus"`` trains each private
    model through Opacus' ``PrivacyEngine`` instead. ``on_group(done, M)`` is called
    after each group; ``check()`` before each step, and may raise to stop.

    >>> from ppml_core import load_dataset, TrainingRecipe
    >>> data = load_dataset("wine")
    >>> halves = np.arange(len(data)) % 2 == np.array([[0], [1]])
    >>> train_population(data, halves, TrainingRecipe(epochs=2)).logits(data.features).shape
    (2, 178, 3)

    Raises ``InvalidValue`` for a membership that is not boolean ``(M, n)``, a model
    without records, or a group that would not fit into memory; ``TrainingDiverged``
    for weights that are no longer finite.
    """
    one_of("method", method, METHODS)
    plans = _plans(dataset, membership, recipes, seeds)
    shape = dataset.features.shape[1:]
    network = build_network(plans[0].recipe.architecture, shape, dataset.n_classes)
    x, y = torch.tensor(dataset.features), torch.tensor(dataset.labels)
    weights = np.empty((len(plans), network.n_parameters), dtype=np.float32)
    done = 0
    for models in _groups(plans, network, x[0].numel(), group_size):
        group = _group([plans[m] for m in models])
        if method == "opacus" and group.noise is not None:
            from ppml_core.training.opacus_path import train_group_with_opacus

            weights[models] = train_group_with_opacus(dataset, group, check=check)
        else:
            weights[models] = train_group(network, x, y, group, check=check, on_epoch=on_epoch)
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


def noise_multiplier_of(recipe: TrainingRecipe, n_members: int) -> float | None:
    """The recipe's noise multiplier, calibrated where it names a target epsilon; None
    without privacy."""
    privacy = recipe.privacy
    if privacy is None:
        return None
    if privacy.noise_multiplier is not None:
        return privacy.noise_multiplier
    from ppml_core.accounting.calibrate import noise_multiplier_for

    assert privacy.target_epsilon is not None
    rate, steps = schedule(n_members, recipe.batch_size, recipe.epochs)
    return noise_multiplier_for(
        privacy.target_epsilon, sample_rate=rate, steps=steps, delta=privacy.delta
    )


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """One model to train."""

    recipe: TrainingRecipe
    seed: int
    members: np.ndarray
    noise: float | None

    @property
    def schedule_key(self) -> tuple[object, ...]:
        """Models with one key take the same number of steps of the same shape."""
        r = self.recipe
        shared = (r.epochs, r.batch_size, r.optimizer, r.momentum, r.weight_decay)
        return (*shared, self.noise is None, len(self.members))


def _plans(
    dataset: Dataset,
    membership: np.ndarray,
    recipes: TrainingRecipe | Sequence[TrainingRecipe],
    seeds: Sequence[int] | None,
) -> list[_Plan]:
    """Check the arguments and put together what belongs to each model."""
    if membership.dtype != np.bool_ or membership.shape[1:] != (len(dataset),):
        raise InvalidValue("membership", f"bool (M, {len(dataset)})", membership.shape)
    if not membership.any(axis=1).all():
        raise InvalidValue("members of every model", ">= 1", 0)
    m = len(membership)
    each = [recipes] * m if isinstance(recipes, TrainingRecipe) else list(recipes)
    numbers = list(range(m)) if seeds is None else [int(seed) for seed in seeds]
    same_length(membership=membership, recipes=each, seeds=numbers)
    if len({recipe.architecture for recipe in each}) > 1:
        raise InvalidValue("recipes", "of one architecture", "several")
    members = [np.flatnonzero(row) for row in membership]
    return [
        _Plan(recipe=r, seed=s, members=i, noise=noise_multiplier_of(r, len(i)))
        for r, s, i in zip(each, numbers, members, strict=True)
    ]


def _groups(
    plans: list[_Plan], network: Network, d: int, group_size: int | None
) -> list[list[int]]:
    """Model numbers to train together: one schedule a group, at most ``group_size``."""
    by_key: dict[tuple[object, ...], list[int]] = {}
    for number, plan in enumerate(plans):
        by_key.setdefault(plan.schedule_key, []).append(number)
    batch = plans[0].recipe.batch_size * d
    size = group_size or default_group_size(network.n_parameters, batch)
    return [g[at : at + size] for g in by_key.values() for at in range(0, len(g), size)]


def default_group_size(n_parameters: int, batch_floats: int) -> int:
    """Models whose weights, optimiser state and batch stay near the cache, 2 to 64.

    Raises ``InvalidValue`` where even one model would exceed the memory bound.
    """
    floats = 6 * n_parameters + 4 * batch_floats
    if floats * 4 > limits.POPULATION_BYTES:
        raise InvalidValue("memory of one model", f"<= {limits.POPULATION_BYTES} bytes", floats * 4)
    return int(np.clip(2_500_000 // floats, 2, 64))


def _group(plans: list[_Plan]) -> Group:
    """Stack the plans of one group."""
    first = plans[0]
    private = first.noise is not None
    clips = [p.recipe.privacy.max_grad_norm for p in plans if p.recipe.privacy]
    return Group(
        recipe=first.recipe,
        members=np.stack([p.members for p in plans]),
        seeds=tuple(p.seed for p in plans),
        rates=np.array([p.recipe.learning_rate for p in plans]),
        clips=np.array(clips, dtype=np.float32) if private else None,
        noise=np.array([p.noise for p in plans], dtype=np.float32) if private else None,
    )
