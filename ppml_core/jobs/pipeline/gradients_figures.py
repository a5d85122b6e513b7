"""Intervals, verdicts and the guarantee of one cell of a gradient run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ppml_core import limits
from ppml_core.accounting import pld
from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.attacks.gradient.compare import PSNR_CAP
from ppml_core.auditing.gradients_report import GradientsReport, SharedPicture
from ppml_core.auditing.pictures import picture
from ppml_core.auditing.report_parts import Estimate
from ppml_core.auditing.unit_findings import unit_findings
from ppml_core.jobs.gradients_request import GradientsRequest
from ppml_core.jobs.pipeline.gradients_clients import Clients
from ppml_core.jobs.pipeline.material import Ground
from ppml_core.statistics.intervals import clopper_pearson, effective_trials
from ppml_core.statistics.laws import student_quantile

ONE_CLIENT = "One client gives no interval: ask for more."

RELEASE_CAVEAT = (
    "It covers one client's whole contribution to this one gradient, towards whoever receives it; "
    "every client takes part, so nothing is sampled. "
    "Every further gradient that the client shares spends more."
)
REPLACE_CAVEAT = (
    "Two clients' clipped gradients can be twice the clipping norm apart, so epsilon is that of "
    "a noise multiplier half as large as the one named."
)


def mean_over_clients(values: np.ndarray, low: float, high: float) -> Estimate:
    """Mean of ``(clients, batch)`` with Student's interval over clients' means, within the
    range ``[low, high]`` that a value can have at all.

    Pictures of one batch share a gradient, so clients are the independent units.
    """
    means = values.mean(axis=1)
    value, n, unit = float(means.mean()), len(means), "pictures"
    if n < 2:
        return Estimate(value=value, n=values.size, unit=unit, reason=ONE_CLIENT)
    half = student_quantile(0.975, n - 1) * float(means.std(ddof=1)) / n**0.5
    interval = max(low, value - half), min(high, value + half)
    return Estimate(value=value, ci=interval, n=values.size, unit=unit)


def share_over_clients(
    hits: np.ndarray, confidence: float = 0.95, unit: str = "pictures"
) -> Estimate:
    """Share of ``(clients, batch)`` with Clopper and Pearson's interval, on as many trials as
    the spread between clients allows.

    A few clients tell their spread badly, so the trials are corrected by Student's quantile
    (Korn and Graubard 1998, section 2); at least one a client is left.
    """
    means = hits.mean(axis=1)
    share, clients = float(means.mean()), len(means)
    variance = float(means.var(ddof=1) / clients) if clients > 1 else 0.0
    trials = effective_trials(share, variance, hits.size, distinct=clients)
    if 1 < clients < hits.size:
        tail = (1 - confidence) / 2
        ratio = student_quantile(1 - tail, hits.size - 1) / student_quantile(1 - tail, clients - 1)
        trials = max(trials * ratio**2, float(clients))
    interval = clopper_pearson(share * trials, trials, confidence)
    return Estimate(value=share, ci=interval, n=hits.size, unit=unit)


def verdict_of(hits: np.ndarray, chance: float, *, cells: int) -> str:
    """What the recognised pictures ``(clients, batch)`` of a cell prove, corrected for the number
    of ``cells`` (Bonferroni).

    Leakage: their share is above ``chance`` beyond doubt. Nothing recovered is a statement
    about this attack and these pictures, never about safety.
    """
    if not hits.any():
        return "nothing-recovered"
    share = share_over_clients(hits, 1 - 0.05 / cells)
    assert share.ci is not None
    return "individual-leakage" if share.ci[0] > chance else "inconclusive"


def guarantee_of(
    clip: float | None, noise: float, delta: float
) -> tuple[PrivacyGuarantee | None, str | None]:
    """What one shared gradient guarantees a client, or why it guarantees nothing useful.

    One Gaussian mechanism, no sampling. The receiver knows who sent the gradient, so what may
    differ is the client's whole batch: replacing it moves the clipped gradient by up to
    ``2 clip``.
    """
    if noise == 0:
        return None, "Without noise nothing is guaranteed, whatever the clipping norm."
    if clip is None:
        return None, "Without clipping a gradient can be of any length: no noise covers that."
    multiplier = noise / clip
    if multiplier / 2 < limits.NOISE_MIN:
        return None, (
            f"The noise is {multiplier:.3g} clipping norms: epsilon would be in the hundreds or "
            "more, which guarantees nothing of use."
        )
    guarantee = PrivacyGuarantee(
        epsilon=pld.epsilon(min(multiplier / 2, limits.NOISE_MAX), 1.0, 1, delta, pld.SEARCH),
        delta=delta,
        noise_multiplier=multiplier,
        max_grad_norm=clip,
        sample_rate=1.0,
        steps=1,
        neighboring_relation="replace-one",
        unit="client (the whole batch)",
        caveats=(RELEASE_CAVEAT, REPLACE_CAVEAT),
    )
    return guarantee, None


def bare_report(ground: Ground, request: GradientsRequest, clients: Clients) -> GradientsReport:
    """Everything but the cells."""
    norms = [float(np.linalg.norm(gradient)) for gradient in clients.gradients]
    return GradientsReport(
        method=request.method,
        model=str(request.model),
        batch=request.batch,
        clients=request.repetitions,
        parameters=clients.model.n_parameters,
        gradient_norm=float(np.median(norms)),
        pictures=_shown(ground, clients),
        auxiliary_mean=picture(clients.auxiliary.mean(axis=0).reshape(clients.model.input_shape)),
        mean_psnr=mean_over_clients(clients.mean_psnr, 0.0, PSNR_CAP),
        nearest_psnr=mean_over_clients(clients.nearest_psnr, 0.0, PSNR_CAP),
        chance=clients.chance,
        line_up=len(clients.auxiliary),
        cells=(),
        **_common(ground, clients),
    )


def _common(ground: Ground, clients: Clients) -> dict[str, Any]:
    """The fields of every report, with how the records were divided."""
    fields = ground.common()
    summary = replace(
        fields["dataset"], members=clients.rows.size, auxiliary=len(clients.auxiliary)
    )
    return {**fields, "dataset": summary, "findings": unit_findings(summary, None)}


def _shown(ground: Ground, clients: Clients) -> tuple[SharedPicture, ...]:
    """The first pictures, with their nulls."""
    data, shape = ground.dataset, clients.model.input_shape
    found = []
    for index in range(clients.shown):
        client, place = divmod(index, clients.rows.shape[1])
        row = clients.rows[client, place]
        found.append(
            SharedPicture(
                client=client,
                record_id=int(data.record_ids[row]),
                label=data.label_names[data.labels[row]],
                truth=picture(clients.pictures[client, place]),
                nearest_auxiliary=picture(
                    clients.auxiliary[clients.nearest[client, place]].reshape(shape)
                ),
                mean_psnr=round(float(clients.mean_psnr[client, place]), 3),
                nearest_psnr=round(float(clients.nearest_psnr[client, place]), 3),
            )
        )
    return tuple(found)
