"""Pictures read off the gradient of a first linear layer with a bias, without a search.

For one picture every neuron's weight gradient is its bias gradient times the picture:
``dW_i = db_i x`` (Phong et al. 2017, section 3; Geiping et al. 2020, proposition 3.1). In a
batch that holds for a neuron that only one of the pictures activates.
"""

from __future__ import annotations

import numpy as np

TINY, CONVERGED = 1e-300, 1e-12

SAME, ALIKE = 1e-6, 0.05
"""Rows whose proposals differ by less (root mean square) are joined, or taken for one picture."""


def recover_one(weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """The picture of a batch of one: least squares over the rows, ``(d,)``.

    ``weights`` ``(rows, d)`` and ``bias`` ``(rows,)`` are the layer's gradients, scaled by
    anything. Minimises ``||weights - bias x^T||``. All zero where the bias is.

    >>> recover_one(np.array([[0.5, 1.0], [-1.0, -2.0]]), np.array([0.5, -1.0])).tolist()
    [1.0, 2.0]
    """
    energy = float(bias @ bias)
    return bias @ weights / energy if energy > 0 else np.zeros(weights.shape[1])


def recover_rank_one(weights: np.ndarray, bias: np.ndarray, *, iterations: int = 100) -> np.ndarray:
    """The same by the best rank-one fit of ``[weights, bias]`` as a whole, ``(d,)``.

    Without noise the two are equal. Under Gaussian noise of equal strength everywhere this
    is the likeliest picture, and nearer: least squares trusts the bias gradients alone to
    say how strong each row is, this also all pixels. By the power method on the rows'
    inner products.

    >>> recover_rank_one(np.array([[0.5, 1.0], [-1.0, -2.0]]), np.array([0.5, -1.0])).round(9)
    array([1., 2.])
    """
    between = weights @ weights.T + np.outer(bias, bias)
    rows = np.asarray(bias, np.float64)
    for _ in range(iterations):
        before = rows / max(float(np.linalg.norm(rows)), TINY)
        rows = between @ before
        rows = rows / max(float(np.linalg.norm(rows)), TINY)
        if np.abs(rows - before).max(initial=0.0) < CONVERGED:
            break
    strength = float(rows @ bias)
    return rows @ weights / strength if strength != 0 else np.zeros(weights.shape[1])


def recover_batch(
    weights: np.ndarray, bias: np.ndarray, batch: int, *, noise: float = 0.0
) -> np.ndarray:
    """Up to ``batch`` pictures, float64 ``(batch, d)``, not clipped to [0, 1].

    Of one picture, the best rank-one fit. Of more, every row proposes ``dW_i / db_i``. Rows
    that only one picture activates propose that very picture, so proposals in which several
    rows agree come first, then those that stay within [0, 1] best: mixtures of pictures
    seldom do either. Rows that agree are joined by a rank-one fit. What is left over is
    filled with mixtures, so not every returned picture need be one of the batch. ``noise``:
    its standard deviation, as the attacker knows it; by it proposals may differ and still
    agree, and rows whose bias gradient is not above it are ignored.
    """
    if batch == 1:
        return recover_rank_one(weights, bias)[None]
    usable = np.flatnonzero(np.abs(bias) > max(3 * noise, 1e-12 * np.abs(bias).max(initial=0)))
    if len(usable) == 0:
        return np.repeat(recover_rank_one(weights, bias)[None], batch, axis=0)
    weights, bias = weights[usable], bias[usable]
    proposals = weights / bias[:, None]
    apart = _apart(proposals)
    spread = 2 * noise * np.hypot(1 / bias[:, None], 1 / bias[None, :])
    same = apart <= np.clip(spread, SAME, ALIKE)
    order = np.lexsort((-np.abs(bias), _outside(proposals), -same.sum(axis=1)))
    found: list[np.ndarray] = []
    taken = np.zeros(len(order), dtype=bool)
    for row in order:
        if len(found) < batch and not taken[row]:
            found.append(recover_rank_one(weights[same[row]], bias[same[row]]))
            taken |= apart[row] <= ALIKE
    found += [found[0]] * (batch - len(found))
    return np.stack(found)


def _apart(proposals: np.ndarray) -> np.ndarray:
    """Root mean square differences of all pairs, ``(rows, rows)``."""
    squares = np.square(proposals).sum(axis=1)
    sums = squares[:, None] + squares[None, :] - 2 * proposals @ proposals.T
    # Rounding leaves about 1e-16 of the squares, which huge proposals would make a distance.
    sums[sums < 1e-13 * (squares[:, None] + squares[None, :])] = 0.0
    return np.asarray(np.sqrt(np.maximum(sums, 0.0) / proposals.shape[1]))


def _outside(proposals: np.ndarray) -> np.ndarray:
    """How far each proposal leaves [0, 1], root mean square, in steps of 0.001."""
    over = proposals - np.clip(proposals, 0.0, 1.0)
    return np.round(np.sqrt(np.square(over).mean(axis=1)), 3)
