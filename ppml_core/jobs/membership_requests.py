"""Requests to train, to audit membership, and to draw the privacy frontier."""

from __future__ import annotations

from dataclasses import dataclass, field

from ppml_core import limits
from ppml_core._validate import (
    distinct,
    in_range,
    instance,
    not_empty,
    one_of,
    open_unit,
    sequence,
    settle,
)
from ppml_core.datasets.split import SplitSizes
from ppml_core.jobs.privacy_grid import settle_grid
from ppml_core.training.recipe import TrainingRecipe

FRONTIER_RECIPE = TrainingRecipe(optimizer="sgd", learning_rate=0.2, momentum=0.0)
ATTACKS = ("lira", "rmia", "lira-offline", "loss")
SEED_MAX = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class TrainRequest:
    """Train one model on the members and look at it.

    ``release``: the model is to be given away, so its batches and its noise come from the
    operating system and not from a seed. Such a run cannot be repeated, and is never answered
    from an earlier one. Shadow models are no release: only for training.
    """

    dataset: str = "digits"
    recipe: TrainingRecipe = field(default_factory=TrainingRecipe)
    split: SplitSizes = field(default_factory=SplitSizes)
    seed: int = 0
    release: bool = False

    def __post_init__(self) -> None:
        instance("release", self.release, bool)
        if type(self) is not TrainRequest:
            one_of("release", self.release, (False,))
        instance("dataset", self.dataset, str)
        instance("recipe", self.recipe, TrainingRecipe)
        instance("split", self.split, SplitSizes)
        settle(self, wholes=("seed",))
        in_range("seed", self.seed, 0, SEED_MAX)


@dataclass(frozen=True, kw_only=True)
class AuditRequest(TrainRequest):
    """Train a population and run membership attacks on every model of it in turn."""

    shadows: int = 64
    attacks: tuple[str, ...] = ATTACKS

    def __post_init__(self) -> None:
        super().__post_init__()
        settle(self, wholes=("shadows",))
        in_range("shadows", self.shadows, limits.SHADOWS_MIN, limits.SHADOWS_MAX)
        object.__setattr__(self, "attacks", _checked_attacks(self.attacks))


@dataclass(frozen=True, kw_only=True)
class FrontierRequest(TrainRequest):
    """A grid of epsilon x clipping norm, each cell audited with its own shadow models.

    ``recipe.privacy`` must be None; the cells set it. An epsilon of None means
    clipping without noise (no guarantee). The ordinary model, neither clipped
    nor noised, is always trained beside the grid as the reference. The default
    recipe is plain SGD: Adam undoes the scale of the gradient, and with it most of
    what a clipping norm does.
    """

    recipe: TrainingRecipe = field(default_factory=lambda: FRONTIER_RECIPE)
    epsilons: tuple[float | None, ...] = (None, 8.0, 4.0, 2.0, 1.0, 0.5)
    clips: tuple[float, ...] = (0.3, 1.0, 3.0, 10.0)
    delta: float = 1e-5
    seeds: int = 1
    shadows: int = 16
    attacks: tuple[str, ...] = ("lira", "rmia")

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of("recipe.privacy", self.recipe.privacy, (None,))
        settle(self, wholes=("seeds", "shadows"), reals=("delta",))
        self._check_grid()
        open_unit("delta", self.delta)
        in_range("seeds", self.seeds, 1, limits.SEEDS_MAX)
        in_range("shadows", self.shadows, limits.SHADOWS_MIN, limits.SHADOWS_MAX)
        object.__setattr__(self, "attacks", _checked_attacks(self.attacks))

    def _check_grid(self) -> None:
        """As ``settle_grid``, and neither list empty."""
        settle_grid(self)
        not_empty("epsilons", self.epsilons)
        not_empty("clips", self.clips)


def _checked_attacks(attacks: tuple[str, ...]) -> tuple[str, ...]:
    """At least one, each known, none twice."""
    attacks = sequence("attacks", attacks)
    not_empty("attacks", attacks)
    for attack in attacks:
        one_of("attack", attack, ATTACKS)
    distinct("attacks", attacks)
    return attacks
