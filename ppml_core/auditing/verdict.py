"""Does it leak, and how much? Decided from intervals that are corrected for all looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ppml_core.auditing.materiality import (
    ADVANTAGE,
    AUC,
    SIZES,
    Evidence,
    Measure,
    Scale,
    Size,
    larger,
    tpr_scale,
)
from ppml_core.auditing.membership_report import AttackSummary, AttackVerdict, TprAtFpr
from ppml_core.auditing.report_parts import Interval
from ppml_core.statistics.intervals import clopper_pearson
from ppml_core.statistics.widen import widened, widened_share

FALSE_ALARMS = 0.025
"""One-sided error of "leaks" over all attacks together, as a two-sided 95 % interval has."""

ORDER: tuple[AttackVerdict, ...] = ("leaks", "reversed", "inconclusive", "no-leak-detected")
"""Worst first."""


@dataclass(frozen=True, kw_only=True)
class _Look:
    """One measure of an attack, with its 95 % interval and the one corrected for all looks.

    ``decides``: tested for itself, which the advantage, whose threshold is fitted, is not.
    ``turned``: the corrected end nearer to chance, and the ordinary one farther from it, of
    what scores with the opposite sign would reach; None where that is not known.
    """

    measure: Measure
    scale: Scale
    value: float
    ci: Interval
    corrected: Interval
    decides: bool
    turned: tuple[float, float] | None = None
    fpr: float | None = None
    below: float
    """Under this, values are lower than by chance."""


def judge(summaries: Sequence[AttackSummary]) -> tuple[AttackSummary, ...]:
    """The summaries with their verdicts and what these rest on.

    All intervals of all attacks that ran are corrected together (Bonferroni), so that all of
    them cover at once with 95 %. ``leaks``: an interval of the AUC or of a TPR lies above
    chance, and so says the attack's own test. ``reversed``: surely below chance, which is
    never a pass. ``no-leak-detected``: every ordinary 95 % interval reaches chance, and none
    reaches what would be material; TPR at 1 % FPR has to be among them. ``inconclusive``:
    everything else, in particular too little data or an attack that could not run.
    """
    ran = sum(summary.p_value is not None for summary in summaries)
    return tuple(_judged(summary, ran) for summary in summaries)


def overall(summaries: Sequence[AttackSummary]) -> AttackVerdict:
    """Of several judged attacks: one leak is a leak; clear only if all that ran are clear."""
    verdicts = [s.verdict for s in summaries if s.not_applicable is None]
    for verdict in sorted(verdicts, key=ORDER.index):
        if verdict != "no-leak-detected":
            return verdict
    return "no-leak-detected" if verdicts else "inconclusive"


def _judged(summary: AttackSummary, attacks: int) -> AttackSummary:
    """One attack among so many that ran."""
    if summary.p_value is None:
        return replace(summary, verdict="inconclusive", evidence=None)
    number = attacks * max(1, sum(1 for _ in _looks(summary, 1) if _.decides))
    looks = list(_looks(summary, number))
    above = [look for look in looks if look.scale.size(look.corrected[0])]
    if any(look.decides for look in above) and summary.p_value * attacks <= FALSE_ALARMS:
        return replace(summary, verdict="leaks", evidence=_leak(above, looks, number))
    below = [look for look in looks if look.corrected[1] < look.below]
    if below:
        return replace(summary, verdict="reversed", evidence=_turned(below, number))
    quiet = summary.p_value * attacks > FALSE_ALARMS and _clear(looks)
    verdict: AttackVerdict = "no-leak-detected" if quiet else "inconclusive"
    return replace(summary, verdict=verdict, evidence=None)


def _looks(summary: AttackSummary, number: int) -> Iterator[_Look]:
    """The measures of an attack, corrected for so many looks."""
    tail = FALSE_ALARMS / number
    if summary.auc is not None and summary.auc_ci is not None:
        ci = summary.auc_ci
        corrected = widened_share(summary.auc, ci, tail, summary.auc_degrees)
        turned = 1 - corrected[1], 1 - ci[0]
        yield _Look(
            measure="auc", scale=AUC, value=summary.auc, ci=ci, corrected=corrected,
            decides=True, turned=turned, below=AUC.chance,
        )  # fmt: skip
    for rate in summary.tpr_at_fpr:
        if rate.tpr is not None and rate.ci is not None:
            yield _Look(
                measure="tpr", scale=tpr_scale(rate.fpr), value=rate.tpr, ci=rate.ci,
                corrected=_corrected(rate, tail), decides=True, fpr=rate.fpr,
                below=rate.fpr_ci[0] if rate.fpr_ci else 0.0,
            )  # fmt: skip
    if summary.advantage is not None and summary.advantage_ci is not None:
        ci = summary.advantage_ci
        corrected = widened(summary.advantage, ci, tail)
        yield _Look(
            measure="advantage", scale=ADVANTAGE, value=summary.advantage, ci=ci,
            corrected=corrected, decides=False, turned=(-corrected[1], -ci[0]), below=0.0,
        )  # fmt: skip


def _corrected(rate: TprAtFpr, tail: float) -> Interval:
    """Clopper and Pearson's interval of a TPR with this much in either tail."""
    assert rate.tpr is not None
    assert rate.ci is not None
    if rate.trials is None:
        return widened_share(rate.tpr, rate.ci, tail)
    return clopper_pearson(rate.tpr * rate.trials, rate.trials, 1 - 2 * tail)


def _leak(above: Sequence[_Look], looks: Sequence[_Look], number: int) -> Evidence:
    """The measure by which the leak is largest; ``at_most`` over all of them."""

    def surely(look: _Look) -> tuple[int, float]:
        size = look.scale.size(look.corrected[0])
        return SIZES.index(size or "slight"), look.scale.share(look.corrected[0])

    worst = max(above, key=surely)
    size = worst.scale.size(worst.corrected[0]) or "slight"
    most = size
    for look in looks:
        most = larger(most, look.scale.size(look.ci[1]) or "slight")
    return _evidence(worst, number, size, most)


def _turned(below: Sequence[_Look], number: int) -> Evidence:
    """The measure that is farthest below chance; its size is that of the leak turned round."""

    def surely(look: _Look) -> tuple[int, float]:
        ends = look.turned or (look.scale.chance, look.scale.chance)
        size = look.scale.size(ends[0])
        return (SIZES.index(size) if size else -1), look.scale.share(ends[0])

    worst = max(below, key=surely)
    ends = worst.turned or (worst.scale.chance, worst.scale.chance)
    size: Size = worst.scale.size(ends[0]) or "slight"
    return _evidence(worst, number, size, larger(size, worst.scale.size(ends[1]) or "slight"))


def _evidence(look: _Look, number: int, size: Size, at_most: Size) -> Evidence:
    """As the report has it."""
    return Evidence(
        measure=look.measure,
        value=look.value,
        ci=look.corrected,
        looks=number,
        size=size,
        at_most=at_most,
        fpr=look.fpr,
    )


def _clear(looks: Sequence[_Look]) -> bool:
    """No ordinary interval excludes chance on either side, none reaches a material leak, and
    the AUC and the TPR at 1 % are among them."""
    seen = {(look.measure, look.fpr) for look in looks}
    if not {("auc", None), ("tpr", 0.01)} <= seen:
        return False
    return all(
        look.ci[0] <= look.scale.chance
        and look.ci[1] >= look.below
        and look.ci[1] < look.scale.material
        for look in looks
    )
