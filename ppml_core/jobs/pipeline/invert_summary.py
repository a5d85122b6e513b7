"""From measurements of one privacy setting to its part of the report."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ppml_core.accounting.group import group_privacy
from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.attacks.inversion.evaluate import true_name
from ppml_core.attacks.inversion.similarity import psnr, ssim
from ppml_core.attacks.inversion.swap import SwapResult, person_test
from ppml_core.attacks.inversion.verdict import PersonSeen, Seen, judge, judge_person
from ppml_core.auditing.inversion_report import InversionCell, Reconstruction, SwapSummary
from ppml_core.auditing.pictures import picture
from ppml_core.auditing.report import Estimate
from ppml_core.jobs.pipeline.invert_cell import Measured
from ppml_core.jobs.pipeline.invert_frames import frames_of
from ppml_core.jobs.pipeline.invert_stage import Stage
from ppml_core.statistics.clustered import mean_interval, spread
from ppml_core.statistics.intervals import clopper_pearson, effective_trials
from ppml_core.statistics.means import mean_interval_of


@dataclass(frozen=True, kw_only=True, eq=False)
class _Sheet:
    """The sheet in numbers. ``own``, ``without``: ``(K, 2)``, how near reconstructions of
    models with and without a candidate are to it, means over models. ``names``:
    ``(S, K)``, what the evaluator calls them. ``recognised``: bool ``(S, K)``."""

    own: np.ndarray
    without: np.ndarray
    recognised: np.ndarray


def summarise(
    stage: Stage,
    measured: Measured,
    *,
    epsilon: float | str | None,
    clip: float | None,
    guarantee: PrivacyGuarantee | None,
    looks: int,
) -> InversionCell:
    """The cell. ``looks``: how many settings the run tests in all."""
    sheet = _sheet_of(stage, measured)
    seen = _seen(stage, measured, sheet, looks)
    verdict, evidence = judge(seen)
    copies = stage.experiment.copies_of_person
    group = _group(guarantee, copies)
    unit = "people" if stage.experiment.unit == "person" else "records"
    looks_like = _appearance(stage, measured, unit)
    return InversionCell(
        epsilon=epsilon,
        clip=clip,
        target=measured.target,
        guarantee=_per_copy(guarantee, stage.experiment.copies),
        person_epsilon=group[0],
        person_delta=group[1],
        copies_of_person=copies,
        correlation=likeness(measured.near, _held(stage), unit),
        baselines=_baselines(stage, measured, sheet, unit),
        ssim=looks_like[0],
        psnr=looks_like[1],
        recognised=recognition(sheet.recognised, _held(stage), unit),
        swap=_swap(measured.swap),
        side_by_side=_swap(measured.side_by_side),
        verdict=verdict,
        evidence=evidence,
        reconstructions=_reconstructions(stage, measured, sheet, seen),
        models=measured.models,
        looks=looks,
    )


def _sheet_of(stage: Stage, measured: Measured) -> _Sheet:
    """Means over the models of the sheet, by who they hold."""
    holds, near = _held(stage), measured.near
    own = np.where(holds, near, 0.0).sum(axis=0) / holds.sum(axis=0)
    without = np.where(holds, 0.0, near).sum(axis=0) / (~holds).sum(axis=0)
    images = measured.sheet.images
    names = stage.evaluator.names(images.reshape(-1, *images.shape[2:])).reshape(images.shape[:2])
    slots = range(stage.experiment.slots)
    true = np.array([[true_name(stage.experiment, k, who) for who in (0, 1)] for k in slots])
    expected = np.where(stage.holds[: stage.sheet], true[:, 0], true[:, 1])
    return _Sheet(own=own, without=without, recognised=names == expected)


def _seen(stage: Stage, measured: Measured, sheet: _Sheet, looks: int) -> Seen:
    """What the verdict looks at."""
    target = measured.target
    assert target.test_accuracy_ci is not None
    return Seen(
        who=stage.experiment.unit,
        swap=measured.swap,
        side_by_side=measured.side_by_side,
        accuracy=target.test_accuracy,
        accuracy_ci=target.test_accuracy_ci,
        chance=stage.experiment.chance(stage.holds),
        ran=float(measured.sheet.ran.mean()),
        confidence=float(measured.sheet.confidence.mean()),
        recognised=float(sheet.recognised.mean()),
        correlation=float(sheet.own.mean()),
        class_correlation=float(stage.null_near["auxiliary-mean"].mean()),
        looks=looks,
    )


def _nulls(stage: Stage, sheet: _Sheet) -> list[tuple[str, np.ndarray]]:
    """``(K, 2)`` of every null, in the order of ``inversion_report.NULLS``."""
    near = stage.null_near
    return [
        ("auxiliary-mean", near["auxiliary-mean"]),
        ("nearest-auxiliary", near["nearest-auxiliary"]),
        ("model-without", sheet.without),
        ("prior-sample", near["prior-sample"]),
    ]


def _per_copy(guarantee: PrivacyGuarantee | None, copies: int) -> PrivacyGuarantee | None:
    """What one "record" of the guarantee is."""
    if guarantee is None or copies == 1:
        return guarantee
    return replace(guarantee, unit="copy of a record")


def _group(guarantee: PrivacyGuarantee | None, copies: int) -> tuple[float | None, float | None]:
    """The guarantee for everything of one person."""
    if guarantee is None:
        return None, None
    return group_privacy(guarantee.epsilon, guarantee.delta, copies)


def _appearance(stage: Stage, measured: Measured, unit: str) -> tuple[Estimate, Estimate]:
    """SSIM and PSNR of the shown sheet."""
    shown = measured.sheet.images[0]
    truths = [stage.records[k][stage.shown(k)][0] for k in range(len(shown))]
    pairs = list(zip(shown, truths, strict=True))
    return (
        mean_estimate(np.array([ssim(a, b) for a, b in pairs]), unit),
        mean_estimate(np.array([psnr(a, b) for a, b in pairs]), unit),
    )


def mean_estimate(values: np.ndarray, unit: str) -> Estimate:
    """A mean over people, one value each."""
    return Estimate(
        value=float(values.mean()), ci=mean_interval_of(values), n=len(values), unit=unit
    )


def likeness(near: np.ndarray, mask: np.ndarray, unit: str) -> Estimate:
    """The mean of ``near (S, K, 2)`` where ``mask`` says so, with an interval that holds for
    other people and other models: the slots of one model are inverted well or badly together."""
    value = float(near[mask].mean())
    low, high = mean_interval(value, spread(_influence(near, mask)))
    ends = max(low, -1.0), min(high, 1.0)
    return Estimate(value=value, ci=ends, n=mask[0].size, unit=unit)


def recognition(found: np.ndarray, held: np.ndarray, unit: str) -> Estimate:
    """The share of reconstructions ``(S, K)`` that are recognised. Every candidate counts
    at most once in the interval, and less where models differ."""
    share, distinct = float(found.mean()), held[0].size
    hits = np.where(held, found[..., None], 0.0)
    variance = spread(_influence(hits, held)).variance
    trials = effective_trials(share, variance, distinct, distinct=distinct)
    return Estimate(value=share, ci=clopper_pearson(share * trials, trials), n=distinct, unit=unit)


def _influence(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Of every model and candidate on the mean over ``mask``, ``(S, 2 K)``."""
    away = np.where(mask, values - values[mask].mean(), 0.0) / mask.sum()
    return away.reshape(len(away), -1)


