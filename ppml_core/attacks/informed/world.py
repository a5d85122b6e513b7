"""What an informed adversary knows: everything but which candidate was trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core._validate import in_range, positive
from ppml_core.errors import InvalidValue


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    """The known records, the candidates for the unknown one, and how training went.

    ``known``: float32 ``(b, d)`` with ``known_labels`` int64 ``(b,)``. ``candidates``:
    float32 ``(K, c, d)``, the c records that candidate j would have contributed, all of
    class ``slot``; exactly one candidate was trained on. ``clip``: the clipping norm.
    The model is softmax regression with ``n_classes`` classes, trained by full-batch
    DP-GD whose step is ``learning_rate / n`` times the noised sum of clipped gradients,
    ``n = b + c``.
    """

    known: np.ndarray
    known_labels: np.ndarray
    candidates: np.ndarray
    slot: int
    n_classes: int
    clip: float
    learning_rate: float

    def __post_init__(self) -> None:
        if self.candidates.ndim != 3 or self.candidates.shape[2:] != self.known.shape[1:]:
            raise InvalidValue("candidates", "(K, c, d) like (b, d)", self.candidates.shape)
        in_range("candidates", len(self.candidates), 2, 10_000)
        in_range("slot", self.slot, 0, self.n_classes - 1)
        positive("clip", self.clip)
        positive("learning_rate", self.learning_rate)

    @property
    def n(self) -> int:
        """Records that every model was trained on."""
        return len(self.known) + self.candidates.shape[1]

    @property
    def records(self) -> np.ndarray:
        """``(b + K c, d)``: the known ones, then every candidate's."""
        return np.concatenate([self.known, self.candidates.reshape(-1, self.known.shape[1])])

    @property
    def labels(self) -> np.ndarray:
        """``(b + K c,)``, of :attr:`records`."""
        unknown = np.full(self.candidates.shape[0] * self.candidates.shape[1], self.slot)
        return np.concatenate([self.known_labels, unknown])

    def membership(self, truth: np.ndarray) -> np.ndarray:
        """Bool ``(M, b + K c)`` over :attr:`records` for models that hold ``truth (M,)``."""
        b, (k, c) = len(self.known), self.candidates.shape[:2]
        held = np.repeat(np.arange(k), c)[None, :] == truth[:, None]
        return np.concatenate([np.ones((len(truth), b), dtype=bool), held], axis=1)

    def layers(self, flat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Weights ``(M, classes, d)`` and biases ``(M, classes)`` of rows ``(M, P)``."""
        size = self.n_classes * self.known.shape[1]
        return flat[:, :size].reshape(len(flat), self.n_classes, -1), flat[:, size:]
