"""The reconstruction ladder: the same training with one record drawn from candidates, many
times over, and at every noise three adversaries under one bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import torch

from ppml_core._seeds import generator
from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.accounting.reconstruction import gaussian_bound, gaussian_epsilon, mechanism_bounds
from ppml_core.attacks.informed import final, nearest, ranks
from ppml_core.attacks.informed.iterates import IterateLikelihood
from ppml_core.auditing.ladder_report import RUNGS, LadderPoint, LadderReport, LadderRung
from ppml_core.auditing.report import Estimate, Finding
from ppml_core.auditing.unit_findings import unit_findings
from ppml_core.jobs.ladder_request import LadderRequest
from ppml_core.jobs.pipeline.ladder_world import Setting, make_setting
from ppml_core.jobs.pipeline.material import SIZE_CAVEAT, Ground
from ppml_core.statistics.intervals import clopper_pearson
from ppml_core.training.population import train_population
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

PUBLIC_SIZE = (
    "The number of training records is treated as public. The bound compares training with the "
    "unknown record against training without it, so it holds whatever the candidates are."
)

GROUP = 25
"""Models trained at once: their iterates and the records' logits stay near the cache."""


def run(ground: Ground) -> LadderReport:
    """The report of a ``LadderRequest``; a partial one after every noise, least noise first.

    All noises share candidates, starts and the noise's random numbers but for its scale,
    so that they differ by the setting and not by luck.
    """
    request = ground.request
    assert isinstance(request, LadderRequest)
    setting = make_setting(ground.dataset, request)
    points: list[LadderPoint] = []
    for number, noise in enumerate(request.noise_multipliers):
        if points:
            ground.reporter.partial(_report(ground, request, points))
        points.append(_point(ground, setting, request, noise, number))
    return _report(ground, request, points)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Seen:
    """Of M trainings: what the adversaries use. ``moved``: final minus starting weights."""

    truth: np.ndarray
    scores: np.ndarray
    spread: np.ndarray
    errors: np.ndarray
    weights: np.ndarray
    moved: np.ndarray
    right: np.ndarray
    """Share of its own training records that each model classifies rightly."""


def _point(
    ground: Ground, setting: Setting, request: LadderRequest, noise: float, number: int
) -> LadderPoint:
    """Train, attack and bound at one noise multiplier."""
    groups = ceil(request.shadows / GROUP) + ceil(request.runs / GROUP)
    clock = _Clock(ground, request, noise, number, groups)
    recipe = _recipe(request, setting, noise)
    shadows = _train(setting, request, recipe, noise, "shadow", clock)
    attacked = _train(setting, request, recipe, noise, "attacked", clock)
    scores = (_likeness(setting, attacked), _final(setting, shadows, attacked), attacked.scores)
    ks = range(2, request.candidates + 1)
    kappas = [1 / k for k in ks]
    guarantee = _guarantee(ground, setting, recipe)
    copies = request.copies
    return LadderPoint(
        noise_multiplier=noise,
        guarantee=guarantee,
        bounds=mechanism_bounds(kappas, noise, guarantee.sample_rate, guarantee.steps),
        closed_form=tuple(gaussian_bound(kappa, noise, request.steps) for kappa in kappas),
        person_bounds=tuple(
            gaussian_bound(kappa, noise, request.steps, copies=copies) for kappa in kappas
        ),
        person_epsilon=gaussian_epsilon(noise, request.steps, request.delta, copies=copies),
        rungs=tuple(
            LadderRung(name=name, successes=tuple(_share(s, attacked.truth, k) for k in ks))
            for name, s in zip(RUNGS, scores, strict=True)
        ),
        train_accuracy=_mean(attacked.right),
        runs=request.runs,
        shadows=request.shadows,
    )


def _recipe(request: LadderRequest, setting: Setting, noise: float) -> TrainingRecipe:
    """Full-batch gradient descent, clipped and noised: an epoch is one step on all records."""
    return replace(
        setting.recipe,
        epochs=request.steps,
        batch_size=setting.world.n,
        privacy=DPSGDConfig(
            max_grad_norm=request.clip, noise_multiplier=noise, delta=request.delta
        ),
    )


def _guarantee(ground: Ground, setting: Setting, recipe: TrainingRecipe) -> PrivacyGuarantee:
    """As accounted. The bound needs no epsilon of another adjacency: it compares training
    with the unknown record against training without it."""
    found = ground.guarantee_of(recipe, setting.world.n)
    assert found is not None
    caveats = (PUBLIC_SIZE if caveat == SIZE_CAVEAT else caveat for caveat in found.caveats)
    return replace(found, caveats=tuple(caveats))


class _Clock:
    """Progress of the whole run, step by step."""

    def __init__(
        self, ground: Ground, request: LadderRequest, noise: float, number: int, groups: int
    ) -> None:
        self.reporter = ground.reporter
        total = len(request.noise_multipliers)
        self.stage = f"Noise {number + 1} of {total} (multiplier {noise:g}): training models"
        self.done, self.total = number * groups * request.steps, total * groups * request.steps

    def tick(self) -> None:
        """One step of one group."""
        self.reporter.progress(self.stage, self.done, self.total)
        self.done += 1


