"""The sensitive column: which values it has, who has which, and how to fill in each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import AttackNotApplicable

ENOUGH = 10
"""Auxiliary records, and scored records, of a value that is to be guessed; fewer teach nothing."""

QUANTILES = 8
"""Of each side of a cut number: what is filled in for "low" and for "high"."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sensitive:
    """A sensitive column with V values to guess.

    ``codes``: int64 ``(n,)``, each record's value as an index into ``values``; -1 for
    records that are neither guessed nor learned from (their value is too rare).
    ``columns``: positions of the features that hold it. ``fills``: float32
    ``(F, len(columns))``, what an attacker writes there; ``fill_of``: int64 ``(F,)``, the
    value each fill stands for; ``weights``: ``(F,)``, its share within that value.
    ``how``: a sentence on what was made of the column, for people.
    """

    name: str
    values: tuple[str, ...]
    codes: np.ndarray
    columns: np.ndarray
    fills: np.ndarray
    fill_of: np.ndarray
    weights: np.ndarray
    how: str

    def others(self, matrix: np.ndarray) -> np.ndarray:
        """``matrix (n, d)`` without the sensitive column: what the attacker knows."""
        return np.delete(matrix, self.columns, axis=1)


def one_hot_groups(names: tuple[str, ...], matrix: np.ndarray) -> dict[str, np.ndarray]:
    """Column to the positions of its ``column=value`` features, two or more of them.

    Neighbours of one name of which every record has exactly one 1 and else zeros.

    >>> one_hot_groups(("age", "sex=f", "sex=m"), np.array([[0.3, 0, 1], [0.9, 1, 0]]))
    {'sex': array([1, 2])}
    """
    runs: dict[str, list[int]] = {}
    for position, feature in enumerate(names):
        name, equals, _ = feature.partition("=")
        if equals:
            runs.setdefault(name, []).append(position)
    return {
        name: np.array(at)
        for name, at in runs.items()
        if len(at) > 1 and at[-1] - at[0] == len(at) - 1 and _is_one_hot(matrix[:, at])
    }


def find_sensitive(
    dataset: Dataset, name: str, auxiliary: np.ndarray, scored: np.ndarray
) -> Sensitive:
    """The column ``name`` of a table, made ready to be guessed.

    ``name`` is a feature (``age``), a one-hot column (``sex``), or one value of it against
    the rest (``sex=Male``). A number with more than two values is cut at its median among
    the ``auxiliary`` rows, which the attacker owns: no other record decides the cut.
    ``scored``: rows whose value will be guessed. Raises ``AttackNotApplicable``
    for images, unknown and constant columns, and too few records of a value.
    """
    if dataset.image_shape is not None:
        raise AttackNotApplicable(
            f"{dataset.name} holds images: attribute inference needs a table with columns."
        )
    matrix = dataset.matrix()
    groups = one_hot_groups(dataset.feature_names, matrix)
    if name in groups:
        found = _category(dataset, name, groups[name], auxiliary, scored)
    elif name in dataset.feature_names:
        found = _feature(dataset, name, groups, auxiliary)
    else:
        raise AttackNotApplicable(_unknown(dataset, name, groups))
    _require_enough(found, auxiliary, scored)
    return found


def _is_one_hot(block: np.ndarray) -> bool:
    """Zeros and a single 1 in every row."""
    return bool((((block == 0) | (block == 1)).all()) and (block.sum(axis=1) == 1).all())


def _category(
    dataset: Dataset, name: str, at: np.ndarray, auxiliary: np.ndarray, scored: np.ndarray
) -> Sensitive:
    """All frequent values of a one-hot column."""
    labels = [dataset.feature_names[position].partition("=")[2] for position in at]
    raw = dataset.matrix()[:, at].argmax(axis=1)
    counts = [np.bincount(raw[rows], minlength=len(at)) for rows in (auxiliary, scored)]
    kept = np.flatnonzero((counts[0] >= ENOUGH) & (counts[1] >= ENOUGH))
    if len(kept) < 2:
        raise AttackNotApplicable(
            f"Column {name!r} cannot be guessed: fewer than two of its values have at least "
            f"{ENOUGH} auxiliary and {ENOUGH} attacked records each."
        )
    codes = np.full(len(at), -1, dtype=np.int64)
    codes[kept] = np.arange(len(kept))
    rare = len(at) - len(kept)
    how = f"Its {len(kept)} values are guessed."
    if len(kept) > 2:
        how = f"Its {len(kept)} values are guessed, each against the others (macro average)."
    if rare:
        how += f" Records with one of {rare} rarer value{'s' * (rare > 1)} are left out."
    return Sensitive(
        name=name,
        values=tuple(labels[position] for position in kept),
        codes=codes[raw],
        columns=at,
        fills=np.eye(len(at), dtype=np.float32)[kept],
        fill_of=np.arange(len(kept)),
        weights=np.ones(len(kept)),
        how=how,
    )


