"""Reports as plain text: worst case first, every figure with its interval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.accounting.theory import max_advantage
from ppml_core.auditing import conclusions
from ppml_core.auditing.learning import has_learned
from ppml_core.auditing.report import (
    AttackSummary,
    AuditReport,
    DatasetSummary,
    Finding,
    FrontierCell,
    FrontierReport,
)
from ppml_core.auditing.unit_findings import counted, group_words
from ppml_core.cli.text import columns, decimal, duration, percent, small


def audit_table(report: AuditReport) -> str:
    """Data, accuracy, guarantee, one row an attack, and what to know about it."""
    target = report.target
    accuracy = (
        f"Accuracy: {percent(target.train_accuracy)} on training data, "
        f"{percent(target.test_accuracy, target.test_accuracy_ci)} on other data"
    )
    head = [
        dataset_line(report.dataset),
        f"Models: {report.models}, each the target in turn; {target.parameters:,} parameters",
        accuracy,
        *guarantee_lines(report.guarantee),
    ]
    rates = [r.fpr for r in next((a.tpr_at_fpr for a in report.attacks if a.tpr_at_fpr), ())]
    header = ["ATTACK", *map(_rate_title, rates), "AUC", "ADVANTAGE", "VERDICT"]
    learned = has_learned(report.dataset, target)
    rows = [header, *(_attack_row(attack, rates, learned) for attack in report.attacks)]
    parts = ["\n".join(head), columns(rows), *_tail(report.attacks, report.findings)]
    return "\n\n".join([*parts, _closing(report.seconds)])


def frontier_table(report: FrontierReport) -> str:
    """One row a cell, the model without protection first."""
    cells = [*([report.reference] if report.reference else []), *report.cells]
    names = [attack.name for attack in cells[0].attacks]
    header = ["EPSILON", "CLIP", "TEST ACCURACY"]
    for name in names:
        header += [f"{name} TPR AT 1 % FPR", f"{name} AUC", f"{name} VERDICT"]
    rows = [header, *(_cell_row(cell, has_learned(report.dataset, cell)) for cell in cells)]
    parts = [dataset_line(report.dataset), columns(rows, right=(0, 1))]
    reasons = [a for cell in cells for a in cell.attacks]
    return "\n\n".join([*parts, *_tail(reasons, report.findings), _closing(report.seconds)])


def dataset_line(data: DatasetSummary) -> str:
    """Which records, and how they were divided."""
    return (
        f"{data.name}: {data.n:,} records{counted(data)} ({data.members:,} members, "
        f"{data.nonmembers:,} non-members, {data.auxiliary:,} auxiliary), "
        f"SHA-256 {data.sha256[:12]}"
    )


def guarantee_lines(guarantee: PrivacyGuarantee | None) -> list[str]:
    """The proven bound with its assumptions and whatever weakens it."""
    if guarantee is None:
        return ["Guarantee: none"]
    g = guarantee
    check = "" if g.rdp_epsilon is None else f", RDP {g.rdp_epsilon:.3g}"
    bound = decimal(float(max_advantage(g.epsilon, g.delta)))
    return [
        f"Guarantee: epsilon {g.epsilon:.3g} at delta {small(g.delta)} ({g.accountant}{check}), "
        f"{g.neighboring_relation} {g.unit}; no attack's advantage can exceed {bound}",
        f"  noise multiplier {g.noise_multiplier:.3g}, clipping norm {g.max_grad_norm:g}, "
        f"{g.sampling} sampling at rate {g.sample_rate:.3g}, {g.steps:,} steps",
        *([f"  {group_words(g)} (group privacy)"] if g.group else []),
        *(f"  {caveat}" for caveat in g.caveats),
    ]


def _attack_row(attack: AttackSummary, rates: Sequence[float], learned: bool) -> list[str]:
    """One attack. What cannot be measured shows as a dash; the reason follows below."""
    shown = [_rate(attack, fpr) for fpr in rates]
    auc = decimal(attack.auc, attack.auc_ci)
    advantage = decimal(attack.advantage, attack.advantage_ci)
    return [attack.name, *shown, auc, advantage, _verdict(attack, learned)]


def _verdict(attack: AttackSummary, learned: bool) -> str:
    """What a leak rests on stands beside it; why an attack did not run follows below."""
    if attack.not_applicable is not None:
        return conclusions.NOT_RUN.label
    return conclusions.words_of(attack, learned=learned)


def _rate(attack: AttackSummary, fpr: float) -> str:
    """TPR at a false-positive rate."""
    rate = next((r for r in attack.tpr_at_fpr if r.fpr == fpr), None)
    return percent(rate.tpr, rate.ci) if rate else percent(None)


def _cell_row(cell: FrontierCell, learned: bool) -> list[str]:
    """One setting and what every attack achieved against it."""
    protected = cell.clip is not None
    epsilon = f"{cell.epsilon:g}" if isinstance(cell.epsilon, float) else "no noise"
    row = [
        epsilon if protected else "ordinary",
        f"{cell.clip:g}" if cell.clip is not None else "-",
        percent(cell.test_accuracy, cell.test_accuracy_ci),
    ]
    for attack in cell.attacks:
        auc = decimal(attack.auc, attack.auc_ci)
        row += [_rate(attack, 0.01), auc, _verdict(attack, learned)]
    return row


def _tail(attacks: Sequence[AttackSummary], findings: Sequence[Finding]) -> Iterator[str]:
    """Reasons for dashes, then findings; nothing where there are none."""
    said = " ".join(finding.evidence for finding in findings).lower()
    if reasons := list(_reasons(attacks, said)):
        yield "\n".join(reasons)
    if findings:
        yield "\n".join(
            f"[{f.severity}] {f.code} {f.title}: {f.evidence} {f.advice}" for f in findings
        )


def _reasons(attacks: Sequence[AttackSummary], said: str) -> Iterator[str]:
    """Why an attack did not run, or a rate is not shown; one line for equal reasons.

    What the findings have ``said`` (lower case) already is left to them.
    """
    names: dict[str, list[str]] = {}
    for attack in attacks:
        if attack.not_applicable:
            names.setdefault(attack.not_applicable, []).append(attack.name)
        for rate in attack.tpr_at_fpr:
            if rate.tpr is None and rate.reason:
                reason = f"{_rate_title(rate.fpr)} {rate.reason}"
                names.setdefault(reason, []).append(attack.name)
    for reason, those in names.items():
        if reason.lower() in said:
            continue
        yield f"{', '.join(dict.fromkeys(those))}: {reason}"


def _rate_title(fpr: float) -> str:
    """For example ``TPR AT 0.1 % FPR``."""
    return f"TPR AT {100 * fpr:g} % FPR"


def _closing(seconds: float) -> str:
    """How the figures are to be read, and what they took."""
    looks = "a verdict's is corrected for all looks together"
    return f"Brackets are 95 % intervals; {looks}. Computed in {duration(seconds)}."
