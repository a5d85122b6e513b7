"""Who was in the training data, who was not, and who is kept apart for the attacker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core._seeds import generator
from ppml_core._validate import in_range, not_empty, same_length, settle
from ppml_core.datasets.units import even_out, shared
from ppml_core.errors import InvalidValue


@dataclass(frozen=True, kw_only=True)
class SplitSizes:
    """Fractions of the records. What is left over is not used."""

    members: float = 0.4
    nonmembers: float = 0.4
    auxiliary: float = 0.2

    def __post_init__(self) -> None:
        settle(self, reals=("members", "nonmembers", "auxiliary"))
        for name in ("members", "nonmembers", "auxiliary"):
            in_range(name, getattr(self, name), 0.01, 0.98)
        in_range("members + nonmembers + auxiliary", self.total, 0.03, 1.0 + 1e-9)

    @property
    def total(self) -> float:
        return self.members + self.nonmembers + self.auxiliary


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """Row indices into a dataset, int64, ascending, disjoint; none of the three is empty."""

    members: np.ndarray
    nonmembers: np.ndarray
    auxiliary: np.ndarray

    def __post_init__(self) -> None:
        parts = {name: getattr(self, name) for name in ("members", "nonmembers", "auxiliary")}
        for name, part in parts.items():
            if part.dtype != np.int64 or part.ndim != 1:
                raise InvalidValue(name, "a vector of int64", part.dtype)
            not_empty(name, part)
            part.setflags(write=False)
        together = np.concatenate(list(parts.values()))
        if len(np.unique(together)) != len(together):
            raise InvalidValue("members, nonmembers and auxiliary", "disjoint", "shared rows")


def make_split(
    labels: np.ndarray,
    sizes: SplitSizes | None = None,
    seed: int = 0,
    units: np.ndarray | None = None,
) -> Split:
    """Share the records out, class by class, at random.

    ``labels``: ``(n,)`` whole numbers. In every class each part gets its fraction
    of the class's records rounded up or down, and the roundings of the classes
    balance out, so that each part as a whole is within two records of its fraction
    of ``n``. The same labels, sizes and seed give the same split. Raises
    ``InvalidValue`` where a part would be empty.

    ``units``: whole numbers ``(n,)``, equal for records that must not be parted (copies,
    rows of one person). Units are shared out instead of records, each with the class that
    most of its records have, and members and non-members get records in proportion as far
    as swaps of units allow.

    >>> split = make_split(np.array([0, 1] * 50), SplitSizes(), seed=3)
    >>> len(split.members), len(split.nonmembers), len(split.auxiliary)
    (40, 40, 20)
    """
    sizes, labels = sizes or SplitSizes(), np.asarray(labels)
    rng = generator(seed, "split")
    together = shared(units)
    if together is None:
        return _joined(_share_out(labels, sizes, rng))
    same_length(labels=labels, units=together)
    kinds = usual_label(labels, together)
    weights = np.bincount(together)
    parts = _evened(_share_out(kinds, sizes, rng), weights, kinds, sizes, rng)
    return _joined([np.flatnonzero(np.isin(together, part)) for part in parts])


def usual_label(labels: np.ndarray, units: np.ndarray) -> np.ndarray:
    """The most frequent label of each unit ``0 .. u - 1``, the smallest of several."""
    width = int(labels.max()) + 1
    pairs, counts = np.unique(units * width + labels, return_counts=True)
    order = np.lexsort((pairs, -counts, pairs // width))
    first = np.unique((pairs // width)[order], return_index=True)[1]
    return np.asarray((pairs % width)[order][first])


def _share_out(labels: np.ndarray, sizes: SplitSizes, rng: np.random.Generator) -> list[np.ndarray]:
    """Positions of the three parts."""
    fractions = np.array([sizes.members, sizes.nonmembers, sizes.auxiliary, 1 - sizes.total])
    order = rng.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    edges = np.flatnonzero(np.diff(labels[order])) + 1
    classes = [rows for rows in np.split(order, edges) if len(rows)]
    rng.shuffle(classes)  # else small classes would fill the parts in the order of their labels
    counts = _share(np.array([len(rows) for rows in classes]), fractions)
    parts: list[list[np.ndarray]] = [[], [], [], []]
    for rows, count in zip(classes, counts, strict=True):
        for part, piece in zip(parts, np.split(rows, np.cumsum(count)[:-1]), strict=True):
            part.append(piece)
    return [np.concatenate([*part, np.empty(0, np.int64)]) for part in parts[:3]]


def _evened(
    parts: list[np.ndarray],
    weights: np.ndarray,
    kinds: np.ndarray,
    sizes: SplitSizes,
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """Units swapped between members and non-members, within their class, until records are
    shared like units."""
    members, nonmembers, auxiliary = parts
    inside = np.isin(np.arange(len(weights)), members)
    open_to_change = np.isin(np.arange(len(weights)), np.concatenate([members, nonmembers]))
    share = sizes.members / (sizes.members + sizes.nonmembers)
    target = round(share * int(weights[open_to_change].sum()))
    inside = even_out(inside, open_to_change, weights, target, rng, kinds)
    return [np.flatnonzero(inside), np.flatnonzero(open_to_change & ~inside), auxiliary]


def _joined(parts: list[np.ndarray]) -> Split:
    """Sorted, as the parts of a split."""
    members, nonmembers, auxiliary = (np.sort(part) for part in parts)
    return Split(members=members, nonmembers=nonmembers, auxiliary=auxiliary)


def _share(class_sizes: np.ndarray, fractions: np.ndarray) -> np.ndarray:
    """Whole numbers ``(classes, parts)``: rows sum to the class sizes, cells are rounded quotas.

    What rounding down leaves of a class goes to the parts furthest behind so far,
    one each, so that a part's total never drifts away from its fraction.
    """
    quotas = class_sizes[:, None] * np.clip(fractions, 0, None)
    counts = np.floor(quotas + 1e-9).astype(np.int64)
    behind = np.zeros(len(fractions))
    for row, quota in enumerate(quotas):
        behind += quota - counts[row]
        left = int(class_sizes[row] - counts[row].sum())
        open_to = np.where(quota - counts[row] > 1e-9, behind, -np.inf)
        for part in np.argsort(-open_to, kind="stable")[:left]:
            counts[row, part] += 1
            behind[part] -= 1
    return counts