def _held(stage: Stage) -> np.ndarray:
    """Bool ``(S, K, 2)``: whom each model of the sheet was trained on."""
    return np.asarray(stage.holds[: stage.sheet][..., None] == np.array([True, False]))


def _baselines(stage: Stage, measured: Measured, sheet: _Sheet, unit: str) -> dict[str, Estimate]:
    """Of every null: over people, and over models too where models made it."""
    found = {name: mean_estimate(near.ravel(), unit) for name, near in _nulls(stage, sheet)}
    return found | {"model-without": likeness(measured.near, ~_held(stage), unit)}


def _swap(found: SwapResult) -> SwapSummary:
    """As the report has it."""
    return SwapSummary(wins=found.wins, pairs=found.pairs, rate=found.rate, ci=found.ci)


def _reconstructions(
    stage: Stage, measured: Measured, sheet: _Sheet, seen: Seen
) -> tuple[Reconstruction, ...]:
    """Of the shown model, one a slot."""
    slots = range(stage.experiment.slots)
    return tuple(_reconstruction(stage, measured, sheet, seen, slot) for slot in slots)


def _reconstruction(
    stage: Stage, measured: Measured, sheet: _Sheet, seen: Seen, slot: int
) -> Reconstruction:
    """Of one person."""
    who = stage.shown(slot)
    wins, trials, p_value, smallest = _evidence(stage, measured, slot)
    nulls = {name: float(near[slot, who]) for name, near in _nulls(stage, sheet)}
    nulls["model-without"] = float(measured.near[1, slot, who])
    correlation = float(measured.near[0, slot, who])
    verdict, evidence = judge_person(
        PersonSeen(
            who=stage.experiment.unit,
            wins=wins,
            trials=trials,
            p_value=p_value,
            smallest=smallest,
            correlation=correlation,
            without=nulls["model-without"],
            auxiliary_mean=nulls["auxiliary-mean"],
            ran=bool(measured.sheet.ran[0, slot]),
            learned=seen.accuracy_ci[0] > seen.chance,
            confidence=float(measured.sheet.confidence[0, slot]),
            recognised=bool(sheet.recognised[0, slot]),
        )
    )
    return Reconstruction(
        slot=slot,
        picture=picture(measured.sheet.images[0, slot]),
        model_without=picture(measured.sheet.images[1, slot]),
        prior_sample=picture(stage.prior[slot]),
        correlation=correlation,
        baselines=nulls,
        wins=wins,
        trials=trials,
        p_value=p_value,
        recognised=bool(sheet.recognised[0, slot]),
        verdict=verdict,
        evidence=evidence,
        frames=frames_of(measured.sheet, slot, measured.people_with_frames),
    )


def _evidence(stage: Stage, measured: Measured, slot: int) -> tuple[int, int, float | None, float]:
    """(wins, trials, corrected p, smallest corrected p there could be) for the person shown,
    corrected (Bonferroni) for the number of people."""
    who, people = stage.shown(slot), stage.experiment.slots
    holds = stage.holds[: stage.sheet : 2, slot] == (who == 0)
    wins, trials, p_value = person_test(measured.near[:, slot, who].reshape(-1, 2), holds)
    corrected = None if p_value is None else min(1.0, people * p_value)
    return wins, trials, corrected, people / 2**trials
