"""What a model draws that is trained for release: from the operating system, without a seed.

A seeded run can be repeated, and so can its noise: by whoever knows the seed or tries all of
them. Here batches and noise are bytes of the operating system's cryptographic generator,
used once and kept nowhere. Only the initial weights, which are no secret, come from numpy,
seeded with 128 bits of the same.
"""

from __future__ import annotations

import math
import os

import numpy as np
import torch

from ppml_core.training.draws import ModelDraws

_ENTROPY = 16
"""Bytes: as many as numpy's seed sequences hold."""


class SecretDraws(ModelDraws):
    """As :class:`ModelDraws`, never twice the same."""

    def __init__(self, n: int) -> None:
        super().__init__(int.from_bytes(os.urandom(_ENTROPY), "little"), n)

    def shuffled_epoch(self) -> np.ndarray:
        return np.argsort(uniforms(self.n), kind="stable")

    def noise_into(self, row: torch.Tensor) -> None:
        row.copy_(torch.from_numpy(normals(len(row))))

    def _gaps(self, rate: float, count: int) -> np.ndarray:
        # The inverse of the geometric distribution function.
        return np.floor(np.log(uniforms(count)) / math.log1p(-rate)).astype(np.int64) + 1


def draws_of(seed: int | None, n: int) -> ModelDraws:
    """Of one model with ``n`` training records; None: for release, from the operating system."""
    return SecretDraws(n) if seed is None else ModelDraws(seed, n)


def uniforms(count: int) -> np.ndarray:
    """float64 in (0, 1), 53 bits each, from the operating system's generator."""
    words = np.frombuffer(os.urandom(8 * count), dtype=np.uint64) >> np.uint64(11)
    return (words + 0.5) * 2.0**-53


def normals(count: int) -> np.ndarray:
    """float64 standard normals made of :func:`uniforms` (Box and Muller 1958)."""
    half = (count + 1) // 2
    radius = np.sqrt(-2 * np.log(uniforms(half)))
    angle = 2 * np.pi * uniforms(half)
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])[:count]
