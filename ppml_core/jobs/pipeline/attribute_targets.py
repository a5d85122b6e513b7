"""The models whose outputs an attribute attack reads: networks of a population, or forests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ppml_core.attacks.attribute.column import Sensitive
from ppml_core.attacks.attribute.likelihood import by_value, filled, label_log_likelihood
from ppml_core.jobs.attribute_request import AttributesRequest
from ppml_core.jobs.pipeline.material import Material
from ppml_core.jobs.pipeline.observe import chunk_size, outputs_diverged
from ppml_core.training.population import Population, train_population

ROWS_AT_ONCE = 50_000
"""Records with a value filled in that the models are asked about in one go."""

OnDone = Callable[[float], None]


class Targets(Protocol):
    """M trained models."""

    @property
    def parameters(self) -> int:
        """Of one model, as a measure of its size."""

    def logits(self, features: np.ndarray) -> np.ndarray:
        """``(M, n, K)``: log-probabilities up to a constant a record."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Networks:
    """Softmax regressions or MLPs."""

    population: Population
    material: Material

    @property
    def parameters(self) -> int:
        """Of one model."""
        return self.population.weights.shape[1]

    def logits(self, features: np.ndarray) -> np.ndarray:
        """In groups of models; raises ``TrainingDiverged`` where they are not finite."""
        size = chunk_size(len(features), self.population.n_classes)
        parts = []
        for at in range(0, len(self.population), size):
            self.material.reporter.check()
            parts.append(self.population.select(slice(at, at + size)).logits(features))
        logits = np.concatenate(parts)
        if not np.isfinite(logits).all():
            raise outputs_diverged(self.material)
        return logits


@dataclass(frozen=True, kw_only=True, eq=False)
class Forests:
    """Random forests (Breiman 2001), scikit-learn's. A probability is the share of its ``trees``
    trees, and half a tree is added for every class, so that none is zero."""

    forests: list
    trees: int
    n_classes: int
    check: Callable[[], None]

    @property
    def parameters(self) -> int:
        """Nodes of the first forest's trees."""
        return int(sum(tree.tree_.node_count for tree in self.forests[0].estimators_))

    def logits(self, features: np.ndarray) -> np.ndarray:
        """Log-probabilities."""
        out = np.empty((len(self.forests), len(features), self.n_classes))
        for row, forest in zip(out, self.forests, strict=True):
            self.check()
            p = np.zeros((len(features), self.n_classes))
            p[:, forest.classes_] = forest.predict_proba(features)
            row[:] = np.log((self.trees * p + 0.5) / (self.trees + 0.5 * self.n_classes))
        return out


def train_targets(
    material: Material, membership: np.ndarray, seeds: list[int], on_done: OnDone
) -> Targets:
    """A model a row of ``membership (M, n)``; ``on_done`` hears how many are done."""
    request = material.request
    assert isinstance(request, AttributesRequest)
    if request.target == "forest":
        return _forests(material, request, membership, seeds, on_done)
    epochs, trained = request.recipe.epochs, 0

    def on_group(done: int, _: int) -> None:
        nonlocal trained
        trained = done
        on_done(done)

    def on_epoch(epoch: int, flat: object) -> None:
        on_done(trained + min(epoch / epochs, 1.0) * len(flat))  # type: ignore[arg-type]

    population = train_population(
        material.dataset,
        membership,
        request.recipe,
        seeds,
        check=material.reporter.check,
        on_group=on_group,
        on_epoch=on_epoch,
    )
    return Networks(population=population, material=material)


def _forests(
    material: Material,
    request: AttributesRequest,
    membership: np.ndarray,
    seeds: list[int],
    on_done: OnDone,
) -> Forests:
    """One forest after another."""
    from sklearn.ensemble import RandomForestClassifier

    data, forests = material.dataset, []
    for row, seed in zip(membership, seeds, strict=True):
        material.reporter.check()
        forest = RandomForestClassifier(
            request.trees, random_state=seed % 2**32, n_jobs=1, warm_start=False
        )
        forests.append(forest.fit(data.matrix()[row], data.labels[row]))
        on_done(len(forests))
    return Forests(
        forests=forests,
        trees=request.trees,
        n_classes=data.n_classes,
        check=material.reporter.check,
    )


def value_likelihoods(
    targets: Targets, material: Material, sensitive: Sensitive, rows: np.ndarray
) -> np.ndarray:
    """``log p(label | value filled in)`` of records ``rows``: ``(M, len(rows), V)``."""
    matrix, labels = material.dataset.matrix()[rows], material.dataset.labels[rows]
    fills, at_once = len(sensitive.fills), max(1, ROWS_AT_ONCE // len(rows))
    parts = []
    for first in range(0, fills, at_once):
        some = range(first, min(first + at_once, fills))
        asked = np.concatenate([filled(matrix, sensitive, fill) for fill in some])
        told = label_log_likelihood(targets.logits(asked), np.tile(labels, len(some)))
        parts.append(told.reshape(len(told), len(some), len(rows)).swapaxes(0, 1))
    return by_value(np.concatenate(parts), sensitive)
