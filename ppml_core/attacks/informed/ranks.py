"""Success among k of the K candidates, for every k, from one experiment.

If the true candidate was drawn evenly from K and k - 1 rivals are drawn from the other
K - 1, all k are equally likely to the adversary. A run in which h rivals score above
the truth succeeds if none of them is drawn: with probability
``C(K - 1 - h, k - 1) / C(K - 1, k - 1)``. Averaging that over the draws, instead of
drawing once, is the same success with less luck in it.
"""

from __future__ import annotations

from math import comb

import numpy as np

from ppml_core._validate import in_range, same_length


def rivals_above(scores: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many rivals score above, and how many score like, the true candidate.

    ``scores (M, K)``, higher is likelier; ``truth (M,)``. Two int64 ``(M,)``.

    >>> above, ties = rivals_above(np.array([[3.0, 1.0, 3.0]]), np.array([1]))
    >>> above.tolist(), ties.tolist()
    ([2], [0])
    """
    same_length(scores=scores, truth=truth)
    own = scores[np.arange(len(scores)), truth][:, None]
    return (scores > own).sum(axis=1), (scores == own).sum(axis=1) - 1


def successes(scores: np.ndarray, truth: np.ndarray, k: int) -> np.ndarray:
    """Probability of success of every run among ``k`` candidates, float64 ``(M,)``.

    Ties are broken by a fair die. ``k`` from 2 to K.

    >>> successes(np.array([[2.0, 1.0, 3.0], [1.0, 1.0, 1.0]]), np.array([0, 0]), 2).tolist()
    [0.5, 0.5]
    """
    count = scores.shape[1]
    in_range("k", k, 2, count)
    above, ties = rivals_above(scores, truth)
    total = comb(count - 1, k - 1)
    won = np.cumsum([0.0] + [comb(count - 1 - h, k - 1) / total for h in range(count)])
    return np.asarray((won[above + ties + 1] - won[above]) / (ties + 1))
