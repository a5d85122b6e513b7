"""What every kind of run starts from, and the parts of a report they share."""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any

import msgspec
import numpy as np

from ppml_core import __version__
from ppml_core.accounting.dpsgd import make_guarantee
from ppml_core.accounting.guarantee import PrivacyGuarantee, for_groups
from ppml_core.accounting.mechanism import trade_offs
from ppml_core.auditing.report import DatasetSummary
from ppml_core.datasets.catalogue import load_dataset
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.determines import label_twins
from ppml_core.datasets.split import Split, make_split
from ppml_core.jobs.invert_request import InvertRequest
from ppml_core.jobs.pipeline.feasible import require_feasible
from ppml_core.jobs.pipeline.usable import require_classes, require_units
from ppml_core.jobs.progress import Reporter, Silent
from ppml_core.jobs.requests import Request, TrainRequest, redacted, to_json
from ppml_core.training.population import noise_multiplier_of
from ppml_core.training.recipe import TrainingRecipe

REPORT_CAVEAT = (
    "It covers the weights of one released model. Accuracies, curves and attack results in this "
    "report are computed from the records without noise and are not covered."
)

SIZE_CAVEAT = (
    "The number of training records is treated as public. The attacks here compare training sets "
    "of one fixed size (counted in people or sets of copies where these stay together), which "
    "differ by replacing records: for them the epsilon for adding or "
    "removing one record is only indicative."
)

SEED_CAVEAT = (
    "The noise comes from a seeded, non-cryptographic generator, so that runs can be repeated: "
    "whoever knows the seed, which this report names, can subtract it. Keeping it secret would "
    "not help for long: the seed has 31 bits and the generator of the noise starts from 32, few "
    "enough to try them all. Train a model that is to be released with the switch for that."
)

RELEASE_CAVEAT = (
    "Trained for release: batches and noise came from the operating system's cryptographic "
    "generator and were not kept, so this run cannot be repeated; the seed decides the division "
    "of the records only. Noise and sums are floating-point numbers, and what their last digits "
    "give away (Mironov 2012) is not covered."
)


BOUNDS_SOMETHING = 30.0
"""Above this epsilon the mechanism's curve allows anything, and takes long to compute."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A request with its data loaded."""

    request: Request
    dataset: Dataset
    reporter: Reporter
    started: float = field(default_factory=time.perf_counter)
    label_twins: tuple[str, ...] = ()

    def summary(self) -> DatasetSummary:
        """The dataset part of the report."""
        return DatasetSummary(
            name=self.dataset.name,
            n=len(self.dataset),
            sha256=self.dataset.sha256,
            n_features=len(self.dataset.feature_names),
            n_classes=self.dataset.n_classes,
            private_statistics=self.dataset.private_statistics,
            notes=self.dataset.notes,
            label_twins=self.label_twins,
            majority_share=float(np.bincount(self.dataset.labels).max() / len(self.dataset)),
            distinct=self.dataset.distinct,
            units=int(self.dataset.units.max()) + 1,
            persons=_people(self.dataset),
        )

    def guarantee_of(self, recipe: TrainingRecipe, n_members: int) -> PrivacyGuarantee | None:
        """What the recipe guarantees when trained on ``n_members``; None without noise."""
        noise = noise_multiplier_of(recipe, n_members)
        if recipe.privacy is None or not noise:
            return None
        release = isinstance(self.request, TrainRequest) and self.request.release
        seeded = RELEASE_CAVEAT if release else SEED_CAVEAT
        return make_guarantee(
            noise,
            recipe.privacy.max_grad_norm,
            n_members,
            recipe.batch_size,
            recipe.epochs,
            recipe.privacy.delta,
            caveats=(*_scaling_caveats(self.dataset), REPORT_CAVEAT, SIZE_CAVEAT, seeded),
        )

    def common(self) -> dict[str, Any]:
        """The fields that all reports have."""
        return {
            "request": redacted(msgspec.json.decode(to_json(self.request))),
            "dataset": self.summary(),
            "versions": versions(),
            "seconds": round(time.perf_counter() - self.started, 3),
        }


@dataclass(frozen=True, kw_only=True)
class Material(Ground):
    """The same, divided into members, non-members and auxiliary records."""

    request: TrainRequest
    split: Split

    @property
    def pool(self) -> np.ndarray:
        """Rows of the audited records: members and non-members of the split."""
        return np.concatenate([self.split.members, self.split.nonmembers])

    def summary(self) -> DatasetSummary:
        """The dataset part of the report."""
        return replace(
            super().summary(),
            members=len(self.split.members),
            nonmembers=len(self.split.nonmembers),
            auxiliary=len(self.split.auxiliary),
        )

    def guarantee(self, recipe: TrainingRecipe) -> PrivacyGuarantee | None:
        """What the recipe guarantees when trained on the split's members; None without noise."""
        found = self.guarantee_of(recipe, len(self.split.members))
        if found is None:
            return None
        found = for_groups(found, *_largest(self.dataset, self.split.members))
        if found.epsilon > BOUNDS_SOMETHING:
            return found
        curves = trade_offs(found.noise_multiplier, found.sample_rate, found.steps)
        return replace(found, trade_offs=curves)


def gather(request: Request, dataset: Dataset | None, reporter: Reporter | None) -> Ground:
    """Load the data, and split it where the request says how.

    Raises for what :mod:`.feasible` can tell will fail.
    """
    reporter = reporter or Silent()
    reporter.progress("Loading the data", 0, 1)
    data = dataset if dataset is not None else load_dataset(request.dataset)
    twins = label_twins(data)
    if isinstance(request, TrainRequest | InvertRequest):  # the others ask nothing of classes
        require_classes(data)
    if not isinstance(request, TrainRequest):
        return Ground(request=request, dataset=data, reporter=reporter, label_twins=twins)
    require_units(data)
    split = make_split(data.labels, request.split, request.seed, data.units)
    require_classes(data, split)
    require_feasible(request, split, data)
    return Material(
        request=request, dataset=data, split=split, reporter=reporter, label_twins=twins
    )


def versions() -> dict[str, str]:
    """What computed the report."""
    packages = {name: version(name) for name in ("torch", "numpy", "scipy", "dp-accounting")}
    return {"ppml_core": __version__, "python": platform.python_version(), **packages}


def _scaling_caveats(dataset: Dataset) -> tuple[str, ...]:
    """Statistics of the records that the guarantee does not pay for."""
    if not dataset.private_statistics:
        return ()
    used = "; ".join(dataset.private_statistics)
    return (f"Scaling and encoding used the records themselves and is not covered: {used}.",)


def _people(dataset: Dataset) -> int:
    """Whose rows these are, counted; 0 where nobody said."""
    return 0 if dataset.persons is None else len(np.unique(dataset.persons))


def _largest(dataset: Dataset, rows: np.ndarray) -> tuple[str, int]:
    """Whose ``rows`` belong together, and the most that one has: people, else copies."""
    if dataset.persons is not None:
        of_one = int(np.unique(dataset.persons[rows], return_counts=True)[1].max())
        if of_one > 1:
            return "person", of_one
    return "set of exact copies", int(np.bincount(dataset.copies[rows]).max())
