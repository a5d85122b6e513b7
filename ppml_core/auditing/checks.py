"""The single checks behind the findings. Codes are stable; one function each.

A check looks at the facts of a run and returns its finding or None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.accounting.theory import max_tpr
from ppml_core.auditing.ceiling import epsilon_ceiling
from ppml_core.auditing.guarantee_findings import blind_spots, broken
from ppml_core.auditing.learning import has_learned, nothing_learned_sentence
from ppml_core.auditing.report import (
    AttackSummary,
    DatasetSummary,
    Finding,
    TargetSummary,
    TprAtFpr,
)
from ppml_core.auditing.sentences import leak_sentence, strongest_of
from ppml_core.auditing.wording import capital, in_percent, percent, small

GAP, SURELY = 0.05, 0.01
"""Train over test accuracy, and over the upper end of the latter's interval."""
VACUOUS_EPSILON = 10.0
GRAVE_TIMES = 5.0
"""A TPR surely above this many times the FPR makes a leak grave."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the checks look at. ``attacks`` is empty where none was asked for."""

    dataset: DatasetSummary
    target: TargetSummary
    guarantee: PrivacyGuarantee | None
    attacks: tuple[AttackSummary, ...]

    @property
    def ran(self) -> tuple[AttackSummary, ...]:
        """The attacks that could run."""
        return tuple(a for a in self.attacks if a.not_applicable is None)


def overfitting(facts: Facts) -> Finding | None:
    """LS001: train accuracy well above test accuracy, and above where its interval ends."""
    target = facts.target
    highest = target.test_accuracy_ci[1] if target.test_accuracy_ci else target.test_accuracy
    if (
        target.train_accuracy - target.test_accuracy < GAP
        or target.train_accuracy < highest + SURELY
    ):
        return None
    return Finding(
        code="LS001",
        title="The model overfits",
        severity="warning",
        evidence=(
            f"It is right on {percent(target.train_accuracy, 1)} of its training records "
            f"and on {percent(target.test_accuracy, 1)}{in_percent(target.test_accuracy_ci)} "
            "of others."
        ),
        advice="Train shorter, on more records, with a smaller model or more regularisation.",
    )


def no_guarantee(facts: Facts) -> Finding | None:
    """LS002: nothing is proven."""
    if facts.guarantee is not None:
        return None
    return Finding(
        code="LS002",
        title="No privacy guarantee",
        severity="info",
        evidence="The model was trained without noise, so nothing bounds what an attack can learn.",
        advice="Attacks show what they found, not that nothing else can be found. "
        "Train with differential privacy for a bound.",
    )


def vacuous_guarantee(facts: Facts) -> Finding | None:
    """LS003: an epsilon that bounds next to nothing."""
    guarantee = facts.guarantee
    if guarantee is None or guarantee.epsilon <= VACUOUS_EPSILON:
        return None
    allowed = float(max_tpr(0.01, guarantee.epsilon, guarantee.delta))
    return Finding(
        code="LS003",
        title="The guarantee is too weak to mean much",
        severity="warning",
        evidence=(
            f"Epsilon is {guarantee.epsilon:.3g}: at 1 % false alarms it allows an attack to "
            f"recognise {percent(allowed, 2)} of the members."
        ),
        advice="Aim for an epsilon of at most 10; below about 1 the bound itself is convincing.",
    )


def large_delta(facts: Facts) -> Finding | None:
    """LS004: a delta that lets a mechanism publish whole records."""
    records = facts.dataset.members or facts.dataset.n
    if facts.guarantee is None or facts.guarantee.delta < 1 / records:
        return None
    return Finding(
        code="LS004",
        title="Delta is too large for this many records",
        severity="warning",
        evidence=(
            f"Delta is {small(facts.guarantee.delta)} and there are {records:,} training records: "
            "a mechanism that publishes one of them at random would pass as well."
        ),
        advice=f"Choose a delta well below 1/n, which is {small(1 / records)} here.",
    )


