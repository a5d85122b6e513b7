"""The uninformed rung: invert the final model, and name the candidate that looks most like it.

For softmax regression the picture that raises a class's score most for its length is
the class's row of weights against the others' (gradient ascent on the score, as of
Fredrikson, Jha and Ristenpart 2015, ends there from a grey picture). Neither the noise
nor the other records nor the start of training are known to it.
"""

from __future__ import annotations

import numpy as np

from ppml_core.attacks.informed.world import World
from ppml_core.errors import InvalidValue


def inverted(world: World, flat: np.ndarray) -> np.ndarray:
    """What the slot's class looks like to final weights ``(M, P)``: float64 ``(M, d)``."""
    weight, _ = world.layers(flat)
    others = np.delete(weight, world.slot, axis=1).mean(axis=1)
    return np.asarray(weight[:, world.slot] - others, dtype=np.float64)


def likeness(world: World, pictures: np.ndarray, auxiliary: np.ndarray) -> np.ndarray:
    """Correlation ``(M, K)`` of reconstructions ``(M, d)`` with what sets each candidate's
    mean record apart from the mean of ``auxiliary (a, d)``; higher is more alike.

    The auxiliary records are of nobody trained on and of no candidate. Raises
    ``InvalidValue`` for fewer than two.
    """
    if len(auxiliary) < 2:
        raise InvalidValue("auxiliary", "at least 2 records", len(auxiliary))
    mean = auxiliary.mean(axis=0, dtype=np.float64)
    candidates = world.candidates.astype(np.float64).mean(axis=1) - mean
    return _unit(pictures) @ _unit(candidates).T


def _unit(rows: np.ndarray) -> np.ndarray:
    """Without their mean, at length 1 (or 0)."""
    rows = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-30))
