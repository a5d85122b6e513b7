"""Clients share gradients, a receiver reconstructs: every clipping norm by every noise."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from ppml_core._seeds import generator
from ppml_core.attacks.gradient.compare import PSNR_CAP, assigned, correlation, psnr, rank_among
from ppml_core.attacks.gradient.labels import labels_found
from ppml_core.attacks.gradient.receiver import Observation, reconstruct
from ppml_core.attacks.gradient.update import clipped, shared
from ppml_core.auditing.gradients_findings import gradients_findings
from ppml_core.auditing.gradients_report import GradientCell, GradientsReport, Recovered
from ppml_core.auditing.gradients_sentences import evidence
from ppml_core.auditing.pictures import picture
from ppml_core.jobs.gradients_request import GradientsRequest
from ppml_core.jobs.pipeline.gradients_clients import Clients, invite
from ppml_core.jobs.pipeline.gradients_figures import (
    bare_report,
    guarantee_of,
    mean_over_clients,
    share_over_clients,
    verdict_of,
)
from ppml_core.jobs.pipeline.material import Ground

PARTIAL_SECONDS = 1.0

Setting = tuple[float | None, float]
"""Clipping norm (None: none) and noise."""


def run(ground: Ground) -> GradientsReport:
    """The report of a ``GradientsRequest``; partial ones as cells finish.

    Every cell has the same clients, models and noise draws, so that cells differ by their
    setting and not by luck. Noises go from least to most, at each all clipping norms.
    Raises ``AttackNotApplicable`` for data that are no pictures.
    """
    request = ground.request
    assert isinstance(request, GradientsRequest)
    clients = invite(ground, request)
    frame = bare_report(ground, request, clients)
    plan: list[Setting] = [
        (clip, noise) for noise in sorted(request.noises) for clip in request.clips
    ]
    cells: list[GradientCell] = []
    told = time.monotonic()
    for number, (clip, noise) in enumerate(plan):
        cells.append(_cell(ground, request, clients, (clip, noise), (number, len(plan))))
        if time.monotonic() - told > PARTIAL_SECONDS:
            ground.reporter.partial(_report(ground, frame, cells))
            told = time.monotonic()
    return _report(ground, frame, cells)


def _report(ground: Ground, frame: GradientsReport, cells: list[GradientCell]) -> GradientsReport:
    """The frame with these cells."""
    seconds = round(time.perf_counter() - ground.started, 3)
    found = (*gradients_findings(cells, frame.chance), *frame.findings)
    return replace(frame, cells=tuple(cells), seconds=seconds, findings=found)


def _cell(
    ground: Ground,
    request: GradientsRequest,
    clients: Clients,
    setting: Setting,
    place: tuple[int, int],
) -> GradientCell:
    """Attack every client under one setting."""
    found, labels = [], []
    for client in range(request.repetitions):
        done = place[0] * request.repetitions + client
        stage = f"Setting {place[0] + 1} of {place[1]}: client {client + 1}"
        ground.reporter.progress(stage, done, place[1] * request.repetitions)
        pictures, right = _attack(ground, request, clients, client, setting)
        found.append(pictures)
        labels.append(right / request.batch)
    return _summary(request, clients, setting, np.stack(found), np.array(labels))


def _attack(
    ground: Ground,
    request: GradientsRequest,
    clients: Clients,
    client: int,
    setting: Setting,
) -> tuple[np.ndarray, int]:
    """Reconstructions in the order of the truths ``(batch, d)``, and how many labels were right."""
    clip, noise = setting
    sent = shared(clients.gradients[client], clip, noise, clients.draws(request.seed, client))
    rng = generator(request.seed, "gradient-search", client)
    seen = Observation(
        model=clients.model,
        weights=clients.weights[client],
        shared=sent,
        batch=request.batch,
        clip=clip,
        noise=noise,
        expected=clients.expected[client],
        usual_norm=clients.usual_norm[client],
    )
    pictures, guessed = reconstruct(
        seen, request.method, rng, steps=request.search_steps, check=ground.reporter.check
    )
    truth = clients.flat(client)
    return assigned(pictures.reshape(truth.shape), truth), labels_found(
        guessed, clients.labels[client]
    )


def _summary(
    request: GradientsRequest,
    clients: Clients,
    setting: Setting,
    found: np.ndarray,
    labels: np.ndarray,
) -> GradientCell:
    """The figures of a cell from reconstructions ``(clients, batch, d)``."""
    clip, noise = setting
    truth = clients.truths()
    seen = np.clip(found, 0.0, 1.0)
    quality, likeness = psnr(seen, truth), correlation(found, truth)
    ranks = rank_among(found, truth, clients.auxiliary)
    hits = (ranks == 1).astype(np.float64)
    share = share_over_clients(hits)
    norms = np.array([np.linalg.norm(gradient) for gradient in clients.gradients])
    looks = len(request.clips) * len(request.noises)
    guarantee, reason = guarantee_of(clip, noise, request.delta)
    lengths = [np.linalg.norm(clipped(gradient, clip)) for gradient in clients.gradients]
    return GradientCell(
        clip=clip,
        noise=noise,
        noise_multiplier=None if clip is None else noise / clip,
        psnr=mean_over_clients(quality, 0.0, PSNR_CAP),
        correlation=mean_over_clients(likeness, -1.0, 1.0),
        recognised=share,
        verdict=verdict_of(hits, clients.chance, cells=looks),
        looks=looks,
        evidence=evidence(share, clients.chance, len(clients.auxiliary)),
        labels=share_over_clients(np.repeat(labels[:, None], request.batch, axis=1), unit="labels"),
        clipped=float(np.mean(np.array(lengths) < norms)),
        guarantee=guarantee,
        no_guarantee=reason,
        reconstructions=tuple(
            Recovered(
                of=index,
                picture=picture(seen.reshape(-1, *clients.model.input_shape)[index]),
                psnr=round(float(quality.ravel()[index]), 3),
                correlation=round(float(likeness.ravel()[index]), 4),
                rank=int(ranks.ravel()[index]),
            )
            for index in range(clients.shown)
        ),
    )
