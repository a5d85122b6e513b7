"""Model inversion: what comes out of models about a person, against what never saw them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ppml_core.auditing.inversion_findings import find_inversion
from ppml_core.auditing.inversion_report import InversionCell, InversionReport, Person
from ppml_core.auditing.report import DatasetSummary
from ppml_core.errors import TrainingDiverged
from ppml_core.jobs.pipeline.grid import Point, grid_points
from ppml_core.jobs.pipeline.invert_cell import measure
from ppml_core.jobs.pipeline.invert_frames import people_with_frames
from ppml_core.jobs.pipeline.invert_stage import Stage, set_stage
from ppml_core.jobs.pipeline.invert_summary import summarise
from ppml_core.jobs.pipeline.material import Ground
from ppml_core.training.population import noise_multiplier_of


def run(ground: Ground) -> InversionReport:
    """The report of an ``InvertRequest``; a partial one after every setting.

    The setting of the request's own recipe comes first, then the grid, from the largest
    epsilon to the smallest. Every setting has the same people, coins and model seeds.
    A setting whose training diverges is left out and named in a finding; without the
    first there is nothing to compare with, and ``TrainingDiverged`` ends the run.
    """
    stage = set_stage(ground)
    asked = stage.request
    points = list(grid_points(asked.recipe, asked.epsilons, asked.clips, asked.delta))
    _reachable(stage, points)
    people = stage.people()
    cells: list[InversionCell] = []
    failed: list[str] = []
    for number, point in enumerate(points):
        try:
            cells.append(_cell(stage, point, number, points))
        except TrainingDiverged:
            if number == 0:
                raise
            failed.append(point.title)
        if number + 1 < len(points):
            ground.reporter.partial(_report(stage, people, cells, failed))
    return _report(stage, people, cells, failed)


def _reachable(stage: Stage, points: list[Point]) -> None:
    """Fail before anything is trained if no noise in range reaches an epsilon."""
    stage.ground.reporter.progress("Calibrating the noise", 0, 100 * len(points))
    for point in points:
        stage.ground.reporter.check()
        noise_multiplier_of(point.recipe, _members(stage))


def _members(stage: Stage) -> int:
    """Training pictures of every model."""
    return int(stage.experiment.membership(stage.holds[:1]).sum())


def _cell(stage: Stage, point: Point, number: int, points: list[Point]) -> InversionCell:
    """Train, invert, judge."""
    total = len(points)
    place = f"Setting {number + 1} of {total}, {point.title}: " if total > 1 else ""

    def note(what: str, done: float) -> None:
        stage.ground.reporter.progress(place + what, round(100 * number + done), 100 * total)

    size = int(np.prod(stage.experiment.dataset.features.shape[1:]))
    people = people_with_frames(number, total, size)
    measured = measure(stage, point.recipe, note, people_with_frames=people)
    guarantee = stage.ground.guarantee_of(point.recipe, _members(stage))
    epsilon: float | str | None = point.epsilon
    if epsilon is None and point.clip is not None:  # the noise was named, or there is none
        epsilon = guarantee.epsilon if guarantee is not None else "inf"
    return summarise(
        stage,
        measured,
        epsilon=epsilon,
        clip=point.clip,
        guarantee=guarantee,
        looks=total,
    )


def _report(
    stage: Stage, people: tuple[Person, ...], cells: list[InversionCell], failed: list[str]
) -> InversionReport:
    """Of the settings so far."""
    common = stage.ground.common()
    summary = _divided(stage, common.pop("dataset"))
    return InversionReport(
        attack=stage.request.attack,
        unit=stage.experiment.unit,
        records_per_class=stage.request.records_per_class,
        people=people,
        cells=tuple(cells),
        dataset=summary,
        findings=find_inversion(
            summary,
            tuple(cells),
            unit=stage.experiment.unit,
            members=_members(stage),
            chance=stage.experiment.chance(stage.holds),
            notes=stage.experiment.plan.notes,
            failed=tuple(failed),
        ),
        **common,
    )


def _divided(stage: Stage, summary: DatasetSummary) -> DatasetSummary:
    """Which records: candidates and what they share, those never trained on, auxiliary."""
    plan = stage.experiment.plan
    trained = sum(len(c.trained) for pair in plan.candidates for c in pair)
    trained += sum(map(len, plan.shared))
    held = sum(map(len, (*plan.tested, *plan.evaluated)))
    held += sum(len(c.others) for pair in plan.candidates for c in pair)
    return replace(
        summary, members=trained, nonmembers=held, auxiliary=len(stage.experiment.auxiliary)
    )
