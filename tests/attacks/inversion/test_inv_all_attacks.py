"""What holds for every inversion attack."""

from __future__ import annotations

import numpy as np
import pytest

from ppml_core.attacks.inversion.attack import Inverted, Task
from ppml_core.attacks.inversion.blackbox import BlackBoxInversion, Evolution
from ppml_core.attacks.inversion.registry import ATTACKS, attack_named
from ppml_core.attacks.inversion.vae import VAEInversion
from ppml_core.attacks.inversion.vae_model import VAESettings
from ppml_core.errors import InvalidValue, UnknownName
from ppml_core.jobs.invert_request import INVERSION_ATTACKS

QUICK = {
    **ATTACKS,
    "vae": VAEInversion(settings=VAESettings(steps=50)),
    "black-box": BlackBoxInversion(evolution=Evolution(generations=25)),
}
EACH = pytest.mark.parametrize("name", list(ATTACKS))


def auxiliary(shape: tuple[int, ...], n: int = 30) -> np.ndarray:
    rng = np.random.default_rng(1)
    return rng.random((n, *shape)).astype(np.float32)


def task(models, aims, **settings) -> Task:
    classes = np.tile(np.array(aims), (len(models), 1))
    pictures = auxiliary(models.input_shape)
    return Task(population=models, classes=classes, auxiliary=pictures, seed=3, **settings)


def same(one: Inverted, other: Inverted, **tolerance) -> None:
    for name in ("images", "confidence", "started_at", "stability", "steps", "ran"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), **tolerance)


def test_the_registry_has_what_a_request_may_name():
    assert sorted(ATTACKS) == sorted(INVERSION_ATTACKS)
    assert all(attack.name == name for name, attack in ATTACKS.items())
    assert {attack.access for attack in ATTACKS.values()} == {"white-box", "scores", "labels"}
    assert all(attack.title and attack.citation for attack in ATTACKS.values())
    with pytest.raises(UnknownName, match="Known: gradient"):
        attack_named("magic")


@EACH
@pytest.mark.parametrize(
    ("kind", "shape"),
    [("softmax", (9, 7)), ("mlp", (8, 8, 3)), ("cnn", (8, 8)), ("cnn", (8, 9, 3))],
)
def test_every_architecture_and_colours(name, kind, shape, random_models):
    found = QUICK[name].run(task(random_models(2, shape, 3, kind), [0, 2], frames=4))
    assert found.images.shape == (2, 2, *shape) and found.images.dtype == np.float32
    assert found.images.min() >= 0 and found.images.max() <= 1
    for values in (found.confidence, found.started_at, found.stability):
        assert values.dtype == np.float64 and values.min() >= 0 and values.max() <= 1
    assert found.steps.dtype.kind == "i" and (found.steps > 0).all()
    assert found.frames.shape == (2, 2, 4, *shape)
    np.testing.assert_array_equal(found.frames[:, :, -1], found.images)


@EACH
def test_confidence_is_the_models_own(name, random_models):
    models = random_models(2, (6, 6), 3, "mlp")
    found = QUICK[name].run(task(models, [0, 1, 2]))
    for m in range(2):
        logits = models.logits(found.images[m])[m].astype(np.float64)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        own = (odds / odds.sum(axis=1, keepdims=True))[np.arange(3), [0, 1, 2]]
        np.testing.assert_allclose(found.confidence[m], own, atol=1e-5)
    assert (found.confidence[found.ran] > found.started_at[found.ran]).any()


@EACH
def test_the_seed_decides(name, random_models):
    models = random_models(2, (6, 6), 3, "mlp")
    first, second = (QUICK[name].run(task(models, [0, 1])) for _ in range(2))
    same(first, second, rtol=0, atol=0)


@EACH
@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_the_other_models_do_not_matter(name, kind, random_models):
    models = random_models(5, (6, 6), 3, kind)
    together = QUICK[name].run(task(models, [0, 1, 2]))
    alone = QUICK[name].run(task(models.select([3]), [0, 1, 2]))
    fields = ("images", "confidence", "started_at", "stability", "steps", "ran")
    picked = {field: getattr(together, field)[[3]] for field in fields}
    same(Inverted(**picked), alone, atol=2e-3)


@EACH
def test_stops_when_told(name, random_models):
    class Stop(Exception):
        pass

    calls = []

    def check() -> None:
        calls.append(1)
        if len(calls) == 20:
            raise Stop

    reported = []
    work = task(random_models(1, (6, 6), 3, "softmax"), [0, 1])
    with pytest.raises(Stop):
        QUICK[name].run(work, check=check, progress=reported.append)
    assert len(reported) <= 20


@EACH
def test_progress_rises_to_one(name, random_models, monkeypatch):
    monkeypatch.setattr("ppml_core.attacks.inversion.target.CHUNK_FLOATS", 1)
    models = random_models(3, (6, 6), 3, "softmax")
    reported: list[float] = []
    in_ones = QUICK[name].run(task(models, [0, 1]), progress=reported.append)
    assert reported == sorted(reported) and reported[-1] == 1.0 and reported[0] >= 0
    assert sum(share < 1 / 3 for share in reported) > 1
    monkeypatch.undo()
    same(in_ones, QUICK[name].run(task(models, [0, 1])), atol=2e-3)


def test_a_task_says_what_is_wrong(random_models):
    models = random_models(2, (6, 6), 3, "softmax")
    good = {"population": models, "auxiliary": auxiliary((6, 6)), "seed": 0}
    classes = np.zeros((2, 1), dtype=np.int64)
    for wrong, message in [
        ({"classes": classes[:1]}, "classes"),
        ({"classes": classes + 3}, r"classes in 0 \.\. 2, got 3"),
        ({"classes": classes.astype(float)}, "int64"),
        ({"classes": classes, "auxiliary": auxiliary((5, 6))}, "auxiliary"),
        ({"classes": classes, "auxiliary": 2 * auxiliary((6, 6))}, r"in \[0, 1\]"),
        ({"classes": classes, "total_variation": -1.0}, "total_variation >= 0"),
        ({"classes": classes, "frames": 1000}, "frames"),
    ]:
        with pytest.raises(InvalidValue, match=message):
            Task(**{**good, **wrong})


def test_a_task_takes_pictures_only(random_models):
    models = random_models(1, (6,), 3, "softmax")
    with pytest.raises(InvalidValue, match="as images"):
        task(models, [0])
