"""The attacked models, a few at a time: margins, labels and confidence of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import logsigmoid

from ppml_core.attacks.inversion.attack import Task
from ppml_core.models.network import Network

CHUNK_FLOATS = 32_000_000
"""Most numbers that a chunk of models holds in pictures and their gradients."""

COPIES_IN_MEMORY = 12
"""Of each picture: codes, both moments, gradient, activations, frames."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Target:
    """Some of the models of a task (m of them), and the classes ``(m, R)`` to reach."""

    network: Network
    flat: torch.Tensor
    classes: torch.Tensor
    shape: tuple[int, ...]

    def logits(self, pictures: torch.Tensor) -> torch.Tensor:
        """``(m, R, S, K)`` of pictures ``(m, R, S, d)``, d being all pixels of one."""
        models, aims, each = pictures.shape[:3]
        x = pictures.reshape(models, aims * each, *self.shape).to(self.flat.dtype)
        return self.network.forward(self.flat, x).view(models, aims, each, -1)

    def margins(self, pictures: torch.Tensor) -> torch.Tensor:
        """``z_y - logsumexp(z_others)``, ``(m, R, S)``: the log-odds of the class."""
        return margins(self.logits(pictures), self.classes)

    def head_start(self, origin: torch.Tensor) -> torch.Tensor:
        """Log-odds ``(m, R)`` that the picture ``(d,)`` with nothing in it has, if above 0."""
        everywhere = origin.expand(*self.classes.shape, 1, -1)
        with torch.no_grad():
            return self.margins(everywhere)[..., 0].clamp_min(0.0)

    def gain(self, pictures: torch.Tensor, head_start: torch.Tensor) -> torch.Tensor:
        """What attacks ascend, ``(m, R, S)``: ``log p_y``, at most 0.

        Where an empty picture is labelled y already, odds count from there: a model
        that is sure of y for everything would otherwise leave nothing to ascend.
        """
        return logsigmoid(self.margins(pictures) - head_start[..., None])

    def hits(self, pictures: torch.Tensor) -> torch.Tensor:
        """Whether the model's label is the class, bool ``(m, R, S)``."""
        return self.logits(pictures).argmax(-1) == self.classes[..., None]

    def confidence(self, pictures: torch.Tensor) -> np.ndarray:
        """Probability of the class, float64 ``(m, R, S)``."""
        with torch.no_grad():
            logits = self.logits(pictures).double()
        return torch.sigmoid(margins(logits, self.classes)).numpy()


def margins(logits: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """Log-odds ``(m, R, S)`` of ``classes (m, R)`` from logits ``(m, R, S, K)``.

    >>> margins(torch.tensor([[[[2.0, 0.0]]]]), torch.tensor([[0]])).item()
    2.0
    """
    index = classes[..., None, None].expand(*logits.shape[:-1], 1)
    own = logits.gather(-1, index)[..., 0]
    others = logits.scatter(-1, index, -torch.inf)
    return own - others.logsumexp(-1)


def chunks(task: Task, each: int, precision: torch.dtype) -> Iterator[tuple[slice, Target]]:
    """The models of a task with ``each`` pictures an inversion, as many as memory allows."""
    population = task.population
    network, d = population.network, int(np.prod(task.shape))
    numbers = task.classes.shape[1] * each * d * COPIES_IN_MEMORY
    size = max(1, CHUNK_FLOATS // numbers)
    for at in range(0, len(population), size):
        models = slice(at, min(at + size, len(population)))
        yield (
            models,
            Target(
                network=network,
                flat=torch.tensor(population.weights[models], dtype=precision),
                classes=torch.tensor(task.classes[models]),
                shape=task.shape,
            ),
        )
