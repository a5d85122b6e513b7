"""Views of stacked weights, made once: anew in each step they cost as much as a product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import torch

V = TypeVar("V")

KEPT = 2
"""A trainer's weights and its gradient."""


class Views(Generic[V]):
    """What ``make`` finds in a tensor of weights, kept for the last tensors asked about.

    >>> views = Views(lambda flat: [flat[:, :2], flat[:, 2:]])
    >>> flat = torch.zeros(3, 5)
    >>> views.of(flat) is views.of(flat), views.of(flat.clone()) is views.of(flat)
    (True, False)
    """

    def __init__(self, make: Callable[[torch.Tensor], V]) -> None:
        self._make = make
        self._kept: list[tuple[torch.Tensor, V]] = []

    def of(self, flat: torch.Tensor) -> V:
        """Of this very tensor; another one with the same numbers has views of its own."""
        for tensor, views in self._kept:
            if tensor is flat:
                return views
        views = self._make(flat)
        self._kept = [*self._kept[1 - KEPT :], (flat, views)]
        return views
