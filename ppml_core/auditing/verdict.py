"""Does it leak? Decided from intervals, worst case first, corrected for several attacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ppml_core.auditing.report import AttackSummary
from ppml_core.auditing.sentences import rate_at
from ppml_core.statistics.multiplicity import holm

LEAKS, CLEAR, INCONCLUSIVE = "leaks", "no-leak-detected", "inconclusive"

FALSE_ALARMS = 0.025
"""One-sided error of "leaks" over all attacks together, as a two-sided 95 % interval has."""

MATERIAL_AUC = 0.55
MATERIAL_TPR = 3.0
"""Times the FPR. "No leak detected" is only said when the intervals exclude a leak this large."""


def judge(summaries: Sequence[AttackSummary]) -> tuple[AttackSummary, ...]:
    """The summaries with their verdicts.

    ``leaks``: the attack's p-value, adjusted by Holm over the attacks that ran,
    is at most 2.5 %. ``no-leak-detected``: it is not, and the data would have
    shown a material leak: TPR at 1 % FPR is measured and its interval ends below
    3 %, and the AUC's below 0.55. ``inconclusive``: everything else, in
    particular too little data or an attack that could not run.
    """
    tested = [index for index, summary in enumerate(summaries) if summary.p_value is not None]
    adjusted = dict(zip(tested, holm([summaries[i].p_value or 0.0 for i in tested]), strict=True))
    return tuple(
        replace(summary, verdict=_verdict(summary, adjusted.get(index)))
        for index, summary in enumerate(summaries)
    )


def overall(summaries: Sequence[AttackSummary]) -> str:
    """Of several judged attacks: one leak is a leak; clear only if all that ran are clear."""
    verdicts = [s.verdict for s in summaries if s.not_applicable is None]
    if LEAKS in verdicts:
        return LEAKS
    return CLEAR if verdicts and all(v == CLEAR for v in verdicts) else INCONCLUSIVE


def _verdict(summary: AttackSummary, adjusted: float | None) -> str:
    """One attack's verdict from its adjusted p-value and its intervals."""
    if adjusted is None:
        return INCONCLUSIVE
    if adjusted <= FALSE_ALARMS:
        return LEAKS
    rate = rate_at(summary, 0.01)
    if rate is None or rate.ci is None or summary.auc_ci is None:
        return INCONCLUSIVE
    small = rate.ci[1] <= MATERIAL_TPR * rate.fpr and summary.auc_ci[1] <= MATERIAL_AUC
    return CLEAR if small else INCONCLUSIVE
