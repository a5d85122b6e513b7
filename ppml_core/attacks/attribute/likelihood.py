"""What a model's outputs say about the sensitive value: the model-only guesser.

For each candidate value the attacker fills it in, asks the model, and reads off the
probability of the label, which they know. This is the attack of Yeom et al. (2018, CSF,
section 4) in the confidence form of Mehnaz et al. (2022, USENIX Security, CSMIA).
"""

from __future__ import annotations

import numpy as np
from scipy.special import log_softmax, logsumexp

from ppml_core.attacks.attribute.column import Sensitive


def filled(matrix: np.ndarray, sensitive: Sensitive, fill: int) -> np.ndarray:
    """A copy of ``matrix (n, d)`` in which every record has fill number ``fill``."""
    copy = matrix.copy()
    copy[:, sensitive.columns] = sensitive.fills[fill]
    return copy


def label_log_likelihood(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """``log p(y)`` in float64 from logits ``(M, n, K)`` and labels ``(n,)``: ``(M, n)``."""
    log_p = log_softmax(logits.astype(np.float64), axis=-1)
    return np.asarray(log_p[:, np.arange(len(labels)), labels])


def by_value(per_fill: np.ndarray, sensitive: Sensitive) -> np.ndarray:
    """``(F, ..., n)`` log-likelihoods of fills to ``(..., n, V)`` of values.

    A value that several fills stand for has the log of their weighted mean likelihood.
    """
    shares = np.log(sensitive.weights).reshape(-1, *([1] * (per_fill.ndim - 1)))
    return np.stack(
        [
            logsumexp((per_fill + shares)[sensitive.fill_of == value], axis=0)
            for value in range(len(sensitive.values))
        ],
        axis=-1,
    )


def one_against_rest(log_weights: np.ndarray) -> np.ndarray:
    """``log w_v - log sum_{u != v} w_u`` for each value, ``(..., V)`` float64.

    For two values the second is the log-likelihood ratio (log-odds) of the second.
    Higher means that value.

    >>> one_against_rest(np.log([0.25, 0.75])).round(3).tolist()
    [-1.099, 1.099]
    """
    parts = [
        log_weights[..., v] - logsumexp(np.delete(log_weights, v, axis=-1), axis=-1)
        for v in range(log_weights.shape[-1])
    ]
    return np.stack(parts, axis=-1)
