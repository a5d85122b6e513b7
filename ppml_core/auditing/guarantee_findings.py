"""What a reader should know about a guarantee and the attacks that were compared with it."""

from __future__ import annotations

from collections.abc import Sequence

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.accounting.tradeoff import ADD_OR_REMOVE, REPLACE, curve_for
from ppml_core.auditing.report import AgainstGuarantee, AttackSummary, Finding
from ppml_core.auditing.sentences import title_of
from ppml_core.auditing.wording import percent, small


def broken(guarantee: PrivacyGuarantee | None, attacks: Sequence[AttackSummary]) -> Finding | None:
    """LS006: an attack surely did better than the mechanism allows. One of the two is wrong."""
    over = [(a, a.against_guarantee) for a in attacks if a.against_guarantee is not None]
    over = [(attack, found) for attack, found in over if found.exceeds]
    if guarantee is None or not over:
        return None
    attack, found = min(over, key=lambda pair: (pair[1].p_value, pair[0].name))
    return Finding(
        code="LS006",
        title="The guarantee does not hold for this run",
        severity="grave",
        evidence=f"{_reached(attack, found)}, where training with "
        f"{_mechanism(guarantee)} allows no attack more than "
        f"{percent(found.allowed, 1)} (p = {small(found.p_value)}, corrected for the rates "
        "looked at). The noise that was added or the clipping was not what epsilon "
        f"{guarantee.epsilon:.3g} is computed from.",
        advice="Do not rely on the guarantee: training, sampling or accounting is wrong.",
    )


def blind_spots(
    guarantee: PrivacyGuarantee | None, attacks: Sequence[AttackSummary]
) -> Finding | None:
    """LS020: how the attacks stand to the guarantee, and what that comparison cannot see."""
    compared = [(a, a.against_guarantee) for a in attacks if a.against_guarantee is not None]
    compared = [(attack, found) for attack, found in compared if found is not None]
    limit = curve_for(guarantee.trade_offs, REPLACE) if guarantee is not None else None
    if guarantee is None or limit is None or not compared:
        return None
    if any(found.exceeds for _, found in compared):
        return None
    one = curve_for(guarantee.trade_offs, ADD_OR_REMOVE)
    beside = f" ({one.max_advantage:.3f} if one is added or removed)" if one else ""
    nearest, _ = max(compared, key=lambda pair: pair[0].advantage or 0.0)
    return Finding(
        code="LS020",
        title="The attacks do not contradict the guarantee",
        severity="info",
        evidence=f"With {_mechanism(guarantee)} no attack can have an advantage above "
        f"{limit.max_advantage:.3f} where one record is replaced by another{beside}; "
        f"{title_of(nearest.name)} had {nearest.advantage or 0.0:.3f}. No attack surely exceeds "
        f"the mechanism's own curve at any false-positive rate.{_compared(guarantee)}",
        advice="This is no proof that training was right. The comparison notices missing noise or "
        "clipping only where an attack then exceeds the limit: half of the noise, rare large "
        "gradients, or a model that hardly learns from single records go unnoticed, and so does a "
        "flaw that needs the steps in between or another attack.",
    )


def _compared(guarantee: PrivacyGuarantee) -> str:
    """Who took part, where not everybody could."""
    if guarantee.group is None:
        return ""
    return (
        " Compared were records alone: those with copies, or of people with several rows, are in "
        "or out together, which is more than a limit for one record speaks of."
    )


def _reached(attack: AttackSummary, found: AgainstGuarantee) -> str:
    """What it did, at a threshold from other records."""
    return (
        f"{title_of(attack.name)[:1].upper()}{title_of(attack.name)[1:]} recognised "
        f"{percent(found.tpr, 1)} of the members at {percent(found.fpr, 2)} false alarms "
        "(thresholds fitted on other records)"
    )


def _mechanism(guarantee: PrivacyGuarantee) -> str:
    """What epsilon is computed from."""
    steps = f"{guarantee.steps:,} step{'s' * (guarantee.steps != 1)}"
    return (
        f"a noise multiplier of {guarantee.noise_multiplier:.4g} in {steps} at a sample rate of "
        f"{guarantee.sample_rate:.3g}"
    )
