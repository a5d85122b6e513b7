"""From a table or pictures as read to a :class:`Dataset`: scaled, one-hot, labelled."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ppml_core import limits
from ppml_core.datasets import persons
from ppml_core.datasets.bounds import Bounds, outside, pixel_names, scale
from ppml_core.datasets.choices import apply_choices
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.labels import encode_labels, rare_classes
from ppml_core.datasets.many_values import condense
from ppml_core.datasets.missing import Complete, complete
from ppml_core.datasets.names import short_names
from ppml_core.datasets.pictures import Pictures
from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.read_notes import notes_of
from ppml_core.datasets.roles import assign, place
from ppml_core.datasets.tables import Column, Table, number_text
from ppml_core.errors import UploadRejected

CLASSES_ARE_PUBLIC = "The names of the classes are taken to be public."
_NAMED = 8
"""So many columns are named one by one before a sentence says "and n more"."""


@dataclass(kw_only=True)
class _Ledger:
    """Columns to which something happened on the way, collected for notes."""

    observed: list[str] = field(default_factory=list)
    vocabularies: list[str] = field(default_factory=list)
    constant: list[str] = field(default_factory=list)
    clipped: list[str] = field(default_factory=list)


def encode_table(table: Table, preparation: Preparation, *, name: str, source: str) -> Dataset:
    """One column a number, one column a category, everything in [0, 1].

    Numbers are scaled by declared bounds, else by their observed minimum and maximum;
    categories are one-hot over the declared values, else the observed ones. What was
    observed is in ``private_statistics``. Raises ``UploadRejected``.
    """
    table, preparation = apply_choices(table, preparation)
    roles = assign(table, preparation)
    said = notes_of(roles, preparation)
    filled = complete(table, roles, preparation)
    filled, preparation, condensed = condense(filled, preparation)
    labels, label_names = encode_labels(
        filled.roles.label,
        filled.keep,
        merge=preparation.merge_classes,
        as_classes=roles.label.name in (preparation.categorical or ()),
    )
    levels = {
        column.name: _levels(table, column, filled.keep, preparation)
        for column in filled.roles.features
        if column.name in filled.roles.categorical
    }
    _check_width(filled, levels)
    ledger = _Ledger()
    features, names, bounds = _features(filled, levels, preparation, ledger)
    owner = filled.roles.person
    made = Dataset(
        name=name,
        features=features,
        labels=labels,
        feature_names=short_names(names),
        label_names=label_names,
        record_ids=table.rows[filled.keep].astype(np.int64),
        source=source,
        bounds=bounds,
        persons=None if owner is None else persons.numbers(owner, filled.keep)[0],
        private_statistics=(*filled.private_statistics, *_private(ledger)),
        notes=(
            *(*table.notes, *said, *filled.notes, *condensed, *_notes(ledger, preparation)),
            *_whose(table, filled, preparation),
            *(*rare_classes(labels, label_names), CLASSES_ARE_PUBLIC),
        ),
    )
    return _with_copies_noted(made)


def _whose(table: Table, filled: Complete, preparation: Preparation) -> tuple[str, ...]:
    """Who the people are, or which column looks as if it said so."""
    if filled.roles.person is not None:
        return (persons.said(filled.roles.person, filled.keep),)
    label = filled.roles.label.name
    return tuple(
        persons.offer(column)
        for column in table.columns
        if column.name != label and persons.repeats(column)
    )[:3]


def _with_copies_noted(dataset: Dataset) -> Dataset:
    """The dataset, with a note where records are exact copies of one another."""
    units, extra = int(dataset.units.max()) + 1, len(dataset) - dataset.distinct
    notes = []
    if extra:
        notes.append(
            f"{extra:,} of the {len(dataset):,} records are exact copies of another one: "
            f"{dataset.distinct:,} are different."
        )
    if units < min(limits.MIN_RECORDS, len(dataset)):
        notes.append(
            f"Copies, and the rows of one person, stay together: these are {units} groups, and "
            f"at least {limits.MIN_RECORDS} are needed to train and audit."
        )
    return replace(dataset, notes=(*dataset.notes, *notes)) if notes else dataset


def encode_pictures(
    pictures: Pictures, preparation: Preparation, *, name: str, source: str
) -> Dataset:
    """Pixels in [0, 1]: bytes by 255, floats already within as they are, others by bounds."""
    keep = ~pictures.labels.missing()
    if not keep.all():
        raise UploadRejected("y has missing values", fix="Give every image a label.")
    labels, label_names = encode_labels(
        pictures.labels,
        keep,
        merge=preparation.merge_classes,
        as_classes=pictures.labels.name in (preparation.categorical or ()),
    )
    features, notes, private = _scaled_pixels(pictures.images, preparation)
    made = Dataset(
        name=name,
        features=features,
        labels=labels,
        feature_names=pixel_names(features.shape[1:]),
        label_names=label_names,
        record_ids=np.arange(len(labels), dtype=np.int64),
        source=source,
        private_statistics=private,
        notes=(
            *(*pictures.notes, *notes, *rare_classes(labels, label_names)),
            CLASSES_ARE_PUBLIC,
        ),
    )
    return _with_copies_noted(made)


def _scaled_pixels(
    images: np.ndarray, preparation: Preparation
) -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...]]:
    """Pixels as float32 in [0, 1], notes, private statistics."""
    if images.dtype == np.uint8:
        return images.astype(np.float32) / np.float32(255), (), ()
    low, high = float(images.min()), float(images.max())
    declared = preparation.bounds.get("pixels")
    if declared is None and low >= 0 and high <= 1:
        return images.astype(np.float32), (), ()
    bounds = declared or (low, high)
    flat = scale(images.reshape(-1, 1).astype(np.float64), [bounds])
    span = f"{number_text(bounds[0])} to {number_text(bounds[1])}"
    private = () if declared else ("minimum and maximum of the pixels",)
    notes = (f"Pixels were scaled from {span} to 0 to 1.",)
    return flat.reshape(images.shape), notes, private


def _levels(
    table: Table, column: Column, keep: np.ndarray, preparation: Preparation
) -> tuple[str, ...]:
    """The categories of a column: those declared, else those there are among ``keep``."""
    codes, levels = column.categories()
    used = [levels[code] for code in np.unique(codes[keep])]
    declared = preparation.categories.get(column.name)
    if declared is None:
        return tuple(used)
    unknown = [level for level in used if level not in set(declared)]
    if unknown:
        first = int(np.flatnonzero(keep & (codes == levels.index(unknown[0])))[0])
        raise UploadRejected(
            f"{unknown[0]!r} is not among the declared categories",
            where=place(table, column, first),
            fix="Add it to the list, or correct the value.",
        )
    return declared


def _check_width(filled: Complete, levels: dict[str, tuple[str, ...]]) -> None:
    """Refuse an encoding that is too wide or too large, naming the widest column."""
    plain = len(filled.roles.features) - len(levels)
    width = plain + sum(map(len, levels.values()))
    size = width * int(filled.keep.sum()) * 4
    if width <= limits.FEATURES and size <= limits.ENCODED_BYTES:
        return
    widest = max(levels, key=lambda name: len(levels[name]), default=None)
    reason = f"{width:,} features"
    reason += f" of at most {limits.FEATURES:,}" if width > limits.FEATURES else ""
    if size > limits.ENCODED_BYTES:
        reason += f", {size / 2**30:.1f} GiB of at most {limits.ENCODED_BYTES / 2**20:,.0f} MiB"
    if widest is None:
        raise UploadRejected(f"Encoded, the table has {reason}", fix="Leave columns out.")
    raise UploadRejected(
        f"Encoded, the table has {reason}; column {widest!r} alone has "
        f"{len(levels[widest]):,} categories",
        fix="Leave it out, or group its values.",
    )


def _features(
    filled: Complete,
    levels: dict[str, tuple[str, ...]],
    preparation: Preparation,
    ledger: _Ledger,
) -> tuple[np.ndarray, tuple[str, ...], tuple[Bounds, ...]]:
    """Fill the matrix column by column."""
    columns, keep = filled.roles.features, filled.keep
    width = sum(len(levels[c.name]) if c.name in levels else 1 for c in columns)
    features = np.zeros((int(keep.sum()), width), dtype=np.float32)
    names: list[str] = []
    bounds: list[Bounds] = []
    for column in columns:
        start = len(names)
        if column.name in levels:
            known = levels[column.name]
            _one_hot(features[:, start : start + len(known)], column, keep, known)
            names += [f"{column.name}={value}" for value in known]
            bounds += [(0.0, 1.0)] * len(known)
            if column.name not in preparation.categories:
                ledger.vocabularies.append(column.name)
            if len(known) == 1:
                ledger.constant.append(column.name)
            continue
        assert column.numbers is not None
        values = column.numbers[keep]
        used = _bounds_of(column, values, preparation, ledger)
        features[:, start] = scale(values[:, None], [used])[:, 0]
        names.append(column.name + (f" ({column.reading.unit})" if column.reading.unit else ""))
        bounds.append(used)
    return features, tuple(names), tuple(bounds)


def _one_hot(block: np.ndarray, column: Column, keep: np.ndarray, known: tuple[str, ...]) -> None:
    """Set one 1 a row in ``block``, ``(records kept, categories)``."""
    codes, found = column.categories()
    position = {value: i for i, value in enumerate(known)}
    where = np.array([position.get(value, -1) for value in found], dtype=np.int64)
    block[np.arange(len(block)), where[codes[keep]]] = 1.0


def _bounds_of(
    column: Column, values: np.ndarray, preparation: Preparation, ledger: _Ledger
) -> Bounds:
    """Declared bounds, those of yes and no, or the observed ones."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        ledger.constant.append(column.name)
    if declared := preparation.bounds.get(column.name):
        if count := outside(values, declared):
            ledger.clipped.append(f"{column.name}: {count:,}")
        return declared
    if column.kind == "boolean":
        return (0.0, 1.0)
    if column.bounds is not None:
        return column.bounds
    ledger.observed.append(column.name)
    return (low, high)


def _private(ledger: _Ledger) -> tuple[str, ...]:
    """What was read from the records, a sentence fragment each."""
    found = [f"minimum and maximum of {part}" for part in _listed(ledger.observed)]
    return (*found, *(f"set of values of {part}" for part in _listed(ledger.vocabularies)))


def _notes(ledger: _Ledger, preparation: Preparation) -> tuple[str, ...]:
    """What happened to whole columns, a sentence each."""
    notes = []
    if preparation.leave_out:
        notes.append(f"Left out: {_enumerate(preparation.leave_out)}.")
    if ledger.clipped:
        notes.append(f"Values outside the declared bounds, clipped: {_enumerate(ledger.clipped)}.")
    if ledger.constant:
        notes.append(f"One value only, so it tells nothing: {_enumerate(ledger.constant)}.")
    return tuple(notes)


def _listed(names: list[str]) -> list[str]:
    """Columns one by one, or all in one where there are many."""
    if len(names) <= _NAMED:
        return [f"column {name}" for name in names]
    return [f"columns {_enumerate(names)}"]


def _enumerate(names: list[str] | tuple[str, ...]) -> str:
    """The first few, and how many more."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
