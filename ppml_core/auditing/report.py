"""The result of a run: the one object that pages, downloads and the CLI render.

All types are frozen and hold plain Python values only, so that a report reads
and writes as JSON without loss (``encode`` / ``decode``). Intervals are
two-sided 95 % unless a field says otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ppml_core._typed_json import describe
from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.errors import InvalidValue, StoreFormatError

FORMAT_VERSION = 1
Interval = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class DatasetSummary:
    """Which records: name, size, content hash, and how they were divided."""

    name: str
    n: int
    sha256: str
    n_features: int = 0
    n_classes: int = 0
    members: int = 0
    nonmembers: int = 0
    auxiliary: int = 0
    private_statistics: tuple[str, ...] = ()
    majority_share: float = 0.0
    """Of the most frequent class among all records; 0 where it is not known."""


@dataclass(frozen=True, kw_only=True)
class TargetSummary:
    """The trained model(s). Accuracies are means over ``models``; a model's test
    records are all records it was not trained on."""

    train_accuracy: float
    test_accuracy: float
    test_accuracy_ci: Interval | None = None
    models: int = 1
    parameters: int = 0
    epochs: tuple[int, ...] = ()
    train_loss: tuple[float, ...] = ()
    test_loss: tuple[float, ...] = ()
    train_accuracy_curve: tuple[float, ...] = ()
    test_accuracy_curve: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TprAtFpr:
    """Share of members found while at most ``fpr`` of non-members are accused.

    ``tpr`` and ``ci`` are None exactly when ``reason`` says why.
    """

    fpr: float
    tpr: float | None = None
    ci: Interval | None = None
    fpr_achieved: float | None = None
    fpr_ci: Interval | None = None
    reason: str | None = None


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
class AttackSummary:
    """What one attack achieved, over every target model of the population.

    ``targets`` models were attacked in turn; ``n_members`` and ``n_nonmembers``
    count (target, record) pairs, ``n_records`` distinct records. ``advantage`` is
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
    roc: RocCurve | None = None
    histogram: Histogram | None = None
    verdict: str = "inconclusive"
    """``leaks``, ``no-leak-detected`` or ``inconclusive``: see ``auditing.verdict``."""
    not_applicable: str | None = None
    p_value: float | None = None
    """Of "no leak", one-sided, corrected for the several rates looked at but not
    for the several attacks: ``auditing.verdict`` does that."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing a reader should know: code, severity (info, warning, grave), evidence, advice."""

    code: str
    title: str
    severity: str
    evidence: str
    advice: str


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


Report = TrainReport | AuditReport | FrontierReport
_KINDS: dict[str, Any] = {"train": TrainReport, "audit": AuditReport, "frontier": FrontierReport}
describe(*_KINDS.values())


def encode(report: Report) -> bytes:
    """JSON, UTF-8, fields in order of declaration.

    Raises ``InvalidValue`` for an infinity or a NaN: JSON has neither, and what
    would be written in their place cannot be read back.
    """
    _require_finite("report", msgspec.to_builtins(report))
    return msgspec.json.encode(report)


def _require_finite(where: str, value: Any) -> None:
    """Raise ``InvalidValue`` naming the first number that is not finite."""
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidValue(where, "finite", value)
    if isinstance(value, dict):
        for name, part in value.items():
            _require_finite(f"{where}.{name}", part)
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            _require_finite(f"{where}[{number}]", part)


def decode(data: bytes) -> Report:
    """Inverse of :func:`encode`; refuses other format versions.

    Raises ``StoreFormatError``.
    """
    fields = msgspec.json.decode(data)
    version = fields.get("format_version") if isinstance(fields, dict) else None
    if version != FORMAT_VERSION or fields.get("kind") not in _KINDS:
        raise StoreFormatError(f"Expected report format {FORMAT_VERSION}, got {version!r}")
    report: Report = msgspec.convert(fields, _KINDS[fields["kind"]])
    return report