def private_statistics(facts: Facts) -> Finding | None:
    """LS005: preparation looked at the records and the guarantee does not pay for it."""
    used = facts.dataset.private_statistics
    if facts.guarantee is None or not used:
        return None
    return Finding(
        code="LS005",
        title="Preparing the data used private statistics",
        severity="warning",
        evidence=f"Epsilon does not cover: {'; '.join(used[:5])}{_more(len(used) - 5)}.",
        advice="Declare the bounds of the columns from public knowledge instead.",
    )


def guarantee_broken(facts: Facts) -> Finding | None:
    """LS006: an attack surely did better than the mechanism allows. One of the two is wrong."""
    return broken(facts.guarantee, facts.ran)


def guarantee_kept(facts: Facts) -> Finding | None:
    """LS020: how the attacks stand to the guarantee, and what that comparison cannot see."""
    return blind_spots(facts.guarantee, facts.ran)


def leak(facts: Facts) -> Finding | None:
    """LS007: members can be recognised."""
    leaking = [attack for attack in facts.ran if attack.verdict == "leaks"]
    worst = strongest_of(leaking)
    if worst is None:
        return None
    grave = any(_surely_times(rate) >= GRAVE_TIMES for a in leaking for rate in a.tpr_at_fpr)
    return Finding(
        code="LS007",
        title="Members can be recognised",
        severity="grave" if grave else "warning",
        evidence=leak_sentence(worst),
        advice="Train with differential privacy or reduce overfitting, then audit again.",
    )


def too_little(facts: Facts) -> Finding | None:
    """LS008: the data cannot tell a leak from none, which is no pass."""
    if not facts.ran or all(attack.verdict != "inconclusive" for attack in facts.ran):
        return None
    if any(attack.verdict == "leaks" for attack in facts.ran):
        return None
    attack = facts.ran[0]
    reasons = [f"TPR at {percent(r.fpr)} FPR {r.reason}" for r in attack.tpr_at_fpr if r.reason]
    width = f"The interval of the AUC is {_auc_interval(attack)}"
    return Finding(
        code="LS008",
        title="Too little data to conclude",
        severity="warning",
        evidence=f"{'; '.join([width, *reasons])}. {_ceiling(facts, attack)}",
        advice="Audit with more models or more records. Inconclusive does not mean safe.",
    )


def not_run(facts: Facts) -> Finding | None:
    """LS009: an attack was asked for and could not run."""
    missing = [a for a in facts.attacks if a.not_applicable is not None]
    if not missing:
        return None
    return Finding(
        code="LS009",
        title="Not every attack could run",
        severity="warning" if len(missing) == len(facts.attacks) else "info",
        evidence=" ".join(dict.fromkeys(capital(a.not_applicable or "") for a in missing)),
        advice="An attack that could not run has not been passed.",
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
    """LS012: no better than a constant answer, so an attack on it says nothing."""
    if has_learned(facts.dataset, facts.target):
        return None
    return Finding(
        code="LS012",
        title="The model has learned nothing",
        severity="warning",
        evidence=nothing_learned_sentence(facts.dataset, facts.target),
        advice="Attacks on such a model say nothing about training that works. Change the "
        "learning rate, the epochs, the clipping norm or epsilon.",
    )


CHECKS: tuple[Callable[[Facts], Finding | None], ...] = (
    overfitting,
    no_guarantee,
    vacuous_guarantee,
    large_delta,
    private_statistics,
    guarantee_broken,
    leak,
    too_little,
    not_run,
    ceiling,
    nothing_learned,
    guarantee_kept,
)


def _surely_times(rate: TprAtFpr) -> float:
    """Lower end of the TPR's interval over the FPR."""
    return rate.ci[0] / rate.fpr if rate.ci else 0.0


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


def _auc_interval(attack: AttackSummary) -> str:
    """``0.470 to 0.530``."""
    low, high = attack.auc_ci or (0.0, 1.0)
    return f"{low:.3f} to {high:.3f}"


def _more(count: int) -> str:
    """``and 3 more``."""
    return f" and {count} more" if count > 0 else ""
