"""What reports of every kind are made of: plain, frozen values.

Intervals are two-sided 95 % unless a field says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FORMAT_VERSION = 1
Interval = tuple[float, float]
Severity = Literal["info", "warning", "grave"]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A measured number: ``value`` and ``ci`` from ``n`` of whatever ``unit`` says.

    Both are None exactly when ``reason`` says why.
    """

    value: float | None = None
    ci: Interval | None = None
    n: int = 0
    unit: str = ""
    reason: str | None = None


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
    notes: tuple[str, ...] = ()
    """What was noticed and done when the records were read."""
    label_twins: tuple[str, ...] = ()
    """Columns from which the label follows by itself."""
    distinct: int = 0
    """Records that differ in their features; 0 in reports from before this was counted."""
    units: int = 0
    """Groups of records that are never parted (copies, rows of one person), each record
    without company being one; 0 in reports from before this was counted."""
    persons: int = 0
    """People whose rows these are; 0 where no column says so."""


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
class Finding:
    """One thing a reader should know: code, severity, evidence, advice."""

    code: str
    title: str
    severity: Severity
    evidence: str
    advice: str
