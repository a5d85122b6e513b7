"""Pictures read off the gradient of a first linear layer with a bias, without a search.

For one picture every neuron's weight gradient is its bias gradient times the picture:
``dW_i = db_i x`` (Phong et al. 2017, section 3; Geiping et al. 2020, proposition 3.1). In a
batch that holds for a neuron that only one of the pictures activates.
"""

from __future__ import annotations

import numpy as np

AGREE = 0.05
"""Rows whose pictures differ by less (root mean square) are taken for the same picture."""


def recover_one(weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """The picture of a batch of one: least squares over the rows, ``(d,)``.

    ``weights`` ``(rows, d)`` and ``bias`` ``(rows,)`` are the layer's gradients, scaled by
    anything. Minimises ``||weights - bias x^T||``. All zero where the bias is.

    >>> recover_one(np.array([[0.5, 1.0], [-1.0, -2.0]]), np.array([0.5, -1.0])).tolist()
    [1.0, 2.0]
    """
    energy = float(bias @ bias)
    return bias @ weights / energy if energy > 0 else np.zeros(weights.shape[1])


def recover_batch(
    weights: np.ndarray, bias: np.ndarray, batch: int, *, noise: float = 0.0
) -> np.ndarray:
    """Up to ``batch`` pictures, float64 ``(batch, d)``, not clipped to [0, 1].

    Every row proposes ``dW_i / db_i``. Rows that only one picture activates propose that
    very picture, so proposals in which several rows agree come first, then those that
    stay within [0, 1] best: mixtures of pictures seldom do either. Rows that agree are
    joined by least squares. What is left over is filled with mixtures, so not every
    returned picture need be one of the batch. ``noise``: its standard deviation, as the
    attacker knows it; rows whose bias gradient is below it are ignored.
    """
    if batch == 1:
        return recover_one(weights, bias)[None]
    usable = np.flatnonzero(np.abs(bias) > max(3 * noise, 1e-12 * np.abs(bias).max(initial=0)))
    if len(usable) == 0:
        return np.repeat(recover_one(weights, bias)[None], batch, axis=0)
    weights, bias = weights[usable], bias[usable]
    near = _agreement(weights / bias[:, None])
    outside = _outside(weights / bias[:, None])
    order = np.lexsort((-np.abs(bias), outside, -near.sum(axis=1)))
    return _chosen(weights, bias, near, order, batch)


def _chosen(
    weights: np.ndarray, bias: np.ndarray, near: np.ndarray, order: np.ndarray, batch: int
) -> np.ndarray:
    """The first ``batch`` proposals in this order that are not near an earlier one."""
    found: list[np.ndarray] = []
    taken = np.zeros(len(order), dtype=bool)
    for row in order:
        if len(found) < batch and not taken[row]:
            group = near[row] & ~taken
            found.append(recover_one(weights[group], bias[group]))
            taken |= near[row]
    found += [found[0]] * (batch - len(found))
    return np.stack(found)


def _agreement(proposals: np.ndarray) -> np.ndarray:
    """Boolean ``(rows, rows)``: whose proposals are the same picture."""
    squares = np.square(proposals).sum(axis=1)
    apart = squares[:, None] + squares[None, :] - 2 * proposals @ proposals.T
    return np.asarray(apart <= AGREE**2 * proposals.shape[1])


def _outside(proposals: np.ndarray) -> np.ndarray:
    """How far each proposal leaves [0, 1], root mean square, in steps of 0.001."""
    over = proposals - np.clip(proposals, 0.0, 1.0)
    return np.round(np.sqrt(np.square(over).mean(axis=1)), 3)
