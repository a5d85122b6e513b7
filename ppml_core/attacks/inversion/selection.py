"""From restarts to one answer an inversion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from ppml_core.attacks.inversion.attack import Inverted
from ppml_core.attacks.inversion.stability import most_stable
from ppml_core.attacks.inversion.target import Target


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """Codes ``(T, m, R, S, q)`` on the way, of which an inversion used the first
    ``lengths (m, R, S)``; ``decode`` makes pictures ``(..., d)`` of them, and ``frames``
    are wanted."""

    codes: torch.Tensor
    lengths: np.ndarray
    frames: int
    decode: Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True, kw_only=True, eq=False)
class Trails:
    """What every restart of some models did.

    ``start``, ``pictures``: ``(m, R, S, d)``, first and best. ``steps`` (or queries),
    ``ran``: ``(m, R, S)``.
    """

    start: torch.Tensor
    pictures: torch.Tensor
    steps: np.ndarray
    ran: np.ndarray
    history: History | None = None


def selected(
    target: Target,
    trails: Trails,
    stabilities: np.ndarray,
    choose_by: np.ndarray | None = None,
) -> Inverted:
    """The most stable restart of each inversion, by ``stabilities (m, R, S)``, or by
    ``choose_by`` where the attacker does not see those.

    A restart that ran goes before one that did not. Where none ran the start is given.
    """
    ran = np.asarray(trails.ran.any(axis=-1))
    eligible = np.where(
        trails.ran | ~ran[..., None], stabilities if choose_by is None else choose_by, -1.0
    )
    choice = most_stable(eligible)
    start, found = _chosen(trails.start, choice), _chosen(trails.pictures, choice)
    images = torch.where(torch.from_numpy(ran)[..., None], found, start)
    frames = _frames(trails, choice, start, images)
    m, aims = choice.shape
    return Inverted(
        images=images.reshape(m, aims, *target.shape).numpy(),
        confidence=target.confidence(images[:, :, None])[..., 0],
        started_at=target.confidence(start[:, :, None])[..., 0],
        stability=_pick(stabilities, choice),
        steps=_pick(trails.steps, choice),
        ran=ran,
        frames=None if frames is None else frames.reshape(m, aims, -1, *target.shape).numpy(),
    )


def _chosen(pictures: torch.Tensor, choice: np.ndarray) -> torch.Tensor:
    """``(m, R, S, d)`` to ``(m, R, d)``."""
    index = torch.from_numpy(choice)[..., None, None].expand(-1, -1, 1, pictures.shape[-1])
    return pictures.gather(2, index)[:, :, 0]


def _pick(values: np.ndarray, choice: np.ndarray) -> np.ndarray:
    """``(m, R, S)`` to ``(m, R)``."""
    return np.take_along_axis(values, choice[..., None], axis=-1)[..., 0]


def _frames(
    trails: Trails, choice: np.ndarray, start: torch.Tensor, last: torch.Tensor
) -> torch.Tensor | None:
    """Evenly spaced pictures from an inversion's start to its own end, ``(m, R, F, d)``."""
    history = trails.history
    if history is None:
        return None
    last_moment = np.clip(_pick(history.lengths, choice), 1, len(history.codes)) - 1
    moments = (last_moment[..., None] * np.linspace(0, 1, history.frames)).round().astype(int)
    m, r = np.indices(choice.shape)[..., None]
    codes = history.codes[moments, m, r, choice[..., None]]
    found = history.decode(codes.float())
    found[:, :, -1] = last
    found[:, :, 0] = start
    return found
