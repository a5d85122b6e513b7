"""Attribute inference: impute, train targets and shadow models, fuse, compare, report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ppml_core._seeds import generator
from ppml_core.attacks.attribute.column import Sensitive, find_sensitive
from ppml_core.attacks.attribute.fusion import Fusion, fit_fusion
from ppml_core.attacks.attribute.imputer import Imputed, impute, known_columns
from ppml_core.auditing.attribute_findings import attribute_findings
from ppml_core.auditing.attribute_report import AttributeColumn, FusionWeights
from ppml_core.auditing.attribute_sentences import attribute_sentence
from ppml_core.auditing.attribute_summary import Guesses, summarise
from ppml_core.auditing.findings import SEVERITIES, find
from ppml_core.auditing.learning import has_learned, nothing_learned_sentence
from ppml_core.auditing.report import AttributesReport, TargetSummary
from ppml_core.datasets.split import Split
from ppml_core.datasets.units import shared
from ppml_core.jobs.attribute_request import AttributesRequest
from ppml_core.jobs.pipeline.attribute_targets import Targets, train_targets, value_likelihoods
from ppml_core.jobs.pipeline.audit import model_seeds, stages
from ppml_core.jobs.pipeline.material import Material
from ppml_core.jobs.pipeline.observe import Observations, joined, target_summary
from ppml_core.statistics.clustered import reached
from ppml_core.training.membership import audit_membership, unit_membership

SHADOW_SEED = 500_000
"""Seeds of shadow models start so far above those of the targets."""


SHADOW_SHARE = 0.75
"""Of the auxiliary records, at most, in a shadow model; the others are its non-members."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Setting:
    """What stays the same for all targets."""

    material: Material
    request: AttributesRequest
    sensitive: Sensitive
    rows: np.ndarray
    """The scored records: of the pool, those with a value that is guessed."""
    imputed: Imputed
    inside: Fusion
    outside: Fusion


@dataclass(frozen=True, kw_only=True, eq=False)
class _Part:
    """What some of the targets say about the scored records."""

    model: np.ndarray
    member: np.ndarray
    seen: Observations
    parameters: int


def run(material: Material) -> AttributesReport:
    """The report of an ``AttributesRequest``; a partial one after the first targets."""
    request = material.request
    assert isinstance(request, AttributesRequest)
    material = replace(material, split=_thinned(material, request))
    setting = _prepare(material, request)
    parts: list[_Part] = []
    for first, last in stages(request.models):
        parts.append(_attack(setting, first, last))
        if last < request.models:
            material.reporter.partial(_report(setting, parts))
    material.reporter.progress("Comparing the guesses", 99, 100)
    return _report(setting, parts)


def _thinned(material: Material, request: AttributesRequest) -> Split:
    """The split with at most ``request.records`` records, drawn at random, parts in proportion."""
    split = material.split
    parts = {name: getattr(split, name) for name in ("members", "nonmembers", "auxiliary")}
    total = sum(map(len, parts.values()))
    if total <= request.records:
        return split
    rng, share = generator(request.seed, "records used"), request.records / total
    return Split(
        **{
            name: np.sort(rng.permutation(rows)[: max(1, int(share * len(rows)))])
            for name, rows in parts.items()
        }
    )


def _prepare(material: Material, request: AttributesRequest) -> _Setting:
    """Everything before the first target: the column, the imputer, the shadow models."""
    data, check = material.dataset, material.reporter.check
    auxiliary = material.split.auxiliary
    sensitive = find_sensitive(data, request.sensitive, auxiliary, material.pool)
    material.reporter.progress("Imputing from the population", 1, 100)
    auxiliary = auxiliary[sensitive.codes[auxiliary] >= 0]
    rows = material.pool[sensitive.codes[material.pool] >= 0]
    known = known_columns(sensitive.others(data.matrix()), data.labels, data.n_classes)
    imputed = impute(
        known[auxiliary],
        sensitive.codes[auxiliary],
        known[rows],
        values=len(sensitive.values),
        units=shared(data.units[auxiliary]),
        seed=request.seed,
        check=check,
    )
    inside, outside = _fit_on_shadows(material, request, sensitive, auxiliary, imputed)
    return _Setting(
        material=material,
        request=request,
        sensitive=sensitive,
        rows=rows,
        imputed=imputed,
        inside=inside,
        outside=outside,
    )


def _fit_on_shadows(
    material: Material,
    request: AttributesRequest,
    sensitive: Sensitive,
    auxiliary: np.ndarray,
    imputed: Imputed,
) -> tuple[Fusion, Fusion]:
    """The weights of the fusion, for records a model was trained on and for others.

    From what shadow models say about their own training records, and about other
    auxiliary ones. Each group is attacked by the rule that suits it: a rule for members
    would make non-members look worse than they are, and membership look decisive.
    """
    inside = np.zeros((request.shadows, len(material.dataset)), dtype=bool)
    size = shadow_size(material.split)
    apart = material.split.auxiliary
    inside[:, apart] = unit_membership(
        material.dataset.units[apart], len(apart), size, request.shadows, request.seed
    )

    def on_done(done: float) -> None:
        stage = f"Training shadow models: {int(done)} of {request.shadows}"
        material.reporter.progress(stage, 10 + round(20 * done / request.shadows), 100)

    first = SHADOW_SEED
    seeds = model_seeds(request.seed, first, first + request.shadows)
    shadows = train_targets(material, inside, seeds, on_done)
    told = value_likelihoods(shadows, material, sensitive, auxiliary)
    member, shape = inside[:, auxiliary], told.shape
    imputer = np.broadcast_to(imputed.auxiliary_log_p, shape)
    codes = np.broadcast_to(sensitive.codes[auxiliary], shape[:2])
    units = shared(material.dataset.units[auxiliary])
    trained, unseen = (
        fit_fusion(imputer[used], told[used], codes[used], records=reached(used, units))
        for used in (member, ~member)
    )
    return trained, unseen


