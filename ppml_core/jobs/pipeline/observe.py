"""From trained models to what attacks and accuracies are computed from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core.attacks.membership.signals import Signals, logit_confidence
from ppml_core.auditing.report import Interval, TargetSummary
from ppml_core.datasets.units import shared
from ppml_core.errors import TrainingDiverged
from ppml_core.jobs.pipeline.material import Material
from ppml_core.statistics.clustered import Spread, by_unit, mean_interval, reached, spread
from ppml_core.statistics.intervals import clopper_pearson, effective_trials
from ppml_core.training.population import Population

NORMAL = 1.959963984540054

CHUNK = 16
"""Most models whose logits are in memory at once; fewer where ``CHUNK_BYTES`` says so."""

CHUNK_BYTES = 256 * 1024 * 1024
"""Largest float32 logits in memory at once, unless one model's alone are larger."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Observations:
    """Of M models. Columns of the first three are the audited pool, of the last two
    the auxiliary records: ``phi`` float64, ``correct`` bool. ``units``: of pool and auxiliary
    records, equal for those that are not independent; None where all are."""

    phi: np.ndarray
    correct: np.ndarray
    membership: np.ndarray
    auxiliary_phi: np.ndarray
    auxiliary_correct: np.ndarray
    units: np.ndarray | None = None

    @property
    def models(self) -> int:
        return len(self.phi)

    def signals(self, record_ids: np.ndarray) -> Signals:
        """The attacks' view; ``record_ids`` are the pool's."""
        return Signals(
            phi=self.phi,
            membership=self.membership,
            record_ids=record_ids,
            population_phi=self.auxiliary_phi,
            units=None if self.units is None else self.units[: self.phi.shape[1]],
        )


def observe(population: Population, material: Material) -> Observations:
    """Run every record of pool and auxiliary set through every model.

    Raises ``TrainingDiverged`` where an output is infinite or NaN.
    """
    pool, auxiliary = material.pool, material.split.auxiliary
    rows = np.concatenate([pool, auxiliary])
    features, labels = material.dataset.features[rows], material.dataset.labels[rows]
    phi, correct = [], []
    size = chunk_size(len(rows), material.dataset.n_classes)
    for at in range(0, len(population), size):
        material.reporter.check()
        logits = population.select(slice(at, at + size)).logits(features)
        if not np.isfinite(logits).all():
            raise outputs_diverged(material)
        phi.append(logit_confidence(logits, labels))
        correct.append(logits.argmax(axis=-1) == labels)
    all_phi, all_correct = np.concatenate(phi), np.concatenate(correct)
    n = len(pool)
    return Observations(
        phi=all_phi[:, :n],
        correct=all_correct[:, :n],
        membership=population.membership[:, pool],
        auxiliary_phi=all_phi[:, n:],
        auxiliary_correct=all_correct[:, n:],
        units=shared(material.dataset.units[rows]),
    )


def chunk_size(records: int, classes: int) -> int:
    """Models to observe at once, 1 to ``CHUNK``.

    >>> chunk_size(1_797, 10), chunk_size(60_000, 100), chunk_size(2_000_000, 1_000)
    (16, 11, 1)
    """
    return min(CHUNK, max(1, CHUNK_BYTES // (4 * records * classes)))


def outputs_diverged(material: Material) -> TrainingDiverged:
    """What to raise where weights are finite and what they compute is not."""
    rate = material.request.recipe.learning_rate
    return TrainingDiverged("the outputs of a model", "on some records", learning_rate=rate)


def joined(parts: list[Observations]) -> Observations:
    """All models of several observations of the same records."""
    names = ("phi", "correct", "membership", "auxiliary_phi", "auxiliary_correct")
    together = {n: np.concatenate([getattr(p, n) for p in parts]) for n in names}
    return Observations(**together, units=parts[0].units)


def accuracies(seen: Observations) -> tuple[float, float, Interval]:
    """(train, test, 95 % interval of test), over all models.

    A model's test records are all that it was not trained on, auxiliary ones included.
    """
    train = float(seen.correct[seen.membership].mean())
    unseen = np.concatenate([~seen.membership, np.ones_like(seen.auxiliary_correct)], axis=1)
    right = np.concatenate([seen.correct, seen.auxiliary_correct], axis=1)
    test = float(right[unseen].mean())
    if seen.models == 1 and seen.units is None:
        return train, test, clopper_pearson(int(right[unseen].sum()), int(unseen.sum()))
    psi = np.where(unseen, right - test, 0.0) / unseen.sum()
    around = spread(by_unit(psi, seen.units))
    if seen.models == 1:
        return train, test, _one_model(test, around, unseen, seen.units)
    low, high = mean_interval(test, around)
    return train, test, (max(low, 0.0), min(high, 1.0))


def _one_model(
    test: float, around: Spread, unseen: np.ndarray, units: np.ndarray | None
) -> Interval:
    """Clopper and Pearson's, on as many trials as independent records would need for this
    variance, fewer where few units tell it badly (Korn and Graubard 1998)."""
    found = reached(unseen, units)
    variance = around.variance * (around.quantile / NORMAL) ** 2
    trials = effective_trials(test, variance, int(unseen.sum()), distinct=found)
    return clopper_pearson(test * trials, trials)


def target_summary(seen: Observations, parameters: int) -> TargetSummary:
    """The target part of a report, without curves."""
    train, test, interval = accuracies(seen)
    return TargetSummary(
        train_accuracy=train,
        test_accuracy=test,
        test_accuracy_ci=interval,
        models=seen.models,
        parameters=parameters,
    )
