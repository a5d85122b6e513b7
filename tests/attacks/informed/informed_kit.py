"""A small world and an independent full-batch DP-GD, written out gradient by gradient."""

from __future__ import annotations

import numpy as np

from ppml_core.attacks.informed.world import World


def make_world(*, candidates: int = 2, copies: int = 1, clip: float = 1.0, d: int = 12) -> World:
    """Five known people, one unknown."""
    rng = np.random.default_rng(3)
    return World(
        known=rng.random((5, d)).astype(np.float32),
        known_labels=np.arange(1, 6),
        candidates=rng.random((candidates, copies, d)).astype(np.float32),
        slot=0,
        n_classes=6,
        clip=clip,
        learning_rate=0.5,
    )


def clipped_gradient(weights: np.ndarray, x: np.ndarray, y: int, world: World) -> np.ndarray:
    """Of one record's cross-entropy at flat weights ``(P,)``, by definition."""
    w, b = weights[: -world.n_classes].reshape(world.n_classes, -1), weights[-world.n_classes :]
    logits = w @ x + b
    error = np.exp(logits - logits.max())
    error /= error.sum()
    error[y] -= 1
    gradient = np.concatenate([np.outer(error, x).ravel(), error])
    return gradient * min(1.0, world.clip / np.linalg.norm(gradient))


def train(
    world: World, truth: int, noise: float, steps: int, rng: np.random.Generator
) -> list[np.ndarray]:
    """All iterates, float64."""
    records = [*zip(world.known, world.known_labels, strict=True)]
    records += [(x, world.slot) for x in world.candidates[truth]]
    at = rng.normal(0, 0.1, world.n_classes * (world.known.shape[1] + 1))
    found = [at]
    for _ in range(steps):
        total = sum(clipped_gradient(at, x.astype(np.float64), int(y), world) for x, y in records)
        total = total + noise * world.clip * rng.normal(size=len(at))
        at = at - world.learning_rate / world.n * total
        found.append(at)
    return found


def candidate_gradient(weights: np.ndarray, j: int, world: World) -> np.ndarray:
    """Sum over the candidate's records."""
    return np.sum(
        [
            clipped_gradient(weights, x.astype(np.float64), world.slot, world)
            for x in world.candidates[j]
        ],
        axis=0,
    )
