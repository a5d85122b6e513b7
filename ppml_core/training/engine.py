"""Training of one group of models that share a schedule: the step, and the loop around it.

Two kinds of step. *Ordinary*: the mean gradient of a shuffled batch. *Private*
(DP-SGD, Abadi et al. 2016, algorithm 1): a Poisson batch, every example's
gradient clipped, summed, noised once, and divided by the *expected* batch size:
the number of training records, which is treated as public, times the sample rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from ppml_core.accounting.dpsgd import schedule
from ppml_core.errors import TrainingDiverged
from ppml_core.models.network import Network
from ppml_core.training.draws import ModelDraws
from ppml_core.training.optimizers import build_optimizer
from ppml_core.training.recipe import TrainingRecipe

Batch = tuple[torch.Tensor, torch.Tensor | None]
"""Record rows ``(M, B)`` and, where batches are padded, a mask ``(M, B)``."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Models trained together. All have the same number of training records and the
    same recipe up to learning rate, clipping norm and noise multiplier.

    ``members (M, n)`` are row numbers of the records; ``noise (M,)`` is None where
    the recipe has no privacy.
    """

    recipe: TrainingRecipe
    members: np.ndarray
    seeds: tuple[int, ...]
    rates: np.ndarray
    clips: np.ndarray | None = None
    noise: np.ndarray | None = None


def train_group(
    network: Network,
    features: torch.Tensor,
    labels: torch.Tensor,
    group: Group,
    *,
    check: Callable[[], None] | None = None,
    on_epoch: Callable[[int, torch.Tensor], None] | None = None,
) -> np.ndarray:
    """Weights ``(M, P)`` float32 after training.

    ``check`` is called before every step and may raise to stop; ``on_epoch(e,
    weights)`` after epoch e (from 1), and with 0 before the first. Raises
    ``TrainingDiverged`` after an epoch that leaves a weight infinite or NaN.
    """
    draws = [ModelDraws(seed, group.members.shape[1]) for seed in group.seeds]
    flat = torch.from_numpy(np.stack([network.initial(d.initial) for d in draws]))
    optimizer = build_optimizer(group.recipe, _column(group.rates))
    step = _ordinary_step(network, group) if group.noise is None else _private_step(network, group)
    report = on_epoch or (lambda epoch, weights: None)
    report(0, flat)
    for epoch in range(1, group.recipe.epochs + 1):
        for rows, mask in _batches(group, draws):
            if check:
                check()
            optimizer.step(flat, step(flat, features[rows], labels[rows], mask, draws))
        require_finite(flat, group.rates, epoch)
        report(epoch, flat)
    return flat.numpy()


def require_finite(flat: torch.Tensor, rates: np.ndarray, epoch: int) -> None:
    """Raise ``TrainingDiverged`` unless all weights ``(M, P)`` are finite; ``rates``: ``(M,)``."""
    finite = torch.isfinite(flat).all(dim=1).numpy()
    if not finite.all():
        rate = float(rates[int(np.argmin(finite))])
        raise TrainingDiverged("the weights of a model", f"after epoch {epoch}", learning_rate=rate)


Step = Callable[
    [torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor | None, list[ModelDraws]],
    torch.Tensor,
]


def _ordinary_step(network: Network, group: Group) -> Step:
    """The mean gradient of the batch."""

    def step(
        flat: torch.Tensor,
        x: torch.Tensor,
        y: torch.Tensor,
        mask: torch.Tensor | None,
        draws: list[ModelDraws],
    ) -> torch.Tensor:
        total, _ = network.gradient(flat, x, y, mask)
        return total.div_(y.shape[1])

    return step


def _private_step(network: Network, group: Group) -> Step:
    """Clipped sum plus noise over the expected batch size; an empty batch is noise only."""
    assert group.clips is not None and group.noise is not None
    clips, scale = torch.from_numpy(group.clips), _column(group.noise * group.clips)
    n = group.members.shape[1]
    rate, _ = schedule(n, group.recipe.batch_size, group.recipe.epochs)
    noise = np.zeros((len(group.seeds), network.n_parameters), dtype=np.float32)
    noisy = np.flatnonzero(group.noise)

    def step(
        flat: torch.Tensor,
        x: torch.Tensor,
        y: torch.Tensor,
        mask: torch.Tensor | None,
        draws: list[ModelDraws],
    ) -> torch.Tensor:
        total, _ = network.gradient(flat, x, y, mask, clips)
        for m in noisy:
            draws[m].noise_into(noise[m])
        total.addcmul_(torch.from_numpy(noise), scale)
        return total.div_(n * rate)

    return step


def _batches(group: Group, draws: list[ModelDraws]) -> Iterator[Batch]:
    """One epoch of batches for all models at once."""
    n, size = group.members.shape[1], group.recipe.batch_size
    if group.noise is None:
        for positions in zip(*(d.shuffled_epoch(size) for d in draws), strict=True):
            yield _rows(group.members, np.stack(positions)), None
        return
    rate, steps = schedule(n, size, 1)
    for ragged in zip(*(d.poisson_epoch(rate, steps) for d in draws), strict=True):
        yield _padded(group.members, ragged)


def _rows(members: np.ndarray, positions: np.ndarray) -> torch.Tensor:
    """Positions among a model's members to record rows, ``(M, B)``."""
    return torch.from_numpy(np.take_along_axis(members, positions, axis=1))


def _padded(members: np.ndarray, ragged: tuple[np.ndarray, ...]) -> Batch:
    """Batches of different sizes in one array; the mask is 0 on padding."""
    longest = max(1, *(len(batch) for batch in ragged))
    positions = np.zeros((len(ragged), longest), dtype=np.int64)
    mask = np.zeros((len(ragged), longest), dtype=np.float32)
    for m, batch in enumerate(ragged):
        positions[m, : len(batch)] = batch
        mask[m, : len(batch)] = 1.0
    return _rows(members, positions), torch.from_numpy(mask)


def _column(values: np.ndarray) -> torch.Tensor:
    """``(M,)`` to a float32 ``(M, 1)``."""
    return torch.from_numpy(np.asarray(values, dtype=np.float32))[:, None]
