"""Spaces of plausible pictures: principal components and the autoencoder."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from ppml_core.attacks.inversion.principal import principal
from ppml_core.attacks.inversion.prior import pca_space
from ppml_core.attacks.inversion.vae import VAESpace
from ppml_core.attacks.inversion.vae_model import KEPT, VAESettings, trained_vae

QUICK = VAESettings(steps=40)


@pytest.mark.parametrize("components", [1, 7, 60])
def test_principal_components_are_sklearns(strangers, components):
    rows = strangers.reshape(len(strangers), -1).astype(np.float64)
    kept = min(components, len(rows) - 1)
    reference = PCA(kept, svd_solver="full").fit(rows)
    space = pca_space(strangers, components)
    assert space.size == kept
    np.testing.assert_allclose(space.scales, np.sqrt(reference.explained_variance_), rtol=1e-4)
    codes = reference.transform(rows)
    np.testing.assert_allclose(np.abs(space.encode(rows) * space.scales), np.abs(codes), atol=1e-3)
    restored = space.pictures(torch.from_numpy(space.encode(rows))).numpy()
    np.testing.assert_allclose(restored, reference.inverse_transform(codes).clip(0, 1), atol=1e-5)


@pytest.mark.parametrize(("n", "d"), [(12, 36), (90, 36), (450, 500), (500, 450)])
def test_few_components_of_few_and_of_many_pictures(n, d):
    """Either way round the smaller product is decomposed, and the sign of a row is settled."""
    rows = np.random.default_rng(n).random((n, d))
    mean, deviations, basis = principal(rows, 5)
    reference = PCA(5, svd_solver="full").fit(rows)
    np.testing.assert_allclose(mean, reference.mean_)
    np.testing.assert_allclose(deviations**2, reference.explained_variance_)
    np.testing.assert_allclose(basis @ basis.T, np.eye(5), atol=1e-9)
    np.testing.assert_allclose(np.abs((basis * reference.components_).sum(1)), 1.0)
    assert (basis.max(axis=1) >= -basis.min(axis=1)).all()


def test_doubled_pictures_add_no_component():
    rows = np.repeat(np.random.default_rng(0).random((4, 36)), 3, axis=0)
    assert principal(rows, 60)[2].shape == (3, 36)


def test_codes_and_back(strangers):
    """All components of the pictures themselves: nothing is lost."""
    space = pca_space(strangers)
    codes = space.encode(strangers.reshape(len(strangers), -1))
    np.testing.assert_allclose(codes.std(axis=0, ddof=1), 1.0, rtol=1e-3)
    restored = space.pictures(torch.from_numpy(codes).float()).reshape(strangers.shape)
    np.testing.assert_allclose(restored, strangers, atol=1e-4)


def test_pictures_without_variety_still_span_something():
    flat = np.full((3, 4, 4), 0.25, dtype=np.float32)
    space = pca_space(flat)
    pictures = space.pictures(torch.from_numpy(space.sample(5, 0)))
    np.testing.assert_allclose(pictures, 0.25, atol=1e-4)


def test_colours_are_pictures_too():
    colours = np.random.default_rng(0).random((5, 4, 3, 3)).astype(np.float32)
    assert pca_space(colours).basis.shape == (4, 36)


def test_samples_come_from_the_seed(strangers):
    space = pca_space(strangers)
    np.testing.assert_array_equal(space.sample(9, 4), space.sample(9, 4))
    assert np.abs(space.sample(2000, 4).std(axis=0) - 1).max() < 0.08
    assert not np.allclose(space.sample(9, 4), space.sample(9, 5))
    starts = space.starts(3, 4, seed=1)
    assert (starts[:, 0] == 0).all() and starts[:, 1:].std() > 0.8


def test_the_autoencoder_is_trained_once(strangers):
    first = trained_vae(strangers, QUICK, 0)

    def check() -> None:
        raise AssertionError("trained again")

    assert trained_vae(strangers.copy(), QUICK, 0, check) is first
    for other in ((strangers[1:], QUICK, 0), (strangers, QUICK, 1)):
        assert trained_vae(*other) is not first
    for seed in range(10, 10 + KEPT):
        trained_vae(strangers, VAESettings(steps=1), seed)
    again = trained_vae(strangers, QUICK, 0)
    assert again is not first  # forgotten, and the same once more
    assert all(
        torch.equal(a, b)
        for one, two in zip(first.decoder, again.decoder, strict=True)
        for a, b in zip(one, two, strict=True)
    )


def test_the_autoencoder_draws_faces(strangers, people):
    """It restores what it saw better than the mean does, and keeps codes near the prior."""
    vae = trained_vae(strangers, VAESettings(), 0)
    rows = torch.from_numpy(strangers.reshape(len(strangers), -1))
    restored = vae.decode(vae.encode(rows))
    assert (restored - rows).square().mean() < 0.5 * (rows.mean(0) - rows).square().mean()
    assert 0.3 < vae.encode(rows).square().mean() < 2.0
    unseen = torch.from_numpy(people.reshape(len(people), -1))
    error = (vae.decode(vae.encode(unseen)) - unseen).square().mean()
    assert error < (rows.mean(0) - unseen).square().mean()


def test_the_autoencoders_space(strangers):
    space = VAESpace(vae=trained_vae(strangers, QUICK, 0))
    codes = torch.from_numpy(space.starts(2, 3, 0))
    pictures = space.pictures(codes)
    assert pictures.shape == (2, 3, 625) and (pictures >= 0).all() and (pictures <= 1).all()
    torch.testing.assert_close(space.origin, pictures[0, 0])
    torch.testing.assert_close(space.penalty(codes, pictures), 0.02 * codes.square().sum(-1))
