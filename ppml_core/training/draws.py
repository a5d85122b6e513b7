"""What one model draws. It depends on the model's own seed and on nothing else.

Three independent streams a model, so that a change in one (say, a step more of
noise) does not shift the others. Each is drawn by one thread, so they are the same
whatever the number of threads and whichever models are trained beside it.
"""

from __future__ import annotations

import numpy as np
import torch

from ppml_core._seeds import generator


class ModelDraws:
    """Initialisation, batches and noise of one model with ``n`` training records."""

    def __init__(self, seed: int, n: int) -> None:
        self.n = n
        self.initial = generator(seed, "initial weights")
        self.batches = generator(seed, "batches")
        # torch draws normals more than twice as fast as numpy, and without the GIL.
        state = int(generator(seed, "noise").integers(2**63))
        self.noise = torch.Generator().manual_seed(state)

    def shuffled_epoch(self) -> np.ndarray:
        """Positions (int64, ``(n,)``) of one pass over the records."""
        return self.batches.permutation(self.n)

    def inclusions(self, sample_rate: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
        """Poisson batches: who is in which of ``steps`` batches, each record in each one
        independently with ``sample_rate``. ``(step, position)`` of every inclusion, int64,
        steps ascending.

        The steps x n coin tosses are one long sequence; the gaps between heads are
        geometric, so only the heads are drawn.
        """
        return np.divmod(self._heads(sample_rate, steps * self.n), self.n)

    def poisson_epoch(self, sample_rate: float, steps: int) -> list[np.ndarray]:
        """The same as a list of batches of positions, some of which may be empty."""
        step, position = self.inclusions(sample_rate, steps)
        return np.split(position, np.searchsorted(step, np.arange(1, steps)))

    def noise_into(self, row: torch.Tensor) -> None:
        """Fill a float32 row with standard normals."""
        row.normal_(generator=self.noise)

    def _heads(self, rate: float, tosses: int) -> np.ndarray:
        """Positions of the heads among ``tosses`` coins of bias ``rate``, ascending."""
        if rate >= 1.0:
            return np.arange(tosses)
        found, last = [], -1
        while last < tosses:
            expected = (tosses - last) * rate
            gaps = self._gaps(rate, int(expected + 4 * expected**0.5 + 8))
            found.append(last + np.cumsum(gaps))
            last = int(found[-1][-1])
        heads = np.concatenate(found)
        return heads[heads < tosses]

    def _gaps(self, rate: float, count: int) -> np.ndarray:
        """Tosses up to and with the next head, ``count`` times."""
        return self.batches.geometric(rate, count)
