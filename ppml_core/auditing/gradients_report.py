"""The report of gradient leakage: what was recovered from shared gradients, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.pictures import Picture
from ppml_core.auditing.report_parts import FORMAT_VERSION, DatasetSummary, Estimate, Finding

GRADIENT_VERDICTS = ("individual-leakage", "nothing-recovered", "inconclusive")


@dataclass(frozen=True, kw_only=True)
class SharedPicture:
    """A picture of a client, with what its attacker could show without any gradient.

    ``mean_psnr``: of the mean of the attacker's own pictures; ``nearest_psnr``: of the one
    among them that is nearest to the truth (which the attacker would have to guess).
    """

    client: int
    record_id: int
    label: str
    truth: Picture
    nearest_auxiliary: Picture
    mean_psnr: float
    nearest_psnr: float


@dataclass(frozen=True, kw_only=True)
class Recovered:
    """A reconstruction of ``GradientsReport.pictures[of]``; PSNR in decibels, at most 120."""

    of: int
    picture: Picture
    psnr: float
    correlation: float
    rank: int
    """Place of the truth in a line-up with the attacker's own pictures; 1 is recognised."""


@dataclass(frozen=True, kw_only=True)
class GradientCell:
    """One clipping norm (None: no clipping) and one noise (standard deviation a coordinate).

    ``recognised``: share of pictures that come first in the line-up with the attacker's own;
    ``labels``: share of the batch's labels that were recovered. ``clipped``: share of the
    gradients that were longer than ``clip``. Estimates are over pictures, with intervals
    over clients where a batch has several. ``guarantee``: of one client against whoever
    receives this one gradient; ``no_guarantee`` says why there is none.
    """

    clip: float | None = None
    noise: float = 0.0
    noise_multiplier: float | None = None
    psnr: Estimate = field(default_factory=Estimate)
    correlation: Estimate = field(default_factory=Estimate)
    recognised: Estimate = field(default_factory=Estimate)
    labels: Estimate = field(default_factory=Estimate)
    clipped: float = 0.0
    guarantee: PrivacyGuarantee | None = None
    no_guarantee: str | None = None
    verdict: str = "inconclusive"
    evidence: str = ""
    looks: int = 1
    """How many settings the run tests, for which the verdict is corrected."""
    reconstructions: tuple[Recovered, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GradientsReport:
    """Of a :class:`~ppml_core.jobs.gradients_request.GradientsRequest`.

    ``pictures`` are the first few of all that were attacked, and every cell has their
    reconstructions; figures are over all. ``cells``: for each noise all clips, as asked;
    a partial report has fewer. ``mean_psnr`` and ``nearest_psnr``: what the
    nulls reach, over all pictures. ``chance``: the greatest share of pictures that would be
    recognised from reconstructions which know no more than the label. ``line_up``: pictures
    of the attacker's own in it.
    """

    kind: str = "gradients"
    format_version: int = FORMAT_VERSION
    request: dict[str, Any]
    dataset: DatasetSummary
    method: str
    model: str
    batch: int
    clients: int
    parameters: int
    gradient_norm: float
    """Median length before clipping."""
    pictures: tuple[SharedPicture, ...]
    auxiliary_mean: Picture
    mean_psnr: Estimate
    nearest_psnr: Estimate
    chance: float
    line_up: int
    cells: tuple[GradientCell, ...]
    findings: tuple[Finding, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
