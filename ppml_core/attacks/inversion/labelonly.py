"""Inversion by queries that are answered with a label and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch

from ppml_core._seeds import generator
from ppml_core.attacks.inversion.attack import Check, Inverted, Progress, Task
from ppml_core.attacks.inversion.batches import in_batches
from ppml_core.attacks.inversion.label_starts import Starts, find_starts
from ppml_core.attacks.inversion.prior import COMPONENTS, PCASpace, pca_space
from ppml_core.attacks.inversion.selection import History, Trails, selected
from ppml_core.attacks.inversion.stability import Wobble, label_stability, stability
from ppml_core.attacks.inversion.target import Target

TINY = 1e-12


@dataclass(frozen=True, kw_only=True)
class Boundary:
    """Spheres around the code, of ``radius`` (in standard deviations of the prior) at
    first, are sampled by ``points``; one whose points all have the class ``grows``. A
    code moves by ``stride`` radii. A search stops when nothing has improved during
    ``patience`` rounds, or after ``rounds``. ``bank``: samples of the prior to find
    starts among."""

    radius: float = 0.5
    grows: float = 1.2
    stride: float = 0.5
    points: int = 32
    rounds: int = 150
    patience: int = 25
    restarts: int = 2
    bank: int = 2000


@dataclass(frozen=True, kw_only=True)
class LabelOnlyInversion:
    """Move to where the class holds all around, ever further from its boundary.

    Points on a sphere around the code are asked for their label. Failures push the
    code away from themselves; without any, the sphere grows. Codes stay within the
    prior's typical norm, the root of the dimension: a class may reach to infinity. A
    search starts from a prior sample that has the label; where a bounded number of
    samples holds none, the attack did not run.
    """

    name: str = "label-only"
    title: str = "Boundary from labels"
    citation: str = "Kahla, Chen, Just, Jia 2022, BREP-MI, section 4"
    access: str = "labels"
    components: int = COMPONENTS
    boundary: Boundary = field(default_factory=Boundary)

    def run(
        self, task: Task, *, check: Check | None = None, progress: Progress | None = None
    ) -> Inverted:
        """See ``InversionAttack.run``. Restarts are selected by the share of changed
        pictures that keep the label; ``stability`` is the mean confidence, as elsewhere."""
        space, plan = pca_space(task.auxiliary, self.components), self.boundary
        wobble = Wobble(task.shape, task.seed)

        def solve(target: Target, report: Progress) -> Inverted:
            starts = find_starts(target, space, plan.bank, plan.restarts, task.seed, check)
            walker = _Walker(target, space, plan, starts, task)
            for done in range(plan.rounds):
                if check:
                    check()
                if not walker.round():
                    break
                report(done / plan.rounds)
            trails = walker.trails(wobble.copies)
            choose_by = label_stability(target, trails.pictures, wobble)
            shown = stability(target, trails.pictures, wobble)
            return selected(target, trails, shown, choose_by)

        each = plan.restarts * (plan.points + 1)
        return in_batches(task, each, solve, progress=progress, precision=torch.float64)


class _Walker:
    """All searches ``(m, R, S)`` of some models, one round of queries at a time."""

    def __init__(
        self, target: Target, space: PCASpace, plan: Boundary, starts: Starts, task: Task
    ) -> None:
        self.target, self.space, self.plan, self.starts = target, space, plan, starts
        self.frames = task.frames
        self.rng = generator(task.seed, "inversion", "spheres")
        self.codes, self.kept = starts.codes.copy(), starts.codes.copy()
        shape = self.codes.shape[:-1]
        self.level = np.zeros(shape, dtype=np.int64)
        self.score, self.best_codes = np.zeros(shape), starts.codes.copy()
        self.improved_at, self.rounds = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self.running = np.broadcast_to(starts.found[..., None], shape).copy()
        self.done = 0
        self.history = [torch.tensor(self.best_codes).half()] if self.frames else []

    def round(self) -> bool:
        """Ask about a sphere around each code, then grow, move or go back."""
        self.running &= self.done - self.improved_at < self.plan.patience
        if not self.running.any():
            return False
        self.done += 1
        self.rounds += self.running
        units = self._units()
        hits = self._ask(units)
        inside, hits = hits[..., 0], hits[..., 1:]
        self._note(np.where(inside, self.level + hits.mean(-1), -1.0))
        passed = inside & hits.all(-1)
        moved = self._moved(units, hits)
        self.kept = np.where(inside[..., None], self.codes, self.kept)
        onward = np.where(passed[..., None], self.codes, moved)
        self.codes = np.where(inside[..., None], onward, self.kept)
        self.level += passed & self.running
        if self.frames:
            self.history.append(torch.tensor(self.best_codes).half())
        return True

    def trails(self, copies: int) -> Trails:
        """Where the searches came to. Queries of all restarts of an inversion: those for
        the starts, the rounds', and ``copies`` of each result for the stability."""
        pictures, best = self.space.pictures, torch.tensor(self.best_codes)
        went = (self.best_codes != self.starts.codes).any(-1)
        asked = self.rounds.sum(-1) * (self.plan.points + 1)
        asked += self.starts.queries + copies * self.plan.restarts * self.starts.found
        return Trails(
            start=pictures(torch.tensor(self.starts.codes)).float(),
            pictures=pictures(best).float(),
            steps=np.broadcast_to(asked[..., None], went.shape),
            ran=self.starts.found[..., None] & went,
            history=self._history(),
        )

    def _radius(self) -> np.ndarray:
        """Of each search's sphere, ``(m, R, S, 1, 1)``."""
        return (self.plan.radius * self.plan.grows**self.level)[..., None, None]

    def _units(self) -> np.ndarray:
        """Directions ``(R, S, n, q)``, uniform on the sphere; the same for all models."""
        shape = (*self.codes.shape[1:-1], self.plan.points, self.space.size)
        drawn = self.rng.standard_normal(shape)
        return drawn / np.linalg.norm(drawn, axis=-1, keepdims=True)

    def _ask(self, units: np.ndarray) -> np.ndarray:
        """Whether each code and the points around it have the class, ``(m, R, S, 1 + n)``."""
        around = self.codes[..., None, :] + self._radius() * units
        asked = np.concatenate([self.codes[..., None, :], around], axis=-2)
        with torch.no_grad():
            pictures = self.space.pictures(torch.from_numpy(asked).flatten(2, 3))
            return self.target.hits(pictures).view(asked.shape[:-1]).numpy()

    def _moved(self, units: np.ndarray, hits: np.ndarray) -> np.ndarray:
        """Codes away from the points that failed, within the prior's typical norm."""
        away = -(units * ~hits[..., None]).sum(-2)
        away /= np.linalg.norm(away, axis=-1, keepdims=True) + TINY
        codes = self.codes + self.plan.stride * self._radius()[..., 0] * away
        most = np.sqrt(self.space.size)
        return codes * np.minimum(
            1.0, most / (np.linalg.norm(codes, axis=-1, keepdims=True) + TINY)
        )

    def _note(self, score: np.ndarray) -> None:
        """Keep the codes with the largest sphere inside the class, or the largest share."""
        better = self.running & (score > self.score)
        self.score = np.where(better, score, self.score)
        self.best_codes = np.where(better[..., None], self.codes, self.best_codes)
        self.improved_at = np.where(better, self.done, self.improved_at)

    def _history(self) -> History | None:
        """What was kept on the way: the best after each round."""
        if not self.frames:
            return None
        return History(
            codes=torch.stack(self.history),
            lengths=self.rounds + 1,
            frames=self.frames,
            decode=self.space.pictures,
        )
