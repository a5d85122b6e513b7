"""Pictures found by search: whose gradient would look like the one that was shared?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from ppml_core.attacks.gradient.client import ClientModel

TINY = 1e-30


@dataclass(frozen=True, kw_only=True, eq=False)
class Target:
    """What the attacker sees and knows: the model, its weights ``(P,)``, the shared gradient
    ``(P,)``, the labels ``(batch,)`` (true or recovered) and the clipping norm."""

    model: ClientModel
    weights: np.ndarray
    shared: np.ndarray
    labels: np.ndarray
    clip: float | None = None


def match_l2(
    target: Target,
    rng: np.random.Generator,
    *,
    iterations: int = 100,
    restarts: int = 2,
    check: Callable[[], None] = lambda: None,
) -> np.ndarray:
    """Least squared difference of gradients, by L-BFGS (Zhu et al. 2019, algorithm 1).

    The candidate's gradient is clipped as the client's was. Starts from uniform grey noise;
    keeps the best of ``restarts``, and stops early once the gradients agree to 1e-10 of
    their squared length. Returns pictures in [0, 1], ``(batch, *input_shape)``. Needs a
    twice differentiable model to work well: on ReLU its second derivatives vanish.
    """
    problem = _Problem(target)
    length = float(problem.shared.square().sum()) or 1.0
    best: tuple[float, np.ndarray] | None = None
    for _ in range(restarts):
        found = _descend(problem, _start(target, rng), length, iterations, check)
        if best is None or found[0] < best[0]:
            best = found
        if best[0] < 1e-10:
            break
    assert best is not None
    return np.clip(best[1], 0.0, 1.0)


def match_cosine(
    target: Target,
    rng: np.random.Generator,
    *,
    iterations: int = 600,
    rate: float = 0.1,
    total_variation: float = 1e-3,
    check: Callable[[], None] = lambda: None,
) -> np.ndarray:
    """Greatest cosine of gradients with little total variation, by Adam on the sign of the
    slope (Geiping et al. 2020, equation 4 and section 4).

    The step falls by ten at 3/8, 5/8 and 7/8 of the ``iterations``, as there; the pictures
    stay in [0, 1] throughout. Length does not matter to a cosine, so nor does clipping.
    Returns ``(batch, *input_shape)``.
    """
    problem = _Problem(target)
    picture = _start(target, rng).requires_grad_(True)
    optimizer = torch.optim.Adam([picture], lr=rate)
    marks = [iterations * eighth // 8 for eighth in (3, 5, 7)]
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, marks, gamma=0.1)
    for _ in range(iterations):
        check()
        gradient = problem.gradient(picture)
        loss = 1 - _cosine(gradient, problem.shared) + total_variation * _variation(picture)
        (slope,) = torch.autograd.grad(loss, picture)
        picture.grad = slope.sign()
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            picture.clamp_(0.0, 1.0)
    return np.asarray(picture.detach().numpy())


class _Problem:
    """The gradient of a candidate, differentiable in the candidate."""

    def __init__(self, target: Target) -> None:
        self.model, self.clip = target.model, target.clip
        self.weights = torch.from_numpy(target.weights).requires_grad_(True)
        self.shared = torch.from_numpy(target.shared)
        self.labels = torch.from_numpy(target.labels)

    def gradient(self, picture: torch.Tensor) -> torch.Tensor:
        """``(P,)``, before clipping."""
        loss = self.model.loss(self.weights, picture, self.labels)
        return torch.autograd.grad(loss, self.weights, create_graph=True)[0]

    def difference(self, picture: torch.Tensor) -> torch.Tensor:
        """Squared distance of the candidate's clipped gradient from the shared one."""
        gradient = self.gradient(picture)
        if self.clip is not None:
            gradient = gradient * (self.clip / gradient.norm().clamp_min(TINY)).clamp_max(1.0)
        return (gradient - self.shared).square().sum()


def _descend(
    problem: _Problem,
    start: torch.Tensor,
    length: float,
    iterations: int,
    check: Callable[[], None],
) -> tuple[float, np.ndarray]:
    """Relative loss and pictures where L-BFGS ends; infinite where it breaks down."""
    picture = start.requires_grad_(True)
    optimizer = torch.optim.LBFGS(
        [picture],
        max_iter=iterations,
        history_size=50,
        line_search_fn="strong_wolfe",
        tolerance_grad=1e-14,
        tolerance_change=1e-16,
    )

    def closure() -> torch.Tensor:
        check()
        loss = problem.difference(picture) / length
        (picture.grad,) = torch.autograd.grad(loss, picture)
        return loss

    optimizer.step(closure)
    loss = float(closure().detach())
    found = picture.detach().numpy()
    return (loss if np.isfinite(found).all() else float("inf")), np.nan_to_num(found, nan=0.5)


def _start(target: Target, rng: np.random.Generator) -> torch.Tensor:
    """Uniform noise in [0, 1]."""
    return torch.from_numpy(rng.uniform(size=(len(target.labels), *target.model.input_shape)))


def _cosine(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Of the angle between two vectors."""
    return a @ b / (a.norm() * b.norm()).clamp_min(TINY)


def _variation(picture: torch.Tensor) -> torch.Tensor:
    """Mean absolute difference of neighbouring pixels, down and across."""
    down = (picture[:, 1:] - picture[:, :-1]).abs().mean()
    across = (picture[:, :, 1:] - picture[:, :, :-1]).abs().mean()
    return down + across
