"""The informed attack on the final model: which candidate makes these weights likeliest?

The adversary trains shadow models with candidates and noise of its own and sees how far
each candidate's gradients pull the weights on the way; the differences of these pulls
span the directions in which candidates can differ. Along them, the final weights are
modelled as one normal distribution a candidate, with a common covariance, and centred
where the pull ends but for a common shift and factor. Pulls, shift, factor and covariance
all come from the shadow trainings, never from the attacked ones (shadow models as in
Balle, Cherubin and Hayes 2022, "Reconstructing training data with informed
adversaries"; the normal model in place of their neural network).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core._validate import same_length
from ppml_core.attacks.informed.world import World
from ppml_core.errors import InvalidValue


@dataclass(frozen=True, kw_only=True, eq=False)
class Directions:
    """``basis``: float32 ``(P, r)``, orthonormal; ``centres``: float64 ``(K, r)``, where the
    candidates pull, relative to their mean."""

    basis: np.ndarray
    centres: np.ndarray

    def project(self, moved: np.ndarray) -> np.ndarray:
        """Coordinates ``(M, r)`` of ``moved (M, P)``: final weights minus starting weights."""
        return (moved @ self.basis).astype(np.float64)


@dataclass(frozen=True, kw_only=True, eq=False)
class FinalLikelihood:
    """``centres (K, r)`` and ``precision (r, r)`` of the fitted normals."""

    centres: np.ndarray
    precision: np.ndarray

    def scores(self, coordinates: np.ndarray) -> np.ndarray:
        """Log-likelihoods ``(M, K)`` up to a constant; higher is likelier."""
        away = coordinates[:, None, :] - self.centres[None]
        return np.asarray(-0.5 * np.einsum("mkr,rs,mks->mk", away, self.precision, away))


def pulls(world: World, errors: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Where each candidate pulls the weights, ``(K, P)``, from S shadow trainings.

    ``errors (S, classes, K c)``: clipped errors of the candidates' records, summed over
    the steps (``IterateLikelihood.errors``); ``truth (S,)``. A candidate's errors are
    averaged over the trainings that held it, over all where none did.
    """
    k, c, _ = world.candidates.shape
    each = errors.reshape(len(errors), world.n_classes, k, c)
    mean = np.stack(
        [each[held if (held := truth == j).any() else slice(None), :, j].mean(0) for j in range(k)]
    )
    weight = np.einsum("kzc,kcd->kzd", mean, world.candidates).reshape(k, -1)
    bias = mean.sum(axis=2)
    return np.asarray(-world.learning_rate / world.n * np.concatenate([weight, bias], axis=1))


def directions(simulated: np.ndarray) -> Directions:
    """From ``simulated (K, P)``: expected final minus starting weights, one a candidate.

    Raises ``InvalidValue`` where all candidates give the same model.
    """
    away = simulated.astype(np.float64) - simulated.mean(axis=0, dtype=np.float64)
    _, sizes, rows = np.linalg.svd(away, full_matrices=False)
    kept = rows[sizes > 1e-6 * max(sizes[0], 1e-30)]
    if sizes[0] < 1e-12:
        raise InvalidValue("candidates", "that make a difference to the model", "none does")
    return Directions(basis=kept.T.astype(np.float32), centres=away @ kept.T)


def fit(found: Directions, coordinates: np.ndarray, truth: np.ndarray) -> FinalLikelihood:
    """From shadow trainings: ``coordinates (S, r)`` and the candidate of each, ``(S,)``."""
    same_length(coordinates=coordinates, truth=truth)
    expected = found.centres[truth]
    if len(truth) < 3:
        raise InvalidValue("shadow trainings", ">= 3", len(truth))
    shift, mean = coordinates.mean(axis=0), expected.mean(axis=0)
    spread = float(((expected - mean) ** 2).sum())
    product = float(((coordinates - shift) * (expected - mean)).sum())
    factor = max(0.0, product / spread) if spread > 0 else 1.0
    centres = shift + factor * (found.centres - mean)
    rest = coordinates - centres[truth]
    variance = rest.T @ rest / max(1, len(rest) - 1)
    size = len(variance)
    even = (float(np.trace(variance)) / size + 1e-12) * np.eye(size)
    trust = len(rest) / (len(rest) + size)  # few shadows say little about a covariance
    variance = trust * variance + (1 - trust) * even
    return FinalLikelihood(centres=centres, precision=np.linalg.inv(variance))
