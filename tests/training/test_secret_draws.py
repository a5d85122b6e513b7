"""Draws from the operating system: the same laws as from a seed, and never the same twice."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import binom, kstest

from ppml_core import DPSGDConfig, TrainingRecipe, load_dataset, train_population
from ppml_core.errors import InvalidValue
from ppml_core.training.secret_draws import SecretDraws, draws_of, normals, uniforms

N = 40_000


@pytest.mark.parametrize(("draw", "law"), [(uniforms, "uniform"), (normals, "norm")])
def test_the_laws_are_right(draw, law: str) -> None:
    values = draw(N)
    # Fresh randomness in every run: the level is one in a million, a wrong law is far beyond.
    assert kstest(values, law).pvalue > 1e-6
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 5 / np.sqrt(N)
    assert abs(np.corrcoef(values[: N // 2], values[N // 2 :])[0, 1]) < 5 / np.sqrt(N // 2)


def test_odd_rows_are_filled_and_uniforms_never_reach_an_end() -> None:
    row = torch.zeros(7)
    SecretDraws(3).noise_into(row)
    assert (row != 0).all()
    assert 0 < uniforms(1000).min() < uniforms(1000).max() < 1


def test_batches_are_poisson() -> None:
    steps, rate, records = 400, 0.1, 50
    step, position = SecretDraws(records).inclusions(rate, steps)
    assert np.all(np.diff(step) >= 0)
    low, high = binom.interval(1 - 1e-6, steps * records, rate)
    assert low <= len(step) <= high
    each = np.bincount(position, minlength=records)
    low, high = binom.interval(1 - 1e-7, steps, rate)
    assert low <= each.min() <= each.max() <= high
    assert sorted(SecretDraws(9).shuffled_epoch()) == list(range(9))


def test_a_seed_repeats_and_none_does_not() -> None:
    def noise(seed: int | None) -> list[float]:
        row = torch.empty(4)
        draws_of(seed, 3).noise_into(row)
        return row.tolist()

    assert noise(1) == noise(1)
    assert noise(None) != noise(None)


class Remembering:
    """A shelf that would answer with what was trained before."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get(self, fingerprint: str) -> None:
        self.asked.append(fingerprint)

    def put(self, fingerprint: str, weights: np.ndarray) -> None:
        self.asked.append(fingerprint)


def test_a_model_for_release_is_neither_kept_nor_found() -> None:
    data, shelf = load_dataset("wine"), Remembering()
    members = np.arange(len(data))[None] % 2 == 0
    recipe = TrainingRecipe(epochs=2, privacy=DPSGDConfig(noise_multiplier=1.0))
    first, second = (train_population(data, members, recipe, [None], kept=shelf) for _ in range(2))
    assert shelf.asked == []
    assert first.seeds == (None,)
    assert np.abs(first.weights - second.weights).max() > 0
    with pytest.raises(InvalidValue, match="reference path"):
        train_population(data, members, recipe, [None], method="opacus")
