"""A population and the membership attacks on it, reported as it grows."""

from __future__ import annotations

from concurrent.futures import Executor
from itertools import pairwise

from ppml_core.auditing.findings import find
from ppml_core.auditing.report import AuditReport
from ppml_core.jobs.pipeline.executors import training_executor
from ppml_core.jobs.pipeline.material import Material
from ppml_core.jobs.pipeline.membership import FINAL_REPLICATES, PARTIAL_REPLICATES, attack_all
from ppml_core.jobs.pipeline.observe import Observations, joined, observe, target_summary
from ppml_core.jobs.requests import AuditRequest
from ppml_core.training.membership import audit_membership
from ppml_core.training.population import Population, train_population

FIRST_STAGE = 8
"""Models before the first partial report; each further stage doubles their number."""


def run(material: Material) -> AuditReport:
    """The report of an ``AuditRequest``; partial ones after 8, 16, 32, ... models."""
    request = material.request
    assert isinstance(request, AuditRequest)
    parts: list[Observations] = []
    parameters = 0
    with training_executor() as executor:
        for first, last in stages(request.shadows):
            population = _train(material, request, first, last, executor)
            parameters = population.weights.shape[1]
            parts.append(observe(population, material))
            if last < request.shadows:
                material.reporter.partial(
                    _report(material, request, joined(parts), parameters, PARTIAL_REPLICATES)
                )
    material.reporter.progress("Attacking every model in turn", 99, 100)
    return _report(material, request, joined(parts), parameters, FINAL_REPLICATES)


def stages(models: int) -> list[tuple[int, int]]:
    """Ranges of models between reports; every end is even, so that pairs stay together.

    >>> stages(40)
    [(0, 8), (8, 16), (16, 32), (32, 40)]
    >>> stages(4)
    [(0, 4)]
    """
    ends = [0]
    while ends[-1] < models:
        ends.append(min(models, max(FIRST_STAGE, 2 * ends[-1])))
    return list(pairwise(ends))


def _train(
    material: Material, request: AuditRequest, first: int, last: int, executor: Executor
) -> Population:
    """Models ``first .. last - 1`` of the population."""
    total = request.shadows
    data = material.dataset
    membership = audit_membership(material.split, len(data), total, request.seed, data.units)

    def progress(done: float) -> None:
        share = (first + done) / total
        stage = f"Training models: {int(first + done)} of {total}"
        material.reporter.progress(stage, round(98 * share), 100)

    return train_population(
        material.dataset,
        membership[first:last],
        request.recipe,
        model_seeds(request.seed, first, last),
        executor=executor,
        kept=material.reporter.kept,
        check=material.reporter.check,
        on_progress=progress,
    )


def model_seeds(seed: int, first: int, last: int) -> list[int]:
    """Seeds of models ``first .. last - 1`` of the population with this seed."""
    return [seed * 1_000_003 + number for number in range(first, last)]


def _report(
    material: Material,
    request: AuditRequest,
    seen: Observations,
    parameters: int,
    replicates: int,
) -> AuditReport:
    """What these models show."""
    target = target_summary(seen, parameters)
    guarantee = material.guarantee(request.recipe)
    attacks = attack_all(
        [seen], material, request.attacks, replicates=replicates, guarantee=guarantee
    )
    findings = find(material.summary(), target, guarantee, attacks)
    return AuditReport(
        target=target,
        guarantee=guarantee,
        attacks=attacks,
        models=seen.models,
        findings=findings,
        **material.common(),
    )
