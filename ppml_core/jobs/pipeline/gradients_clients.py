"""The clients of a gradient run: their pictures, models and gradients, and the receiver's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core._seeds import generator
from ppml_core.attacks.gradient.client import ClientModel
from ppml_core.attacks.gradient.compare import psnr
from ppml_core.datasets.units import one_each
from ppml_core.errors import AttackNotApplicable
from ppml_core.jobs.gradients_request import GradientsRequest
from ppml_core.jobs.pipeline.material import Ground

AUXILIARY_MAX = 1000
"""Pictures of the receiver's own; more make the nearest one only a little nearer."""

SIDE_MAX = 64
SHOWN = 12
"""At most so many pictures are in a report, whole batches; its figures are over all."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Clients:
    """``rows`` ``(clients, batch)`` of the dataset; ``auxiliary`` ``(A, d)`` the receiver's
    own pictures, disjoint from them, with ``auxiliary_labels``. Per client: ``weights``,
    ``gradients`` (of the mean loss, untouched), ``expected`` and ``usual_norm`` as the
    receiver estimates them. ``mean_psnr`` and ``nearest_psnr`` ``(clients, batch)``: the nulls';
    ``nearest``: row of ``auxiliary``; ``same_class``: how many of them have the label."""

    model: ClientModel
    rows: np.ndarray
    pictures: np.ndarray
    labels: np.ndarray
    auxiliary: np.ndarray
    weights: tuple[np.ndarray, ...]
    gradients: tuple[np.ndarray, ...]
    expected: tuple[np.ndarray, ...]
    usual_norm: tuple[float, ...]
    mean_psnr: np.ndarray
    nearest_psnr: np.ndarray
    nearest: np.ndarray
    same_class: np.ndarray

    @property
    def shown(self) -> int:
        """How many pictures the report carries."""
        clients, batch = self.rows.shape
        return batch * min(clients, SHOWN // batch)

    @property
    def chance(self) -> float:
        """At most this share would be recognised from what knows no more than the labels: the
        truth is then like any of the ``a`` others of its class, so first once in ``a + 1``,
        and it is given the best of a batch of guesses."""
        return float(np.minimum(1.0, self.rows.shape[1] / (self.same_class + 1)).mean())

    def flat(self, client: int) -> np.ndarray:
        """A client's pictures, ``(batch, d)``."""
        return self.pictures[client].reshape(self.rows.shape[1], -1)

    def truths(self) -> np.ndarray:
        """All clients', ``(clients, batch, d)``."""
        return self.pictures.reshape(*self.rows.shape, -1)

    def draws(self, seed: int, client: int) -> np.ndarray:
        """The client's noise, standard normal; the same in every cell."""
        return generator(seed, "gradient-noise", client).normal(size=self.model.n_parameters)


def invite(ground: Ground, request: GradientsRequest) -> Clients:
    """Draw clients and the receiver's own pictures, disjoint, and compute every gradient.

    Raises ``AttackNotApplicable`` for tables, large pictures, and too few of them.
    """
    data = ground.dataset
    shape = _picture_shape(data.image_shape, data.name)
    mine, theirs = _draw_rows(data.units, request)
    model = ClientModel(kind=str(request.model), input_shape=shape, n_classes=data.n_classes)
    pictures = data.features.astype(np.float64)
    weights, gradients, expected, usual = [], [], [], []
    for client, rows in enumerate(theirs):
        ground.reporter.progress("Computing the clients' gradients", 0, 1)
        rng = generator(request.seed, "gradient-model", client)
        x, y = pictures[mine], data.labels[mine]
        start = model.initial(rng)
        steps = request.training_steps
        start = model.trained(start, x, y, steps=steps, rng=rng, check=ground.reporter.check)
        weights.append(start)
        gradients.append(model.gradient(start, pictures[rows], data.labels[rows]))
        expected.append(model.probabilities(start, x[:256]).mean(axis=0))
        usual.append(_usual_norm(model, start, x, y, request.batch))
    return Clients(
        model=model,
        rows=theirs,
        pictures=pictures[theirs],
        labels=data.labels[theirs],
        auxiliary=pictures[mine].reshape(len(mine), -1),
        weights=tuple(weights),
        gradients=tuple(gradients),
        expected=tuple(expected),
        usual_norm=tuple(usual),
        **_nulls(pictures, data.labels, mine, theirs),
    )


def _picture_shape(shape: tuple[int, ...] | None, name: str) -> tuple[int, ...]:
    """The shape, if these are pictures of a size that this attack is for."""
    if shape is None:
        raise AttackNotApplicable(
            f"Gradient leakage is shown as pictures, and {name} is a table. Choose pictures."
        )
    if max(shape[:2]) > SIDE_MAX:
        raise AttackNotApplicable(
            f"Pictures of {shape[0]} by {shape[1]} are too large here: at most {SIDE_MAX} by "
            f"{SIDE_MAX}. Make them smaller first."
        )
    return shape


def _draw_rows(units: np.ndarray, request: GradientsRequest) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the receiver ``(A,)`` and of the clients ``(clients, batch)``, disjoint.

    Of copies (``units`` ``(n,)``) one is drawn: a client's picture among the receiver's own
    would be recognised without a gradient.
    """
    wanted = request.batch * request.repetitions
    order = one_each(generator(request.seed, "gradient-rows").permutation(len(units)), units)
    n = len(order)
    if n < wanted + 10:
        raise AttackNotApplicable(
            f"{request.repetitions} clients with {request.batch} pictures each need "
            f"{wanted + 10} different pictures, of which 10 are the attacker's own; there are {n}. "
            "Ask for fewer clients or smaller batches."
        )
    theirs = order[:wanted].reshape(request.repetitions, request.batch)
    return np.sort(order[wanted:][:AUXILIARY_MAX]), theirs


def _usual_norm(
    model: ClientModel, weights: np.ndarray, x: np.ndarray, y: np.ndarray, batch: int
) -> float:
    """Median gradient length of a few batches of the receiver's own pictures."""
    starts = range(0, min(len(x), 8 * batch) - batch + 1, batch)
    lengths = [
        np.linalg.norm(model.gradient(weights, x[at : at + batch], y[at : at + batch]))
        for at in starts
    ]
    return float(np.median(lengths))


def _nulls(
    pictures: np.ndarray, labels: np.ndarray, mine: np.ndarray, theirs: np.ndarray
) -> dict[str, np.ndarray]:
    """What the receiver could show without a gradient, ``(clients, batch)`` each."""
    own = pictures[mine].reshape(len(mine), -1)
    truth = pictures[theirs].reshape(*theirs.shape, -1)
    to_each = np.stack([psnr(one[:, None], own[None]) for one in truth])
    return {
        "mean_psnr": psnr(truth, own.mean(axis=0)),
        "nearest_psnr": to_each.max(axis=-1),
        "nearest": to_each.argmax(axis=-1),
        "same_class": np.bincount(labels[mine], minlength=labels.max() + 1)[labels[theirs]],
    }
