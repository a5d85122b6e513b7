"""Reports of training runs, membership audits and privacy frontiers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.materiality import Evidence
from ppml_core.auditing.report_parts import (
    FORMAT_VERSION,
    DatasetSummary,
    Finding,
    Interval,
    TargetSummary,
)

AttackVerdict = Literal["leaks", "reversed", "inconclusive", "no-leak-detected"]


@dataclass(frozen=True, kw_only=True)
class TprAtFpr:
    """Share of members found while at most ``fpr`` of non-members are accused.

    ``tpr`` and ``ci`` are None exactly when ``reason`` says why. ``trials``: as how many
    independent members those behind ``ci`` count; None in reports of older versions.
    """

    fpr: float
    tpr: float | None = None
    ci: Interval | None = None
    fpr_achieved: float | None = None
    fpr_ci: Interval | None = None
    reason: str | None = None
    trials: float | None = None


@dataclass(frozen=True, kw_only=True)
class RocCurve:
    """At most about 200 points, log-spaced in fpr, with a pointwise 95 % band."""

    fpr: tuple[float, ...]
    tpr: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """Counts between ``edges`` (one more than counts)."""

    edges: tuple[float, ...]
    members: tuple[int, ...]
    nonmembers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class AgainstGuarantee:
    """What one attack reached, where it comes nearest to what the mechanism allows.

    ``tpr`` and ``fpr`` at a threshold fitted on other records; ``allowed`` is the largest TPR
    at this FPR between neighbours of this ``adjacency``. ``p_value``: of "the guarantee
    holds", one-sided, corrected for the thresholds looked at. ``exceeds``: it is small enough
    after a correction for all attacks of the run (``auditing.guarantee_check``).
    """

    adjacency: str
    fpr: float
    tpr: float
    allowed: float
    p_value: float
    exceeds: bool = False


@dataclass(frozen=True, kw_only=True)
class AttackSummary:
    """What one attack achieved, over every target model of the population.

    ``targets`` models were attacked in turn; ``n_members`` and ``n_nonmembers``
    count (target, record) pairs, ``n_records`` records. ``n_units``: how many of these are
    independent, as exact copies and rows of one person are not; 0 in reports from before
    it was counted. ``advantage`` is
    TPR - FPR at a threshold fitted on other records. If the attack could not
    run, ``not_applicable`` says why and the numbers are None.
    """

    name: str
    auc: float | None = None
    auc_ci: Interval | None = None
    advantage: float | None = None
    advantage_ci: Interval | None = None
    tpr_at_fpr: tuple[TprAtFpr, ...] = ()
    targets: int = 0
    n_members: int = 0
    n_nonmembers: int = 0
    n_records: int = 0
    n_units: int = 0
    roc: RocCurve | None = None
    histogram: Histogram | None = None
    verdict: AttackVerdict = "inconclusive"
    """See ``auditing.verdict``."""
    evidence: Evidence | None = None
    """What ``leaks`` and ``reversed`` rest on; None in reports of older versions."""
    auc_degrees: float | None = None
    """Degrees of freedom behind ``auc_ci``; None where it is not Student's."""
    not_applicable: str | None = None
    p_value: float | None = None
    """Of "no leak", one-sided, corrected for the several rates looked at but not
    for the several attacks: ``auditing.verdict`` does that."""
    against_guarantee: AgainstGuarantee | None = None
    """None where nothing is guaranteed, or nothing that an attack could contradict."""


@dataclass(frozen=True, kw_only=True)
class TrainReport:
    """Of a :class:`~ppml_core.jobs.requests.TrainRequest`."""

    kind: str = "train"
    format_version: int = FORMAT_VERSION
    request: dict[str, Any]
    dataset: DatasetSummary
    target: TargetSummary
    guarantee: PrivacyGuarantee | None
    findings: tuple[Finding, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class AuditReport:
    """Of an :class:`~ppml_core.jobs.requests.AuditRequest`. ``models`` is how many
    models it rests on so far; a partial report has fewer than requested."""

    kind: str = "audit"
    format_version: int = FORMAT_VERSION
    request: dict[str, Any]
    dataset: DatasetSummary
    target: TargetSummary
    guarantee: PrivacyGuarantee | None
    attacks: tuple[AttackSummary, ...]
    models: int = 0
    findings: tuple[Finding, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class FrontierCell:
    """One (epsilon, clipping norm). ``epsilon`` is ``"inf"`` where there is no noise,
    ``clip`` None where there is no clipping (the reference). Train accuracy beside
    test accuracy; the same attack summaries as an audit, without curves."""

    epsilon: float | str
    clip: float | None
    test_accuracy: float
    test_accuracy_ci: Interval
    train_accuracy: float
    attacks: tuple[AttackSummary, ...]
    guarantee: PrivacyGuarantee | None
    models: int = 0


@dataclass(frozen=True, kw_only=True)
class FrontierReport:
    """Of a :class:`~ppml_core.jobs.requests.FrontierRequest`; partial ones have fewer cells."""

    kind: str = "frontier"
    format_version: int = FORMAT_VERSION
    request: dict[str, Any]
    dataset: DatasetSummary
    reference: FrontierCell | None
    cells: tuple[FrontierCell, ...]
    findings: tuple[Finding, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
