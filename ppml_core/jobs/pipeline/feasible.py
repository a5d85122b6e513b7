"""What can be known to fail before anything is trained."""

from __future__ import annotations

import numpy as np

from ppml_core._seeds import generator
from ppml_core.attacks.membership.registry import attack_named
from ppml_core.attacks.membership.signals import Signals
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.split import Split
from ppml_core.errors import AttackNotApplicable
from ppml_core.jobs.memory import estimate
from ppml_core.jobs.requests import AuditRequest, FrontierRequest, Request
from ppml_core.training.membership import audit_membership

FEW_MODELS = 8
"""Where more models than this are, and are not, trained on a record no attack lacks references."""

POPULATION_RECORDS = 50
"""Of the auxiliary records, as many as a rehearsal needs."""


def require_feasible(request: Request, split: Split, dataset: Dataset) -> None:
    """Raise ``TooMuchMemory`` or ``AttackNotApplicable`` for attacks that cannot be carried out.

    Where some of the requested attacks can run the request is accepted: the report
    says of the others why they did not.
    """
    if not isinstance(request, AuditRequest | FrontierRequest):
        return
    estimate(request, len(dataset), dataset.features.shape[1:], dataset.n_classes).require()
    rarer = min(len(split.members), len(split.nonmembers))
    pool = len(split.members) + len(split.nonmembers)
    if request.shadows * rarer <= FEW_MODELS * pool:
        _require_an_attack(request, split, dataset.units)


def _require_an_attack(
    request: AuditRequest | FrontierRequest, split: Split, units: np.ndarray
) -> None:
    """Rehearse the attacks on noise with the memberships of the run, until one runs."""
    signals = _rehearsal(request, split, units)
    reasons = []
    for name in request.attacks:
        try:
            attack_named(name).run(signals)
        except AttackNotApplicable as reason:
            reasons.append(str(reason))
        else:
            return
    raise AttackNotApplicable(f"None of the requested attacks can run. {' '.join(reasons)}")


def _rehearsal(request: AuditRequest | FrontierRequest, split: Split, units: np.ndarray) -> Signals:
    """Signals of the run's shape. Whether an attack applies depends on memberships alone."""
    pool = np.concatenate([split.members, split.nonmembers])
    membership = audit_membership(split, len(units), request.shadows, request.seed, units)[:, pool]
    rng = generator(request.seed, "rehearsal")
    points = rng.normal(size=(request.shadows, min(len(split.auxiliary), POPULATION_RECORDS)))
    return Signals(
        phi=rng.normal(size=membership.shape),
        membership=membership,
        record_ids=pool,
        units=units[pool],
        population_phi=points if points.size else None,
    )
