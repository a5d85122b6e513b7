"""The attacks of a report as one table: worst case first."""

from __future__ import annotations

from collections.abc import Sequence

from app import escape
from app.components import formats, glossary
from app.components.chart import Row
from ppml_core.auditing import conclusions
from ppml_core.auditing.evidence import evidence_words
from ppml_core.auditing.learning import has_learned
from ppml_core.auditing.report import AttackSummary, AuditReport, TprAtFpr


def rows(report: AuditReport) -> list[Row]:
    """One row an attack, as text for reading: value, interval, or the reason."""
    learned = has_learned(report.dataset, report.target)
    return [
        _row(attack, conclusions.words_of(attack, learned=learned)) for attack in report.attacks
    ]


def _row(attack: AttackSummary, verdict: str) -> Row:
    """One attack as text."""
    row: Row = {"Attack": formats.attack_title(attack.name)}
    if attack.not_applicable is not None:
        return {**row, "Verdict": verdict}
    for point in attack.tpr_at_fpr:
        row[f"TPR at {formats.rate(point.fpr)} FPR"] = tpr_text(point)
    row["Advantage"] = with_interval(
        formats.percent(attack.advantage), formats.percent_interval(attack.advantage_ci)
    )
    row["AUC"] = with_interval(formats.decimal(attack.auc), formats.decimal_interval(attack.auc_ci))
    row["Pairs"] = formats.count(attack.n_members + attack.n_nonmembers)
    row["Models"] = attack.targets
    row["Verdict"] = verdict
    return row


def terms(report: AuditReport) -> str:
    """The table's technical words with their meaning, as HTML."""
    words = [
        *(
            (formats.attack_title(attack.name), attack.name)
            for attack in report.attacks
            if attack.name in glossary.TERMS
        ),
        *(("TPR", "tpr"), ("FPR", "fpr"), ("Advantage", "advantage"), ("AUC", "auc")),
        *(("Pairs", "n"), ("Models", "shadows"), ("Verdict", "verdict")),
    ]
    return definitions(words)


def definitions(words: Sequence[tuple[str, str]]) -> str:
    """Technical words (shown as, glossary term) with their meaning, as HTML."""
    items = "".join(
        f"<div><dt>{escape.html(name)}</dt><dd><span>{escape.html(glossary.help_for(term))}"
        "</span></dd></div>"
        for name, term in words
    )
    return f'<dl class="lab-terms">{items}</dl>'


def tpr_text(point: TprAtFpr) -> str:
    """Value with interval, or why there is none."""
    if point.tpr is None:
        return f"Not shown: {point.reason}"
    return with_interval(formats.percent(point.tpr), formats.percent_interval(point.ci))


def with_interval(value: str, interval: str) -> str:
    """``3.1 % (2.2 to 4.0 %)``."""
    return f"{value} ({interval})" if interval else value


def csv_rows(report: AuditReport) -> list[Row]:
    """One row an attack with plain numbers, for the CSV download."""
    return [_numbers(attack) for attack in report.attacks]


def _numbers(attack: AttackSummary) -> Row:
    """One attack as numbers; rates are fractions."""
    row: Row = {
        "attack": attack.name,
        "auc": attack.auc,
        "auc_low": attack.auc_ci[0] if attack.auc_ci else None,
        "auc_high": attack.auc_ci[1] if attack.auc_ci else None,
        "advantage": attack.advantage,
        "advantage_low": attack.advantage_ci[0] if attack.advantage_ci else None,
        "advantage_high": attack.advantage_ci[1] if attack.advantage_ci else None,
    }
    for point in attack.tpr_at_fpr:
        name = f"tpr_at_{point.fpr:g}"
        row[name] = point.tpr
        row[f"{name}_low"] = point.ci[0] if point.ci else None
        row[f"{name}_high"] = point.ci[1] if point.ci else None
        row[f"{name}_reason"] = point.reason
    row |= {
        "targets": attack.targets,
        "n_members": attack.n_members,
        "n_nonmembers": attack.n_nonmembers,
        "n_records": attack.n_records,
        "n_independent": attack.n_units or attack.n_records,
        "verdict": attack.verdict,
        "rests_on": evidence_words(attack.evidence),
        "not_applicable": attack.not_applicable,
    }
    return row
