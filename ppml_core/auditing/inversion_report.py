"""The report of model inversion: pictures, what they prove, and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.pictures import Picture
from ppml_core.auditing.report_parts import (
    FORMAT_VERSION,
    DatasetSummary,
    Estimate,
    Finding,
    Interval,
    TargetSummary,
)

NULLS = ("auxiliary-mean", "nearest-auxiliary", "model-without", "prior-sample")
"""What stands beside every reconstruction and never saw the person."""

VERDICTS = (
    "individual-leakage",
    "class-average",
    "adversarial-noise",
    "inconclusive",
    "did-not-run",
)


@dataclass(frozen=True, kw_only=True)
class SwapSummary:
    """Of pairs of models that differ, by a fair coin, in who class k holds: in how many is
    each reconstruction nearer its own? One trial a pair; chance is exactly 1/2.

    ``ci`` is Wilson's interval of ``wins`` among ``pairs``. A tie, which for the swap test
    is one reconstruction nearer its own and the other not, counts by a fair coin.
    """

    wins: int = 0
    pairs: int = 0
    rate: float | None = None
    ci: Interval | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whom slot ``slot`` of the shown model holds, and the nulls that need no model."""

    slot: int
    title: str
    record_id: int
    truth: Picture
    auxiliary_mean: Picture
    nearest_auxiliary: Picture


@dataclass(frozen=True, kw_only=True)
class Reconstruction:
    """Of one person under one privacy setting. Correlations are Pearson's, between -1
    and 1, with the truth; ``baselines`` has those of each of ``NULLS``. ``wins`` of
    ``trials`` comparisons, with and without the person, went to the model that had
    them; ``p_value`` is one-sided and corrected for the number of people."""

    slot: int
    picture: Picture
    model_without: Picture
    prior_sample: Picture
    correlation: float
    baselines: dict[str, float]
    wins: int = 0
    trials: int = 0
    p_value: float | None = None
    recognised: bool | None = None
    """Whether the evaluation classifier takes it for the person's class; None: not asked."""
    verdict: str = "inconclusive"
    evidence: str = ""
    frames: tuple[Picture, ...] = ()
    """The optimisation, from the first picture to the last."""


@dataclass(frozen=True, kw_only=True)
class InversionCell:
    """One privacy setting. ``epsilon`` is None for the ordinary model and ``"inf"`` where
    gradients are clipped without noise.

    ``correlation`` and ``baselines`` are means over people; where models made the pictures,
    their intervals count people and models as drawn (two-way clusters). ``ssim`` and ``psnr``
    (decibels) are appearance and prove nothing. ``recognised`` is the share of
    reconstructions that an open-set classifier, of another architecture, seed and data
    than the target, takes for the person's class.
    """

    epsilon: float | str | None = None
    clip: float | None = None
    target: TargetSummary
    guarantee: PrivacyGuarantee | None = None
    person_epsilon: float | None = None
    person_delta: float | None = None
    """The guarantee for a whole person, all their copies and records: group privacy."""
    copies_of_person: int = 1
    correlation: Estimate = field(default_factory=Estimate)
    baselines: dict[str, Estimate] = field(default_factory=dict)
    ssim: Estimate = field(default_factory=Estimate)
    psnr: Estimate = field(default_factory=Estimate)
    recognised: Estimate = field(default_factory=Estimate)
    swap: SwapSummary = field(default_factory=SwapSummary)
    side_by_side: SwapSummary = field(default_factory=SwapSummary)
    """Over the same pairs, the two reconstructions of each compared with each other."""
    verdict: str = "inconclusive"
    evidence: str = ""
    reconstructions: tuple[Reconstruction, ...] = ()
    models: int = 0
    looks: int = 1
    """How many settings the run tests, for which the verdict is corrected."""


@dataclass(frozen=True, kw_only=True)
class InversionReport:
    """Of an :class:`~ppml_core.jobs.invert_request.InvertRequest`.

    ``cells[0]`` is the setting of ``request.recipe``; the grid's follow, epsilon by
    epsilon. A partial report has fewer. ``unit`` is who is swapped: ``record`` or
    ``person`` (where every class is one person).
    """

    kind: str = "invert"
    format_version: int = FORMAT_VERSION
    request: dict[str, Any]
    dataset: DatasetSummary
    attack: str
    unit: str
    records_per_class: int
    people: tuple[Person, ...]
    cells: tuple[InversionCell, ...]
    findings: tuple[Finding, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
