"""What one model draws. It depends on the model's own seed and on nothing else.

Three independent streams a model, so that a change in one (say, a step more of
noise) does not shift the others. Drawn with numpy, so they are the same whatever
the number of threads and whichever models are trained beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ppml_core._seeds import generator


class ModelDraws:
    """Initialisation, batches and noise of one model with ``n`` training records."""

    def __init__(self, seed: int, n: int) -> None:
        self.n = n
        self.initial = generator(seed, "initial weights")
        self.batches = generator(seed, "batches")
        self.noise = generator(seed, "noise")

    def shuffled_epoch(self, batch_size: int) -> Iterator[np.ndarray]:
        """Positions (int64) of one pass over the records; the last batch may be short."""
        order = self.batches.permutation(self.n)
        for at in range(0, self.n, batch_size):
            yield order[at : at + batch_size]

    def poisson_epoch(self, sample_rate: float, steps: int) -> Iterator[np.ndarray]:
        """``steps`` batches, each record in each batch independently with ``sample_rate``.

        The steps x n coin tosses are one long sequence; the gaps between heads are
        geometric, so only the heads are drawn.
        """
        heads = self._heads(sample_rate, steps * self.n)
        cuts = np.searchsorted(heads, np.arange(1, steps) * self.n)
        for batch in np.split(heads, cuts):
            yield batch % self.n

    def noise_into(self, row: np.ndarray) -> None:
        """Fill a float32 row with standard normals."""
        self.noise.standard_normal(out=row, dtype=np.float32)

    def _heads(self, rate: float, tosses: int) -> np.ndarray:
        """Positions of the heads among ``tosses`` coins of bias ``rate``, ascending."""
        if rate >= 1.0:
            return np.arange(tosses)
        found, last = [], -1
        while last < tosses:
            expected = (tosses - last) * rate
            gaps = self.batches.geometric(rate, int(expected + 4 * expected**0.5 + 8))
            found.append(last + np.cumsum(gaps))
            last = int(found[-1][-1])
        heads = np.concatenate(found)
        return heads[heads < tosses]
