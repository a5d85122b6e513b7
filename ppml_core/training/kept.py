"""Where trained models may be kept: what the trainer asks of it."""

from __future__ import annotations

from typing import Protocol

import numpy as np


class KeptGroups(Protocol):
    """Weights of groups of models that were trained before, by their fingerprint."""

    def get(self, fingerprint: str) -> np.ndarray | None:
        """Weights ``(M, P)``; None where there are none or they cannot be read."""

    def put(self, fingerprint: str, weights: np.ndarray) -> None:
        """Keep them, if there is room."""
