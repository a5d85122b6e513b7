"""What to conclude from the attacks of an audit, in sentences that follow the leak's size."""

from __future__ import annotations

from collections.abc import Sequence

from ppml_core.auditing.attack_sentences import rate_at, strongest_of, title_of
from ppml_core.auditing.evidence import at_most, evidence_words, label_of, size_of
from ppml_core.auditing.learning import learned_nothing
from ppml_core.auditing.report import AttackSummary, AuditReport, Finding
from ppml_core.auditing.wording import capital, percent

BROKEN = ("LS006", "LS040")
"""Findings of an attack that is stronger than what is proven: graver than any leak."""
NOTHING = "The model has learned nothing."


def audit_verdict(report: AuditReport) -> str:
    """The conclusion of a whole audit; a broken guarantee comes first, and nothing passes it."""
    broken = broken_words(report.findings)
    if broken and not any(a.verdict in ("leaks", "reversed") for a in report.attacks):
        return f"{broken} This is not a pass, though no attack finds members by itself."
    doubt = learned_nothing(report.dataset, report.target)
    said = verdict_sentence(report.attacks, learned=not doubt, doubt=doubt or NOTHING)
    return f"{broken} {said}".strip()


def broken_words(findings: Sequence[Finding]) -> str:
    """Of findings that contradict the guarantee; empty without them."""
    if not any(finding.code in BROKEN for finding in findings):
        return ""
    return "An attack did better than the guarantee allows: do not rely on it."


def verdict_sentence(
    attacks: Sequence[AttackSummary], *, learned: bool = True, doubt: str = NOTHING
) -> str:
    """What to conclude from the attacks together, a leak by its size.

    ``learned`` False: it is not certain that the models have learned anything (finding
    LS012, ``doubt`` in words), so that attacks which find nothing are no pass.
    """
    ran = [attack for attack in attacks if attack.not_applicable is None]
    if not ran:
        return "No attack could run, so nothing can be concluded."
    worst = strongest_of(ran)
    if worst is not None and worst.verdict in ("leaks", "reversed"):
        return _visible(worst, ran)
    if not learned:
        return (
            f"{doubt.removesuffix('.')}, so attacks that find nothing say nothing about "
            "training that works: this is not a pass."
        )
    if any(attack.verdict == "inconclusive" for attack in ran):
        return f"There is too little data to conclude: this is not a pass. {_needed(ran)}"
    return f"No leak of the size that matters here was detected: {_ceiling(ran)}"


def reversed_words(attack: AttackSummary) -> str:
    """What scores that surely point the wrong way mean, by how far they do."""
    if size_of(attack) == "slight":
        return (
            "So small a shift is rather a sign that something is wrong: members and non-members "
            "that differ without the model, memberships that are mixed up, or reference models "
            "that are unlike the target."
        )
    return (
        "That is a leak: whoever turns the sign round recognises members. If nothing explains "
        "it, look for memberships that are mixed up."
    )


def _visible(worst: AttackSummary, ran: Sequence[AttackSummary]) -> str:
    """The largest thing that is surely there, and whether another attack points elsewhere."""
    said = _leaks(worst) if worst.verdict == "leaks" else _reversed(worst)
    others = {attack.verdict for attack in ran} - {worst.verdict}
    if worst.verdict == "leaks" and "reversed" in others:
        return f"{said} Another attack's scores point the wrong way."
    if worst.verdict == "reversed" and "leaks" in others:
        return f"{said} Another attack recognises members the right way round."
    return said


def _leaks(attack: AttackSummary) -> str:
    """A leak as large as it surely is, with what it is seen by."""
    size, words = size_of(attack), f"({_label(attack)})"
    if size == "grave":
        return f"Members can be recognised well above chance in models trained this way {words}."
    if size == "material":
        return f"Members can be recognised above chance in models trained this way {words}."
    if at_most(attack) == "slight":
        return (
            "Attacks on models trained this way do a little better than guessing: a small but "
            f"real leak {words}."
        )
    return (
        "Attacks on models trained this way do better than guessing: a real leak, whose size the "
        f"data leaves open {words}."
    )


def _reversed(attack: AttackSummary) -> str:
    """Surely below chance."""
    title = capital(title_of(attack.name))
    return (
        f"{title} ranks members below non-members, surely ({_label(attack)}): "
        f"this is not a pass. {reversed_words(attack)}"
    )


def _label(attack: AttackSummary) -> str:
    """``visible, slight: AUC 0.505 (0.501 to 0.509)``."""
    by = evidence_words(attack.evidence)
    return label_of(attack).lower() + (f": {title_of(attack.name)}, {by}" if by else "")


def _ceiling(ran: Sequence[AttackSummary]) -> str:
    """How large a leak could have been missed: the highest ends of all intervals."""
    rates = [rate.ci[1] for a in ran if (rate := rate_at(a, 0.01)) and rate.ci]
    areas = [a.auc_ci[1] for a in ran if a.auc_ci]
    if not rates or not areas:
        return "the data rules out a material one, not a smaller one."
    return (
        f"the data rules out that these attacks find more than {percent(max(rates), 1)} of the "
        f"members at 1 % false alarms or reach an AUC above {max(areas):.3f}, not a smaller leak."
    )


def _needed(ran: Sequence[AttackSummary]) -> str:
    """What would settle an inconclusive audit."""
    if any(rate_at(attack, 0.01) is None for attack in ran):
        return "It takes more records, or more models, to measure 1 % false alarms."
    return "More models or more records would narrow the intervals."
