"""Model inversion: what comes out of models about a person, against what never saw them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ppml_core.auditing.inversion_findings import find_inversion
from ppml_core.auditing.inversion_report import InversionCell, InversionReport, Person
from ppml_core.auditing.report import DatasetSummary
from ppml_core.errors import TrainingDiverged
from ppml_core.jobs.invert_request import InvertRequest
from ppml_core.jobs.pipeline.invert_cell import measure
from ppml_core.jobs.pipeline.invert_stage import Stage, set_stage
from ppml_core.jobs.pipeline.invert_summary import summarise
from ppml_core.jobs.pipeline.material import Ground
from ppml_core.training.population import noise_multiplier_of
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe


def run(ground: Ground) -> InversionReport:
    """The report of an ``InvertRequest``; a partial one after every setting.

    The setting of the request's own recipe comes first, then the grid, from the largest
    epsilon to the smallest. Every setting has the same people, coins and model seeds.
    A setting whose training diverges is left out and named in a finding; without the
    first there is nothing to compare with, and ``TrainingDiverged`` ends the run.
    """
    stage = set_stage(ground)
    points = list(_points(stage.request))
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


@dataclass(frozen=True, kw_only=True)
class _Point:
    """One privacy setting."""

    epsilon: float | str | None
    clip: float | None
    recipe: TrainingRecipe

    @property
    def title(self) -> str:
        """As progress shows it."""
        if self.epsilon is None:
            return "the model without protection"
        noise = "no noise" if self.epsilon == "inf" else f"epsilon {self.epsilon:g}"
        return f"{noise}, clipping norm {self.clip:g}"


def _points(request: InvertRequest) -> Iterator[_Point]:
    """The recipe's own setting, then the grid."""
    privacy = request.recipe.privacy
    if privacy is None:
        yield _Point(epsilon=None, clip=None, recipe=request.recipe)
    else:
        epsilon = privacy.target_epsilon if privacy.noise_multiplier is None else "inf"
        yield _Point(epsilon=epsilon, clip=privacy.max_grad_norm, recipe=request.recipe)
    ordered = sorted(request.epsilons, key=lambda e: -float("inf") if e is None else -e)
    for epsilon in ordered:
        for clip in request.clips:
            config = DPSGDConfig(
                max_grad_norm=clip,
                target_epsilon=epsilon,
                noise_multiplier=0.0 if epsilon is None else None,
                delta=request.delta,
            )
            yield _Point(
                epsilon="inf" if epsilon is None else epsilon,
                clip=clip,
                recipe=replace(request.recipe, privacy=config),
            )


def _reachable(stage: Stage, points: list[_Point]) -> None:
    """Fail before anything is trained if no noise in range reaches an epsilon."""
    stage.ground.reporter.progress("Calibrating the noise", 0, 100 * len(points))
    for point in points:
        stage.ground.reporter.check()
        noise_multiplier_of(point.recipe, _members(stage))


def _members(stage: Stage) -> int:
    """Training pictures of every model."""
    return int(stage.experiment.membership(stage.holds[:1]).sum())


def _cell(stage: Stage, point: _Point, number: int, points: list[_Point]) -> InversionCell:
    """Train, invert, judge."""
    total = len(points)
    place = f"Setting {number + 1} of {total}, {point.title}: " if total > 1 else ""

    def note(what: str, done: float) -> None:
        stage.ground.reporter.progress(place + what, round(100 * number + done), 100 * total)

    measured = measure(stage, point.recipe, note, frames=number == 0)
    guarantee = stage.ground.guarantee_of(point.recipe, _members(stage))
    named_noise = guarantee is not None and point.epsilon == "inf"
    return summarise(
        stage,
        measured,
        epsilon=guarantee.epsilon if guarantee is not None and named_noise else point.epsilon,
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
