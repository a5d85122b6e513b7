"""The report of attribute inference: who guesses how well, and to what it is owed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.report_parts import (
    FORMAT_VERSION,
    DatasetSummary,
    Estimate,
    Finding,
    Interval,
    TargetSummary,
)

GUESSERS = ("imputer", "model", "fused")
ATTRIBUTE_VERDICTS = (
    "leaks-about-members",
    "population-only",
    "inconclusive",
    "did-not-run",
)


@dataclass(frozen=True, kw_only=True)
class AttributeColumn:
    """The sensitive column. ``counts``: scored records of each of its ``values``; ``scored`` of
    ``records`` members and non-members have one of them. ``how``: what was made of it."""

    name: str
    values: tuple[str, ...]
    counts: tuple[int, ...]
    scored: int
    records: int
    how: str


@dataclass(frozen=True, kw_only=True)
class Guesser:
    """One of ``GUESSERS``, on members and on non-members. AUCs: 0.5 is guessing; macro
    average over the values, each against the others. Accuracies: share of right guesses."""

    name: str
    auc_members: Estimate
    auc_nonmembers: Estimate
    accuracy_members: Estimate
    accuracy_nonmembers: Estimate


@dataclass(frozen=True, kw_only=True)
class FusionWeights:
    """Of the imputer's and the model's log-likelihoods in the fused guess."""

    imputer: float = 1.0
    model: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Shares:
    """To what the right guesses about members, by the fused guesser, are owed.

    ``right``: their share among all guesses. The parts are fractions of ``right`` and sum to
    1: ``population`` is what the imputer gets right, ``model`` what the model adds for
    non-members too, ``membership`` what it adds for members beyond that. A gain below
    zero counts as none.
    """

    right: Estimate
    population: Estimate
    model: Estimate
    membership: Estimate
    majority: float
    """Share of right guesses of someone who always says the most frequent value."""


@dataclass(frozen=True, kw_only=True)
class AttributesReport:
    """Of an :class:`~ppml_core.jobs.attribute_request.AttributesRequest`.

    ``imputer_auc``, ``model_auc`` and ``fused_auc`` are those of members. ``delta_*`` is
    AUC(fused) - AUC(imputer), ``extra`` the members' delta minus the non-members'. All
    intervals are 95 %, paired, over ``models`` targets and the scored records; they hold
    the imputer and the fusion fixed. Numbers are None exactly when ``reason`` says why.
    """

    kind: str = "attributes"
    format_version: int = FORMAT_VERSION
    imputer_auc: float | None = None
    model_auc: float | None = None
    fused_auc: float | None = None
    delta_members: float | None = None
    delta_members_ci: Interval | None = None
    delta_nonmembers: float | None = None
    delta_nonmembers_ci: Interval | None = None
    extra: float | None = None
    extra_ci: Interval | None = None
    verdict: str = "did-not-run"
    evidence: str = ""
    reason: str | None = None
    request: dict[str, Any]
    dataset: DatasetSummary
    target: TargetSummary
    guarantee: PrivacyGuarantee | None
    column: AttributeColumn
    guessers: tuple[Guesser, ...] = ()
    shares: Shares | None = None
    imputer: str = ""
    """The classifier that imputes, chosen by cross-validation on auxiliary records."""
    fusion_members: FusionWeights = field(default_factory=FusionWeights)
    fusion_nonmembers: FusionWeights = field(default_factory=FusionWeights)
    """Learned on what shadow models say about records they were, and were not, trained on:
    members and non-members of a target are each guessed by the rule that suits them."""
    models: int = 0
    shadows: int = 0
    findings: tuple[Finding, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
