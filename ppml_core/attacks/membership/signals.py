"""What a membership attack may look at: one number a (model, record) pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core._validate import same_length
from ppml_core.errors import InvalidValue


@dataclass(frozen=True, kw_only=True, eq=False)
class Signals:
    """Logit-scaled confidences of every model on every record.

    ``phi``: float64 ``(M, n)``, finite, ``z_y - logsumexp(z_others)``: higher is
    more confident in the true label. ``membership``: bool ``(M, n)``, model m was
    trained on record i. ``record_ids``: ``(n,)``, unique. ``population_phi``:
    ``(M, z)``, the same signal on records that no model was trained on and that
    are not audited, or None. ``units``: ``(n,)``, equal for records that are not independent
    (copies, rows of one person), None where all are.
    """

    phi: np.ndarray
    membership: np.ndarray
    record_ids: np.ndarray
    population_phi: np.ndarray | None = None
    units: np.ndarray | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "phi", _signal("phi", self.phi))
        if self.membership.shape != self.phi.shape or self.membership.dtype != np.bool_:
            got = (self.membership.shape, self.membership.dtype)
            raise InvalidValue("membership", f"bool of shape {self.phi.shape}", got)
        if self.record_ids.shape != self.phi.shape[1:]:
            raise InvalidValue(
                "record_ids", f"of shape {self.phi.shape[1:]}", self.record_ids.shape
            )
        if len(np.unique(self.record_ids)) != len(self.record_ids):
            raise InvalidValue("record_ids", "unique", "duplicates")
        if self.population_phi is not None:
            object.__setattr__(self, "population_phi", _signal("z", self.population_phi))
            same_length(phi=self.phi, population_phi=self.population_phi)

    @property
    def models(self) -> int:
        """M, the number of models; each is a target in turn."""
        return len(self.phi)


def logit_confidence(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """``z_y - logsumexp(z_j, j != y)`` in float64 (Carlini et al. 2022, section IV-C).

    ``logits``: ``(..., n, K)``; ``labels``: ``(n,)`` in ``0 .. K - 1``; result
    ``(..., n)``. Equals ``log(p / (1 - p))`` without its saturation. With one
    class there is nothing to be confident about and ``InvalidValue`` is raised.

    >>> logit_confidence(np.array([[40.0, 0.0]]), np.array([0])).tolist()
    [40.0]
    """
    wide = np.asarray(logits, dtype=np.float64)
    if wide.ndim < 2 or wide.shape[-1] < 2:
        raise InvalidValue("logits", "of shape (..., n, K) with K >= 2", wide.shape)
    if labels.shape != wide.shape[-2:-1]:
        raise InvalidValue("labels", f"of shape {wide.shape[-2:-1]}", labels.shape)
    own = np.arange(wide.shape[-1]) == np.asarray(labels)[:, None]
    true = np.where(own, wide, 0.0).sum(axis=-1)
    others = np.where(own, -np.inf, wide)
    peak = others.max(axis=-1, keepdims=True)
    rest = np.log(np.exp(others - peak).sum(axis=-1)) + peak[..., 0]
    return np.asarray(true - rest)


def log_probability(phi: np.ndarray) -> np.ndarray:
    """``log p_y`` from the logit-scaled confidence: ``-log(1 + exp(-phi))``, no overflow."""
    return -np.logaddexp(0.0, -phi)


def _signal(name: str, values: np.ndarray) -> np.ndarray:
    """As float64 ``(M, records)``, all finite, at least one of each."""
    wide = np.asarray(values, dtype=np.float64)
    if wide.ndim != 2 or wide.size == 0:
        raise InvalidValue(name, "of shape (models, records), not empty", wide.shape)
    if not np.isfinite(wide).all():
        raise InvalidValue(name, "finite", "NaN or infinity")
    return wide
