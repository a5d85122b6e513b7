"""The settings of a grid of epsilon x clipping norm, and how models are trained in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe


@dataclass(frozen=True, kw_only=True)
class Point:
    """One setting. ``clip`` is None for the ordinary model; ``epsilon`` is None there and
    where gradients are clipped without noise."""

    epsilon: float | None
    clip: float | None
    recipe: TrainingRecipe

    @property
    def title(self) -> str:
        """As progress shows it."""
        if self.clip is None:
            return "the model without protection"
        noise = "no noise" if self.epsilon is None else f"epsilon {self.epsilon:g}"
        return f"{noise}, clipping norm {self.clip:g}"


def own_point(recipe: TrainingRecipe) -> Point:
    """The setting that a recipe names itself."""
    privacy = recipe.privacy
    if privacy is None:
        return Point(epsilon=None, clip=None, recipe=recipe)
    return Point(epsilon=privacy.target_epsilon, clip=privacy.max_grad_norm, recipe=recipe)


def grid_points(
    recipe: TrainingRecipe,
    epsilons: Sequence[float | None],
    clips: Sequence[float],
    delta: float,
) -> Iterator[Point]:
    """The recipe's own setting, then every cell, from the largest epsilon to the smallest.

    >>> [p.title for p in grid_points(TrainingRecipe(), (1.0, None), (3.0,), 1e-5)]
    ['the model without protection', 'no noise, clipping norm 3', 'epsilon 1, clipping norm 3']
    """
    yield own_point(recipe)
    for epsilon in sorted(epsilons, key=lambda e: -float("inf") if e is None else -e):
        for clip in clips:
            privacy = DPSGDConfig(
                max_grad_norm=clip,
                target_epsilon=epsilon,
                noise_multiplier=0.0 if epsilon is None else None,
                delta=delta,
            )
            yield own_point(replace(recipe, privacy=privacy))
