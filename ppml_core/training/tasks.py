"""One group as a task that can be sent to another process or machine."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch

from ppml_core import __version__
from ppml_core.errors import WorkerMismatch
from ppml_core.models.network import build_network
from ppml_core.training.engine import Group, train_group


class Records(Protocol):
    """Features and labels, wherever they are kept."""

    def tensors(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Features float32 ``(n, ...)`` and labels int64 ``(n,)``; not to be written to."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ArrayRecords:
    """Records that travel with the task. ``sha256`` names their content."""

    features: np.ndarray
    labels: np.ndarray
    sha256: str

    def tensors(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Copies, since torch wants arrays that may be written to."""
        return torch.tensor(self.features), torch.tensor(self.labels)


@dataclass(frozen=True, kw_only=True, eq=False)
class TensorRecords:
    """Records that are in this process already."""

    features: torch.Tensor
    labels: torch.Tensor

    def tensors(self) -> tuple[torch.Tensor, torch.Tensor]:
        """As they are."""
        return self.features, self.labels


@dataclass(frozen=True, kw_only=True, eq=False)
class Task:
    """A group and the network it is trained in. ``software`` is what will be asked of
    whoever trains it: other releases may round, or draw, differently."""

    group: Group
    input_shape: tuple[int, ...]
    n_classes: int
    software: str


def software() -> str:
    """The releases on which weights depend.

    >>> software().split()[0] == __version__
    True
    """
    return f"{__version__} with torch {torch.__version__} and numpy {np.__version__}"


def train_task(
    task: Task,
    records: Records,
    check: Callable[[], None] | None = None,
    on_epoch: Callable[[int, torch.Tensor], None] | None = None,
) -> np.ndarray:
    """Weights ``(M, P)`` of the task's group; a pure function of task and records.

    Raises ``WorkerMismatch`` where other software runs than the task was made with.
    """
    if software() != task.software:
        raise WorkerMismatch(here=task.software, there=software())
    network = build_network(task.group.recipe.architecture, task.input_shape, task.n_classes)
    features, labels = records.tensors()
    return train_group(network, features, labels, task.group, check=check, on_epoch=on_epoch)


class Signal(Protocol):
    """An event of ``threading`` or ``multiprocessing``."""

    def is_set(self) -> bool:
        """Whether to stop."""


_signals: list[Signal] = []
"""Of this worker process: at most one."""


def obey(signal: Signal) -> None:
    """Let groups that are trained in this process end at their next step once it is set."""
    _signals[:] = [signal]


def train_apart(task: Task, records: Records) -> np.ndarray:
    """:func:`train_task` on one thread: its worker is one of several on the machine.

    Raises ``CancelledError`` once the signal that the process obeys is set.
    """
    if torch.get_num_threads() != 1:
        torch.set_num_threads(1)
    return train_task(task, records, check=_still_wanted)


def _still_wanted() -> None:
    """Called before every step."""
    if any(signal.is_set() for signal in _signals):
        raise CancelledError
