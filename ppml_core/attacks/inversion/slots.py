"""The experiment behind inversion: slots that hold one of two candidates, by a fair coin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ppml_core._seeds import generator
from ppml_core.attacks.inversion.augment import augmented
from ppml_core.attacks.inversion.candidates import Candidate, Plan, plan_candidates
from ppml_core.datasets.bounds import pixel_names
from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import InvalidValue

A, B, SHARED = 0, 1, 2
ROWS_MAX = 100_000
"""Most pictures, copies included, of one experiment."""

TEST_COPIES = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Experiment:
    """K slots (the classes of the attacked models), each with a candidate A and a B.

    ``dataset``: every picture that a model is trained or tested on, copies included;
    its labels are the slots. ``who``: int ``(n,)``, ``A``, ``B`` or ``SHARED``.
    ``testing``: bool ``(n,)``, rows that no model is trained on. ``auxiliary``: float32
    ``(a, h, w[, 3])``, disjoint from all of them. ``copies``: as trained on.
    """

    plan: Plan
    dataset: Dataset
    who: np.ndarray
    testing: np.ndarray
    auxiliary: np.ndarray
    copies: int

    @property
    def unit(self) -> str:
        """``person`` or ``record``."""
        return self.plan.unit

    @property
    def candidates(self) -> tuple[tuple[Candidate, Candidate], ...]:
        """A and B of each slot."""
        return self.plan.candidates

    @property
    def slots(self) -> int:
        """K."""
        return len(self.candidates)

    @property
    def copies_of_person(self) -> int:
        """Most training pictures that one candidate contributes."""
        return self.copies * max(len(c.trained) for pair in self.candidates for c in pair)

    def membership(self, holds: np.ndarray) -> np.ndarray:
        """Bool ``(M, n)`` from ``holds (M, K)``, True where slot k has candidate A."""
        return self._owned(holds) & ~self.testing

    def tests(self, holds: np.ndarray) -> np.ndarray:
        """Bool ``(M, n)``: pictures of what each model holds that it was not trained on."""
        return self._owned(holds) & self.testing

    def chance(self, holds: np.ndarray) -> float:
        """Share of test pictures, mean over models, that one and the same answer gets right,
        at most: 1 / K where all slots have equally many."""
        tests = self.tests(holds)
        counts = np.stack([tests[:, self.dataset.labels == k].sum(1) for k in range(self.slots)])
        return float((counts.max(axis=0) / counts.sum(axis=0)).mean())

    def _owned(self, holds: np.ndarray) -> np.ndarray:
        """Rows of each model's own candidates, and those that all share."""
        mine = np.where(holds, A, B)[:, self.dataset.labels]
        return (self.who == SHARED) | (self.who == mine)


def build_experiment(
    dataset: Dataset, *, slots: int, records_per_class: int, copies: int, seed: int
) -> Experiment:
    """Candidates, their copies, test pictures and auxiliary pictures, all disjoint.

    A trained record is there itself and as ``copies - 1`` changed copies. Test pictures
    are records that no model sees; where a person has none left, fresh copies.
    Raises ``InvalidValue`` for data that has no pictures, or too few (see
    :func:`.candidates.plan_candidates`).
    """
    plan = plan_candidates(dataset, slots=slots, records_per_class=records_per_class, seed=seed)
    rows = len(plan.candidates) * (records_per_class + 1) * copies
    if rows > ROWS_MAX:
        raise InvalidValue(
            "classes x records_per_class x copies", f"<= {ROWS_MAX:,} training pictures", rows
        )
    build = _Rows(dataset, generator(seed, "inversion", "copies"))
    for slot, pair in enumerate(plan.candidates):
        for who, candidate in zip((A, B), pair, strict=True):
            build.train(slot, who, candidate.trained, copies)
        build.train(slot, SHARED, plan.shared[slot], copies)
        for who, candidate in zip((A, B), pair, strict=True):
            build.test(slot, who, candidate)
        build.keep(slot, SHARED, plan.tested[slot], True)
    return Experiment(
        plan=plan,
        dataset=build.dataset(f"{dataset.name}, inversion", len(plan.candidates)),
        who=np.array(build.who),
        testing=np.array(build.testing),
        auxiliary=dataset.features[list(plan.auxiliary)],
        copies=copies,
    )


class _Rows:
    """Pictures of the experiment, as they are put together."""

    def __init__(self, source: Dataset, rng: np.random.Generator) -> None:
        self.source, self.rng = source, rng
        self.pictures: list[np.ndarray] = []
        self.labels: list[int] = []
        self.who: list[int] = []
        self.testing: list[bool] = []

    def train(self, slot: int, who: int, rows: Sequence[int], copies: int) -> None:
        """Records and their changed copies."""
        self.keep(slot, who, rows, False)
        if copies > 1:
            for row in rows:
                self._add(
                    slot, who, augmented(self.source.features[row], copies - 1, self.rng), False
                )

    def test(self, slot: int, who: int, candidate: Candidate) -> None:
        """A person's other records, or fresh copies of the trained ones."""
        if candidate.others:
            self.keep(slot, who, candidate.others[:TEST_COPIES], True)
        elif candidate.is_person:
            picture = self.source.features[candidate.trained[0]]
            self._add(slot, who, augmented(picture, TEST_COPIES, self.rng), True)

    def keep(self, slot: int, who: int, rows: Sequence[int], testing: bool) -> None:
        """Records as they are."""
        if len(rows):
            self._add(slot, who, self.source.features[list(rows)], testing)

    def dataset(self, name: str, slots: int) -> Dataset:
        """All rows as one dataset whose classes are the slots."""
        features = np.concatenate(self.pictures)
        return Dataset(
            name=name,
            features=features,
            labels=np.array(self.labels, dtype=np.int64),
            feature_names=pixel_names(features.shape[1:]),
            label_names=tuple(f"slot {k + 1}" for k in range(slots)),
            record_ids=np.arange(len(features)),
            private_statistics=self.source.private_statistics,
        )

    def _add(self, slot: int, who: int, pictures: np.ndarray, testing: bool) -> None:
        """Pictures ``(c, h, w[, 3])`` of one kind."""
        self.pictures.append(pictures)
        self.labels += [slot] * len(pictures)
        self.who += [who] * len(pictures)
        self.testing += [testing] * len(pictures)
