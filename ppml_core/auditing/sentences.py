"""One plain sentence about each result, computed from its numbers.

Plain Python on report types only, so that pages can call it on every rerun.
"""

from __future__ import annotations

from collections.abc import Sequence

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.learning import has_learned, nothing_learned_sentence
from ppml_core.auditing.report import (
    AttackSummary,
    AttributesReport,
    AuditReport,
    FrontierReport,
    GradientsReport,
    LadderReport,
    Report,
    TargetSummary,
    TprAtFpr,
    TrainReport,
)
from ppml_core.auditing.unit_findings import group_words
from ppml_core.auditing.wording import area, capital, in_percent, rate_found, small
from ppml_core.auditing.wording import percent as percent
from ppml_core.auditing.wording import times as times

TITLES = {
    "lira": "LiRA",
    "rmia": "RMIA",
    "lira-offline": "LiRA (offline)",
    "loss": "the loss threshold",
}
LARGE_TPR, LARGE_AUC = 0.03, 0.55
"""A leak that matters: TPR at 1 % FPR, AUC. The same as in ``auditing.verdict``."""
_ORDER = ("leaks", "inconclusive", "no-leak-detected")


def headline(report: Report) -> str:
    """What the whole report shows and what to conclude from it."""
    if isinstance(report, TrainReport):
        return train_sentence(report)
    if isinstance(report, AuditReport):
        return audit_sentence(report)
    # The others' sentences build on these, hence the late imports.
    if isinstance(report, FrontierReport):
        from ppml_core.auditing.frontier_sentences import frontier_sentence

        return frontier_sentence(report)
    if isinstance(report, AttributesReport):
        from ppml_core.auditing.attribute_sentences import attribute_sentence

        return attribute_sentence(report)
    if isinstance(report, GradientsReport):
        from ppml_core.auditing.gradients_sentences import gradients_sentence

        return gradients_sentence(report)
    if isinstance(report, LadderReport):
        from ppml_core.auditing.ladder_sentences import ladder_sentence

        return ladder_sentence(report)
    from ppml_core.auditing.inversion_sentences import inversion_sentence

    return inversion_sentence(report)


def attack_sentence(attack: AttackSummary) -> str:
    """What one attack achieved, worst case first.

    >>> rate = TprAtFpr(fpr=0.01, tpr=0.079, ci=(0.068, 0.091))
    >>> attack_sentence(AttackSummary(name="lira", auc=0.64, tpr_at_fpr=(rate,)))
    'At 1 % false alarms LiRA recognises 7.9 % of the members (95 % interval 6.8 to 9.1 %): \
eight times chance.'
    """
    title = title_of(attack.name)
    if attack.not_applicable is not None or attack.auc is None:
        return f"{capital(title)} could not run: {attack.not_applicable or 'no result.'}"
    rate = headline_rate(attack)
    if rate is not None and rate.tpr is not None:
        return (
            f"At {percent(rate.fpr)} false alarms {title} recognises {percent(rate.tpr, 1)} of the "
            f"members{in_percent(rate.ci)}: {_against_chance(rate)}{_on_average(attack, rate)}."
        )
    return f"{_auc_sentence(attack)} {_why_not_shown(attack)}".strip()


def leak_sentence(attack: AttackSummary) -> str:
    """What an attack that finds members achieved: the rate that shows it, and the AUC."""
    rate = headline_rate(attack)
    if rate is None or attack.auc is None:
        return attack_sentence(attack)
    if rate.ci is None or rate.ci[0] > rate.fpr:
        return f"{attack_sentence(attack)} {area(attack.auc, attack.auc_ci)}."
    title = title_of(attack.name)
    lower = next((r for r in attack.tpr_at_fpr if r.ci and r.ci[0] > r.fpr), None)
    if lower is not None:
        return (
            f"At {percent(lower.fpr)} false alarms {title} recognises {rate_found(lower)} of the "
            f"members, surely more than chance. {area(attack.auc, attack.auc_ci)}."
        )
    return (
        f"{_auc_sentence(attack)} At {percent(rate.fpr)} false alarms it recognises "
        f"{rate_found(rate)} of the members, which alone would be no sign."
    )


