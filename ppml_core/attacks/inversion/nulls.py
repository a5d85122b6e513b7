"""Pictures that never saw the person: what every reconstruction has to beat."""

from __future__ import annotations

import numpy as np

from ppml_core.attacks.inversion.principal import principal
from ppml_core.attacks.inversion.similarity import correlations

COMPONENTS = 60


def auxiliary_mean(auxiliary: np.ndarray) -> np.ndarray:
    """The mean of the auxiliary pictures ``(a, h, w[, 3])``: what the class looks like."""
    return auxiliary.mean(axis=0)


def nearest_auxiliary(auxiliary: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """The auxiliary picture that correlates most with the truth: a lookalike, found by
    somebody who knows the truth, and so the hardest to beat."""
    return auxiliary[int(correlations(truth[None], auxiliary)[0].argmax())]


def prior_samples(auxiliary: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """``(count, h, w[, 3])`` in [0, 1]: what a picture prior makes up without any model.

    Normal in the principal components of the auxiliary pictures (at most ``COMPONENTS``),
    with the variances that these have there.
    """
    mean, scales, basis = principal(auxiliary.reshape(len(auxiliary), -1), COMPONENTS)
    drawn = mean + (rng.standard_normal((count, len(scales))) * scales) @ basis
    return np.clip(drawn, 0.0, 1.0).reshape(count, *auxiliary.shape[1:])
