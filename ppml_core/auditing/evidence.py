"""What a membership verdict rests on, in words: the figure and its corrected interval."""

from __future__ import annotations

from ppml_core.auditing.materiality import (
    AUC,
    SIZES,
    Evidence,
    Size,
    larger,
    leak_label,
    tpr_scale,
)
from ppml_core.auditing.membership_report import AttackSummary
from ppml_core.auditing.wording import apart, percent


def size_of(attack: AttackSummary) -> Size:
    """Of a leak, or of what scores that point the wrong way give away.

    Reports of older versions hold no evidence: theirs is read off the 95 % intervals.
    """
    if attack.evidence is not None:
        return attack.evidence.size
    sizes: list[Size | None] = [AUC.size(attack.auc_ci[0])] if attack.auc_ci else []
    sizes += [tpr_scale(r.fpr).size(r.ci[0]) for r in attack.tpr_at_fpr if r.ci is not None]
    found: Size = "slight"
    for size in sizes:
        found = larger(found, size or "slight")
    return found


def at_most(attack: AttackSummary) -> Size:
    """The largest leak that its ordinary intervals allow."""
    if attack.evidence is not None:
        return attack.evidence.at_most
    found = size_of(attack)
    if attack.auc_ci:
        found = larger(found, AUC.size(attack.auc_ci[1]) or "slight")
    for rate in attack.tpr_at_fpr:
        if rate.ci:
            found = larger(found, tpr_scale(rate.fpr).size(rate.ci[1]) or "slight")
    return found


def label_of(attack: AttackSummary) -> str:
    """``Visible, grave``."""
    return leak_label(size_of(attack), at_most(attack))


def strength(attack: AttackSummary) -> tuple[int, float]:
    """For comparing leaks: size first, then how far from chance they surely are."""
    one = attack.evidence
    far = 0.0
    if one is not None:
        low, high = one.ci
        far = one.scale.share(high if high < one.scale.chance else low)
    elif attack.auc_ci:
        far = AUC.share(attack.auc_ci[0])
    return SIZES.index(size_of(attack)), abs(far)


def evidence_words(one: Evidence | None) -> str:
    """``AUC 0.505 (0.501 to 0.509, corrected for 12 looks)``; empty without evidence.

    With as many digits as tell the interval from chance.

    >>> evidence_words(Evidence(measure="auc", value=0.505, ci=(0.501, 0.509), looks=12,
    ...     size="slight", at_most="slight"))
    'AUC 0.505 (0.501 to 0.509, corrected for 12 looks)'
    """
    if one is None:
        return ""
    chance = one.scale.chance
    if one.measure == "tpr":
        low, high = (apart(100 * end, 100 * chance, 1) for end in one.ci)
        name, value, unit = f"TPR at {percent(chance)} FPR", f"{100 * one.value:.1f}", " %"
    else:
        low, high = (apart(end, chance, 3) for end in one.ci)
        name = "AUC" if one.measure == "auc" else "advantage"
        value, unit = f"{one.value:.3f}", ""
    looks = f", corrected for {one.looks} looks" if one.looks > 1 else ""
    return f"{name} {value}{unit} ({low} to {high}{unit}{looks})"
