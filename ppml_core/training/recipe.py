"""How a model is trained: frozen, validated, without torch, so that forms can build it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ppml_core import limits
from ppml_core._validate import (
    in_range,
    instance,
    non_negative,
    one_of,
    open_unit,
    positive,
    settle,
)
from ppml_core.errors import InvalidValue
from ppml_core.models.architecture import Architecture

OPTIMIZERS = ("sgd", "adam")


@dataclass(frozen=True, kw_only=True)
class DPSGDConfig:
    """DP-SGD (Abadi et al. 2016): clip each record's gradient, add Gaussian noise.

    Give *either* ``target_epsilon`` (the noise is calibrated to it) *or*
    ``noise_multiplier`` (the noise's standard deviation over ``max_grad_norm``).
    ``noise_multiplier=0`` is clipping alone: no guarantee.
    """

    max_grad_norm: float = 1.0
    target_epsilon: float | None = None
    noise_multiplier: float | None = None
    delta: float = 1e-5
    accountant: str = "pld"
    sampling: str = "poisson"

    def __post_init__(self) -> None:
        given = [n for n in ("target_epsilon", "noise_multiplier") if getattr(self, n) is not None]
        settle(self, reals=("max_grad_norm", "delta", *given))
        in_range("max_grad_norm", self.max_grad_norm, limits.CLIP_MIN, limits.CLIP_MAX)
        open_unit("delta", self.delta)
        one_of("accountant", self.accountant, ("pld",))
        one_of("sampling", self.sampling, ("poisson",))
        if (self.target_epsilon is None) == (self.noise_multiplier is None):
            got = (self.target_epsilon, self.noise_multiplier)
            raise InvalidValue("exactly one of target_epsilon and noise_multiplier", "given", got)
        if self.target_epsilon is not None:
            in_range("epsilon", self.target_epsilon, limits.EPSILON_MIN, limits.EPSILON_MAX)
        elif self.noise_multiplier:
            in_range("noise_multiplier", self.noise_multiplier, limits.NOISE_MIN, limits.NOISE_MAX)
        elif self.noise_multiplier is not None:
            non_negative("noise_multiplier", self.noise_multiplier)


@dataclass(frozen=True, kw_only=True)
class TrainingRecipe:
    """Everything that decides a model besides its data and its seed.

    ``batch_size`` is the batch of shuffled training without DP and the expected
    batch of Poisson sampling with it. ``weight_decay`` is decoupled from the
    gradient for ``adam`` (AdamW) and added to it for ``sgd``.
    """

    architecture: Architecture = field(default_factory=Architecture)
    epochs: int = 40
    batch_size: int = 64
    learning_rate: float = 5e-3
    optimizer: str = "adam"
    momentum: float = 0.9
    weight_decay: float = 0.0
    privacy: DPSGDConfig | None = None

    def __post_init__(self) -> None:
        instance("architecture", self.architecture, Architecture)
        if self.privacy is not None:
            instance("privacy", self.privacy, DPSGDConfig)
        settle(self, wholes=("epochs", "batch_size"))
        settle(self, reals=("learning_rate", "momentum", "weight_decay"))
        in_range("epochs", self.epochs, 1, limits.EPOCHS_MAX)
        in_range("batch_size", self.batch_size, 1, limits.RECORDS)
        positive("learning_rate", self.learning_rate)
        one_of("optimizer", self.optimizer, OPTIMIZERS)
        in_range("momentum", self.momentum, 0.0, 0.999)
        non_negative("weight_decay", self.weight_decay)
