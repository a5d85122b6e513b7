"""The optimal attack on all iterates: the likelihood of every noisy gradient.

Each step releases ``G = sum of clipped gradients + clip sigma N(0, I)``, which whoever
sees the weights before and after computes from their difference. Given the weights
before, the candidates' gradients are known, so the log-likelihood of candidate j is,
up to what all candidates share, the sum over steps of

    (<G - S, g_j> - |g_j|^2 / 2) / (sigma clip)^2,

S being the known records' sum. Its maximum is the best possible guess (Neyman-Pearson).
A clipped gradient of softmax regression is an outer product of the error and the
record, so everything follows from products with the records; no gradient is formed.
"""

from __future__ import annotations

import numpy as np

from ppml_core._validate import positive
from ppml_core.attacks.informed.world import World


class IterateLikelihood:
    """Follows M trainings step by step. ``scores``: float64 ``(M, K)``, log-likelihoods
    so far; higher is likelier. ``spread``: float64 ``(M,)``, the sum over steps of
    ``|g_0 - g_1|^2``, from which the success between two candidates follows exactly:
    its mean is ``Phi(sqrt(spread) / (2 sigma clip))``. ``errors``: float64 ``(M, classes,
    K c)``, clipped errors of the candidates' records, summed over steps."""

    def __init__(self, world: World, noise_multiplier: float) -> None:
        self.world = world
        self.scale = positive("noise_multiplier", noise_multiplier) * world.clip
        records = world.records.astype(np.float32)
        self._records, self._labels, self._known = records, world.labels, len(world.known)
        self._squares = (records.astype(np.float64) ** 2).sum(1) + 1.0
        self._gram = (records @ records.T + 1.0).astype(np.float64)
        self.scores = np.zeros(0)
        self.spread = np.zeros(0)
        self.errors = np.zeros(0)

    def start(self, models: int) -> None:
        """Before the first step of M trainings."""
        self.scores = np.zeros((models, len(self.world.candidates)))
        self.spread = np.zeros(models)
        self.errors = np.zeros((models, self.world.n_classes, len(self._labels) - self._known))

    def step(self, before: np.ndarray, after: np.ndarray) -> None:
        """One more step, from weights ``(M, P)`` to weights ``(M, P)``."""
        world, b = self.world, self._known
        errors = self._errors(before)
        released = (before - after) * np.float32(world.n / world.learning_rate)
        weight, bias = world.layers(released)
        seen = weight @ self._records[b:].T + bias[:, :, None]
        own = errors[:, :, b:]
        self.errors += own
        found = np.einsum("mcj,mcj->mj", own, seen, dtype=np.float64)
        known = np.einsum("mci,mcj->mij", errors[:, :, :b], own, optimize=True)
        found -= np.einsum("mij,ij->mj", known, self._gram[:b, b:])
        products = self._products(own)
        k = len(world.candidates)
        inner = found.reshape(len(before), k, -1).sum(2)
        squares = np.einsum("mjj->mj", products)
        self.scores += (inner - squares / 2) / self.scale**2
        self.spread += squares[:, 0] + squares[:, 1] - 2 * products[:, 0, 1]

    def _errors(self, flat: np.ndarray) -> np.ndarray:
        """Clipped derivatives by the logits of every record, ``(M, classes, records)``."""
        weight, bias = self.world.layers(flat)
        logits = weight @ self._records.T + bias[:, :, None]
        logits -= logits.max(axis=1, keepdims=True)
        errors = np.exp(logits)
        errors /= errors.sum(axis=1, keepdims=True)
        errors[:, self._labels, np.arange(len(self._labels))] -= 1.0
        norms = np.sqrt((errors.astype(np.float64) ** 2).sum(1) * self._squares)
        factor = np.minimum(1.0, self.world.clip / np.maximum(norms, 1e-12))
        return errors * factor[:, None, :].astype(np.float32)

    def _products(self, own: np.ndarray) -> np.ndarray:
        """Inner products of the candidates' gradients, ``(M, K, K)``."""
        b, (k, c) = self._known, self.world.candidates.shape[:2]
        inner = np.matmul(own.transpose(0, 2, 1), own) * self._gram[b:, b:]
        return inner.reshape(len(own), k, c, k, c).sum(axis=(2, 4))
