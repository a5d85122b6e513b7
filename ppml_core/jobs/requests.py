"""What a person can ask for. Frozen and validated: the form, the CLI and the store share it.

``dataset`` is a catalogue name (``digits``) or ``upload:<token>`` for prepared
uploaded data; the token is unguessable and whoever has it may use the data.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ppml_core import __version__, limits
from ppml_core._typed_json import describe
from ppml_core._validate import in_range, non_negative, not_empty, one_of, open_unit
from ppml_core.datasets.split import SplitSizes
from ppml_core.training.recipe import TrainingRecipe

FRONTIER_RECIPE = TrainingRecipe(optimizer="sgd", learning_rate=0.2, momentum=0.0)
ATTACKS = ("lira", "rmia", "lira-offline", "loss")


@dataclass(frozen=True, kw_only=True)
class TrainRequest:
    """Train one model on the members and look at it."""

    dataset: str = "digits"
    recipe: TrainingRecipe = field(default_factory=TrainingRecipe)
    split: SplitSizes = field(default_factory=SplitSizes)
    seed: int = 0

    def __post_init__(self) -> None:
        non_negative("seed", self.seed)


@dataclass(frozen=True, kw_only=True)
class AuditRequest(TrainRequest):
    """Train a population and run membership attacks on every model of it in turn."""

    shadows: int = 64
    attacks: tuple[str, ...] = ATTACKS

    def __post_init__(self) -> None:
        super().__post_init__()
        in_range("shadows", self.shadows, limits.SHADOWS_MIN, limits.SHADOWS_MAX)
        _check_attacks(self.attacks)


@dataclass(frozen=True, kw_only=True)
class FrontierRequest(TrainRequest):
    """A grid of epsilon x clipping norm, each cell audited with its own shadow models.

    ``recipe.privacy`` must be None; the cells set it. An epsilon of None means
    clipping without noise (no guarantee). The ordinary model, neither clipped
    nor noised, is always trained beside the grid as the reference. The default
    recipe is plain SGD: Adam undoes the scale of the gradient, and with it most of
    what a clipping norm does.
    """

    recipe: TrainingRecipe = field(default_factory=lambda: FRONTIER_RECIPE)
    epsilons: tuple[float | None, ...] = (None, 8.0, 4.0, 2.0, 1.0, 0.5)
    clips: tuple[float, ...] = (0.3, 1.0, 3.0, 10.0)
    delta: float = 1e-5
    seeds: int = 1
    shadows: int = 16
    attacks: tuple[str, ...] = ("lira", "rmia")

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of("recipe.privacy", self.recipe.privacy, (None,))
        not_empty("epsilons", self.epsilons)
        not_empty("clips", self.clips)
        for epsilon in self.epsilons:
            if epsilon is not None:
                in_range("epsilon", epsilon, limits.EPSILON_MIN, limits.EPSILON_MAX)
        for clip in self.clips:
            in_range("clip", clip, limits.CLIP_MIN, limits.CLIP_MAX)
        in_range("cells", len(self.epsilons) * len(self.clips), 1, limits.GRID_CELLS)
        open_unit("delta", self.delta)
        in_range("seeds", self.seeds, 1, limits.SEEDS_MAX)
        in_range("shadows", self.shadows, limits.SHADOWS_MIN, limits.SHADOWS_MAX)
        _check_attacks(self.attacks)


Request = TrainRequest | AuditRequest | FrontierRequest
_KINDS: dict[str, type[TrainRequest]] = {
    "train": TrainRequest,
    "audit": AuditRequest,
    "frontier": FrontierRequest,
}
describe(*_KINDS.values())


def kind_of(request: Request) -> str:
    """``train``, ``audit`` or ``frontier``."""
    return next(kind for kind, cls in _KINDS.items() if type(request) is cls)


def to_json(request: Request) -> bytes:
    """Canonical JSON: the same request gives the same bytes."""
    fields = {"kind": kind_of(request), **msgspec.to_builtins(request)}
    return msgspec.json.encode(fields, order="sorted")


def from_json(data: bytes) -> Request:
    """Inverse of :func:`to_json`; validates everything again."""
    fields = msgspec.json.decode(data)
    kind = one_of("kind", fields.pop("kind"), tuple(_KINDS))
    return msgspec.convert(fields, _KINDS[kind])


def redacted(request: dict[str, Any]) -> dict[str, Any]:
    """A decoded request without the token of an upload, for reports that are passed on.

    >>> redacted({"dataset": "upload:s3cret", "seed": 0})
    {'dataset': 'upload', 'seed': 0}
    >>> redacted({"dataset": "digits"})
    {'dataset': 'digits'}
    """
    if str(request["dataset"]).startswith("upload:"):
        return {**request, "dataset": "upload"}
    return request


def run_id(request: Request, dataset_sha256: str) -> str:
    """The run's name: a hash of request, data and library version (32 hex digits)."""
    digest = hashlib.sha256(to_json(request))
    digest.update(dataset_sha256.encode())
    digest.update(__version__.encode())
    return digest.hexdigest()[:32]


def _check_attacks(attacks: tuple[str, ...]) -> None:
    """At least one, each known, none twice."""
    not_empty("attacks", attacks)
    for attack in attacks:
        one_of("attack", attack, ATTACKS)
    in_range("different attacks", len(set(attacks)), len(attacks), len(attacks))
