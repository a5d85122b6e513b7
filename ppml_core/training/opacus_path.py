"""The reference path: DP-SGD by Opacus, one model after another, for any ``torch.nn.Module``.

Slower than the stacked trainer and independent of it, which is what it is for.
Initial weights and Poisson batches are the model's own draws, the same as in the
stacked path; clipping, noise and bookkeeping are Opacus' (Yousefpour et al. 2021).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from ppml_core._seeds import generator
from ppml_core._validate import same_length
from ppml_core.accounting.dpsgd import schedule
from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import InvalidValue
from ppml_core.models.modules import build_module
from ppml_core.models.network import build_network
from ppml_core.training.draws import ModelDraws
from ppml_core.training.engine import Group, require_finite
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe


@dataclass(frozen=True, kw_only=True, eq=False)
class OpacusTraining:
    """A module trained by Opacus, and what Opacus counted while training it.

    ``spent``: ``(noise_multiplier, sample_rate, steps)`` from its accountant.
    """

    module: nn.Module
    spent: tuple[float, float, int]


def train_module(
    module: nn.Module,
    features: np.ndarray,
    labels: np.ndarray,
    recipe: TrainingRecipe,
    *,
    seed: int,
    check: Callable[[], None] | None = None,
) -> OpacusTraining:
    """Train ``module`` in place on all records by DP-SGD.

    ``features``: float32 ``(n, ...)``, ``labels``: int64 ``(n,)``. The recipe's
    ``architecture`` is not looked at; its privacy must name a noise multiplier.
    ``check()`` is called before each step and may raise to stop. A module with
    layers that mix records (batch normalisation) is refused by Opacus.

    Raises ``InvalidValue`` for a recipe without a noise multiplier,
    ``TrainingDiverged`` after an epoch that leaves a weight infinite or NaN.
    """
    same_length(features=features, labels=labels)
    x, y = torch.tensor(features), torch.tensor(labels)
    draws = ModelDraws(seed, len(labels))
    private = wrap(module, len(labels), recipe, seed=seed)
    rate, steps = schedule(len(labels), recipe.batch_size, 1)
    for epoch in range(1, recipe.epochs + 1):
        for batch in draws.poisson_epoch(rate, steps):
            if check:
                check()
            private.step(x[batch], y[batch])
        weights = parameters_to_vector(module.parameters()).detach()[None]
        require_finite(weights, np.array([recipe.learning_rate]), epoch)
    return OpacusTraining(module=private.released(), spent=private.spent)


class PrivateModule:
    """A module under Opacus' ``GradSampleModule`` with its ``DPOptimizer``; see :func:`wrap`."""

    def __init__(self, module: Any, optimizer: Any, engine: Any) -> None:
        self.module, self.optimizer, self.engine = module, optimizer, engine

    @property
    def spent(self) -> tuple[float, float, int]:
        """``(noise_multiplier, sample_rate, steps)`` so far."""
        ((noise, rate, steps),) = self.engine.accountant.history
        return float(noise), float(rate), int(steps)

    def backward(self, x: torch.Tensor, y: torch.Tensor) -> None:
        """Per-example gradients of one batch, which may be empty."""
        self.optimizer.zero_grad()
        loss = cross_entropy(self.module(x), y, reduction="sum") / max(1, len(y))
        with _quiet():
            loss.backward()

    def step(self, x: torch.Tensor, y: torch.Tensor) -> None:
        """Clip, sum, add noise, divide by the expected batch size, update."""
        self.backward(x, y)
        self.optimizer.step()

    def released(self) -> nn.Module:
        """The module itself, without Opacus' hooks."""
        module: nn.Module = self.module.to_standard_module()
        return module


