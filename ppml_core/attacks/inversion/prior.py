"""Where an attack looks for pictures: all pixels, or what auxiliary pictures span."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch

from ppml_core._seeds import generator
from ppml_core._validate import in_range
from ppml_core.attacks.inversion.principal import TINY, principal

COMPONENTS = 60


class Space(Protocol):
    """Codes ``(..., q)`` that stand for pictures ``(..., d)``."""

    @property
    def size(self) -> int:
        """q, the length of a code."""

    @property
    def origin(self) -> torch.Tensor:
        """The picture ``(d,)`` that shows nothing in particular: grey, or the mean."""

    def starts(self, aims: int, restarts: int, seed: int) -> np.ndarray:
        """Codes to start from, float32 ``(R, S, q)``; the same for all models."""

    def pictures(self, codes: torch.Tensor) -> torch.Tensor:
        """``(..., d)`` in [0, 1], differentiable, of the codes' dtype."""

    def penalty(self, codes: torch.Tensor, pictures: torch.Tensor) -> torch.Tensor:
        """What implausibility costs, ``(...)``, in units of log-probability."""

    def settle(self, codes: torch.Tensor) -> None:
        """Move codes back to where they are allowed, in place."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PCASpace:
    """Auxiliary pictures as mean plus whitened principal components.

    ``mean (d,)``, ``basis (q, d)`` orthonormal, ``scales (q,)`` the standard deviations
    along it, all float32. A code's coordinates have variance 1 over the auxiliary
    pictures, so ``weight * ||code||^2`` is a Gaussian prior (up to its width).
    """

    mean: np.ndarray
    basis: np.ndarray
    scales: np.ndarray
    weight: float = 0.02

    @property
    def size(self) -> int:
        """q, the number of components."""
        return len(self.scales)

    @property
    def origin(self) -> torch.Tensor:
        """The mean picture ``(d,)``."""
        return torch.from_numpy(self.mean)

    def starts(self, aims: int, restarts: int, seed: int) -> np.ndarray:
        """The mean picture first, then samples of the prior."""
        drawn = self.sample(aims * restarts, seed).reshape(aims, restarts, self.size)
        drawn[:, 0] = 0.0
        return drawn

    def sample(self, n: int, seed: int) -> np.ndarray:
        """Codes ``(n, q)`` of the prior, standard normal."""
        rng = generator(seed, "inversion", "prior")
        return rng.standard_normal((n, self.size)).astype(np.float32)

    def pictures(self, codes: torch.Tensor) -> torch.Tensor:
        """See ``Space.pictures``."""
        rows = torch.from_numpy(self.scales[:, None] * self.basis).to(codes.dtype)
        return (codes @ rows + torch.from_numpy(self.mean).to(codes.dtype)).clamp(0.0, 1.0)

    def encode(self, pictures: np.ndarray) -> np.ndarray:
        """Codes ``(..., q)`` of pictures ``(..., d)``; inverse of ``pictures`` within the
        span, where nothing is clipped."""
        return (pictures - self.mean) @ self.basis.T / self.scales

    def penalty(self, codes: torch.Tensor, pictures: torch.Tensor) -> torch.Tensor:
        """``weight * ||code||^2``."""
        return self.weight * codes.square().sum(-1)

    def settle(self, codes: torch.Tensor) -> None:
        """Every code is allowed."""


def pca_space(auxiliary: np.ndarray, components: int = COMPONENTS) -> PCASpace:
    """Principal components of pictures ``(a, ...)``, at most ``components`` and ``a - 1``.

    Directions without variance are left out. Basis and variances are those of
    ``sklearn.decomposition.PCA`` (up to the sign of a component).
    """
    in_range("components", components, 1, 10_000)
    mean, scales, basis = principal(auxiliary.reshape(len(auxiliary), -1), components)
    return PCASpace(
        mean=mean.astype(np.float32),
        basis=basis.astype(np.float32),
        scales=np.maximum(scales, TINY).astype(np.float32),
    )
