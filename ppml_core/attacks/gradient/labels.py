"""Which labels were in the batch, read off the last layer's bias.

The gradient of cross-entropy at output k is the mean over the batch of ``p_k - [y = k]``:
negative only where label k occurred (Zhao et al. 2020, equation 5, for one picture).
"""

from __future__ import annotations

import numpy as np


def recover_labels(
    bias_gradient: np.ndarray,
    batch: int,
    *,
    expected: np.ndarray,
    scale: float = 1.0,
) -> np.ndarray:
    """The batch's labels in ascending order, int64 ``(batch,)``.

    One picture: the class with the most negative entry, whatever the scale. More: label k
    occurs about ``batch * (expected_k - bias_gradient_k / scale)`` times (as in Wainakh
    et al. 2021), given greedily to whatever is furthest above what it has so far.
    ``expected``: mean softmax output, from the attacker's own pictures. ``scale``: by what
    clipping is thought to have multiplied the gradient.

    >>> recover_labels(np.array([0.2, -0.8, 0.6]), 1, expected=np.full(3, 1 / 3)).tolist()
    [1]
    >>> recover_labels(np.array([0.4, -0.35, -0.05]), 2, expected=np.full(3, 0.4)).tolist()
    [1, 2]
    """
    if batch == 1:
        return np.array([int(bias_gradient.argmin())])
    wanted = batch * (expected - bias_gradient / scale)
    found = []
    for _ in range(batch):
        label = int(wanted.argmax())
        found.append(label)
        wanted[label] -= 1.0
    return np.sort(np.array(found, dtype=np.int64))


def labels_found(guessed: np.ndarray, true: np.ndarray) -> int:
    """How many of the true labels the guess has, each counted once.

    >>> labels_found(np.array([1, 1, 2]), np.array([1, 2, 2]))
    2
    """
    classes = int(max(guessed.max(), true.max())) + 1
    counts = [np.bincount(labels, minlength=classes) for labels in (guessed, true)]
    return int(np.minimum(*counts).sum())
