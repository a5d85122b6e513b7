"""Views of stacked weights, made once: anew in each step they cost as much as a product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import torch

V = TypeVar("V")

KEPT = 2
"""A trainer's weights and its gradient."""


class Views(Generic[V]):
    """What a function finds in a tensor of weights, kept for the last tensors asked about.

    >>> def halves(flat): return flat[:, :2], flat[:, 2:]
    >>> views, flat = Views(), torch.zeros(3, 5)
    >>> views.of(flat, halves) is views.of(flat, halves)
    True
    >>> views.of(flat.clone(), halves) is views.of(flat, halves)
    False
    """

    def __init__(self) -> None:
        self._kept: list[tuple[torch.Tensor, V]] = []

    def of(self, flat: torch.Tensor, make: Callable[[torch.Tensor], V]) -> V:
        """``make(flat)`` of this very tensor; an equal one has views of its own.

        ``make`` is not kept: the network's own method would make a circle of the two, and
        weights in a circle are let go late, at a thousand models by the hundred megabytes.
        """
        for tensor, views in self._kept:
            if tensor is flat:
                return views
        views = make(flat)
        self._kept = [*self._kept[1 - KEPT :], (flat, views)]
        return views
