"""The report of the reconstruction ladder: what adversaries reach, and what none can exceed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.report_parts import FORMAT_VERSION, DatasetSummary, Estimate, Finding

RUNGS = ("inversion", "final-model", "all-iterates")
"""From the adversary who knows least to the one who knows most."""


@dataclass(frozen=True, kw_only=True)
class LadderRung:
    """One adversary at one noise: ``successes[k - 2]`` is the share of trainings in which
    it names the right one of k candidates (k = 2 .. K); n counts trainings."""

    name: str
    successes: tuple[Estimate, ...]


@dataclass(frozen=True, kw_only=True)
class LadderPoint:
    """One noise multiplier. Bounds are lists like a rung's successes.

    ``bounds``: for one record, from the accountant's privacy profile.
    ``closed_form``: the same from the Gaussian formula. ``person_bounds`` and
    ``person_epsilon`` (at the guarantee's delta): for all ``copies`` records of a person.
    ``train_accuracy``: over trainings, on the records of each.
    """

    noise_multiplier: float
    guarantee: PrivacyGuarantee
    bounds: tuple[float, ...]
    closed_form: tuple[float, ...]
    person_bounds: tuple[float, ...]
    person_epsilon: float
    rungs: tuple[LadderRung, ...]
    train_accuracy: Estimate
    runs: int
    shadows: int


@dataclass(frozen=True, kw_only=True)
class LadderReport:
    """Of a :class:`~ppml_core.jobs.ladder_request.LadderRequest`; a partial one has fewer
    points. ``copies`` records make a person, ``candidates`` is K."""

    kind: str = "ladder"
    format_version: int = FORMAT_VERSION
    request: dict[str, Any]
    dataset: DatasetSummary
    people: int
    candidates: int
    copies: int
    steps: int
    points: tuple[LadderPoint, ...]
    findings: tuple[Finding, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
