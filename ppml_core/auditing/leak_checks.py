"""Checks of what attacks found: a leak, scores that point the wrong way, or too little data."""

from __future__ import annotations

from ppml_core.auditing.attack_sentences import leak_sentence, title_of
from ppml_core.auditing.ceiling import epsilon_ceiling
from ppml_core.auditing.evidence import evidence_words, size_of, strength
from ppml_core.auditing.facts import Facts
from ppml_core.auditing.learning import learned_nothing, nothing_learned_sentence
from ppml_core.auditing.materiality import SEVERITY, Size
from ppml_core.auditing.report import AttackSummary, Finding
from ppml_core.auditing.verdict_sentences import reversed_words
from ppml_core.auditing.wording import capital, percent

LEAK_TITLES: dict[Size, str] = {
    "slight": "Members can be told a little better than by guessing",
    "material": "Members can be recognised",
    "grave": "Members can be recognised well above chance",
}


def leak(facts: Facts) -> Finding | None:
    """LS007: members can be recognised, as severely as the leak surely is large."""
    worst = _worst(facts, "leaks")
    if worst is None:
        return None
    size = size_of(worst)
    return Finding(
        code="LS007",
        title=LEAK_TITLES[size],
        severity=SEVERITY[size],
        evidence=f"{leak_sentence(worst)}{_rests_on(worst)}",
        advice="Train with differential privacy or reduce overfitting, then audit again.",
    )


def reversed_scores(facts: Facts) -> Finding | None:
    """LS022: an attack ranks members below non-members, surely."""
    worst = _worst(facts, "reversed")
    if worst is None:
        return None
    return Finding(
        code="LS022",
        title="Scores point the wrong way",
        severity=SEVERITY[size_of(worst)],
        evidence=f"{capital(title_of(worst.name))} ranks members below non-members."
        f"{_rests_on(worst)}",
        advice=f"This is not a pass. {reversed_words(worst)}",
    )


def too_little(facts: Facts) -> Finding | None:
    """LS008: the data cannot tell a leak from none, which is no pass."""
    unsure = [attack for attack in facts.ran if attack.verdict == "inconclusive"]
    if not unsure or any(attack.verdict in ("leaks", "reversed") for attack in facts.ran):
        return None
    attack = max(unsure, key=lambda a: (_auc_ends(a)[1] - _auc_ends(a)[0], a.name))
    reasons = [f"TPR at {percent(r.fpr)} FPR {r.reason}" for r in attack.tpr_at_fpr if r.reason]
    width = f"The interval of {title_of(attack.name)}'s AUC is {_auc_interval(attack)}"
    return Finding(
        code="LS008",
        title="Too little data to conclude",
        severity="warning",
        evidence=f"{'; '.join([width, *reasons])}. {_ceiling(facts, attack)}",
        advice="Audit with more models or more records. Inconclusive does not mean safe.",
    )


def ceiling(facts: Facts) -> Finding | None:
    """LS010: what an audit of this size could show at best."""
    if not facts.ran:
        return None
    return Finding(
        code="LS010",
        title="What this audit could show at best",
        severity="info",
        evidence=_ceiling(facts, facts.ran[0]),
        advice="An audit finds leaks; it does not prove that there are none. Only the "
        "guarantee of differential privacy bounds every attack.",
    )


def nothing_learned(facts: Facts) -> Finding | None:
    """LS012: not surely better than a constant answer, so attacks that find nothing are no pass."""
    doubt = learned_nothing(facts.dataset, facts.target)
    if not doubt:
        return None
    return Finding(
        code="LS012",
        title=doubt.removesuffix("."),
        severity="warning",
        evidence=nothing_learned_sentence(facts.dataset, facts.target),
        advice="Attacks on such a model say nothing about training that works. Change the "
        "learning rate, the epochs, the clipping norm or epsilon, or measure on more records.",
    )


def _worst(facts: Facts, verdict: str) -> AttackSummary | None:
    """The attack with this verdict and the largest size; of equals the first by name."""
    found = sorted((a for a in facts.ran if a.verdict == verdict), key=lambda a: a.name)
    return max(found, key=strength, default=None)


def _rests_on(attack: AttackSummary) -> str:
    """The corrected interval that the verdict rests on; empty in reports of older versions."""
    by = evidence_words(attack.evidence)
    return f" Surely so by {by}." if by else ""


def _ceiling(facts: Facts, attack: AttackSummary) -> str:
    """The epsilon ceiling in words; distinct records, each counted on one side only."""
    records = attack.n_units or attack.n_records
    members = max(records * attack.n_members // _pairs(attack), 1)
    others = max(records - members, 1)
    delta = facts.guarantee.delta if facts.guarantee else 0.0
    best = epsilon_ceiling(members, others, delta=delta)
    return (
        f"The {_pairs(attack):,} pairs of model and record come from {records:,} distinct "
        f"records: even a flawless attack on these could certify no epsilon above {best:.1f} "
        "(95 % confidence)."
    )


def _pairs(attack: AttackSummary) -> int:
    """Scored (target, record) pairs."""
    return max(attack.n_members + attack.n_nonmembers, 1)


def _auc_ends(attack: AttackSummary) -> tuple[float, float]:
    """Of the 95 % interval."""
    return attack.auc_ci or (0.0, 1.0)


def _auc_interval(attack: AttackSummary) -> str:
    """``0.470 to 0.530``."""
    low, high = _auc_ends(attack)
    return f"{low:.3f} to {high:.3f}"
