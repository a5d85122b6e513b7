"""Who is on a reconstruction? Asked of a classifier that the attacked model has no part in.

A closed classifier has to name somebody, and so calls any noise by some name. This one
is open-set: it may answer "none of them", it was shown what nobody looks like, and it
wants to be sure. It differs from the attacked models in architecture (a support vector
machine on principal components), in seed, and in data (other copies, or other records).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ppml_core._seeds import generator
from ppml_core.attacks.inversion.augment import augmented
from ppml_core.attacks.inversion.principal import principal
from ppml_core.attacks.inversion.similarity import normalised
from ppml_core.attacks.inversion.slots import Experiment
from ppml_core.datasets.dataset import Dataset

NONE = -1
"""The answer "none of them"."""

COPIES, COMPONENTS = 12, 40
"""Training copies a picture; principal components that the classifier sees."""

AUXILIARY_MAX = 500
"""Most auxiliary pictures that the classifier is shown."""

NOISE_SHARE = 1.0
"""Noise pictures that the classifier is shown as "none", for every auxiliary picture."""

EDGE = 0.99
"""A picture is none where it is further from the space of real pictures than halfway from
where this share of real ones lies to where this share of pixel noise lies beyond."""


class Evaluator:
    """Names of pictures: ``2 k + 0`` for candidate A of slot k, ``2 k + 1`` for B where
    candidates are people; ``k`` where they are records of class k; ``NONE`` for others."""

    def __init__(self, pictures: np.ndarray, names: np.ndarray, seed: int) -> None:
        """``pictures (n, h, w[, 3])`` with ``names (n,)``, ``NONE`` among them."""
        from sklearn.svm import SVC

        rows = _flat(pictures)
        self._mean, _, self._basis = principal(rows, COMPONENTS)
        rng = generator(seed, "inversion", "evaluation noise")
        like = pictures[names == NONE] if (names == NONE).any() else pictures
        noise = _flat(_noise(like, rng))
        real, false = self._residual(rows), self._residual(noise[::2])
        self._most = float(np.quantile(real, EDGE) + np.quantile(false, 1 - EDGE)) / 2
        shown = np.concatenate([rows, noise])
        said = np.concatenate([names, np.full(len(noise), NONE)])
        self._machine = SVC(C=10.0, class_weight="balanced", random_state=seed)
        self._machine.fit(self._codes(shown), said)

    def names(self, pictures: np.ndarray) -> np.ndarray:
        """Who is on each of ``(n, h, w[, 3])``, int64 ``(n,)``."""
        rows = _flat(pictures)
        said = np.asarray(self._machine.predict(self._codes(rows)), dtype=np.int64)
        return np.where(self._residual(rows) > self._most, NONE, said)

    def _residual(self, rows: np.ndarray) -> np.ndarray:
        """Share of a picture that no mixture of real pictures makes."""
        back = self._mean + self._codes(rows) @ self._basis
        return np.asarray(np.linalg.norm(rows - back, axis=1))

    def _codes(self, rows: np.ndarray) -> np.ndarray:
        """Along the principal components."""
        return np.asarray((rows - self._mean) @ self._basis.T)


def build_evaluator(experiment: Experiment, source: Dataset, seed: int) -> Evaluator:
    """Trained on what no attacked model was trained on: other records of a person or
    class where there are any, fresh copies where not, and auxiliary pictures as "none",
    or, where they are of an attacked class, as that class."""
    rng = generator(seed, "inversion", "evaluation copies")
    pictures, names = [], []
    for name, rows in _named(experiment):
        made = _copies(source.features[list(rows)], rng)
        pictures.append(made)
        names.append(np.full(len(made), name))
    outside, said = _auxiliary_names(experiment, source)
    for name in np.unique(said):
        made = _copies(source.features[outside[said == name]], rng, COPIES // 3)
        pictures.append(made)
        names.append(np.full(len(made), name))
    return Evaluator(np.concatenate(pictures), np.concatenate(names), seed)


def true_name(experiment: Experiment, slot: int, who: int) -> int:
    """What the evaluator calls candidate ``who`` (0 or 1) of a slot."""
    return 2 * slot + who if experiment.unit == "person" else slot


def _auxiliary_names(experiment: Experiment, source: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Some auxiliary rows of the source, and what the evaluator is to call each of them."""
    every = np.array(experiment.plan.auxiliary, dtype=np.int64)  # often sorted by class
    rows = every[np.linspace(0, len(every) - 1, min(len(every), AUXILIARY_MAX)).astype(int)]
    said = np.full(len(rows), NONE)
    if experiment.unit == "record":
        for slot, (first, _) in enumerate(experiment.candidates):
            said[source.labels[rows] == source.labels[first.trained[0]]] = slot
    return rows, said


def _named(experiment: Experiment) -> list[tuple[int, Sequence[int]]]:
    """Every name with rows of the source to learn it from."""
    plan = experiment.plan
    if experiment.unit == "record":
        return list(enumerate(plan.evaluated))
    return [
        (2 * slot + who, candidate.others[3:] or candidate.trained)
        for slot, pair in enumerate(plan.candidates)
        for who, candidate in enumerate(pair)
    ]


def _copies(pictures: np.ndarray, rng: np.random.Generator, copies: int = COPIES) -> np.ndarray:
    """Changed copies: ``copies`` of each where pictures are few, one where they are many."""
    each = max(1, min(copies, 400 // len(pictures)))
    return np.concatenate([augmented(picture, each, rng) for picture in pictures])


def _noise(pictures: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Noise with the brightness of pictures: independent pixels, and smooth blotches."""
    from scipy.ndimage import gaussian_filter

    count = max(1, round(NOISE_SHARE * len(pictures)))
    noise = rng.uniform(0, 1, (count, *pictures.shape[1:]))
    widths = rng.uniform(0, 3, count) * (np.arange(count) % 2)
    for k, width in enumerate(widths):
        noise[k] = gaussian_filter(noise[k], (width, width, *[0] * (noise.ndim - 3)))
    return noise


def _flat(pictures: np.ndarray) -> np.ndarray:
    """Without brightness and contrast, one row a picture."""
    return normalised(pictures.reshape(len(pictures), -1))
