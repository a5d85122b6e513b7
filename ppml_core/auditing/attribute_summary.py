"""From what the guessers say to how well they do: AUCs, paired differences, shares, verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ppml_core.attacks.attribute.likelihood import one_against_rest
from ppml_core.auditing.attribute_report import GUESSERS, Guesser, Shares
from ppml_core.auditing.attribute_size import verdict
from ppml_core.auditing.report_parts import Estimate
from ppml_core.statistics.paired_auc import Measured, mean_auc, mean_share

PAIRS = "pairs of model and record"


@dataclass(frozen=True, kw_only=True, eq=False)
class Guesses:
    """Log-weights of the V values by each guesser: ``imputer (n, V)``, ``model`` and
    ``fused (T, n, V)``; the true ``codes (n,)``; ``member``: bool ``(T, n)``; ``units (n,)``,
    numbers 0 .. u - 1, equal for records that are not independent; None where all are."""

    imputer: np.ndarray
    model: np.ndarray
    fused: np.ndarray
    codes: np.ndarray
    member: np.ndarray
    units: np.ndarray | None = None

    def of(self, name: str) -> np.ndarray:
        """The log-weights of one guesser."""
        return np.asarray(getattr(self, name))


def summarise(guesses: Guesses) -> dict[str, Any]:
    """The measured fields of an ``AttributesReport``, verdict included."""
    auc = {
        (name, group): macro_auc(guesses.of(name), guesses.codes, mask, guesses.units)
        for name in GUESSERS
        for group, mask in _groups(guesses)
    }
    right = {
        (name, group): mean_share(
            guesses.of(name).argmax(axis=-1) == guesses.codes, mask, guesses.units
        )
        for name in GUESSERS
        for group, mask in _groups(guesses)
    }
    members = auc["fused", "members"] - auc["imputer", "members"]
    nonmembers = auc["fused", "nonmembers"] - auc["imputer", "nonmembers"]
    extra = members - nonmembers
    return {
        "imputer_auc": auc["imputer", "members"].value,
        "model_auc": auc["model", "members"].value,
        "fused_auc": auc["fused", "members"].value,
        "delta_members": members.value,
        "delta_members_ci": members.interval(),
        "delta_nonmembers": nonmembers.value,
        "delta_nonmembers_ci": nonmembers.interval(),
        "extra": extra.value,
        "extra_ci": extra.interval(),
        "guessers": tuple(_guesser(name, auc, right) for name in GUESSERS),
        "shares": shares(guesses, right),
        "verdict": verdict(members.interval(), extra.interval()),
        "models": len(guesses.member),
    }


def macro_auc(
    log_weights: np.ndarray,
    codes: np.ndarray,
    mask: np.ndarray,
    units: np.ndarray | None = None,
) -> Measured:
    """The mean over the values of "this value or another"; for two values the one AUC.

    ``log_weights``: ``(n, V)`` or ``(T, n, V)``, higher is likelier; ``codes (n,)``;
    ``mask``: bool ``(T, n)``.
    """
    scores = one_against_rest(log_weights)
    values = range(scores.shape[-1]) if scores.shape[-1] > 2 else (1,)
    parts = [mean_auc(scores[..., value], codes == value, mask, units) for value in values]
    return Measured(
        value=float(np.mean([part.value for part in parts])),
        psi=np.mean([part.psi for part in parts], axis=0),
        pairs=parts[0].pairs,
        records=parts[0].records,
    )


def shares(guesses: Guesses, right: dict[tuple[str, str], Measured]) -> Shares:
    """Split the right guesses about members; see :class:`Shares`."""
    total, imputed = right["fused", "members"], right["imputer", "members"]
    anyone = right["fused", "nonmembers"] - right["imputer", "nonmembers"]
    gain = total - imputed
    parts = {"population": imputed, "model": anyone, "membership": gain - anyone}
    model = min(max(anyone.value, 0.0), max(gain.value, 0.0))
    membership = max(gain.value, 0.0) - model
    shown = {
        "population": total.value - model - membership,
        "model": model,
        "membership": membership,
    }
    counts = np.bincount(guesses.codes)
    return Shares(
        right=_share(total),
        majority=float(counts.max() / counts.sum()),
        **{name: _part(shown[name], parts[name], total) for name in parts},
    )


def _groups(guesses: Guesses) -> tuple[tuple[str, np.ndarray], ...]:
    """Pairs of a target with its members, and with all others."""
    return ("members", guesses.member), ("nonmembers", ~guesses.member)


def _guesser(
    name: str,
    auc: dict[tuple[str, str], Measured],
    right: dict[tuple[str, str], Measured],
) -> Guesser:
    """One guesser's row."""
    return Guesser(
        name=name,
        auc_members=_share(auc[name, "members"]),
        auc_nonmembers=_share(auc[name, "nonmembers"]),
        accuracy_members=_share(right[name, "members"]),
        accuracy_nonmembers=_share(right[name, "nonmembers"]),
    )


def _share(measured: Measured) -> Estimate:
    """An AUC or a share with its interval."""
    ci = measured.share_interval()
    return Estimate(value=measured.value, ci=ci, n=measured.pairs, unit=PAIRS)


def _part(shown: float, part: Measured, total: Measured) -> Estimate:
    """``shown / total``; the interval is of ``part / total`` by the delta method, within
    [0, 1] and around what is shown."""
    if total.value <= 0:
        return Estimate(reason="no guess about a member was right")
    ratio = part.value / total.value
    psi = (part.psi - ratio * total.psi) / total.value
    ends = Measured(value=ratio, psi=psi, pairs=total.pairs, records=total.records).interval()
    value = shown / total.value
    low, high = (min(max(end, 0.0), 1.0) for end in ends)
    ci = (min(low, value), max(high, value))
    return Estimate(value=value, ci=ci, n=total.pairs, unit=PAIRS)
