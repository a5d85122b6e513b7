"""Which models are trained together, and a name for what a group will learn."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

import numpy as np

from ppml_core import limits
from ppml_core._validate import same_length
from ppml_core.accounting.dpsgd import schedule
from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import InvalidValue
from ppml_core.models.network import Network
from ppml_core.training.engine import Group
from ppml_core.training.recipe import TrainingRecipe

CACHED_FLOATS = 13_000_000
"""What a group may hold, 52 MB: more is no faster, and slower where caches are small."""

SHARED_GROUP = 32
"""Most models of a group that is handed to an executor. It depends on nothing, least of all
on the number of workers: the same groups give the same weights wherever they are trained,
and a longer population begins with the groups of a shorter one."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One model to train."""

    recipe: TrainingRecipe
    seed: int | None
    members: np.ndarray
    noise: float | None

    @property
    def schedule_key(self) -> tuple[object, ...]:
        """Models with one key take the same number of steps of the same shape."""
        r = self.recipe
        shared = (r.epochs, r.batch_size, r.optimizer, r.momentum, r.weight_decay)
        return (*shared, self.noise is None, len(self.members))


def make_plans(
    dataset: Dataset,
    membership: np.ndarray,
    recipes: TrainingRecipe | Sequence[TrainingRecipe],
    seeds: Sequence[int | None] | None,
) -> list[Plan]:
    """Check the arguments of ``train_population`` and put together what belongs to each model."""
    if membership.dtype != np.bool_ or membership.shape[1:] != (len(dataset),):
        raise InvalidValue("membership", f"bool (M, {len(dataset)})", membership.shape)
    if not membership.any(axis=1).all():
        raise InvalidValue("members of every model", ">= 1", 0)
    m = len(membership)
    each = [recipes] * m if isinstance(recipes, TrainingRecipe) else list(recipes)
    numbers = list(range(m)) if seeds is None else [s if s is None else int(s) for s in seeds]
    same_length(membership=membership, recipes=each, seeds=numbers)
    if len({recipe.architecture for recipe in each}) > 1:
        raise InvalidValue("recipes", "of one architecture", "several")
    members = [np.flatnonzero(row) for row in membership]
    return [
        Plan(recipe=r, seed=s, members=i, noise=noise_multiplier_of(r, len(i)))
        for r, s, i in zip(each, numbers, members, strict=True)
    ]


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


def divide(plans: Sequence[Plan], size: int) -> list[list[int]]:
    """Model numbers to train together: one schedule a group, at most ``size`` models."""
    by_key: dict[tuple[object, ...], list[int]] = {}
    for number, plan in enumerate(plans):
        by_key.setdefault(plan.schedule_key, []).append(number)
    return [g[at : at + size] for g in by_key.values() for at in range(0, len(g), size)]


def default_group_size(network: Network, batch_size: int) -> int:
    """Models whose weights, optimiser state and batch stay near the cache: a power of two,
    so that cores can share them evenly, 2 to 64.

    Raises ``InvalidValue`` where even one model would exceed the memory bound.
    """
    floats = 6 * network.n_parameters + 4 * batch_size * network.example_floats
    if floats * 4 > limits.POPULATION_BYTES:
        raise InvalidValue("memory of one model", f"<= {limits.POPULATION_BYTES} bytes", floats * 4)
    return int(np.clip(2 ** round(log2(CACHED_FLOATS / floats)), 2, 64))


def stack(plans: Sequence[Plan]) -> Group:
    """The plans of one group side by side."""
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


def fingerprint(data_sha256: str, plans: Sequence[Plan], method: str) -> str:
    """A name (40 hex digits) for what this group learns from data with this hash.

    Everything that decides the weights is in it, up to the code itself.
    """
    digest = hashlib.sha256(f"{data_sha256} {method} {len(plans)}".encode())
    for plan in plans:
        digest.update(f"\n{plan.recipe!r} {plan.seed} {plan.noise!r} {len(plan.members)} ".encode())
        digest.update(np.ascontiguousarray(plan.members, dtype="<i8").tobytes())
    return digest.hexdigest()[:40]
