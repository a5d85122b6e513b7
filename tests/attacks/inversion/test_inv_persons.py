"""Models of a few persons: the picture is of who was trained on, and of nobody else."""

from __future__ import annotations

import numpy as np
import pytest

from ppml_core.attacks.inversion.attack import Inverted, Task
from ppml_core.attacks.inversion.registry import ATTACKS

SIX = np.arange(6)
WITH, WITHOUT = tuple(range(6)), tuple(range(6, 12))


def correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Pearson's, of the pictures of the last two axes."""
    a, b = (x - x.mean(axis=(-2, -1), keepdims=True) for x in (a, b))
    both = (a * b).sum((-2, -1))
    return both / np.sqrt((a**2).sum((-2, -1)) * (b**2).sum((-2, -1)))


def inverted(name: str, kind: str, train_on, strangers) -> Inverted:
    """Model 0 holds the first six persons, model 1 the other six."""
    models = train_on(kind, WITH, WITHOUT)
    work = Task(population=models, classes=np.tile(SIX, (2, 1)), auxiliary=strangers, seed=0)
    return ATTACKS[name].run(work)


@pytest.mark.parametrize("kind", ["softmax", "mlp"])
@pytest.mark.parametrize("name", ["gradient", "pca"])
def test_who_was_trained_on_is_recovered(name, kind, train_on, people, strangers):
    found = inverted(name, kind, train_on, strangers)
    own = correlation(found.images[0], people[:6])
    never_seen = correlation(found.images[1], people[:6])
    mean_face = correlation(strangers.mean(0), people[:6])
    assert own.mean() > 0.65 and own.mean() > mean_face.mean() + 0.1
    assert never_seen.mean() < mean_face.mean() + 0.02  # no advantage over the average
    assert found.ran.all() and (found.confidence > 0.5).all()


@pytest.mark.parametrize("name", list(ATTACKS))
def test_every_attack_tells_who_it_was(name, train_on, people, strangers):
    """Of the two who could stand in a slot, each picture resembles its own, by and large."""
    found = inverted(name, "softmax", train_on, strangers)
    pairs = np.stack([people[:6], people[6:]])
    centred = found.images - strangers.mean(0)
    own = correlation(centred, pairs - strangers.mean(0))
    other = correlation(centred, pairs[::-1] - strangers.mean(0))
    right = ((own > other) & found.ran).sum()
    assert right >= (11 if name != "label-only" else 9)
    assert (own - other).mean() > (0.2 if name != "label-only" else 0.1)
    assert found.confidence.mean() > found.started_at.mean() + 0.2


def test_a_face_like_picture_is_no_leak(train_on, people, strangers):
    """The prior alone draws faces: the null that the evaluation sets beside it."""
    found = inverted("pca", "softmax", train_on, strangers)
    swapped = correlation(found.images[1], people[:6])
    assert swapped.mean() > 0.2  # like a face, and by a model that never saw these persons
    assert correlation(found.images[0], people[:6]).mean() > swapped.mean() + 0.15
