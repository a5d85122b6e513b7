"""The hand-written gradients against autograd, one example at a time."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from ppml_core.models.architecture import Architecture
from ppml_core.models.modules import build_module
from ppml_core.models.network import build_network

SHAPE, CLASSES, MODELS, BATCH = (8, 7), 5, 3, 6
ARCHITECTURES = [
    Architecture(kind="softmax"),
    Architecture(kind="mlp", hidden=(9,)),
    Architecture(kind="mlp", hidden=(9, 4, 6)),
    Architecture(kind="cnn", hidden=(3, 4)),
]


def name(architecture: Architecture) -> str:
    return f"{architecture.kind}-{len(architecture.hidden)}"


def material(architecture: Architecture, shape: tuple[int, ...] = SHAPE):
    rng = np.random.default_rng(3)
    network = build_network(architecture, shape, CLASSES)
    flat = torch.from_numpy(np.stack([network.initial(rng) for _ in range(MODELS)]))
    x = torch.from_numpy(rng.normal(size=(MODELS, BATCH, *shape)).astype(np.float32))
    y = torch.from_numpy(rng.integers(0, CLASSES, (MODELS, BATCH)))
    return network, flat, x, y


def prepared(network, x):
    return network.prepared(x.flatten(0, 1)).unflatten(0, (MODELS, BATCH))


def per_example(architecture, flat, x, y):
    """Gradients ``(M, B, P)`` by autograd on the equivalent module."""
    module = build_module(architecture, tuple(x.shape[2:]), CLASSES)
    rows = []
    for m in range(MODELS):
        vector_to_parameters(flat[m], module.parameters())
        for b in range(BATCH):
            module.zero_grad()
            cross_entropy(module(x[m, b][None]), y[m, b][None]).backward()
            rows.append(parameters_to_vector([p.grad for p in module.parameters()]))
    return torch.stack(rows).view(MODELS, BATCH, -1).detach()


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=name)
def test_forward_equals_the_module(architecture):
    network, flat, x, _ = material(architecture)
    module = build_module(architecture, SHAPE, CLASSES)
    for m, logits in enumerate(network.forward(flat, x)):
        vector_to_parameters(flat[m], module.parameters())
        torch.testing.assert_close(logits, module(x[m]).detach(), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=name)
def test_shared_records_are_not_taken_for_stacked_ones(architecture):
    """One record for all models has as many numbers as one record each of one model."""
    network, flat, x, _ = material(architecture)
    shared = network.forward(flat, x[0, :1])
    stacked = network.forward(flat, x[0, :1].expand(MODELS, 1, *SHAPE))
    assert shared.shape == (MODELS, 1, CLASSES)
    torch.testing.assert_close(shared, stacked)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=name)
def test_sum_of_gradients(architecture):
    network, flat, x, y = material(architecture)
    total, _ = network.gradient(flat, prepared(network, x), y)
    torch.testing.assert_close(
        total, per_example(architecture, flat, x, y).sum(1), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=name)
def test_norms_and_clipped_sums(architecture):
    network, flat, x, y = material(architecture)
    each = per_example(architecture, flat, x, y)
    true_norms = each.norm(dim=2)
    clip = true_norms.median(dim=1).values * torch.tensor([0.3, 1.0, 5.0])
    mask = torch.ones(MODELS, BATCH)
    mask[1, 2:] = 0.0
    total, norms = network.gradient(flat, prepared(network, x), y, mask, clip)
    torch.testing.assert_close(norms, true_norms, rtol=1e-4, atol=1e-5)
    factor = (clip[:, None] / true_norms).clamp_max(1.0) * mask
    torch.testing.assert_close(total, (each * factor[..., None]).sum(1), rtol=1e-4, atol=1e-5)
    for row, bound, count in zip(total, clip, mask.sum(1), strict=True):
        assert row.norm() <= bound * count * 1.0001


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=name)
def test_a_batch_of_padding_only_has_no_gradient(architecture):
    network, flat, x, y = material(architecture)
    x, nobody = prepared(network, x), torch.zeros(MODELS, BATCH)
    total, _ = network.gradient(flat, x, y, nobody, torch.ones(MODELS))
    assert not total.any()


@pytest.mark.parametrize("shape", [(5, 9, 3), (6, 5), (9, 8), (1, 1), (25, 25)], ids=str)
def test_a_cnn_on_pictures_of_any_height_and_width(shape):
    """Blocks of 2 x 2 places reach beyond a picture where the first convolution's is odd."""
    architecture = Architecture(kind="cnn", hidden=(3, 4))
    network, flat, x, y = material(architecture, shape)
    module = build_module(architecture, shape, CLASSES)
    for m, logits in enumerate(network.forward(flat, x)):
        vector_to_parameters(flat[m], module.parameters())
        torch.testing.assert_close(logits, module(x[m]).detach(), rtol=1e-5, atol=1e-5)
    each = per_example(architecture, flat, x, y)
    total, _ = network.gradient(flat, prepared(network, x), y)
    torch.testing.assert_close(total, each.sum(1), rtol=1e-4, atol=1e-5)
    clipped, norms = network.gradient(flat, prepared(network, x), y, None, torch.full((3,), 0.5))
    torch.testing.assert_close(norms, each.norm(dim=2), rtol=1e-4, atol=1e-6)
    scale = (0.5 / each.norm(dim=2)).clamp(max=1.0)
    torch.testing.assert_close(clipped, (each * scale[..., None]).sum(1), rtol=1e-4, atol=1e-5)
    guessed = x.clone().requires_grad_()
    (slope,) = torch.autograd.grad(network.forward(flat, guessed).square().sum(), guessed)
    for m in range(MODELS):
        vector_to_parameters(flat[m], module.parameters())
        exact = x[m].clone().requires_grad_()
        (expected,) = torch.autograd.grad(module(exact).square().sum(), exact)
        torch.testing.assert_close(slope[m], expected, rtol=1e-4, atol=1e-5)
