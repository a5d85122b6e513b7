"""Histograms lose no score, whatever the extremes."""

from __future__ import annotations

import numpy as np
import pytest

from ppml_core.statistics.histogram import histogram


@pytest.mark.parametrize(
    "scores",
    [
        np.random.default_rng(0).normal(size=(4, 100)),
        np.random.default_rng(0).standard_cauchy((4, 100)) * 1e6,
        np.zeros((4, 100)),
        np.r_[np.zeros(399), 1.0].reshape(4, 100),
    ],
)
def test_every_score_is_counted(scores: np.ndarray) -> None:
    membership = np.random.default_rng(1).random(scores.shape) < 0.5
    edges, members, nonmembers = histogram(scores, membership)
    assert len(edges) == len(members) + 1 == 81
    assert np.all(np.diff(edges) > 0)
    assert members.sum() == membership.sum()
    assert nonmembers.sum() == (~membership).sum()


def test_one_outlier_does_not_flatten_the_picture() -> None:
    scores = np.random.default_rng(0).normal(size=(1, 2000))
    scores[0, 0] = 1e9
    edges, _, _ = histogram(scores, np.arange(2000)[None] % 2 == 0)
    assert edges[-1] < 5
