"""Prior samples that a model already gives the wanted label: where a label-only attack starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ppml_core.attacks.inversion.attack import Check
from ppml_core.attacks.inversion.prior import PCASpace
from ppml_core.attacks.inversion.target import Target

BATCH = 250


@dataclass(frozen=True, kw_only=True, eq=False)
class Starts:
    """``codes (m, R, S, q)`` to start from, ``found (m, R)`` whether there was any (the
    prior's mean stands there otherwise), and ``queries (m, R)`` that it took."""

    codes: np.ndarray
    found: np.ndarray
    queries: np.ndarray


def find_starts(
    target: Target, space: PCASpace, bank: int, restarts: int, seed: int, check: Check | None
) -> Starts:
    """The first ``restarts`` of ``bank`` prior samples that have the class, for each inversion.

    Fewer are repeated. All models are asked about the same samples; an inversion
    stops asking when it has enough.
    """
    codes = space.sample(bank, seed).astype(np.float64)
    labels = _labels(target, space, codes, check)
    hits = labels[:, None, :] == target.classes.numpy()[..., None]
    counts = hits.sum(-1)
    order = np.argsort(~hits, axis=-1, kind="stable")
    number = np.arange(restarts) % np.maximum(np.minimum(counts, restarts), 1)[..., None]
    chosen = codes[np.take_along_axis(order, number, axis=-1)]
    found = counts > 0
    enough = np.take_along_axis(order, np.full((*counts.shape, 1), restarts - 1), axis=-1)[..., 0]
    return Starts(
        codes=np.where(found[..., None, None], chosen, 0.0),
        found=found,
        queries=np.where(counts >= restarts, enough + 1, bank),
    )


def _labels(target: Target, space: PCASpace, codes: np.ndarray, check: Check | None) -> np.ndarray:
    """Every model's label for every code, ``(m, n)``."""
    found = []
    for at in range(0, len(codes), BATCH):
        if check:
            check()
        pictures = space.pictures(torch.from_numpy(codes[at : at + BATCH]))
        shared = pictures.expand(len(target.flat), 1, -1, -1)
        with torch.no_grad():
            found.append(target.logits(shared).argmax(-1)[:, 0].numpy())
    return np.concatenate(found, axis=1)
