"""One plain sentence about what one membership attack achieved, computed from its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from ppml_core.auditing.evidence import strength
from ppml_core.auditing.report import AttackSummary, TprAtFpr
from ppml_core.auditing.wording import area, capital, in_percent, percent, rate_found, times

TITLES = {
    "lira": "LiRA",
    "rmia": "RMIA",
    "lira-offline": "LiRA (offline)",
    "loss": "the loss threshold",
}


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


def strongest_of(attacks: Sequence[AttackSummary]) -> AttackSummary | None:
    """The attack that found most: visible leaks by their size first (and the right way round
    before the wrong one), then TPR at 1 % FPR, then AUC."""

    def found(attack: AttackSummary) -> tuple[float, ...]:
        rate = rate_at(attack, 0.01)
        share = rate.tpr if rate is not None and rate.tpr is not None else 0.0
        leaks = attack.verdict == "leaks"
        visible = leaks or attack.verdict == "reversed"
        size, far = strength(attack) if visible else (0, 0.0)
        return visible, size, leaks, share if leaks else far, attack.auc or 0.0, share

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
