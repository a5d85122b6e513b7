"""White-box inversion in the space of all pixels."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch

from ppml_core._seeds import generator
from ppml_core.attacks.inversion.ascent import Ascent, climb
from ppml_core.attacks.inversion.attack import Check, Inverted, Progress, Task

GREY, NOISE = 0.5, 0.01
"""Where every pixel starts, and by how much restarts differ."""


@dataclass(frozen=True, kw_only=True)
class PixelSpace:
    """Every picture in [0, 1] is allowed; ``smooth`` weighs its total variation."""

    shape: tuple[int, ...]
    smooth: float = 0.0

    @property
    def size(self) -> int:
        """d: pixels times channels."""
        return int(np.prod(self.shape))

    @property
    def origin(self) -> torch.Tensor:
        """Grey."""
        return torch.full((self.size,), GREY)

    def starts(self, aims: int, restarts: int, seed: int) -> np.ndarray:
        """Grey, with a little noise that differs between restarts."""
        rng = generator(seed, "inversion", "pixels")
        noise = rng.normal(0, NOISE, (aims, restarts, self.size))
        return (GREY + noise).astype(np.float32)

    def pictures(self, codes: torch.Tensor) -> torch.Tensor:
        """The codes are the pixels."""
        return codes

    def penalty(self, codes: torch.Tensor, pictures: torch.Tensor) -> torch.Tensor:
        """``smooth`` times the total variation."""
        if not self.smooth:
            return torch.zeros(codes.shape[:-1])
        return self.smooth * total_variation(pictures.view(*codes.shape[:-1], *self.shape))

    def settle(self, codes: torch.Tensor) -> None:
        """Into [0, 1]."""
        codes.clamp_(0.0, 1.0)


def total_variation(pictures: torch.Tensor) -> torch.Tensor:
    """Sum of ``|difference|`` of neighbouring pixels, over rows, columns and channels
    (Rudin, Osher, Fatemi 1992, in the anisotropic form), for ``(m, R, S, h, w[, 3])``.

    >>> total_variation(torch.eye(2)[None, None, None]).item()
    4.0
    """
    down = (pictures[:, :, :, 1:] - pictures[:, :, :, :-1]).abs()
    right = (pictures[:, :, :, :, 1:] - pictures[:, :, :, :, :-1]).abs()
    return down.flatten(3).sum(-1) + right.flatten(3).sum(-1)


@dataclass(frozen=True, kw_only=True)
class GradientInversion:
    """Ascend ``log p_y`` from a grey picture, pixel by pixel (Fredrikson et al. descend
    ``1 - p_y``, which leads the same way).

    The steps are Adam's, but one length for the whole picture: with a length for each
    pixel, as Adam has it, all pixels end black or white, and what the gradient says
    about their proportions is lost.
    """

    name: str = "gradient"
    title: str = "Gradient ascent"
    citation: str = "Fredrikson, Jha, Ristenpart 2015, section 5, algorithm 1"
    access: str = "white-box"
    ascent: Ascent = field(default_factory=lambda: Ascent(rate=0.02, restarts=2, even=True))

    def run(
        self, task: Task, *, check: Check | None = None, progress: Progress | None = None
    ) -> Inverted:
        """See ``InversionAttack.run``; ``task.total_variation`` smooths."""
        space = PixelSpace(shape=task.shape, smooth=task.total_variation)
        return climb(task, space, self.ascent, check=check, progress=progress)
