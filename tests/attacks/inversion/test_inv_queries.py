"""Attacks by queries: scores only, and labels only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ppml_core.attacks.inversion.attack import Task
from ppml_core.attacks.inversion.blackbox import BlackBoxInversion, Evolution
from ppml_core.attacks.inversion.labelonly import Boundary, LabelOnlyInversion
from ppml_core.attacks.inversion.pca import PCAInversion
from ppml_core.attacks.inversion.prior import pca_space
from ppml_core.attacks.inversion.target import Target

SHAPE = (6, 6)


def patterns(q: int = 4, n: int = 300) -> np.ndarray:
    """Pictures that vary along q directions, faintly, so that nothing is clipped."""
    rng = np.random.default_rng(2)
    basis = np.linalg.qr(rng.normal(size=(36, q)))[0].T
    scales = 0.2 * 0.8 ** np.arange(q)
    return (
        (0.5 + (rng.normal(size=(n, q)) * scales) @ basis)
        .clip(0, 1)
        .astype(np.float32)
        .reshape(n, *SHAPE)
    )


def along(linear, code: np.ndarray, threshold: float, auxiliary: np.ndarray):
    """Two classes: class 1 where ``code . c > threshold`` for the picture's code c."""
    space = pca_space(auxiliary)
    normal = space.basis.T @ (code / space.scales)
    W = np.stack([np.zeros(36), normal])[None]
    b = np.array([[0.0, -threshold - normal @ space.mean]])
    return linear(W, b, SHAPE)


def task(models, aims, auxiliary, **settings) -> Task:
    classes = np.tile(np.array(aims), (len(models), 1))
    return Task(population=models, classes=classes, auxiliary=auxiliary, seed=1, **settings)


def count_queries(monkeypatch) -> list[int]:
    """Pictures that any target was asked about, call by call."""
    asked: list[int] = []
    logits = Target.logits

    def counting(self, pictures):
        asked.append(int(np.prod(pictures.shape[:3])))
        return logits(self, pictures)

    monkeypatch.setattr(Target, "logits", counting)
    return asked


REPORTED = 2
"""Questions for the report, not for the attack: confidence at the start and at the end."""


def test_evolution_finds_what_the_gradient_finds(linear):
    """The objective is concave on a linear model: one optimum, whoever looks for it."""
    pictures = patterns(q=10)
    rng = np.random.default_rng(0)
    W = rng.normal(size=(2, 3, 36))
    models = linear(W, -W @ pictures.mean(0).ravel(), SHAPE)
    work = task(models, [0, 1, 2], pictures)
    scores, white = BlackBoxInversion().run(work), PCAInversion().run(work)
    assert scores.ran.all()
    assert (scores.confidence > white.confidence - 0.05).all()
    assert (scores.confidence > scores.started_at).all()
    np.testing.assert_allclose(scores.confidence, white.confidence, atol=0.06)
    assert np.abs(scores.images - white.images).mean() < 0.03


def test_evolution_counts_its_queries(linear, monkeypatch):
    pictures = patterns()
    models = along(linear, np.array([3.0, 0, 0, 0]), 3.0, pictures)
    asked = count_queries(monkeypatch)
    attack = BlackBoxInversion(evolution=Evolution(restarts=1, generations=9))
    found = attack.run(task(models, [1], pictures))
    assert found.steps[0, 0] == sum(asked) - REPORTED


def test_evolution_touches_nothing_else(linear, monkeypatch, tmp_path, capfd):
    """The package seeds numpy, prints and writes files unless it is told not to."""
    monkeypatch.chdir(tmp_path)
    pictures = patterns()
    np.random.seed(5)
    expected = np.random.random()
    np.random.seed(5)
    models = along(linear, np.array([3.0, 0, 0, 0]), 3.0, pictures)
    BlackBoxInversion(evolution=Evolution(generations=5)).run(task(models, [0, 1], pictures))
    assert np.random.random() == expected
    assert list(Path(tmp_path).iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_evolution_stops_where_scores_are_constant(linear):
    models = linear(np.zeros((1, 3, 36)), np.zeros((1, 3)), SHAPE)
    attack = BlackBoxInversion(evolution=Evolution(restarts=1, patience=4))
    found = attack.run(task(models, [0, 1], patterns()))
    # With no score to follow, the prior's mean is the best there is: the start.
    assert not found.ran.any()
    np.testing.assert_allclose(found.images, patterns().mean(0)[None, None].repeat(2, 1), atol=1e-5)
    assert (found.steps == 1 + 1 + 8 + 4 * 24).all()


@pytest.mark.parametrize("direction", [(1, 0, 0, 0), (0, 0, -1, 0), (0.6, 0, 0, 0.8)])
def test_labels_lead_away_from_the_boundary(linear, direction):
    """A half-space: within the prior's ball, the place furthest inside is known."""
    pictures, normal = patterns(), np.array(direction)
    models = along(linear, normal, 0.5, pictures)
    found = LabelOnlyInversion().run(task(models, [1], pictures))
    code = pca_space(pictures).encode(found.images.reshape(36))
    furthest = np.sqrt(4)
    assert found.ran.all()
    assert 0.7 * furthest < normal @ code <= furthest + 0.05
    assert found.confidence[0, 0] > found.started_at[0, 0]


def test_labels_are_all_that_it_uses(linear):
    """Five times the logits: other scores, the same labels, and so the same pictures."""
    pictures = patterns(q=6)
    rng = np.random.default_rng(0)
    W, b = rng.normal(size=(1, 3, 36)), np.zeros((1, 3))
    b -= W @ pictures.mean(0).ravel()
    runs = [
        LabelOnlyInversion().run(task(linear(k * W, k * b, SHAPE), [0, 1, 2], pictures))
        for k in (1, 5)
    ]
    np.testing.assert_array_equal(runs[0].images, runs[1].images)
    np.testing.assert_array_equal(runs[0].steps, runs[1].steps)
    assert (runs[0].confidence < runs[1].confidence).all()


def test_a_class_that_no_sample_has_is_not_attacked(linear):
    pictures = patterns()
    models = linear(np.zeros((1, 3, 36)), np.array([[0.0, 0.0, -50.0]]), SHAPE)
    attack = LabelOnlyInversion(boundary=Boundary(bank=600))
    found = attack.run(task(models, [2], pictures, frames=3))
    assert not found.ran.any() and (found.steps == 600).all()
    np.testing.assert_allclose(found.images[0, 0], pictures.mean(0), atol=1e-5)
    np.testing.assert_array_equal(found.confidence, found.started_at)
    np.testing.assert_allclose(found.frames[0, 0], np.stack([pictures.mean(0)] * 3), atol=1e-5)


def test_labels_are_counted(linear, monkeypatch):
    pictures = patterns()
    models = along(linear, np.array([3.0, 0, 0, 0]), 1.5, pictures)
    asked = count_queries(monkeypatch)
    attack = LabelOnlyInversion(boundary=Boundary(restarts=1, bank=250, rounds=6))
    found = attack.run(task(models, [1], pictures))
    shown = 8  # the confidence of changed pictures, which the attacker does not see
    first = 250 - asked[0]
    assert first == 0
    bank = found.steps[0, 0] - (sum(asked) - 250 - REPORTED - shown)
    assert 1 <= bank <= 40  # asked until one had the label: one sample in fifteen has
