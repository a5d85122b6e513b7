"""How much memory a run will need, before it starts: pages say it, the pipeline refuses by it."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from ppml_core import limits
from ppml_core.errors import TooMuchMemory
from ppml_core.jobs.requests import AuditRequest, FrontierRequest
from ppml_core.models.size import count_parameters, prepared_numbers

COPIES_OF_DATA = 2
"""The records as read, and as the rows that are looked at."""

GROUP_COPIES = 5
"""Weights, gradient, two moments and noise of the models that are trained together."""

GROUP_MODELS = 32
"""Most models of a group, see ``training.groups.SHARED_GROUP``."""

ACTIVATIONS = 64 * 1024 * 1024
"""Batch, activations and errors of a group, whose size is chosen so that it holds no more
(``training.groups.CACHED_FLOATS``)."""

OUTPUTS_AND_HEAPS = 64 * 1024 * 1024
"""Logits of the models looked at together, and what each thread's heap keeps."""


@dataclass(frozen=True, kw_only=True)
class MemoryEstimate:
    """Bytes, beyond what an idle worker holds."""

    models: int
    parameters: int
    data: int
    training: int
    attacks: int

    @property
    def peak(self) -> int:
        """The most at any moment. What training needed is rarely back with the system by
        the time of the attacks, so it counts beside them."""
        return self.data + self.training + self.attacks + ACTIVATIONS + OUTPUTS_AND_HEAPS

    def require(self) -> None:
        """Raise ``TooMuchMemory`` where the peak is beyond the limit of a run."""
        if self.peak > limits.RUN_BYTES:
            what = f"{self.models:,} models of {self.parameters:,} parameters"
            fix = "Ask for fewer models or records, or a smaller model."
            raise TooMuchMemory(what, self.peak, limits.RUN_BYTES, fix)


def estimate(
    request: AuditRequest | FrontierRequest, n: int, input_shape: tuple[int, ...], n_classes: int
) -> MemoryEstimate:
    """For ``n`` records of ``input_shape``.

    >>> wide = AuditRequest(shadows=1024)
    >>> round(estimate(wide, 5_000, (28, 28), 10).peak / 1e9, 2)
    0.93
    """
    parameters = count_parameters(request.recipe.architecture, input_shape, n_classes)
    seeds = request.seeds if isinstance(request, FrontierRequest) else 1
    models = request.shadows * seeds
    # An audit trains in stages that double, so at most half of its models at once.
    together = models // 2 if isinstance(request, AuditRequest) and models > 8 else models
    prepared = prepared_numbers(request.recipe.architecture, input_shape)
    group = min(GROUP_MODELS, together) * GROUP_COPIES
    return MemoryEstimate(
        models=models,
        parameters=parameters,
        data=4 * n * (COPIES_OF_DATA * prod(input_shape) + prepared),
        training=4 * parameters * (together + group) + 10 * models * n,
        attacks=limits.ATTACK_BYTES_PER_PAIR * models * n,
    )
