"""The floor: the work's matrix products at the speed of the machine's best product."""

from __future__ import annotations

import time
from itertools import pairwise
from math import prod

import torch

from benchmarks.work import Work

SIDE = 2048
"""Of the square float32 matrices whose product is the peak."""


def peak_flops(repeats: int = 5) -> float:
    """Floating-point operations a second of a large float32 product on the present threads."""
    a, b = torch.randn(SIDE, SIDE), torch.randn(SIDE, SIDE)
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        torch.mm(a, b)
        best = min(best, time.perf_counter() - start)
    return 2 * SIDE**3 / best


def training_flops(work: Work) -> float:
    """Multiplications and additions of one model's matrix products.

    A layer costs one product forward, one for its weights' gradient, and one for its
    inputs' gradient, which the first layer does not need.
    """
    layers = _layers(work)
    each = sum(layers) * 3 - layers[0]
    members = len(work.dataset) // 2
    return 2.0 * each * members * work.recipe.epochs


def _layers(work: Work) -> list[int]:
    """Multiplications of each layer on one record."""
    architecture = work.recipe.architecture
    if architecture.kind != "cnn":
        widths = (prod(work.record), *architecture.hidden, work.dataset.n_classes)
        return [i * o for i, o in pairwise(widths)]
    height, width = work.record[:2]
    first, second = architecture.hidden
    one = ((height + 1) // 2) * ((width + 1) // 2)
    two = ((height + 3) // 4) * ((width + 3) // 4)
    depth = prod(work.record[2:])
    return [
        one * 9 * depth * first,
        two * 9 * first * second,
        two * second * work.dataset.n_classes,
    ]