def verdict_sentence(attacks: Sequence[AttackSummary], *, learned: bool = True) -> str:
    """What to conclude from the attacks together, a leak by its size.

    ``learned`` False: the models have learned nothing (finding LS012), so that
    attacks which find nothing are no pass.
    """
    ran = [attack for attack in attacks if attack.not_applicable is None]
    if not ran:
        return "No attack could run, so nothing can be concluded."
    worst = min((attack.verdict for attack in ran), key=_ORDER.index)
    if worst == "leaks":
        return _leak_by_size([attack for attack in ran if attack.verdict == "leaks"])
    if not learned:
        return (
            "The model has learned nothing, so attacks that find nothing say nothing about "
            "training that works: this is not a pass."
        )
    if worst == "inconclusive":
        return "There is too little data to conclude: this is not a pass. " + _needed(ran)
    return (
        "No leak of the size that matters here was detected: the data rules out three times "
        "chance at 1 % false alarms and an AUC of 0.55, not a smaller leak."
    )


def audit_sentence(report: AuditReport) -> str:
    """The strongest attack and the conclusion."""
    strongest = strongest_of(report.attacks)
    first = attack_sentence(strongest) + " " if strongest else ""
    learned = has_learned(report.dataset, report.target)
    return first + verdict_sentence(report.attacks, learned=learned).strip()


def train_sentence(report: TrainReport) -> str:
    """How well the model does, how much it overfits, and what is guaranteed."""
    if not has_learned(report.dataset, report.target):
        told = nothing_learned_sentence(report.dataset, report.target)
        return f"The model has learned nothing. {told} {guarantee_sentence(report.guarantee)}"
    return f"{gap_sentence(report.target)} {guarantee_sentence(report.guarantee)}"


def gap_sentence(target: TargetSummary) -> str:
    """Accuracy on seen and unseen records.

    >>> gap_sentence(TargetSummary(train_accuracy=1.0, test_accuracy=0.93))
    'The model is right on 93.0 % of records it has not seen and on 100.0 % of those it was \
trained on: a gap of 7.0 points, which membership attacks can use.'
    """
    gap = target.train_accuracy - target.test_accuracy
    start = (
        f"The model is right on {percent(target.test_accuracy, 1)} of records it has not seen "
        f"and on {percent(target.train_accuracy, 1)} of those it was trained on"
    )
    if (
        gap >= 0.01
        and target.test_accuracy_ci
        and target.train_accuracy <= target.test_accuracy_ci[1]
    ):
        return (
            f"{start}: a gap of {100 * gap:.1f} points, which so few records cannot tell from none."
        )
    if gap >= 0.05:
        return f"{start}: a gap of {100 * gap:.1f} points, which membership attacks can use."
    if gap >= 0.01:
        return f"{start}: a small gap of {100 * gap:.1f} points. Attacks may still single out some."
    return f"{start}: it hardly overfits, which by itself promises nothing about single records."


def guarantee_sentence(guarantee: PrivacyGuarantee | None) -> str:
    """What is proven, in terms of the attack it bounds."""
    if guarantee is None:
        return "It has no privacy guarantee."
    from ppml_core.accounting.theory import max_tpr

    whole = guarantee.group or guarantee
    allowed = 1.0 if whole.delta is None else float(max_tpr(0.01, whole.epsilon, whole.delta))
    start = (
        f"It is ({guarantee.epsilon:.3g}, {small(guarantee.delta)})-differentially private per "
        f"{guarantee.unit}"
    )
    if guarantee.group is not None:
        start += f" ({group_words(guarantee)})"
    if allowed > 0.999:
        return f"{start}, which is too weak to bound membership attacks in any useful way."
    return (
        f"{start}: no attack at 1 % false alarms can recognise more than "
        f"{percent(allowed, 1)} of the members, against a training without that record."
    )


def strongest_of(attacks: Sequence[AttackSummary]) -> AttackSummary | None:
    """The attack that found most: leaks first, then TPR at 1 % FPR, then AUC."""

    def found(attack: AttackSummary) -> tuple[bool, float, float]:
        rate = rate_at(attack, 0.01)
        share = rate.tpr if rate is not None and rate.tpr is not None else 0.0
        return attack.verdict == "leaks", share, attack.auc or 0.0

    return max((a for a in attacks if a.auc is not None), key=found, default=None)


