"""The result of a run: the one object that pages, downloads and the CLI render.

All types are frozen and hold plain Python values only, so that a report reads
and writes as JSON without loss (``encode`` / ``decode``). This module is where all
of them are imported from.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec

from ppml_core._typed_json import describe
from ppml_core.auditing.attribute_report import AttributesReport
from ppml_core.auditing.gradients_report import GradientsReport
from ppml_core.auditing.inversion_report import InversionReport
from ppml_core.auditing.ladder_report import LadderReport
from ppml_core.auditing.membership_report import (
    AgainstGuarantee,
    AttackSummary,
    AuditReport,
    FrontierCell,
    FrontierReport,
    Histogram,
    RocCurve,
    TprAtFpr,
    TrainReport,
)
from ppml_core.auditing.report_parts import (
    FORMAT_VERSION,
    DatasetSummary,
    Estimate,
    Finding,
    Interval,
    TargetSummary,
)
from ppml_core.errors import InvalidValue, StoreFormatError

__all__ = [
    "FORMAT_VERSION",
    "AgainstGuarantee",
    "AttackSummary",
    "AttributesReport",
    "AuditReport",
    "DatasetSummary",
    "Estimate",
    "Finding",
    "FrontierCell",
    "FrontierReport",
    "GradientsReport",
    "Histogram",
    "Interval",
    "InversionReport",
    "LadderReport",
    "Report",
    "RocCurve",
    "TargetSummary",
    "TprAtFpr",
    "TrainReport",
    "decode",
    "encode",
]

Report = (
    TrainReport
    | AuditReport
    | FrontierReport
    | InversionReport
    | AttributesReport
    | GradientsReport
    | LadderReport
)
_KINDS: dict[str, Any] = {
    "train": TrainReport,
    "audit": AuditReport,
    "frontier": FrontierReport,
    "invert": InversionReport,
    "gradients": GradientsReport,
    "ladder": LadderReport,
    "attributes": AttributesReport,
}
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
