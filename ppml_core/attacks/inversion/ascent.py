"""Gradient ascent of many inversions at once, each stopping when it gets no further."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ppml_core.attacks.inversion.attack import Check, Inverted, Progress, Task
from ppml_core.attacks.inversion.batches import in_batches
from ppml_core.attacks.inversion.prior import Space
from ppml_core.attacks.inversion.selection import History, Trails, selected
from ppml_core.attacks.inversion.stability import Wobble, stability
from ppml_core.attacks.inversion.target import Target

BETA1, BETA2, ADAM_EPSILON = 0.9, 0.999, 1e-8
STRIDE = 4
"""Steps between two moments that are kept for the frames."""


@dataclass(frozen=True, kw_only=True)
class Ascent:
    """``rate`` of Adam, at most ``steps``, ``restarts`` an inversion. ``even``: one
    step length for a whole code instead of one for each of its coordinates.

    An inversion stops when its objective (in units of log-probability) has not risen by
    ``tolerance`` during ``patience`` steps; what it gives is where it last did. How
    sure the model is plays no other part: a low confidence stops nothing.
    """

    rate: float
    restarts: int
    even: bool = False
    steps: int = 300
    patience: int = 25
    tolerance: float = 0.01


def climb(
    task: Task,
    space: Space,
    ascent: Ascent,
    *,
    check: Check | None = None,
    progress: Progress | None = None,
) -> Inverted:
    """Ascend ``log p_y - penalty`` in a space, and keep each inversion's most stable restart."""
    starts = torch.from_numpy(space.starts(task.classes.shape[1], ascent.restarts, task.seed))
    wobble = Wobble(task.shape, task.seed)

    def solve(target: Target, report: Progress) -> Inverted:
        codes = starts.expand(len(target.flat), -1, -1, -1).clone()
        climber = _Climber(target, space, ascent, codes, task.frames)
        for step in range(ascent.steps):
            if check:
                check()
            if climber.step():
                break
            report(step / ascent.steps)
        trails = climber.trails()
        return selected(target, trails, stability(target, trails.pictures, wobble))

    return in_batches(task, ascent.restarts, solve, progress=progress)


class _Climber:
    """Adam (Kingma and Ba 2015) on all codes ``(m, R, S, q)`` of some models."""

    def __init__(
        self, target: Target, space: Space, ascent: Ascent, codes: torch.Tensor, frames: int
    ) -> None:
        self.target, self.space, self.ascent, self.frames = target, space, ascent, frames
        self.codes, self.start = codes, codes.clone()
        self.first = torch.zeros_like(codes)
        self.second = torch.zeros_like(codes[..., :1] if ascent.even else codes)
        shape = codes.shape[:-1]
        self.best, self.best_codes = torch.full(shape, -torch.inf), codes.clone()
        self.head_start = target.head_start(space.origin)
        self.improved_at = torch.zeros(shape, dtype=torch.int64)
        self.running = torch.ones(shape, dtype=torch.bool)
        self.taken = torch.zeros(shape, dtype=torch.int64)
        self.history: list[torch.Tensor] = []
        self.done = 0

    def step(self) -> bool:
        """One step of the inversions that still run; whether none is left."""
        value, slope = self._objective()
        self._note(value)
        if not self.running.any():
            return True
        self.done += 1
        self.taken += self.running
        self.first.lerp_(slope, 1 - BETA1)
        squares = slope.square()
        if self.ascent.even:
            squares = squares.mean(-1, keepdim=True)
        self.second.lerp_(squares, 1 - BETA2)
        mean = self.first / (1 - BETA1**self.done)
        spread = self.second / (1 - BETA2**self.done)
        move = self.ascent.rate * mean / (spread.sqrt() + ADAM_EPSILON)
        self.codes += move * self.running[..., None]
        self.space.settle(self.codes)
        return False

    def trails(self) -> Trails:
        """Where each inversion came from, went through and was best."""
        self._note(self._objective()[0])
        pictures = self.space.pictures
        return Trails(
            start=pictures(self.start),
            pictures=pictures(self.best_codes),
            steps=self.taken.numpy(),
            ran=(self.improved_at > 0).numpy(),
            history=self._history(),
        )

    def _objective(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Value ``(m, R, S)`` and its gradient by the codes."""
        codes = self.codes.detach().requires_grad_(True)
        pictures = self.space.pictures(codes)
        value = self.target.gain(pictures, self.head_start)
        value = value - self.space.penalty(codes, pictures)
        (slope,) = torch.autograd.grad(value.sum(), codes)
        return value.detach(), slope

    def _note(self, value: torch.Tensor) -> None:
        """Keep the best so far; stop what has made no progress for too long."""
        better = (value > self.best + self.ascent.tolerance) & self.running
        self.best = torch.where(better, value, self.best)
        self.best_codes = torch.where(better[..., None], self.codes, self.best_codes)
        self.improved_at = torch.where(better, self.done, self.improved_at)
        self.running &= self.done - self.improved_at < self.ascent.patience
        if self.frames and self.done % STRIDE == 0:
            self.history.append(self.best_codes.half())

    def _history(self) -> History | None:
        """What was kept on the way."""
        if not self.frames:
            return None
        return History(
            codes=torch.stack(self.history),
            lengths=self.taken.numpy() // STRIDE + 1,
            frames=self.frames,
            decode=self.space.pictures,
        )
