"""A request for the ladder of reconstruction: how much could anyone learn, at most?"""

from __future__ import annotations

from dataclasses import dataclass

from ppml_core import limits
from ppml_core._validate import (
    distinct,
    in_range,
    instance,
    not_empty,
    open_unit,
    positive,
    real,
    sequence,
    settle,
)
from ppml_core.jobs.membership_requests import SEED_MAX


@dataclass(frozen=True, kw_only=True)
class LadderRequest:
    """Train the same model many times, each time with another of the candidates in it, and
    let adversaries who know more and more name the right one.

    ``people``: classes of a softmax regression, each one person with ``copies`` records;
    one of them is the unknown one, drawn evenly from ``candidates``. Training is
    full-batch DP-GD: ``steps`` steps, clipping norm ``clip``, one rung of the ladder for
    each of ``noise_multipliers``. ``runs``: attacked trainings at each of them;
    ``shadows``: the adversary's own. ``delta`` is for the epsilons shown; the bound
    needs none.
    """

    dataset: str = "faces"
    people: int = 20
    candidates: int = 10
    copies: int = 1
    noise_multipliers: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 32.0)
    steps: int = 60
    clip: float = 1.0
    learning_rate: float = 1.0
    runs: int = 150
    shadows: int = 60
    delta: float = 1e-3
    seed: int = 0

    def __post_init__(self) -> None:
        instance("dataset", self.dataset, str)
        counts = ("people", "candidates", "copies", "steps", "runs", "shadows", "seed")
        settle(self, wholes=counts, reals=("clip", "learning_rate", "delta"))
        in_range("people", self.people, 2, limits.LADDER_PEOPLE_MAX)
        in_range("candidates", self.candidates, 2, limits.LADDER_CANDIDATES_MAX)
        in_range("copies", self.copies, 1, limits.LADDER_COPIES_MAX)
        in_range("steps", self.steps, 1, limits.EPOCHS_MAX)
        in_range("clip", self.clip, limits.CLIP_MIN, limits.CLIP_MAX)
        positive("learning_rate", self.learning_rate)
        in_range("runs", self.runs, limits.LADDER_RUNS_MIN, limits.LADDER_RUNS_MAX)
        in_range("shadows", self.shadows, limits.LADDER_RUNS_MIN, limits.LADDER_RUNS_MAX)
        in_range("delta", open_unit("delta", self.delta), limits.DELTA_MIN, 1.0)
        in_range("seed", self.seed, 0, SEED_MAX)
        self._check_noises()

    def _check_noises(self) -> None:
        """As floats from least to most, in range, none twice."""
        asked = sequence("noise_multipliers", self.noise_multipliers)
        noises = tuple(sorted(real("noise_multiplier", noise) for noise in asked))
        object.__setattr__(self, "noise_multipliers", noises)
        not_empty("noise_multipliers", noises)
        distinct("noise_multipliers", noises)
        in_range("noise multipliers", len(noises), 1, limits.LADDER_NOISES_MAX)
        for noise in noises:
            in_range("noise_multiplier", noise, limits.LADDER_NOISE_MIN, limits.NOISE_MAX)
