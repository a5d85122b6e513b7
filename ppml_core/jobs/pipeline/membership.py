"""Runs the requested membership attacks on observations."""

from __future__ import annotations

import numpy as np

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.accounting.tradeoff import REPLACE, TradeOff, curve_for
from ppml_core.attacks.membership.registry import attack_named
from ppml_core.attacks.membership.result import MembershipResult
from ppml_core.auditing.guarantee_check import judge_guarantee
from ppml_core.auditing.membership import not_applicable, summarise
from ppml_core.auditing.report import AttackSummary
from ppml_core.auditing.verdict import judge
from ppml_core.errors import AttackNotApplicable
from ppml_core.jobs.pipeline.material import Material
from ppml_core.jobs.pipeline.observe import Observations

FINAL_REPLICATES = 400
PARTIAL_REPLICATES = 100


def attack_all(
    populations: list[Observations],
    material: Material,
    attacks: tuple[str, ...],
    *,
    replicates: int = FINAL_REPLICATES,
    curves: bool = True,
    guarantee: PrivacyGuarantee | None = None,
) -> tuple[AttackSummary, ...]:
    """One summary an attack. Several populations (seeds) are attacked one by one, each
    with its own models as shadows, and their targets are summarised together. Verdicts
    are corrected for the number of attacks. Each is compared with what ``guarantee`` leaves
    to attacks on training sets of one size."""
    limit = curve_for(guarantee.trade_offs, REPLACE) if guarantee is not None else None
    found = [_attack(name, populations, material, replicates, curves, limit) for name in attacks]
    return judge_guarantee(judge(found))


def _attack(
    name: str,
    populations: list[Observations],
    material: Material,
    replicates: int,
    curves: bool,
    limit: TradeOff | None,
) -> AttackSummary:
    """One attack on every model of every population."""
    material.reporter.check()
    record_ids = material.dataset.record_ids[material.pool]
    try:
        results = [attack_named(name).run(seen.signals(record_ids)) for seen in populations]
    except AttackNotApplicable as reason:
        return not_applicable(name, str(reason))
    together = _together(results, populations[0].signals(record_ids).units)
    return summarise(
        together,
        seed=material.request.seed,
        replicates=replicates,
        curves=curves,
        limit=limit,
    )


def _together(results: list[MembershipResult], units: np.ndarray | None) -> MembershipResult:
    """All targets of several results on the same records."""
    return MembershipResult(
        name=results[0].name,
        scores=np.concatenate([r.scores for r in results]),
        membership=np.concatenate([r.membership for r in results]),
        record_ids=results[0].record_ids,
        units=units,
    )
