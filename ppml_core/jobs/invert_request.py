"""A request to invert models: what can be reconstructed about a person?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ppml_core import limits
from ppml_core._validate import (
    in_range,
    instance,
    non_negative,
    one_of,
    open_unit,
    settle,
)
from ppml_core.errors import InvalidValue
from ppml_core.jobs.membership_requests import SEED_MAX
from ppml_core.jobs.privacy_grid import settle_grid
from ppml_core.models.architecture import Architecture
from ppml_core.training.recipe import TrainingRecipe

INVERSION_ATTACKS = ("gradient", "pca", "vae", "black-box", "label-only")
INVERT_RECIPE = TrainingRecipe(
    architecture=Architecture(kind="softmax"),
    epochs=60,
    optimizer="sgd",
    learning_rate=0.5,
    momentum=0.0,
)


def invert_recipe(architecture: Architecture) -> TrainingRecipe:
    """What trains such a model well on few records, with privacy and without: plain SGD."""
    rate = {"softmax": INVERT_RECIPE.learning_rate, "mlp": 0.2, "cnn": 0.05}[architecture.kind]
    return replace(INVERT_RECIPE, architecture=architecture, learning_rate=rate)


@dataclass(frozen=True, kw_only=True)
class InvertRequest:
    """Invert pairs of models whose class k was trained on person A or person B by a fair coin.

    ``slots``: most classes attacked. ``records_per_class``: records a class holds, of
    which the examined one is A or B (1: the class is that record). ``copies``: augmented
    copies of each record to train on; 1 is the record itself. ``pairs``: model pairs of
    the swap test. ``total_variation``: weight of the smoothness term of ``gradient``.
    ``epsilons`` x ``clips``: cells to compute beside the ordinary model, and then
    ``recipe.privacy`` must be None; an epsilon of None clips without noise.
    """

    dataset: str = "faces"
    recipe: TrainingRecipe = field(default_factory=lambda: INVERT_RECIPE)
    attack: str = "gradient"
    slots: int = 20
    records_per_class: int = 1
    copies: int = 7
    pairs: int = 50
    total_variation: float = 0.0
    epsilons: tuple[float | None, ...] = ()
    clips: tuple[float, ...] = ()
    delta: float = 1e-5
    seed: int = 0

    def __post_init__(self) -> None:
        instance("dataset", self.dataset, str)
        instance("recipe", self.recipe, TrainingRecipe)
        one_of("attack", self.attack, INVERSION_ATTACKS)
        settle(self, wholes=("slots", "records_per_class", "copies", "pairs", "seed"))
        settle(self, reals=("total_variation", "delta"))
        in_range("classes attacked (slots)", self.slots, 2, limits.SLOTS_MAX)
        in_range("records_per_class", self.records_per_class, 1, limits.RECORDS_PER_CLASS_MAX)
        in_range("copies", self.copies, 1, limits.COPIES_MAX)
        in_range("pairs", self.pairs, 1, limits.PAIRS_MAX)
        non_negative("total_variation", self.total_variation)
        if self.attack != "gradient":
            one_of(f"total_variation of {self.attack}", self.total_variation, (0.0,))
        open_unit("delta", self.delta)
        in_range("seed", self.seed, 0, SEED_MAX)
        self._check_grid()

    def _check_grid(self) -> None:
        """Both or neither of epsilons and clips; not beside privacy."""
        settle_grid(self)
        if bool(self.epsilons) != bool(self.clips):
            given = (self.epsilons, self.clips)
            raise InvalidValue("epsilons and clips", "both given or neither", given)
        if self.epsilons:
            one_of("recipe.privacy", self.recipe.privacy, (None,))
