"""One model on the split's members, with its learning curves."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from ppml_core._seeds import generator
from ppml_core.auditing.findings import find
from ppml_core.auditing.report import TrainReport
from ppml_core.jobs.pipeline.audit import model_seeds
from ppml_core.jobs.pipeline.material import Material
from ppml_core.jobs.pipeline.observe import observe, outputs_diverged, target_summary
from ppml_core.models.network import Network, build_network
from ppml_core.training.membership import audit_membership
from ppml_core.training.population import train_population

CURVE_POINTS = 60
CURVE_RECORDS = 5000
"""Records of each kind that a point of the curve is computed from, at most."""


def run(material: Material) -> TrainReport:
    """The report of a ``TrainRequest``; its model is model 0 of an audit with the same seed,
    unless it is trained for release: then no seed leads to it."""
    recipe, data = material.request.recipe, material.dataset
    network = build_network(recipe.architecture, data.features.shape[1:], data.n_classes)
    curves = _Curves(material, network)
    population = train_population(
        data,
        audit_membership(material.split, len(data), 1, material.request.seed, data.units),
        recipe,
        [None] if material.request.release else model_seeds(material.request.seed, 0, 1),
        check=material.reporter.check,
        on_epoch=curves,
    )
    target = target_summary(observe(population, material), network.n_parameters)
    target = replace(target, **curves.fields())
    guarantee = material.guarantee(recipe)
    findings = find(material.summary(), target, guarantee, ())
    return TrainReport(**material.common(), target=target, guarantee=guarantee, findings=findings)


class _Curves:
    """Loss and accuracy on trained-on and unseen records, at up to ``CURVE_POINTS`` epochs."""

    def __init__(self, material: Material, network: Network) -> None:
        split, data = material.split, material.dataset
        self.network, self.material, self.reporter = network, material, material.reporter
        self.epochs = material.request.recipe.epochs
        rng = generator(material.request.seed, "learning curve")
        unseen = np.concatenate([split.nonmembers, split.auxiliary])
        self.sets = []
        for rows in (split.members, unseen):
            some = rng.permutation(rows)[:CURVE_RECORDS]
            self.sets.append((torch.tensor(data.features[some]), torch.tensor(data.labels[some])))
        last = np.linspace(0, self.epochs, min(self.epochs, CURVE_POINTS) + 1)
        self.at = {round(float(epoch)) for epoch in last}
        self.points: list[tuple[float, ...]] = []

    def __call__(self, epoch: int, flat: torch.Tensor) -> None:
        """Called by the trainer after every epoch."""
        self.reporter.progress(f"Training: epoch {epoch} of {self.epochs}", epoch, self.epochs)
        if epoch in self.at:
            measured = [value for x, y in self.sets for value in self._measure(flat, x, y)]
            self.points.append((epoch, *measured))

    def fields(self) -> dict[str, Any]:
        """As ``TargetSummary`` names them."""
        epoch, train_loss, train_right, test_loss, test_right = zip(*self.points, strict=True)
        return {
            "epochs": tuple(int(e) for e in epoch),
            "train_loss": train_loss,
            "train_accuracy_curve": train_right,
            "test_loss": test_loss,
            "test_accuracy_curve": test_right,
        }

    def _measure(self, flat: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> tuple[float, float]:
        """Mean cross-entropy (nats), finite or ``TrainingDiverged``, and accuracy."""
        with torch.no_grad():
            logits = self.network.forward(flat, x)[0]
        loss = float(cross_entropy(logits, y))
        if not math.isfinite(loss):
            raise outputs_diverged(self.material)
        return loss, float((logits.argmax(-1) == y).float().mean())
