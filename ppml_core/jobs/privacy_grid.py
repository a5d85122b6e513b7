"""Epsilons x clipping norms: what every request with such a grid checks alike."""

from __future__ import annotations

from typing import Protocol

from ppml_core import limits
from ppml_core._validate import distinct, in_range, real, sequence


class HasGrid(Protocol):
    """A frozen request that is being made."""

    @property
    def epsilons(self) -> tuple[float | None, ...]: ...

    @property
    def clips(self) -> tuple[float, ...]: ...


def settle_grid(request: HasGrid) -> None:
    """Both as tuples of floats, in range, none twice, not too many cells; for use in
    ``__post_init__``. An epsilon of None clips without noise. Raises ``InvalidValue``."""
    asked = sequence("epsilons", request.epsilons)
    epsilons = tuple(None if e is None else real("epsilon", e) for e in asked)
    clips = tuple(real("clip", clip) for clip in sequence("clips", request.clips))
    distinct("epsilons", epsilons)
    distinct("clips", clips)
    for epsilon in epsilons:
        if epsilon is not None:
            in_range("epsilon", epsilon, limits.EPSILON_MIN, limits.EPSILON_MAX)
    for clip in clips:
        in_range("clip", clip, limits.CLIP_MIN, limits.CLIP_MAX)
    if epsilons and clips:
        in_range("cells", len(epsilons) * len(clips), 1, limits.GRID_CELLS)
    object.__setattr__(request, "epsilons", epsilons)
    object.__setattr__(request, "clips", clips)
