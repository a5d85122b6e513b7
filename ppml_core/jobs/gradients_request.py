"""A request to reconstruct a client's pictures from one gradient that it shares."""

from __future__ import annotations

from dataclasses import dataclass

from ppml_core import limits
from ppml_core._validate import (
    distinct,
    in_range,
    instance,
    not_empty,
    one_of,
    open_unit,
    real,
    sequence,
    settle,
)
from ppml_core.errors import InvalidValue
from ppml_core.jobs.membership_requests import SEED_MAX

METHODS = ("analytic", "l2", "cosine")
MODELS: dict[str, tuple[str, ...]] = {
    "analytic": ("mlp", "softmax"),
    "l2": ("lenet-sigmoid", "mlp", "softmax"),
    "cosine": ("lenet-sigmoid", "lenet-relu", "mlp"),
}
"""By method, the models that it can be asked to attack, the usual one first."""

BATCH_MAX, REPETITIONS_MAX, TRAINING_STEPS_MAX, SEARCH_STEPS_MAX = 8, 40, 1000, 3000
NOISE_GRID_MAX = 10.0
SEARCH_STEPS = {"l2": 400, "cosine": 600}


@dataclass(frozen=True, kw_only=True)
class GradientsRequest:
    """A client computes the gradient of ``batch`` pictures, clips it, adds noise, sends it.

    ``method`` is how the receiver reconstructs: ``analytic`` (first linear layer), ``l2``
    or ``cosine`` (gradient matching). ``model`` None: the method's usual one.
    ``training_steps``: steps that the model has already made, on the attacker's own
    pictures. ``clips`` x ``noises``: cells; a clip of None does not clip, a noise is the
    standard deviation in every coordinate of what is sent. ``repetitions``: clients a cell,
    each with other pictures and another model. ``search_steps`` None: the method's usual
    number. ``delta`` belongs to the guarantee that noise and clipping give together.
    """

    dataset: str = "faces"
    method: str = "analytic"
    model: str | None = None
    batch: int = 1
    clips: tuple[float | None, ...] = (None, 3.0, 1.0, 0.3)
    noises: tuple[float, ...] = (0.0, 1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 1.0)
    repetitions: int = 12
    training_steps: int = 0
    search_steps: int | None = None
    delta: float = 1e-5
    seed: int = 0

    def __post_init__(self) -> None:
        instance("dataset", self.dataset, str)
        one_of("method", self.method, METHODS)
        if self.model is None:
            object.__setattr__(self, "model", MODELS[self.method][0])
        one_of("model", self.model, MODELS[self.method])
        settle(self, wholes=("batch", "repetitions", "training_steps", "seed"), reals=("delta",))
        in_range("batch", self.batch, 1, BATCH_MAX)
        in_range("repetitions", self.repetitions, 1, REPETITIONS_MAX)
        in_range("training_steps", self.training_steps, 0, TRAINING_STEPS_MAX)
        in_range("seed", self.seed, 0, SEED_MAX)
        open_unit("delta", self.delta)
        self._check_search()
        self._check_grid()

    def _check_search(self) -> None:
        """Steps only where there is a search, and then a number."""
        if self.method == "analytic":
            if self.search_steps is not None:
                raise InvalidValue("search_steps", "None for analytic", self.search_steps)
            return
        if self.search_steps is None:
            object.__setattr__(self, "search_steps", SEARCH_STEPS[self.method])
        settle(self, wholes=("search_steps",))
        in_range("search_steps", self.search_steps or 0, 1, SEARCH_STEPS_MAX)

    def _check_grid(self) -> None:
        """Clips and noises: as floats, in range, none twice, not too many cells."""
        asked = sequence("clips", self.clips)
        clips = tuple(None if clip is None else real("clip", clip) for clip in asked)
        noises = tuple(real("noise", noise) for noise in sequence("noises", self.noises))
        object.__setattr__(self, "clips", clips)
        object.__setattr__(self, "noises", noises)
        for name, values in (("clips", clips), ("noises", noises)):
            not_empty(name, values)
            distinct(name, values)
        for clip in clips:
            if clip is not None:
                in_range("clip", clip, limits.CLIP_MIN, limits.CLIP_MAX)
        for noise in noises:
            in_range("noise", noise, 0.0, NOISE_GRID_MAX)
        in_range("cells", len(clips) * len(noises), 1, limits.GRID_CELLS)
