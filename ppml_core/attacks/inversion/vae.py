"""White-box inversion among the pictures that an autoencoder can draw."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch

from ppml_core._seeds import generator
from ppml_core.attacks.inversion.ascent import Ascent, climb
from ppml_core.attacks.inversion.attack import Check, Inverted, Progress, Task
from ppml_core.attacks.inversion.vae_model import VAE, VAESettings, trained_vae


@dataclass(frozen=True, kw_only=True)
class VAESpace:
    """Codes of a trained decoder, with its standard normal prior of weight ``weight``."""

    vae: VAE
    weight: float = 0.02

    @property
    def size(self) -> int:
        """q, the length of a code."""
        return self.vae.latent

    @property
    def origin(self) -> torch.Tensor:
        """What the decoder draws of the prior's mean."""
        return self.vae.decode(torch.zeros(self.size))

    def starts(self, aims: int, restarts: int, seed: int) -> np.ndarray:
        """The prior's mean first, then samples of it."""
        rng = generator(seed, "inversion", "prior")
        drawn = rng.standard_normal((aims, restarts, self.size)).astype(np.float32)
        drawn[:, 0] = 0.0
        return drawn

    def pictures(self, codes: torch.Tensor) -> torch.Tensor:
        """What the decoder draws."""
        return self.vae.decode(codes)

    def penalty(self, codes: torch.Tensor, pictures: torch.Tensor) -> torch.Tensor:
        """``weight * ||code||^2``."""
        return self.weight * codes.square().sum(-1)

    def settle(self, codes: torch.Tensor) -> None:
        """Every code is allowed."""


@dataclass(frozen=True, kw_only=True)
class VAEInversion:
    """Ascend ``log p_y - 0.02 ||code||^2`` through a decoder.

    The generative prior of Zhang et al., small enough to be trained in a second on the
    auxiliary pictures; trained once for the same pictures and seed.
    """

    name: str = "vae"
    title: str = "Autoencoder"
    citation: str = "Zhang et al. 2020, The Secret Revealer, section 3.2, with a variational prior"
    access: str = "white-box"
    settings: VAESettings = field(default_factory=VAESettings)
    ascent: Ascent = field(default_factory=lambda: Ascent(rate=0.1, restarts=4))

    def run(
        self, task: Task, *, check: Check | None = None, progress: Progress | None = None
    ) -> Inverted:
        """See ``InversionAttack.run``."""
        vae = trained_vae(task.auxiliary, self.settings, task.seed, check)
        return climb(task, VAESpace(vae=vae), self.ascent, check=check, progress=progress)
