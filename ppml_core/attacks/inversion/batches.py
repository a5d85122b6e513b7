"""All models of a task, as many at a time as memory allows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from ppml_core.attacks.inversion.attack import Inverted, Progress, Task
from ppml_core.attacks.inversion.target import Target, chunks

Solve = Callable[[Target, Progress], Inverted]


def in_batches(
    task: Task,
    each: int,
    solve: Solve,
    *,
    progress: Progress | None = None,
    precision: torch.dtype = torch.float32,
) -> Inverted:
    """``solve(target, report)`` for some models after others, put together again.

    ``each``: pictures that an inversion holds at once. ``report`` takes the share of
    the models given to ``solve``. In float64 an answer does not depend on which models
    are answered together, which a search by comparisons needs: one comparison that
    turns over in the last bit sends it elsewhere.
    """
    parts, models = [], len(task.population)
    for rows, target in chunks(task, each, precision):

        def report(share: float, rows: slice = rows) -> None:
            if progress:
                progress((rows.start + share * (rows.stop - rows.start)) / models)

        parts.append(solve(target, report))
        report(1.0)
    return _joined(parts)


def _joined(parts: list[Inverted]) -> Inverted:
    """The answers for all models, from those for some models each."""
    names = ("images", "confidence", "started_at", "stability", "steps", "ran")
    arrays = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    frames = [part.frames for part in parts if part.frames is not None]
    return Inverted(**arrays, frames=np.concatenate(frames) if frames else None)