def rate_at(attack: AttackSummary, fpr: float) -> TprAtFpr | None:
    """The entry for this FPR, if it was measured."""
    measured = (rate for rate in attack.tpr_at_fpr if rate.fpr == fpr and rate.tpr is not None)
    return next(measured, None)


def headline_rate(attack: AttackSummary) -> TprAtFpr | None:
    """The TPR a sentence speaks of: at 1 % FPR, else at any FPR that could be measured."""
    measured = [rate for rate in attack.tpr_at_fpr if rate.tpr is not None]
    return rate_at(attack, 0.01) or (measured[0] if measured else None)


def title_of(name: str) -> str:
    """How a sentence names an attack."""
    return TITLES.get(name, name)


def _leak_by_size(leaking: Sequence[AttackSummary]) -> str:
    """Large, small or of open size, judged at the cautious ends of the intervals."""
    rates = [rate.ci for a in leaking if (rate := rate_at(a, 0.01)) and rate.ci]
    areas = [a.auc_ci for a in leaking if a.auc_ci]
    if any(low >= LARGE_TPR for low, _ in rates):
        return "Members can be recognised well above chance in models trained this way."
    if any(low >= LARGE_AUC for low, _ in areas):
        return "Members can be recognised above chance in models trained this way."
    figures = _figures(strongest_of(leaking) or leaking[0])
    attacks = "Attacks on models trained this way do"
    if all(high <= LARGE_TPR for _, high in rates) and all(high <= LARGE_AUC for _, high in areas):
        return f"{attacks} a little better than guessing{figures}: a small but real leak."
    return f"{attacks} better than guessing{figures}: a real leak, whose size the data leaves open."


def _figures(attack: AttackSummary) -> str:
    """AUC and TPR of a leak with their intervals, as an insertion."""
    parts = [] if attack.auc is None else [area(attack.auc, attack.auc_ci)]
    if rate := rate_at(attack, 0.01):
        parts.append(f"{rate_found(rate)} of the members at 1 % false alarms")
    return f", {' and '.join(parts)}" if parts else ""


def _against_chance(rate: TprAtFpr) -> str:
    """TPR against what guessing would reach, which is the FPR itself."""
    assert rate.tpr is not None
    if rate.ci is not None and rate.ci[0] <= rate.fpr <= rate.ci[1]:
        return "no more than chance explains"
    if rate.tpr < rate.fpr:
        return "fewer than by chance"
    return times(rate.tpr / rate.fpr)


def _on_average(attack: AttackSummary, rate: TprAtFpr) -> str:
    """What the AUC shows where the worst case shows nothing."""
    if rate.ci is None or rate.ci[0] > rate.fpr or attack.auc_ci is None or attack.auc is None:
        return ""
    if attack.auc_ci[0] <= 0.5:
        return ""
    return f", though on average members score higher, {area(attack.auc, attack.auc_ci)}"


def _auc_sentence(attack: AttackSummary) -> str:
    """The average case, where the worst could not be measured."""
    assert attack.auc is not None
    return (
        f"{capital(title_of(attack.name))} ranks a random member above a random non-member in "
        f"{percent(attack.auc, 1)} of cases{in_percent(attack.auc_ci)}; chance is 50 %."
    )


def _why_not_shown(attack: AttackSummary) -> str:
    """The reason why no TPR is given."""
    reasons = [(rate.fpr, rate.reason) for rate in attack.tpr_at_fpr if rate.reason]
    if not reasons:
        return ""
    fpr, reason = max(reasons)
    return f"The rate at {percent(fpr)} false alarms is not shown: it {reason}{_distinct(attack)}."


def _distinct(attack: AttackSummary) -> str:
    """Where the counted pairs come from."""
    if attack.n_records == 0:
        return ""
    distinct = attack.n_units or attack.n_records
    return f" (pairs of model and record, from {distinct:,} distinct records)"


def _needed(ran: Sequence[AttackSummary]) -> str:
    """What would settle an inconclusive audit."""
    if any(rate_at(attack, 0.01) is None for attack in ran):
        return "It takes more records, or more models, to measure 1 % false alarms."
    return "More models or more records would narrow the intervals."