class _Watch:
    """Follows the iterates of group after group."""

    def __init__(self, setting: Setting, noise: float, clock: _Clock) -> None:
        self.likelihood = IterateLikelihood(setting.world, noise)
        self.clock = clock
        self.before = np.zeros(0)
        self.starts: list[np.ndarray] = []
        self.scores: list[np.ndarray] = []
        self.spread: list[np.ndarray] = []
        self.errors: list[np.ndarray] = []

    def __call__(self, epoch: int, flat: torch.Tensor) -> None:
        """Called by the trainer before the first step and after every step."""
        after = flat.numpy().copy()
        if epoch == 0:
            self.likelihood.start(len(after))
            self.starts.append(after)
            self.scores.append(self.likelihood.scores)
            self.spread.append(self.likelihood.spread)
            self.errors.append(self.likelihood.errors)
        else:
            self.clock.tick()
            self.likelihood.step(self.before, after)
        self.before = after


def _train(
    setting: Setting,
    request: LadderRequest,
    recipe: TrainingRecipe,
    noise: float,
    purpose: str,
    clock: _Clock,
) -> _Seen:
    """Trainings whose candidate is drawn by a fair die, watched step by step."""
    models = request.runs if purpose == "attacked" else request.shadows
    rng = generator(request.seed, "ladder", purpose)
    truth = rng.integers(request.candidates, size=models)
    membership = setting.world.membership(truth)
    watch = _Watch(setting, noise, clock)
    population = train_population(
        setting.dataset,
        membership,
        recipe,
        [int(seed) for seed in rng.integers(2**62, size=models)],
        group_size=GROUP,
        check=clock.reporter.check,
        on_epoch=watch,
    )
    labels = population.logits(setting.dataset.features).argmax(axis=-1)
    right = (labels == setting.dataset.labels) & membership
    return _Seen(
        truth=truth,
        scores=np.concatenate(watch.scores),
        spread=np.concatenate(watch.spread),
        errors=np.concatenate(watch.errors),
        weights=population.weights,
        moved=population.weights - np.concatenate(watch.starts),
        right=right.sum(axis=1) / membership.sum(axis=1),
    )


def _likeness(setting: Setting, attacked: _Seen) -> np.ndarray:
    """The rung that only inverts."""
    pictures = nearest.inverted(setting.world, attacked.weights)
    return nearest.likeness(setting.world, pictures, setting.auxiliary)


def _final(setting: Setting, shadows: _Seen, attacked: _Seen) -> np.ndarray:
    """The informed rung that sees the end of training."""
    found = final.directions(final.pulls(setting.world, shadows.errors, shadows.truth))
    fitted = final.fit(found, found.project(shadows.moved), shadows.truth)
    return fitted.scores(found.project(attacked.moved))


def _share(scores: np.ndarray, truth: np.ndarray, k: int) -> Estimate:
    """Success among k candidates. Averaging over the rivals' draw only narrows the spread
    of a run's outcome, so the interval for whole successes covers."""
    won = float(ranks.successes(scores, truth, k).sum())
    low, high = clopper_pearson(won, len(truth))
    return Estimate(value=won / len(truth), ci=(low, high), n=len(truth), unit="trainings")


def _mean(shares: np.ndarray) -> Estimate:
    """Of independent trainings: mean and normal interval."""
    mean, error = float(shares.mean()), float(shares.std(ddof=1) / np.sqrt(len(shares)))
    ci = (max(0.0, mean - 1.96 * error), min(1.0, mean + 1.96 * error))
    return Estimate(value=mean, ci=ci, n=len(shares), unit="trainings")


def _report(ground: Ground, request: LadderRequest, points: list[LadderPoint]) -> LadderReport:
    return LadderReport(
        people=request.people,
        candidates=request.candidates,
        copies=request.copies,
        steps=request.steps,
        points=tuple(points),
        findings=(*_broken(request, points), *unit_findings(ground.summary(), None)),
        **ground.common(),
    )


def _broken(request: LadderRequest, points: list[LadderPoint]) -> Iterator[Finding]:
    """LS040: a measurement surely above what is proven for all that was unknown."""
    tests = len(points) * len(RUNGS) * (request.candidates - 1)
    for point in points:
        for rung in point.rungs:
            for at, (one, bound) in enumerate(
                zip(rung.successes, point.person_bounds, strict=True)
            ):
                won = (one.value or 0.0) * one.n
                low, _ = clopper_pearson(won, one.n, 1 - 0.05 / tests)
                if low > bound:
                    yield Finding(
                        code="LS040",
                        title="Measured success above the proven bound",
                        severity="grave",
                        evidence=f"With noise multiplier {point.noise_multiplier:g} and "
                        f"{at + 2} candidates the success of {rung.name} is at least "
                        f"{100 * low:.1f} %, the bound is {100 * bound:.1f} %.",
                        advice="The training does not give the guarantee that is accounted "
                        "for. Do not release models trained this way.",
                    )
                    return