def _feature(
    dataset: Dataset, name: str, groups: dict[str, np.ndarray], auxiliary: np.ndarray
) -> Sensitive:
    """One feature: a value of a one-hot column, two values, or a number."""
    position = dataset.feature_names.index(name)
    for at in groups.values():
        if position in at:
            return _value_against_rest(dataset, name, at, position, auxiliary)
    column = dataset.matrix()[:, position]
    values = np.unique(column)
    if len(values) == 1:
        raise AttackNotApplicable(f"Column {name!r} is constant: there is nothing to guess.")
    if len(values) == 2:
        texts = [_text(dataset, position, value) for value in values]
        return Sensitive(
            name=name,
            values=(texts[0], texts[1]),
            codes=(column == values[1]).astype(np.int64),
            columns=np.array([position]),
            fills=values.astype(np.float32)[:, None],
            fill_of=np.arange(2),
            weights=np.ones(2),
            how=f"It has two values, {texts[0]} and {texts[1]}.",
        )
    return _number(dataset, name, position, auxiliary)


def _value_against_rest(
    dataset: Dataset, name: str, at: np.ndarray, position: int, auxiliary: np.ndarray
) -> Sensitive:
    """``sex=Male`` against all other values, which are filled in by their frequency."""
    block = dataset.matrix()[:, at]
    frequent = block[auxiliary].mean(axis=0) + 1.0 / len(auxiliary)
    chosen = at == position
    weights = np.where(chosen, 1.0, frequent / frequent[~chosen].sum())
    value = name.partition("=")[2]
    return Sensitive(
        name=name,
        values=(f"not {value}", value),
        codes=block[:, chosen][:, 0].astype(np.int64),
        columns=at,
        fills=np.eye(len(at), dtype=np.float32),
        fill_of=chosen.astype(np.int64),
        weights=weights.astype(np.float64),
        how=f"The value {value} is guessed against all others.",
    )


def _number(dataset: Dataset, name: str, position: int, auxiliary: np.ndarray) -> Sensitive:
    """Above the auxiliary median or not; a side is filled in by its auxiliary quantiles."""
    column = dataset.matrix()[:, position].astype(np.float64)
    own = column[auxiliary]
    cut = float(np.median(own))
    if not (own > cut).any():  # most have the largest value: cut below it instead
        cut = float(own[own < own.max()].max()) if (own < own.max()).any() else cut
    high = column > cut
    fills, fill_of = [], []
    for side in (0, 1):
        part = own[(own > cut) == bool(side)]
        points = np.quantile(part, (np.arange(QUANTILES) + 0.5) / QUANTILES) if len(part) else []
        fills += [[point] for point in points]
        fill_of += [side] * len(points)
    text = _text(dataset, position, cut)
    return Sensitive(
        name=name,
        values=(f"at most {text}", f"above {text}"),
        codes=high.astype(np.int64),
        columns=np.array([position]),
        fills=np.array(fills, dtype=np.float32).reshape(-1, 1),
        fill_of=np.array(fill_of, dtype=np.int64),
        weights=np.full(len(fills), 1.0 / QUANTILES),
        how=f"A number, so it is guessed whether it is above {text}: the median of the "
        "auxiliary records, which the attacker owns.",
    )


def _text(dataset: Dataset, position: int, value: float) -> str:
    """A scaled value in the column's own units, where they are known."""
    if dataset.bounds:
        low, high = dataset.bounds[position]
        value = low + float(value) * (high - low)
    return f"{float(value):.4g}"


def _require_enough(found: Sensitive, auxiliary: np.ndarray, scored: np.ndarray) -> None:
    """Enough records of every value, among those learned from and those guessed."""
    for rows, what in ((auxiliary, "auxiliary"), (scored, "attacked")):
        counts = np.bincount(found.codes[rows][found.codes[rows] >= 0], minlength=2)
        if counts.min() < ENOUGH:
            rarest = found.values[int(counts.argmin())]
            raise AttackNotApplicable(
                f"Column {found.name!r} cannot be guessed: only {counts.min()} of the {what} "
                f"records are {rarest!r}; at least {ENOUGH} are needed of each value."
            )


def _unknown(dataset: Dataset, name: str, groups: dict[str, np.ndarray]) -> str:
    """That there is no such column, and which there are."""
    hot = {int(position): group for group, at in groups.items() for position in at}
    known = list(dict.fromkeys(hot.get(i, f) for i, f in enumerate(dataset.feature_names)))
    shown = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
    return (
        f"There is no column {name!r} to guess in {dataset.name}. The label cannot be guessed "
        f"(the attacker knows it). The columns are: {shown}."
    )