def shadow_size(split: Split) -> int:
    """Training records of a shadow model: as many as a target's, if a quarter is left over."""
    return min(len(split.members), max(1, int(SHADOW_SHARE * len(split.auxiliary))))


def _attack(setting: _Setting, first: int, last: int) -> _Part:
    """Train targets ``first .. last - 1`` and fill every value into every scored record."""
    material, request = setting.material, setting.request
    data, total = material.dataset, request.models
    membership = audit_membership(material.split, len(data), total, request.seed, data.units)
    membership = membership[first:last]

    def on_done(done: float) -> None:
        share = (first + done) / total
        stage = f"Training and asking models: {int(first + done)} of {total}"
        material.reporter.progress(stage, 30 + round(68 * share), 100)

    targets = train_targets(material, membership, model_seeds(request.seed, first, last), on_done)
    return _Part(
        model=value_likelihoods(targets, material, setting.sensitive, setting.rows),
        member=membership[:, setting.rows],
        seen=_observe(targets, material, membership),
        parameters=targets.parameters,
    )


def _observe(targets: Targets, material: Material, membership: np.ndarray) -> Observations:
    """Whether each model is right about each record, as accuracies need it."""
    pool, auxiliary, data = material.pool, material.split.auxiliary, material.dataset
    rows = np.concatenate([pool, auxiliary])
    correct = targets.logits(data.features[rows]).argmax(axis=-1) == data.labels[rows]
    n = len(pool)
    nothing = np.zeros(correct.shape)
    return Observations(
        phi=nothing[:, :n],
        correct=correct[:, :n],
        membership=membership[:, pool],
        auxiliary_phi=nothing[:, n:],
        auxiliary_correct=correct[:, n:],
        units=shared(data.units[rows]),
    )


def _report(setting: _Setting, parts: list[_Part]) -> AttributesReport:
    """What these targets show."""
    material, request = setting.material, setting.request
    target = target_summary(_joined(parts), parts[0].parameters)
    guarantee = None
    if request.target == "network":
        guarantee = material.guarantee(request.recipe)
    summary = material.summary()
    report = AttributesReport(
        target=target,
        guarantee=guarantee,
        column=_column(setting),
        imputer=setting.imputed.chosen,
        fusion_members=_weights(setting.inside),
        fusion_nonmembers=_weights(setting.outside),
        shadows=request.shadows,
        **(material.common() | _measured(setting, parts, target)),
    )
    found = (
        *attribute_findings(report, shadow_size(material.split)),
        *find(summary, target, guarantee, ()),
    )
    ordered = sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))
    return replace(report, evidence=attribute_sentence(report), findings=tuple(ordered))


def _measured(setting: _Setting, parts: list[_Part], target: TargetSummary) -> dict[str, Any]:
    """Figures and verdict; a model that learned nothing gets no pass."""
    model = np.concatenate([part.model for part in parts])
    member = np.concatenate([part.member for part in parts])
    guesses = Guesses(
        imputer=setting.imputed.log_p,
        model=model,
        fused=np.where(
            member[..., None],
            setting.inside.log_posterior(setting.imputed.log_p, model),
            setting.outside.log_posterior(setting.imputed.log_p, model),
        ),
        codes=setting.sensitive.codes[setting.rows],
        member=member,
        units=shared(setting.material.dataset.units[setting.rows]),
    )
    fields = summarise(guesses)
    data = setting.material.summary()
    if fields["verdict"] == "population-only" and not has_learned(data, target):
        fields |= {"verdict": "inconclusive", "reason": nothing_learned_sentence(data, target)}
    return fields


def _weights(fusion: Fusion) -> FusionWeights:
    """For the report."""
    return FusionWeights(imputer=fusion.imputer, model=fusion.model)


def _joined(parts: list[_Part]) -> Observations:
    """All models' rights and wrongs."""
    return joined([part.seen for part in parts])


def _column(setting: _Setting) -> AttributeColumn:
    """The sensitive column as guessed."""
    codes = setting.sensitive.codes[setting.rows]
    counts = np.bincount(codes, minlength=len(setting.sensitive.values))
    return AttributeColumn(
        name=setting.sensitive.name,
        values=setting.sensitive.values,
        counts=tuple(int(count) for count in counts),
        scored=len(setting.rows),
        records=len(setting.material.pool),
        how=setting.sensitive.how,
    )
