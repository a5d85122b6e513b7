"""What a user would otherwise run, each training ``models`` models one after another.

All train the same architecture with Adam, batch size and number of epochs, on
the members of each row of a membership matrix.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.work import Work
from ppml_core.models.modules import build_module
from ppml_core.training.population import train_population


def stacked(work: Work, models: int) -> None:
    """Ours, as a user would call it."""
    train_population(work.dataset, work.membership(models), work.recipe)


def data_loader(work: Work, models: int) -> None:
    """The loop of most tutorials: a module, a ``DataLoader``, an optimiser."""
    for x, y in _members(work, models):
        module, optimizer = _module(work)
        loader = DataLoader(TensorDataset(x, y), batch_size=work.recipe.batch_size, shuffle=True)
        for _ in range(work.recipe.epochs):
            for batch_x, batch_y in loader:
                _step(module, optimizer, batch_x, batch_y)


def lean(work: Work, models: int) -> None:
    """The same without a ``DataLoader``: shuffled slices of tensors."""
    for x, y in _members(work, models):
        module, optimizer = _module(work)
        for _ in range(work.recipe.epochs):
            for rows in torch.randperm(len(y)).split(work.recipe.batch_size):
                _step(module, optimizer, x[rows], y[rows])


def opacus_hooks(work: Work, models: int) -> None:
    """Opacus with per-sample gradients from hooks."""
    _opacus(work, models, "hooks")


def opacus_ghost(work: Work, models: int) -> None:
    """Opacus with ghost clipping."""
    _opacus(work, models, "ghost")


PLAIN: dict[str, Callable[[Work, int], None]] = {
    "DataLoader loop": data_loader,
    "lean tensor loop": lean,
}
PRIVATE: dict[str, Callable[[Work, int], None]] = {
    "Opacus hooks": opacus_hooks,
    "Opacus ghost clipping": opacus_ghost,
}


def toolbox(work: Work, models: int) -> None:
    """``PyTorchClassifier.fit`` of the Adversarial Robustness Toolbox, where it is installed."""
    from art.estimators.classification import PyTorchClassifier

    for x, y in _members(work, models):
        module, optimizer = _module(work)
        classifier = PyTorchClassifier(
            module, torch.nn.CrossEntropyLoss(), work.record, work.dataset.n_classes, optimizer
        )
        labels = np.eye(work.dataset.n_classes, dtype=np.float32)[y.numpy()]
        recipe = work.recipe
        classifier.fit(x.numpy(), labels, recipe.batch_size, recipe.epochs, verbose=False)


def available() -> dict[str, Callable[[Work, int], None]]:
    """The rivals without DP; the toolbox only where it can be imported."""
    return {**PLAIN, **({"ART fit": toolbox} if find_spec("art") else {})}


def _members(work: Work, models: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Each model's own records as tensors."""
    x, y = torch.tensor(work.dataset.features), torch.tensor(work.dataset.labels)
    rows = [torch.from_numpy(np.flatnonzero(row)) for row in work.membership(models)]
    return [(x[r], y[r]) for r in rows]


def _module(work: Work) -> tuple[torch.nn.Module, torch.optim.Optimizer]:
    """A fresh module and its optimiser."""
    data = work.dataset
    module = build_module(work.recipe.architecture, data.features.shape[1:], data.n_classes)
    return module, torch.optim.Adam(module.parameters(), lr=work.recipe.learning_rate)


def _step(
    module: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    x: torch.Tensor,
    y: torch.Tensor,
) -> None:
    """One step on one batch."""
    optimizer.zero_grad()
    cross_entropy(module(x), y).backward()
    optimizer.step()


def _opacus(work: Work, models: int, mode: str) -> None:
    """Opacus as its documentation shows it."""
    from opacus import PrivacyEngine

    privacy = work.recipe.privacy
    assert privacy is not None
    for x, y in _members(work, models):
        module, optimizer = _module(work)
        loader = DataLoader(TensorDataset(x, y), batch_size=work.recipe.batch_size)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = PrivacyEngine().make_private(
                module=module,
                optimizer=optimizer,
                data_loader=loader,
                noise_multiplier=privacy.noise_multiplier,
                max_grad_norm=privacy.max_grad_norm,
                criterion=torch.nn.CrossEntropyLoss(),
                grad_sample_mode=mode,
            )
            # With ghost clipping a criterion comes back as well, third of four.
            module, optimizer, loader = made[0], made[1], made[-1]
            criterion = made[2] if len(made) == 4 else cross_entropy
            for _ in range(work.recipe.epochs):
                for batch_x, batch_y in loader:
                    optimizer.zero_grad()
                    criterion(module(batch_x), batch_y).backward()
                    optimizer.step()
