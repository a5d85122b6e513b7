"""Selection of the restart that survives small changes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ppml_core.attacks.inversion.selection import Trails, selected
from ppml_core.attacks.inversion.stability import Wobble, label_stability, most_stable, stability
from ppml_core.attacks.inversion.target import Target, margins

SHAPE = (9, 9)


def two_ways(linear) -> Target:
    """Class 1 by a wide bright patch, or by a checkerboard that one pixel's shift destroys."""
    patch, board = np.full(SHAPE, -0.2), np.indices(SHAPE).sum(0) % 2 * 2.0 - 1.0
    patch[2:7, 2:7] = 0.6
    W = np.stack([np.zeros(81), patch.ravel() + board.ravel()])[None]
    models = linear(W, np.array([[0.0, -8.0]]), SHAPE)
    flat = torch.from_numpy(models.weights)
    return Target(
        network=models.network, flat=flat, classes=torch.ones((1, 1), dtype=torch.long), shape=SHAPE
    )


def ways() -> torch.Tensor:
    """The checkerboard and the patch, as two restarts ``(1, 1, 2, d)``."""
    board = (np.indices(SHAPE).sum(0) % 2).astype(np.float32)
    patch = np.zeros(SHAPE, dtype=np.float32)
    patch[2:7, 2:7] = 1.0
    return torch.from_numpy(np.stack([board, patch]).reshape(1, 1, 2, 81))


def trails(pictures: torch.Tensor, ran: list[bool]) -> Trails:
    steps = np.arange(1, pictures.shape[2] + 1).reshape(1, 1, -1)
    return Trails(
        start=torch.full_like(pictures, 0.5),
        pictures=pictures,
        steps=steps,
        ran=np.array(ran).reshape(1, 1, -1),
    )


def test_the_stable_restart_is_chosen_though_the_other_is_surer(linear):
    target, pictures = two_ways(linear), ways()
    sure = target.confidence(pictures)[0, 0]
    assert sure[0] > sure[1] > 0.9
    found = stability(target, pictures, Wobble(SHAPE, 0))
    assert found[0, 0, 1] > found[0, 0, 0] + 0.2
    assert label_stability(target, pictures, Wobble(SHAPE, 0))[0, 0].argmax() == 1
    chosen = selected(target, trails(pictures, [True, True]), found)
    np.testing.assert_array_equal(chosen.images.reshape(81), pictures[0, 0, 1])
    assert chosen.steps[0, 0] == 2 and chosen.ran.all()
    assert chosen.stability[0, 0] == found[0, 0, 1]
    np.testing.assert_allclose(chosen.confidence[0, 0], sure[1])


def test_a_restart_that_ran_goes_first(linear):
    target, pictures = two_ways(linear), ways()
    found = stability(target, pictures, Wobble(SHAPE, 0))
    chosen = selected(target, trails(pictures, [True, False]), found)
    np.testing.assert_array_equal(chosen.images.reshape(81), pictures[0, 0, 0])
    none = selected(target, trails(pictures, [False, False]), found)
    assert not none.ran.any()
    np.testing.assert_array_equal(none.images, np.full((1, 1, *SHAPE), 0.5, dtype=np.float32))
    np.testing.assert_array_equal(none.confidence, none.started_at)


def test_equal_stability_keeps_the_first():
    assert most_stable(np.array([[[0.5, 0.5002, 0.4], [0.1, 0.3, 0.9]]])).tolist() == [[0, 2]]


@pytest.mark.parametrize("shape", [(9, 8), (9, 8, 3)])
def test_the_changes_are_small_and_the_same_for_all(shape):
    d = int(np.prod(shape))
    smooth = np.linspace(0.2, 0.8, d, dtype=np.float32)
    pictures = torch.from_numpy(np.stack([smooth, smooth[::-1].copy(), smooth]))
    changed = Wobble(shape, 3, copies=5)(pictures)
    assert changed.shape == (3, 5, d)
    assert changed.min() >= 0 and changed.max() <= 1
    torch.testing.assert_close(changed[0], changed[2])
    assert 0.01 < (changed[0] - pictures[0]).abs().mean() < 0.15
    assert not torch.allclose(Wobble(shape, 4, copies=5)(pictures), changed)


def test_colours_move_together():
    """A grey picture in three channels stays grey up to the noise."""
    grey = torch.rand((1, 8, 8, 1), generator=torch.Generator().manual_seed(0))
    changed = Wobble((8, 8, 3), 0)(grey.expand(-1, -1, -1, 3).reshape(1, -1))
    channels = changed.view(8, 8, 8, 3)
    assert (channels.std(-1)).mean() < 0.03


def test_margins_are_log_odds():
    logits = torch.randn((2, 3, 4, 5), dtype=torch.float64)
    classes = torch.tensor([[0, 1, 2], [4, 3, 0]])
    p = torch.softmax(logits, -1)
    own = p.gather(-1, classes[..., None, None].expand(2, 3, 4, 1))[..., 0]
    torch.testing.assert_close(margins(logits, classes), torch.log(own / (1 - own)))


def test_margins_of_a_sure_model_stay_finite():
    logits = torch.tensor([[[[500.0, 0.0, 0.0]]]])
    found = margins(logits, torch.tensor([[0]]))
    assert found.item() == pytest.approx(500 - np.log(2))
