"""The table of ``ppml attributes``: who guesses the column how well, and thanks to what."""

from __future__ import annotations

from collections.abc import Iterator

from ppml_core.auditing.attribute_sentences import attribute_sentence
from ppml_core.auditing.report import AttributesReport, Estimate, Finding
from ppml_core.auditing.study_conclusions import of_attributes
from ppml_core.cli.tables import dataset_line, guarantee_lines
from ppml_core.cli.text import columns, decimal, duration, percent

TITLES = {
    "imputer": "imputer (no model)",
    "model": "model alone",
    "fused": "fused (both)",
}


def attributes_table(report: AttributesReport) -> str:
    """Data, column, accuracy and guarantee; a row a guesser; differences, shares, verdict."""
    header = ["GUESSER", "AUC MEMBERS", "AUC NON-MEMBERS", "RIGHT, MEMBERS", "RIGHT, NON-MEMBERS"]
    rows = [header]
    for guesser in report.guessers:
        aucs = (_decimal(guesser.auc_members), _decimal(guesser.auc_nonmembers))
        right = (_percent(guesser.accuracy_members), _percent(guesser.accuracy_nonmembers))
        rows.append([TITLES[guesser.name], *aucs, *right])
    parts = ["\n".join(_head(report)), columns(rows), "\n".join(_outcome(report))]
    if report.findings:
        parts.append("\n".join(map(_finding, report.findings)))
    closing = (
        f"Brackets are 95 % intervals, over {report.models} models and the guessed records. "
        f"Computed in {duration(report.seconds)}."
    )
    return "\n\n".join([*parts, closing])


def _head(report: AttributesReport) -> Iterator[str]:
    """What was attacked."""
    column, target = report.column, report.target
    counts = ", ".join(f"{v}: {n:,}" for v, n in zip(column.values, column.counts, strict=True))
    yield dataset_line(report.dataset)
    yield f"Sensitive column: {column.name} ({counts}). {column.how}"
    yield (
        f"Models: {report.models}, each the target in turn, and {report.shadows} shadow models; "
        f"the imputer is a {report.imputer}"
    )
    yield (
        f"Accuracy: {percent(target.train_accuracy)} on training data, "
        f"{percent(target.test_accuracy, target.test_accuracy_ci)} on other data"
    )
    yield from guarantee_lines(report.guarantee)


def _outcome(report: AttributesReport) -> Iterator[str]:
    """Differences, shares and verdict."""
    gained = "What the model adds to imputation, AUC:"
    members = decimal(report.delta_members, report.delta_members_ci)
    others = decimal(report.delta_nonmembers, report.delta_nonmembers_ci)
    extra = decimal(report.extra, report.extra_ci)
    yield f"{gained} members {members}, non-members {others}, difference {extra}"
    if report.shares is not None:
        shares = report.shares
        yield (
            f"Right guesses about members are owed to the population {_percent(shares.population)}"
            f", the model {_percent(shares.model)}, membership {_percent(shares.membership)}"
        )
    yield f"Verdict: {of_attributes(report).label.lower()}. {attribute_sentence(report)}"


def _finding(finding: Finding) -> str:
    """One line."""
    return (
        f"[{finding.severity}] {finding.code} {finding.title}: {finding.evidence} {finding.advice}"
    )


def _decimal(estimate: Estimate) -> str:
    """An AUC."""
    return decimal(estimate.value, estimate.ci)


def _percent(estimate: Estimate) -> str:
    """A share."""
    return percent(estimate.value, estimate.ci)
