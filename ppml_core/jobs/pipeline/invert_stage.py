"""What all privacy settings of an inversion run share: people, coins, nulls, the evaluator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core._seeds import generator
from ppml_core.attacks.inversion import nulls
from ppml_core.attacks.inversion.evaluate import Evaluator, build_evaluator
from ppml_core.attacks.inversion.similarity import nearness
from ppml_core.attacks.inversion.slots import Experiment, build_experiment
from ppml_core.attacks.inversion.swap import coins
from ppml_core.auditing.inversion_report import Person
from ppml_core.auditing.pictures import picture
from ppml_core.jobs.invert_request import InvertRequest
from ppml_core.jobs.pipeline.material import Ground

SHEET_PAIRS = {"gradient": 11, "pca": 11, "vae": 11, "black-box": 1, "label-only": 1}
"""Model pairs that are inverted at every slot. The first says who is shown; ten coins more are
enough for a statement about one of 40 people (40 / 2^10 < 0.05); attacks by queries are too
slow for that."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """``holds``: bool ``(2 * pairs, K)``, True where slot k has candidate A.
    ``records[k][w]``: the trained records of candidate w, ``(j, h, w[, 3])``.
    ``null_near``: of each null that needs no model, how near it is to each candidate,
    ``(K, 2)``. ``prior``: ``(K, h, w[, 3])``."""

    ground: Ground
    request: InvertRequest
    experiment: Experiment
    evaluator: Evaluator
    holds: np.ndarray
    records: tuple[tuple[np.ndarray, np.ndarray], ...]
    auxiliary_mean: np.ndarray
    prior: np.ndarray
    null_near: dict[str, np.ndarray]

    @property
    def sheet(self) -> int:
        """Models that are inverted at every slot: the first ones."""
        return 2 * min(self.request.pairs, SHEET_PAIRS[self.request.attack])

    def shown(self, slot: int) -> int:
        """Whom the shown model, the first, holds: 0 for A, 1 for B."""
        return 0 if self.holds[0, slot] else 1

    def near(self, pictures: np.ndarray, slot: int) -> np.ndarray:
        """``(a, 2)``: how near pictures are to the slot's A and B."""
        return np.stack([nearness(pictures, each) for each in self.records[slot]], axis=1)

    def people(self) -> tuple[Person, ...]:
        """Whom the shown sheet shows."""
        return tuple(self._person(slot) for slot in range(self.experiment.slots))

    def _person(self, slot: int) -> Person:
        """Of the shown model."""
        candidate = self.experiment.candidates[slot][self.shown(slot)]
        truth = self.records[slot][self.shown(slot)][0]
        lookalike = nulls.nearest_auxiliary(self.experiment.auxiliary, truth)
        return Person(
            slot=slot,
            title=candidate.title,
            record_id=int(self.ground.dataset.record_ids[candidate.trained[0]]),
            truth=picture(truth),
            auxiliary_mean=picture(self.auxiliary_mean),
            nearest_auxiliary=picture(lookalike),
        )


def set_stage(ground: Ground) -> Stage:
    """Everything that is decided before a model is trained. Raises ``InvalidValue``."""
    request, dataset = ground.request, ground.dataset
    assert isinstance(request, InvertRequest)
    ground.reporter.progress("Choosing who is swapped", 0, 1)
    experiment = build_experiment(
        dataset,
        slots=request.slots,
        records_per_class=request.records_per_class,
        copies=request.copies,
        seed=request.seed,
    )
    records = tuple(
        (dataset.features[list(a.trained)], dataset.features[list(b.trained)])
        for a, b in experiment.candidates
    )
    ground.reporter.progress("Teaching a classifier of its own to name them", 0, 1)
    evaluator = build_evaluator(experiment, dataset, request.seed + 1)
    ground.reporter.progress("Comparing what never saw anybody", 0, 1)
    rng = generator(request.seed, "inversion", "prior samples")
    mean = nulls.auxiliary_mean(experiment.auxiliary)
    prior = nulls.prior_samples(experiment.auxiliary, experiment.slots, rng)
    return Stage(
        ground=ground,
        request=request,
        experiment=experiment,
        evaluator=evaluator,
        holds=coins(request.pairs, experiment.slots, request.seed),
        records=records,
        auxiliary_mean=mean,
        prior=prior,
        null_near=_null_near(experiment.auxiliary, mean, prior, records),
    )


def _null_near(
    auxiliary: np.ndarray,
    mean: np.ndarray,
    prior: np.ndarray,
    records: tuple[tuple[np.ndarray, np.ndarray], ...],
) -> dict[str, np.ndarray]:
    """``(K, 2)`` of each null that is the same for every model."""
    near: dict[str, list[list[float]]] = {n: [] for n in ("mean", "nearest", "prior")}
    for slot, pair in enumerate(records):
        near["mean"].append([float(nearness(mean[None], each)[0]) for each in pair])
        near["prior"].append([float(nearness(prior[slot][None], each)[0]) for each in pair])
        near["nearest"].append([float(nearness(auxiliary, each).max()) for each in pair])
    keys = {"mean": "auxiliary-mean", "nearest": "nearest-auxiliary", "prior": "prior-sample"}
    return {keys[name]: np.array(values) for name, values in near.items()}
