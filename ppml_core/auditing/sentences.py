"""One plain sentence about each result, computed from its numbers.

Plain Python on report types only, so that pages can call it on every rerun.
"""

from __future__ import annotations

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing.attack_sentences import TITLES as TITLES
from ppml_core.auditing.attack_sentences import attack_sentence as attack_sentence
from ppml_core.auditing.attack_sentences import headline_rate as headline_rate
from ppml_core.auditing.attack_sentences import leak_sentence as leak_sentence
from ppml_core.auditing.attack_sentences import rate_at as rate_at
from ppml_core.auditing.attack_sentences import strongest_of as strongest_of
from ppml_core.auditing.attack_sentences import title_of as title_of
from ppml_core.auditing.learning import learned_nothing, nothing_learned_sentence
from ppml_core.auditing.report import (
    AttributesReport,
    AuditReport,
    FrontierReport,
    GradientsReport,
    LadderReport,
    Report,
    TargetSummary,
    TrainReport,
)
from ppml_core.auditing.unit_findings import group_words
from ppml_core.auditing.verdict_sentences import audit_verdict
from ppml_core.auditing.verdict_sentences import verdict_sentence as verdict_sentence
from ppml_core.auditing.wording import percent as percent
from ppml_core.auditing.wording import small
from ppml_core.auditing.wording import times as times


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


def audit_sentence(report: AuditReport) -> str:
    """The strongest attack and the conclusion."""
    strongest = strongest_of(report.attacks)
    first = attack_sentence(strongest) + " " if strongest else ""
    return first + audit_verdict(report)


def train_sentence(report: TrainReport) -> str:
    """How well the model does, how much it overfits, and what is guaranteed."""
    if doubt := learned_nothing(report.dataset, report.target):
        told = nothing_learned_sentence(report.dataset, report.target)
        return f"{doubt} {told} {guarantee_sentence(report.guarantee)}"
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


def _max_tpr(fpr: float, epsilon: float, delta: float) -> float:
    """``accounting.theory.max_tpr`` on plain numbers."""
    from ppml_core.accounting.theory import max_tpr

    return float(max_tpr(fpr, epsilon, delta))
