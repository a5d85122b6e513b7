"""What every stacked classifier's gradient needs: its loss, clipping, and products."""

from __future__ import annotations

import torch

TINY = 1e-12
"""Keeps the clipping factor finite for a gradient of norm zero."""


def class_errors(logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Derivative of each example's cross-entropy by its logits: softmax minus one-hot.

    ``logits (M, B, K)``, ``y (M, B)``. Fastest where the examples of ``logits`` lie next
    to each other in memory, and the result's do.
    """
    error = torch.softmax(logits.transpose(1, 2), dim=1).transpose(1, 2)
    return error.scatter_add_(2, y[..., None], torch.full_like(error[..., :1], -1.0))


def factors(
    norms: torch.Tensor | None,
    clip: torch.Tensor | None,
    mask: torch.Tensor | None,
    scale: float,
) -> torch.Tensor | float:
    """What each example's gradient is multiplied by, ``(M, B, 1)`` or one number for all.

    ``norms (M, B)`` of whole gradients are brought down to at most ``clip (M,)``.
    """
    weight = mask
    if clip is not None and norms is not None:
        factor = (clip[:, None] / norms.clamp_min(TINY)).clamp_max(1.0)
        weight = factor if mask is None else factor * mask
    return scale if weight is None else (weight * scale)[..., None]


def squared_norms(rows: torch.Tensor) -> torch.Tensor:
    """Squared norm of each row ``(..., d)``: in one pass where its numbers lie together."""
    if rows.stride(-1) == 1:
        return torch.linalg.vector_norm(rows, dim=-1).square_()
    return rows.square().sum(-1)


SMALL_PRODUCT = 10_000
"""Numbers in one model's product up to which a copy is cheaper than a strided result."""


def product_into(out: torch.Tensor, a: torch.Tensor, b: torch.Tensor) -> None:
    """``out = a @ b`` for each model, where ``out (M, ., .)`` is a strided part of all weights.

    Into strided memory torch multiplies model by model, which small products feel.
    """
    if out[0].numel() <= SMALL_PRODUCT:
        out.copy_(torch.bmm(a, b))
    else:
        torch.bmm(a, b, out=out)
