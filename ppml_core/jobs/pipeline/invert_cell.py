"""One privacy setting: train the pairs of models, invert them, keep what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from ppml_core.attacks.inversion.attack import Inverted, Task
from ppml_core.attacks.inversion.registry import attack_named
from ppml_core.attacks.inversion.swap import SwapResult, side_by_side_test, swap_test
from ppml_core.auditing.report import Interval, TargetSummary
from ppml_core.errors import TrainingDiverged
from ppml_core.jobs.pipeline.audit import model_seeds
from ppml_core.jobs.pipeline.invert_frames import FRAMES
from ppml_core.jobs.pipeline.invert_stage import Stage
from ppml_core.jobs.pipeline.observe import chunk_size
from ppml_core.statistics.clustered import spread
from ppml_core.statistics.intervals import clopper_pearson, effective_trials
from ppml_core.training.population import Population, train_population
from ppml_core.training.recipe import TrainingRecipe

TRAINED, SHEET_DONE = 50, 85
"""Of a hundred units of progress."""

Note = Callable[[str, float], None]
"""Called with a sentence and the units done, 0 to 100."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """``sheet``: S models inverted at all K slots; ``near``: ``(S, K, 2)``, how near each
    reconstruction is to A and B. ``swap``, ``side_by_side``: over all pairs.
    ``people_with_frames``: of so many the optimisation is kept."""

    target: TargetSummary
    sheet: Inverted
    near: np.ndarray
    swap: SwapResult
    side_by_side: SwapResult
    models: int
    people_with_frames: int


def measure(
    stage: Stage, recipe: TrainingRecipe, note: Note, *, people_with_frames: int
) -> Measured:
    """Train and invert. Raises ``TrainingDiverged`` and whatever the reporter raises."""
    population = _train(stage, recipe, note)
    target = _target(stage, population)
    models, sheet = len(population), stage.sheet
    inverted = _sheet(
        stage,
        population,
        lambda done: note("Inverting", _between(TRAINED, SHEET_DONE, done)),
        frames=people_with_frames > 0,
    )
    near = np.stack(
        [stage.near(inverted.images[:, k], k) for k in range(stage.experiment.slots)], axis=1
    )
    others = _trials(
        stage, population, lambda done: note("The swap test", _between(SHEET_DONE, 100, done))
    )
    trials = [near[m, (m // 2) % stage.experiment.slots] for m in range(sheet)]
    every = np.concatenate([np.array(trials), others]) if len(others) else np.array(trials)
    note("The swap test", 100)
    pairs = np.arange(models // 2)
    holds = stage.holds[::2][pairs, pairs % stage.experiment.slots]
    tested = every.reshape(-1, 2, 2), holds, stage.request.seed
    return Measured(
        target=target,
        sheet=inverted,
        near=near,
        swap=swap_test(*tested),
        side_by_side=side_by_side_test(*tested),
        models=models,
        people_with_frames=people_with_frames,
    )


def _between(low: float, high: float, share: float) -> float:
    """A share of an interval."""
    return low + (high - low) * share


def _after(
    progress: Callable[[float], None], change: Callable[[float], float]
) -> Callable[[float], None]:
    """Progress of a part as progress of the whole."""
    return lambda done: progress(change(done))


def _train(stage: Stage, recipe: TrainingRecipe, note: Note) -> Population:
    """All pairs of models as one population."""
    membership = stage.experiment.membership(stage.holds)
    models, trained = len(membership), 0

    def progress(done: float) -> None:
        note(f"Training models: {int(done)} of {models}", TRAINED * done / models)

    def on_group(done: int, _: int) -> None:
        nonlocal trained
        trained = done
        progress(done)

    def on_epoch(epoch: int, flat: object) -> None:
        share = min(epoch / recipe.epochs, 1.0)
        progress(trained + share * len(flat))  # type: ignore[arg-type]

    return train_population(
        stage.experiment.dataset,
        membership,
        recipe,
        model_seeds(stage.request.seed, 0, models),
        check=stage.ground.reporter.check,
        on_group=on_group,
        on_epoch=on_epoch,
    )


def _target(stage: Stage, population: Population) -> TargetSummary:
    """Accuracy on what each model was trained on, and on other pictures of the same."""
    data, tests = stage.experiment.dataset, stage.experiment.tests(stage.holds)
    correct = np.empty(tests.shape, dtype=bool)
    size = chunk_size(len(data), data.n_classes)
    for at in range(0, len(population), size):
        stage.ground.reporter.check()
        logits = population.select(slice(at, at + size)).logits(data.features)
        if not np.isfinite(logits).all():
            rate = population.recipes[0].learning_rate
            raise TrainingDiverged("the outputs of a model", "on some pictures", learning_rate=rate)
        correct[at : at + size] = logits.argmax(axis=-1) == data.labels
    share, interval = _accuracy(correct, tests, data.labels)
    return TargetSummary(
        train_accuracy=float(correct[population.membership].mean()),
        test_accuracy=share,
        test_accuracy_ci=interval,
        models=len(population),
        parameters=population.weights.shape[1],
    )


def _accuracy(correct: np.ndarray, tests: np.ndarray, slots: np.ndarray) -> tuple[float, Interval]:
    """Share of test pictures, and its interval: models and slots both vary."""
    share = float(correct[tests].mean())
    psi = np.where(tests, correct - share, 0.0) / tests.sum()
    by_slot = np.stack([psi[:, slots == k].sum(axis=1) for k in np.unique(slots)], axis=1)
    distinct = float(tests.any(axis=0).sum())
    trials = effective_trials(share, spread(by_slot).variance, tests.sum(), distinct=distinct)
    return share, clopper_pearson(share * trials, trials)


def _sheet(
    stage: Stage, population: Population, progress: Callable[[float], None], *, frames: bool
) -> Inverted:
    """The first models at every slot; the very first with the pictures on the way."""
    slots, sheet = stage.experiment.slots, stage.sheet
    classes = np.tile(np.arange(slots, dtype=np.int64), (sheet, 1))
    parts = []
    for low, high in ((0, 1), (1, sheet)):
        shares = partial(_between, low / sheet, high / sheet)
        parts.append(
            _invert(
                stage,
                population.select(slice(low, high)),
                classes[low:high],
                _after(progress, shares),
                frames=FRAMES if frames and low == 0 else 0,
            )
        )
    return _joined(parts)


def _joined(parts: list[Inverted]) -> Inverted:
    """All models of several inversions; the frames are the first one's."""
    names = ("images", "confidence", "started_at", "stability", "steps", "ran")
    arrays = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    kept = parts[0].frames
    if kept is not None:
        models = len(arrays["images"])
        kept = np.broadcast_to(kept[:1], (models, *kept.shape[1:]))
    return Inverted(**arrays, frames=kept)


def _trials(stage: Stage, population: Population, progress: Callable[[float], None]) -> np.ndarray:
    """``(M - S, 2)``: the models that are not on the sheet, each at its pair's one slot."""
    models, first, slots = len(population), stage.sheet, stage.experiment.slots
    if first >= models:
        return np.empty((0, 2))
    each = (np.arange(first, models) // 2) % slots
    found = _invert(
        stage, population.select(slice(first, models)), each[:, None].astype(np.int64), progress
    )
    return np.stack([stage.near(found.images[m], int(k))[0] for m, k in enumerate(each)])


def _invert(
    stage: Stage,
    population: Population,
    classes: np.ndarray,
    progress: Callable[[float], None],
    frames: int = 0,
) -> Inverted:
    """The request's attack."""
    task = Task(
        population=population,
        classes=classes,
        auxiliary=stage.experiment.auxiliary,
        seed=stage.request.seed,
        total_variation=stage.request.total_variation,
        frames=frames,
    )
    attack = attack_named(stage.request.attack)
    return attack.run(task, check=stage.ground.reporter.check, progress=progress)
