"""What an inversion attack is, to whoever runs it: what it is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ppml_core._validate import in_range, instance, non_negative, settle
from ppml_core.errors import InvalidValue
from ppml_core.training.population import Population

Check = Callable[[], None]
"""Called several times a second; it may raise to stop the attack."""

Progress = Callable[[float], None]
"""Called with the share of the work that is done, 0 to 1, never falling."""

FRAMES_MAX = 100


@dataclass(frozen=True, kw_only=True, eq=False)
class Task:
    """What to invert: R pictures from each of M models.

    ``classes``: int64 ``(M, R)``, the class that each inversion aims at.
    ``auxiliary``: float32 ``(a, h, w)`` or ``(a, h, w, 3)`` in [0, 1], at least two
    pictures, disjoint from everything that the models were trained on: the prior's data.
    ``total_variation``: weight of the smoothness term, where an attack has one.
    ``frames``: how many pictures on the way to keep, evenly spaced in steps; 0 for none.

    What model m gives depends on its weights, ``classes[m]``, ``auxiliary`` and
    ``seed``, and not on the other models: models attacked with one seed start from
    the same pictures, so that only the models can make a difference.
    """

    population: Population
    classes: np.ndarray
    auxiliary: np.ndarray
    seed: int
    total_variation: float = 0.0
    frames: int = 0

    def __post_init__(self) -> None:
        instance("population", self.population, Population)
        settle(self, wholes=("seed", "frames"), reals=("total_variation",))
        non_negative("seed", self.seed)
        non_negative("total_variation", self.total_variation)
        in_range("frames", self.frames, 0, FRAMES_MAX)
        self._check_classes()
        self._check_auxiliary()

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one picture: ``(h, w)`` or ``(h, w, 3)``."""
        return self.population.input_shape

    def _check_classes(self) -> None:
        """An int64 row of existing classes for every model."""
        models, n = len(self.population), self.population.n_classes
        if self.classes.dtype != np.int64 or self.classes.ndim != 2:
            raise InvalidValue("classes", "int64 (M, R)", self.classes.shape)
        if len(self.classes) != models or self.classes.size == 0:
            raise InvalidValue("classes", f"({models}, R) with R >= 1", self.classes.shape)
        in_range("n_classes", n, 2, np.iinfo(np.int64).max)
        if self.classes.min() < 0 or self.classes.max() >= n:
            raise InvalidValue("classes", f"in 0 .. {n - 1}", int(self.classes.max()))

    def _check_auxiliary(self) -> None:
        """Pictures like those that the models take."""
        shape, found = self.shape, self.auxiliary
        if len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] != 3):
            raise InvalidValue("input of the models", "as images (h, w) or (h, w, 3)", shape)
        if found.dtype != np.float32 or found.shape[1:] != shape or len(found) < 2:
            raise InvalidValue("auxiliary", f"float32 {(2, *shape)} or more", found.shape)
        if not (np.isfinite(found).all() and found.min() >= 0 and found.max() <= 1):
            raise InvalidValue("auxiliary", "in [0, 1]", float(found.max()))


@dataclass(frozen=True, kw_only=True, eq=False)
class Inverted:
    """What came out, for every model m and inversion r.

    ``images``: float32 ``(M, R, h, w)`` or ``(M, R, h, w, 3)`` in [0, 1].
    ``confidence``: float64 ``(M, R)``, the model's probability of the class for the
    picture. ``started_at``: the same for the picture that the attack started from.
    ``stability``: float64 ``(M, R)`` in [0, 1], the mean probability of the class over
    small random changes of the picture (see ``stability``); restarts are selected by it.
    ``steps``: int64 ``(M, R)``, iterations of a white-box attack, all queries of a
    black-box one, those of its other restarts included.
    ``ran``: bool ``(M, R)``, False where the attack found no way to go: the picture
    then is the one that it started from, and nothing is said about the model.
    ``frames``: float32 ``(M, R, F, h, w[, 3])`` from the start to the end, or None.

    Neither confidence nor stability says that a person was recovered.
    """

    images: np.ndarray
    confidence: np.ndarray
    started_at: np.ndarray
    stability: np.ndarray
    steps: np.ndarray
    ran: np.ndarray
    frames: np.ndarray | None = None

    def __post_init__(self) -> None:
        shape = self.images.shape[:2]
        for name in ("confidence", "started_at", "stability", "steps", "ran"):
            if getattr(self, name).shape != shape:
                raise InvalidValue(name, f"of shape {shape}", getattr(self, name).shape)
        if self.frames is not None and self.frames.shape[:2] != shape:
            raise InvalidValue("frames", f"of shape {shape} x F", self.frames.shape)


class InversionAttack(Protocol):
    """From a task to pictures; white-box, or by queries for scores or for labels alone."""

    @property
    def name(self) -> str:
        """Key in the registry."""

    @property
    def title(self) -> str:
        """For people."""

    @property
    def citation(self) -> str:
        """Paper and section."""

    @property
    def access(self) -> str:
        """What the attacker sees: ``white-box``, ``scores`` or ``labels``."""

    def run(
        self, task: Task, *, check: Check | None = None, progress: Progress | None = None
    ) -> Inverted:
        """Invert every class of every model of the task."""
