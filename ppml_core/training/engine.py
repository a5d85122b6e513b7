"""Training of one group of models that share a schedule: the step, and the loop around it.

Two kinds of step. *Ordinary*: the mean gradient of a shuffled batch. *Private*
(DP-SGD, Abadi et al. 2016, algorithm 1): a Poisson batch, every example's
gradient clipped, summed, noised once, and divided by the *expected* batch size:
the number of training records, which is treated as public, times the sample rate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from ppml_core.accounting.dpsgd import schedule
from ppml_core.errors import TrainingDiverged
from ppml_core.models.network import Network
from ppml_core.training.batches import Batches, Records
from ppml_core.training.device import training_device
from ppml_core.training.draws import ModelDraws
from ppml_core.training.noise import Noise
from ppml_core.training.optimizers import build_optimizer
from ppml_core.training.recipe import TrainingRecipe
from ppml_core.training.secret_draws import draws_of


@dataclass(frozen=True, kw_only=True)
class Group:
    """Models trained together. All have the same number of training records and the
    same recipe up to learning rate, clipping norm and noise multiplier.

    ``members (M, n)`` are row numbers of the records; ``noise (M,)`` is None where
    the recipe has no privacy.
    """

    recipe: TrainingRecipe
    members: np.ndarray
    seeds: tuple[int | None, ...]
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
    check, report = check or (lambda: None), on_epoch or (lambda epoch, weights: None)
    draws = [draws_of(seed, group.members.shape[1]) for seed in group.seeds]
    device = training_device()
    flat = torch.from_numpy(np.stack([network.initial(d.initial) for d in draws])).to(device)
    gradient = torch.empty_like(flat)
    optimizer = build_optimizer(group.recipe, flat, gradient, group.rates)
    private = group.noise is not None
    step = _private_step(group, network, draws, device) if private else _ordinary_step(network)
    batches, records = (
        Batches(group.recipe, group.members, draws),
        Records(network.prepared(features), labels, device),
    )
    report(0, flat.cpu())
    for epoch in range(1, group.recipe.epochs + 1):
        for rows, mask in batches.epoch():
            check()
            step(flat, gradient, *records.take(rows), None if mask is None else mask.to(device))
            optimizer.step()
        require_finite(flat, group.rates, epoch)
        report(epoch, flat.cpu())
    return flat.cpu().numpy()


def require_finite(flat: torch.Tensor, rates: np.ndarray, epoch: int) -> None:
    """Raise ``TrainingDiverged`` unless all weights ``(M, P)`` are finite; ``rates``: ``(M,)``."""
    # A sum is finite where all its terms are, and much faster to look at than they.
    finite = torch.isfinite(flat.sum(dim=1)).cpu().numpy()
    if not finite.all():
        rate = float(rates[int(np.argmin(finite))])
        raise TrainingDiverged("the weights of a model", f"after epoch {epoch}", learning_rate=rate)


Step = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor | None], None]
"""From weights, records, labels and mask to the gradient, written into the second argument."""


def _ordinary_step(network: Network) -> Step:
    """The mean gradient of the batch."""

    def step(
        flat: torch.Tensor,
        gradient: torch.Tensor,
        x: torch.Tensor,
        y: torch.Tensor,
        mask: torch.Tensor | None,
    ) -> None:
        network.gradient(flat, x, y, mask, scale=1 / y.shape[1], out=gradient)

    return step


def _private_step(
    group: Group, network: Network, draws: list[ModelDraws], device: torch.device
) -> Step:
    """Clipped sum plus noise over the expected batch size; an empty batch is noise only."""
    assert group.clips is not None and group.noise is not None
    n = group.members.shape[1]
    rate, _ = schedule(n, group.recipe.batch_size, group.recipe.epochs)
    clips = torch.from_numpy(group.clips).to(device)
    deviation = torch.from_numpy(group.noise * group.clips / np.float32(n * rate))
    deviation = deviation.to(device)[:, None]
    noise = Noise(draws, group.noise, network.n_parameters)

    def step(
        flat: torch.Tensor,
        gradient: torch.Tensor,
        x: torch.Tensor,
        y: torch.Tensor,
        mask: torch.Tensor | None,
    ) -> None:
        network.gradient(flat, x, y, mask, clips, scale=1 / (n * rate), out=gradient)
        gradient.addcmul_(noise.draw().to(device), deviation)

    return step
