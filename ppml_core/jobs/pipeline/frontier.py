"""A grid of epsilon x clipping norm: what privacy costs in accuracy and buys in safety."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import replace

from ppml_core.auditing.findings import SEVERITIES, find_frontier, left_out
from ppml_core.auditing.guarantee_check import judge_guarantee
from ppml_core.auditing.report import FrontierCell, FrontierReport
from ppml_core.auditing.verdict import judge
from ppml_core.errors import TrainingDiverged
from ppml_core.jobs.pipeline.audit import model_seeds
from ppml_core.jobs.pipeline.executors import training_executor
from ppml_core.jobs.pipeline.grid import Point, grid_points
from ppml_core.jobs.pipeline.material import Material
from ppml_core.jobs.pipeline.membership import attack_all
from ppml_core.jobs.pipeline.observe import Observations, accuracies, joined, observe
from ppml_core.jobs.requests import FrontierRequest
from ppml_core.training.membership import audit_membership
from ppml_core.training.population import noise_multiplier_of, train_population
from ppml_core.training.recipe import TrainingRecipe

CELL_REPLICATES = 200


def run(material: Material) -> FrontierReport:
    """The report of a ``FrontierRequest``; a partial one after every cell.

    The reference (ordinary training) comes first, then the cells from the largest
    epsilon to the smallest. Every cell uses the same memberships and model seeds,
    so that cells differ by their recipe and not by luck. A cell whose training
    diverges is left out and named in a finding; without the reference there is
    nothing to compare with, and ``TrainingDiverged`` ends the run before the grid.
    """
    request = material.request
    assert isinstance(request, FrontierRequest)
    plan = list(grid_points(request.recipe, request.epsilons, request.clips, request.delta))
    _reachable(material, plan)
    failed: list[Point] = []
    with training_executor() as executor:
        cells = [_cell(material, request, plan[0], 0, len(plan), executor)]
        for number, point in enumerate(plan[1:], start=1):
            material.reporter.partial(_report(material, cells, failed))
            try:
                cells.append(_cell(material, request, point, number, len(plan), executor))
            except TrainingDiverged:
                failed.append(point)
    return _report(material, cells, failed)


def _reachable(material: Material, plan: list[Point]) -> None:
    """Fail before anything is trained if no noise in range reaches the smallest epsilon."""
    strictest = min(plan, key=lambda p: p.epsilon or float("inf"))
    material.reporter.progress("Calibrating the noise", 0, len(plan))
    noise_multiplier_of(strictest.recipe, len(material.split.members))


def _cell(
    material: Material,
    request: FrontierRequest,
    point: Point,
    number: int,
    total: int,
    executor: Executor,
) -> FrontierCell:
    """Train and attack the populations of one cell."""
    populations = []
    for repeat in range(request.seeds):
        done = number * request.seeds + repeat
        stage = f"Cell {number + 1} of {total}: {point.title}"
        material.reporter.progress(stage, done, total * request.seeds)
        populations.append(_population(material, request, point.recipe, repeat, executor))
    train, test, interval = accuracies(joined(populations))
    guarantee = material.guarantee(point.recipe)
    return FrontierCell(
        epsilon="inf" if point.epsilon is None else point.epsilon,
        clip=point.clip,
        test_accuracy=test,
        test_accuracy_ci=interval,
        train_accuracy=train,
        attacks=attack_all(
            populations,
            material,
            request.attacks,
            replicates=CELL_REPLICATES,
            curves=False,
            guarantee=guarantee,
        ),
        guarantee=guarantee,
        models=request.seeds * request.shadows,
    )


def _population(
    material: Material,
    request: FrontierRequest,
    recipe: TrainingRecipe,
    repeat: int,
    executor: Executor,
) -> Observations:
    """One population of a cell: its target models, each the others' shadow."""
    seed = request.seed + repeat
    data = material.dataset
    membership = audit_membership(material.split, len(data), request.shadows, seed, data.units)
    population = train_population(
        material.dataset,
        membership,
        recipe,
        model_seeds(seed, 0, request.shadows),
        executor=executor,
        kept=material.reporter.kept,
        check=material.reporter.check,
    )
    return observe(population, material)


def _report(material: Material, cells: list[FrontierCell], failed: list[Point]) -> FrontierReport:
    """The first cell is the reference. Verdicts are corrected for all attacks of all cells."""
    every = [attack for cell in cells for attack in cell.attacks]
    judged = iter(judge_guarantee(judge(every)))
    cells = [replace(cell, attacks=tuple(next(judged) for _ in cell.attacks)) for cell in cells]
    rate = material.request.recipe.learning_rate
    diverged = left_out([point.title for point in failed], rate)
    found = (*diverged, *find_frontier(material.summary(), cells[0], cells[1:]))
    return FrontierReport(
        reference=cells[0],
        cells=tuple(cells[1:]),
        findings=tuple(sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.code))),
        **material.common(),
    )
