"""A small variational autoencoder of auxiliary pictures, trained once and kept."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch

from ppml_core._seeds import generator
from ppml_core.attacks.inversion.attack import Check

Layer = tuple[torch.Tensor, torch.Tensor]

KEPT = 4
"""Most autoencoders remembered by this process."""


@dataclass(frozen=True, kw_only=True)
class VAESettings:
    """``latent`` and ``hidden`` sizes; ``steps`` of Adam at ``rate`` on batches of
    ``batch``. ``beta`` weighs the divergence from the prior beside the squared error,
    which is summed over pixels and divided by twice the pixels' noise variance
    ``noise ** 2``."""

    latent: int = 32
    hidden: int = 128
    steps: int = 600
    batch: int = 32
    rate: float = 2e-3
    noise: float = 0.1
    beta: float = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class VAE:
    """The decoder, and the encoder of the mean code. Weights are float32."""

    encoder: tuple[Layer, ...]
    decoder: tuple[Layer, ...]
    latent: int

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        """Pictures ``(..., d)`` in (0, 1) of codes ``(..., latent)``."""
        return torch.sigmoid(_dense(self.decoder, codes))

    def encode(self, pictures: torch.Tensor) -> torch.Tensor:
        """Mean codes ``(..., latent)`` of pictures ``(..., d)``."""
        return _dense(self.encoder, pictures)[..., : self.latent]


_known: OrderedDict[str, VAE] = OrderedDict()


def trained_vae(
    auxiliary: np.ndarray, settings: VAESettings, seed: int, check: Check | None = None
) -> VAE:
    """The autoencoder of pictures ``(a, ...)``: the same object for the same arguments.

    Trained by Kingma and Welling 2014 (equation 10 with one sample a picture, a
    Gaussian likelihood and a standard normal prior); deterministic.
    """
    digest = hashlib.sha256(repr((settings, seed, auxiliary.shape)).encode())
    digest.update(np.ascontiguousarray(auxiliary).tobytes())
    key = digest.hexdigest()
    if key not in _known:
        rows = torch.from_numpy(auxiliary.reshape(len(auxiliary), -1).astype(np.float32))
        _known[key] = _train(rows, settings, seed, check)
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return _known[key]


def _train(rows: torch.Tensor, settings: VAESettings, seed: int, check: Check | None) -> VAE:
    """Maximise the evidence lower bound."""
    rng = generator(seed, "inversion", "vae")
    d, latent, hidden = rows.shape[1], settings.latent, settings.hidden
    encoder = _layers(rng, (d, hidden, 2 * latent))
    decoder = _layers(rng, (latent, hidden, d))
    with torch.no_grad():
        decoder[-1][1].copy_(torch.logit(rows.mean(0), eps=0.02))
    every = [tensor for layer in (*encoder, *decoder) for tensor in layer]
    adam = torch.optim.Adam(every, lr=settings.rate, fused=True)
    for _ in range(settings.steps):
        if check:
            check()
        batch = rows[torch.from_numpy(rng.integers(0, len(rows), settings.batch))]
        noise = torch.from_numpy(rng.standard_normal((len(batch), latent)).astype(np.float32))
        adam.zero_grad()
        _loss(batch, encoder, decoder, noise, settings).backward()
        adam.step()
    for tensor in every:
        tensor.requires_grad_(False)
    return VAE(encoder=encoder, decoder=decoder, latent=latent)


def _loss(
    batch: torch.Tensor,
    encoder: tuple[Layer, ...],
    decoder: tuple[Layer, ...],
    noise: torch.Tensor,
    settings: VAESettings,
) -> torch.Tensor:
    """Negative evidence lower bound, mean over the batch."""
    mean, log_variance = _dense(encoder, batch).chunk(2, dim=-1)
    codes = mean + noise * (0.5 * log_variance).exp()
    error = (torch.sigmoid(_dense(decoder, codes)) - batch).square().sum(-1)
    divergence = 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance).sum(-1)
    return (error / (2 * settings.noise**2) + settings.beta * divergence).mean()


def _layers(rng: np.random.Generator, widths: tuple[int, ...]) -> tuple[Layer, ...]:
    """Weights uniform in +-sqrt(3 / fan_in), biases zero, ready to be trained."""
    made = []
    for inputs, outputs in pairwise(widths):
        most = np.sqrt(3 / inputs)
        weight = rng.uniform(-most, most, (inputs, outputs)).astype(np.float32)
        made.append(
            (torch.from_numpy(weight).requires_grad_(), torch.zeros(outputs, requires_grad=True))
        )
    return tuple(made)


def _dense(layers: tuple[Layer, ...], x: torch.Tensor) -> torch.Tensor:
    """Affine layers with ReLU between them."""
    for index, (weight, bias) in enumerate(layers):
        x = (x.relu() if index else x) @ weight + bias
    return x
