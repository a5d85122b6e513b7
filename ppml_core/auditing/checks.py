"""The single checks behind the findings. Codes are stable; one function each.

A check looks at the facts of a run and returns its finding or None.
"""

from __future__ import annotations

from collections.abc import Callable

from ppml_core.accounting.theory import max_tpr
from ppml_core.auditing.facts import Facts as Facts
from ppml_core.auditing.guarantee_findings import blind_spots, broken
from ppml_core.auditing.leak_checks import (
    ceiling,
    leak,
    nothing_learned,
    reversed_scores,
    too_little,
)
from ppml_core.auditing.report import Finding
from ppml_core.auditing.wording import capital, in_percent, percent, small, small_down

GAP, SURELY = 0.05, 0.01
"""Train over test accuracy, and over the upper end of the latter's interval."""
VACUOUS_EPSILON = 10.0


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
        advice=f"Choose a delta well below 1/n, which is {small_down(1 / records)} here.",
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
    reversed_scores,
)


def _more(count: int) -> str:
    """``and 3 more``."""
    return f" and {count} more" if count > 0 else ""
