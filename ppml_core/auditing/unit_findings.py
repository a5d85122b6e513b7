"""Findings about records that are not independent: exact copies, several rows of one person."""

from __future__ import annotations

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.report_parts import DatasetSummary, Finding
from ppml_core.auditing.wording import small

MANY = 0.05
"""From this share of copies on, figures that count rows would be visibly wrong."""

OF_DATA = ("LS060",)
"""Codes that hold whatever the setting."""


def unit_findings(
    dataset: DatasetSummary, guarantee: PrivacyGuarantee | None
) -> tuple[Finding, ...]:
    """LS060 and LS061, where they apply."""
    found = (exact_copies(dataset), per_row_only(guarantee))
    return tuple(finding for finding in found if finding is not None)


def exact_copies(dataset: DatasetSummary) -> Finding | None:
    """LS060: records with the same features. None in reports from before they were counted.

    >>> found = exact_copies(DatasetSummary(name="x", n=400, sha256="", distinct=40, units=40))
    >>> found.severity, found.evidence
    ('warning', '360 of the 400 records are exact copies of another one in what the model sees: \
40 are different.')
    """
    if not 0 < dataset.distinct < dataset.n:
        return None
    extra = dataset.n - dataset.distinct
    are = "are exact copies" if extra > 1 else "is an exact copy"
    return Finding(
        code="LS060",
        title="Exact copies among the records",
        severity="warning" if extra >= MANY * dataset.n else "info",
        evidence=f"{extra:,} of the {dataset.n:,} records {are} of another one in what the "
        f"model sees: {dataset.distinct:,} are different.",
        advice="Copies stay on one side of every split here, and intervals count them once. "
        "If they came by mistake, remove them; if a person has several rows, name the column "
        "that says whose they are.",
    )


def per_row_only(guarantee: PrivacyGuarantee | None) -> Finding | None:
    """LS061: a guarantee for one row, where somebody has several of the training records."""
    group = guarantee.group if guarantee else None
    if guarantee is None or group is None:
        return None
    person = group.unit == "person"
    whose = "A person" if person else "A record with its exact copies"
    return Finding(
        code="LS061",
        title=f"The guarantee is for one row, not for a {'person' if person else 'whole record'}",
        severity="warning",
        evidence=f"{whose} has up to {group.records:,} of the training records. Epsilon "
        f"{guarantee.epsilon:.3g} is for one of them; {group_words(guarantee)}.",
        advice="Keep fewer rows of each person, best one, or train with a smaller epsilon.",
    )


def group_words(guarantee: PrivacyGuarantee) -> str:
    """What is left for all rows of one, in words; empty where a row is all there is."""
    group = guarantee.group
    if group is None:
        return ""
    who = f"one {group.unit}" if group.unit == "person" else f"a {group.unit}"
    start = f"for up to {group.records:,} rows of {who} together epsilon"
    if group.delta is None:
        return f"{start} would be {group.epsilon:.3g} and delta 1 or more, which guarantees nothing"
    return f"{start} is {group.epsilon:.3g} and delta {small(group.delta)}"


def counted(dataset: DatasetSummary) -> str:
    """``, 40 different``; ``, of 30 people``; empty where every record is its own.

    >>> counted(DatasetSummary(name="x", n=400, sha256="", distinct=40, units=30, persons=30))
    ', 40 different, of 30 people'
    """
    words = f", {dataset.distinct:,} different" if 0 < dataset.distinct < dataset.n else ""
    return words + (f", of {dataset.persons:,} people" if dataset.persons else "")