def wrap(module: nn.Module, n: int, recipe: TrainingRecipe, *, seed: int) -> PrivateModule:
    """Put ``module`` under Opacus' ``PrivacyEngine`` for training on ``n`` records.

    The engine is told not to sample (``poisson_sampling=False``), because the
    batches it is given are Poisson samples already. Its divisor ``int(n * rate)``
    depends on the data's size by rounding; the expected batch size replaces it.
    The noise comes from a generator seeded by ``seed``.
    """
    from opacus import PrivacyEngine
    from torch.utils.data import DataLoader

    noise, privacy = _noise_multiplier(recipe)
    rate, _ = schedule(n, recipe.batch_size, 1)
    # The engine reads its sample rate off the number of batches: ceil(n / batch_size).
    loader: Any = DataLoader(range(n), batch_size=recipe.batch_size)  # type: ignore[arg-type]
    with _quiet():
        engine = PrivacyEngine(accountant="rdp")
        grads, optimizer, _ = engine.make_private(
            module=module.train(),
            optimizer=_optimizer(module, recipe),
            data_loader=loader,
            noise_multiplier=noise,
            max_grad_norm=privacy.max_grad_norm,
            poisson_sampling=False,
            noise_generator=_torch_generator(seed),
        )
    optimizer.expected_batch_size = n * rate
    return PrivateModule(grads, optimizer, engine)


def train_group_with_opacus(
    dataset: Dataset, group: Group, *, check: Callable[[], None] | None = None
) -> np.ndarray:
    """Weights ``(M, P)`` float32 of a group of private models, trained one by one.

    Starts from the same initial weights and sees the same batches as
    :func:`ppml_core.training.engine.train_group`; the noise is Opacus' own.
    """
    architecture, shape = group.recipe.architecture, dataset.features.shape[1:]
    network = build_network(architecture, shape, dataset.n_classes)
    rows = []
    for m, seed in enumerate(group.seeds):
        if seed is None:
            raise InvalidValue("seed of the reference path", "a number", seed)
        members = group.members[m]
        module = build_module(architecture, shape, dataset.n_classes)
        start = network.initial(ModelDraws(seed, len(members)).initial)
        vector_to_parameters(torch.from_numpy(start), module.parameters())
        x, y = dataset.features[members], dataset.labels[members]
        trained = train_module(module, x, y, _recipe_of(group, m), seed=seed, check=check)
        rows.append(parameters_to_vector(trained.module.parameters()).detach().numpy())
    return np.stack(rows)


def _recipe_of(group: Group, m: int) -> TrainingRecipe:
    """The recipe of model m of a private group."""
    assert group.recipe.privacy is not None and group.clips is not None
    assert group.noise is not None
    privacy = replace(
        group.recipe.privacy,
        target_epsilon=None,
        noise_multiplier=float(group.noise[m]),
        max_grad_norm=float(group.clips[m]),
    )
    return replace(group.recipe, learning_rate=float(group.rates[m]), privacy=privacy)


def _noise_multiplier(recipe: TrainingRecipe) -> tuple[float, DPSGDConfig]:
    """The recipe's noise multiplier, which must be given as such."""
    if recipe.privacy is None or recipe.privacy.noise_multiplier is None:
        raise InvalidValue("recipe.privacy", "with a noise_multiplier", recipe.privacy)
    return recipe.privacy.noise_multiplier, recipe.privacy


def _optimizer(module: nn.Module, recipe: TrainingRecipe) -> torch.optim.Optimizer:
    """The recipe's update rule, from torch."""
    rate, decay = recipe.learning_rate, recipe.weight_decay
    if recipe.optimizer == "adam":
        return torch.optim.AdamW(module.parameters(), lr=rate, weight_decay=decay)
    momentum = recipe.momentum
    return torch.optim.SGD(module.parameters(), lr=rate, momentum=momentum, weight_decay=decay)


def _torch_generator(seed: int) -> torch.Generator:
    """A stream of its own for Opacus' noise."""
    return torch.Generator().manual_seed(int(generator(seed, "opacus noise").integers(2**63)))


@contextmanager
def _quiet() -> Iterator[None]:
    """Two warnings say nothing new: no secure random numbers, and hooks on the first layer."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Secure RNG turned off")
        warnings.filterwarnings("ignore", message="Full backward hook is firing")
        yield
