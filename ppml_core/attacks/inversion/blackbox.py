"""Inversion by queries that are answered with scores: evolution in the prior's space."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from ppml_core._seeds import generator
from ppml_core.attacks.inversion.attack import Check, Inverted, Progress, Task
from ppml_core.attacks.inversion.batches import in_batches
from ppml_core.attacks.inversion.prior import COMPONENTS, Space, pca_space
from ppml_core.attacks.inversion.selection import History, Trails, selected
from ppml_core.attacks.inversion.stability import Wobble, stability
from ppml_core.attacks.inversion.target import Target

SILENT = {"verbose": -9, "verb_log": 0, "verb_disp": 0, "signals_filename": "", "seed": np.nan}
"""The package otherwise prints, writes files, reads commands from one, and seeds numpy."""

POPULATION = 24
"""Queries a generation: above the usual 4 + 3 log q, since a generation costs us more
time than its queries."""


@dataclass(frozen=True, kw_only=True)
class Evolution:
    """``spread``: first standard deviation of the samples, in codes. At most
    ``generations``. A search stops when its best has not risen by ``tolerance``
    (log-probability) during ``patience`` generations."""

    spread: float = 0.6
    generations: int = 100
    restarts: int = 2
    patience: int = 12
    tolerance: float = 0.02


@dataclass(frozen=True, kw_only=True)
class BlackBoxInversion:
    """CMA-ES (Hansen and Ostermeier 2001) on ``log p_y - 0.02 ||code||^2``.

    The principal components are already decorrelated and scaled, so the covariance is
    kept diagonal (Ros and Hansen 2008), which learns in fewer generations. Each search
    draws from a stream of its own; the first starts at the mean picture. An answer is
    the model's score at full precision: a service that rounds its scores tells less.
    """

    name: str = "black-box"
    title: str = "Evolution from scores"
    citation: str = "An et al. 2022, MIRROR, section 4; Hansen and Ostermeier 2001"
    access: str = "scores"
    components: int = COMPONENTS
    evolution: Evolution = field(default_factory=Evolution)

    def run(
        self, task: Task, *, check: Check | None = None, progress: Progress | None = None
    ) -> Inverted:
        """See ``InversionAttack.run``. Queries are counted, those for stability too."""
        space, plan = pca_space(task.auxiliary, self.components), self.evolution
        starts = space.starts(task.classes.shape[1], plan.restarts, task.seed)
        wobble = Wobble(task.shape, task.seed)

        def solve(target: Target, report: Progress) -> Inverted:
            breeder = _Breeder(target, space, plan, starts, task)
            for generation in range(plan.generations):
                if not breeder.breed(check):
                    break
                report(generation / plan.generations)
            trails = breeder.trails(wobble.copies)
            return selected(target, trails, stability(target, trails.pictures, wobble))

        each = plan.restarts * POPULATION
        return in_batches(task, each, solve, progress=progress, precision=torch.float64)


class _Breeder:
    """All searches ``(m, R, S)`` of some models, one generation at a time."""

    def __init__(
        self, target: Target, space: Space, plan: Evolution, starts: np.ndarray, task: Task
    ) -> None:
        self.target, self.space, self.plan, self.frames = target, space, plan, task.frames
        self.shape = (len(target.flat), *starts.shape[:2])
        self.starts = np.broadcast_to(starts, (*self.shape, space.size)).copy()
        self.searches = {
            place: search(starts[place[1:]], plan.spread, task.seed, *place[1:])
            for place in np.ndindex(self.shape)
        }
        self.head_start = target.head_start(space.origin)
        self.best = self._values(self.starts[..., None, :])[..., 0]
        self.best_codes = self.starts.copy()
        self.improved_at = np.zeros(self.shape, dtype=np.int64)
        self.generations = np.zeros(self.shape, dtype=np.int64)
        self.done = 0
        self.history = [torch.tensor(self.best_codes).half()] if self.frames else []

    def breed(self, check: Check | None) -> bool:
        """One generation of the searches that still run; whether there were any."""
        running = [place for place in self.searches if self._runs(place)]
        codes = np.zeros((*self.shape, POPULATION, self.space.size))
        for place in running:
            codes[place] = self.searches[place].ask()
        if not running:
            return False
        if check:
            check()
        values = self._values(codes)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="cma")  # of samples far out
            for count, place in enumerate(running):
                self.searches[place].tell(list(codes[place]), (-values[place]).tolist())
                self._note(place, codes[place], values[place])
                if check and count % 100 == 99:
                    check()
        self.done += 1
        if self.frames:
            self.history.append(torch.tensor(self.best_codes).half())
        return True

    def trails(self, copies: int) -> Trails:
        """What the searches found. Queries of all restarts of an inversion: the origin and
        the starts, the generations', and ``copies`` of each result for the stability."""
        pictures, restarts = self.space.pictures, self.shape[-1]
        bred = self.generations.sum(-1, keepdims=True) * POPULATION
        asked = 1 + restarts * (1 + copies) + bred
        return Trails(
            start=pictures(torch.tensor(self.starts)).float(),
            pictures=pictures(torch.tensor(self.best_codes)).float(),
            steps=np.broadcast_to(asked, self.shape),
            ran=self.improved_at > 0,
            history=self._history(),
        )

    def _runs(self, place: tuple[int, ...]) -> bool:
        """Whether a search has made progress recently."""
        return bool(self.done - self.improved_at[place] < self.plan.patience)

    def _values(self, codes: np.ndarray) -> np.ndarray:
        """Objective ``(m, R, S, n)`` of codes ``(m, R, S, n, q)``, by one batch of queries."""
        flat = torch.tensor(codes, dtype=torch.float64).flatten(2, 3)
        with torch.no_grad():
            pictures = self.space.pictures(flat)
            values = self.target.gain(pictures, self.head_start)
            values -= self.space.penalty(flat, pictures)
        return values.view(codes.shape[:-1]).numpy()

    def _note(self, place: tuple[int, ...], codes: np.ndarray, values: np.ndarray) -> None:
        """Keep the best of a search; mark when it last made progress."""
        self.generations[place] += 1
        first = int(values.argmax())
        if values[first] > self.best[place] + self.plan.tolerance:
            self.best[place], self.best_codes[place] = values[first], codes[first]
            self.improved_at[place] = self.done + 1

    def _history(self) -> History | None:
        """What was kept on the way: the best of each generation."""
        if not self.frames:
            return None
        return History(
            codes=torch.stack(self.history),
            lengths=self.generations + 1,
            frames=self.frames,
            decode=self.space.pictures,
        )


def search(start: np.ndarray, spread: float, seed: int, *purpose: int) -> Any:
    """A CMA-ES that draws from its own stream, prints nothing and touches no file."""
    import cma  # type: ignore[import-untyped]  # imports a plotting library: only here

    rng = generator(seed, "inversion", "evolution", *purpose)
    options = {
        **SILENT,
        "popsize": POPULATION,
        "CMA_diagonal": True,
        "randn": lambda *size: rng.standard_normal(size),
    }
    return cma.CMAEvolutionStrategy(start.astype(np.float64), spread, options)
