"""Missing values: refused, or dropped, or filled, but never out of sight."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ppml_core.datasets.preparation import MISSING_CHOICES, Preparation
from ppml_core.datasets.roles import Roles, place
from ppml_core.datasets.tables import Column, Table, check_count, number_text
from ppml_core.errors import UploadRejected

OWN_CATEGORY = "missing"


@dataclass(frozen=True, kw_only=True, eq=False)
class Complete:
    """Roles without gaps among the rows in ``keep`` (bool ``(n,)``), and what that took."""

    roles: Roles
    keep: np.ndarray
    notes: tuple[str, ...] = ()
    private_statistics: tuple[str, ...] = ()


def complete(table: Table, roles: Roles, preparation: Preparation) -> Complete:
    """Apply the policy. Raises ``UploadRejected`` naming the first gap where it refuses."""
    everyone = np.ones(len(table.rows), dtype=bool)
    columns = (*roles.features, roles.label)
    gaps = [column for column in columns if column.missing().any()]
    if not gaps:
        return Complete(roles=roles, keep=everyone)
    if preparation.missing == "refuse":
        raise _refused(table, gaps)
    if preparation.missing == "drop-rows":
        return _without(roles, gaps, everyone)
    labelled = ~roles.label.missing()
    check_count(int(labelled.sum()))
    gaps = [column for column in roles.features if column.missing()[labelled].any()]
    for gap in gaps:
        if gap.missing()[labelled].all():
            raise UploadRejected(
                f"Column {gap.name!r} has no values in rows with a label", fix="Leave it out."
            )
    filled = _filled(roles, preparation, gaps, labelled)
    return replace(filled, notes=(*_unlabelled(labelled), *filled.notes))


def _refused(table: Table, gaps: list[Column]) -> UploadRejected:
    """The first gap by row, and how many there are."""
    firsts = [(int(np.argmax(column.missing())), column) for column in gaps]
    first, column = min(firsts, key=lambda pair: pair[0])
    total = sum(int(gap.missing().sum()) for gap in gaps)
    named = ", ".join(gap.name for gap in gaps[:5]) + (", ..." if len(gaps) > 5 else "")
    values = f"{total:,} values are" if total > 1 else "A value is"
    words = dict.fromkeys(word for gap in gaps for word in gap.reading.words_missing)
    named += f"; also {', '.join(map(repr, list(words)[:5]))} mean that" if words else ""
    return UploadRejected(
        f"{values} missing (in {named}); the first",
        where=place(table, column, first),
        fix=MISSING_CHOICES,
    )


def _unlabelled(labelled: np.ndarray) -> tuple[str, ...]:
    """A label cannot be made up: such rows were dropped, and that is said."""
    count = int((~labelled).sum())
    if not count:
        return ()
    rows = f"{count:,} of {len(labelled):,} rows {'were' if count > 1 else 'was'} dropped"
    return (f"{rows} for want of a label.",)


def _without(roles: Roles, gaps: list[Column], everyone: np.ndarray) -> Complete:
    """Drop every row with a gap."""
    keep = everyone & ~np.logical_or.reduce([column.missing() for column in gaps])
    dropped = int((~keep).sum())
    if not keep.any():
        raise UploadRejected(
            "Every row has a missing value",
            where=f"most in column {max(gaps, key=lambda gap: gap.missing().sum()).name!r}",
            fix="Fill the values, or leave the columns with most gaps out.",
        )
    check_count(int(keep.sum()))
    rows = f"{dropped:,} of {len(keep):,} rows were dropped"
    return Complete(roles=roles, keep=keep, notes=(f"{rows} for missing values.",))


def _filled(
    roles: Roles, preparation: Preparation, gaps: list[Column], keep: np.ndarray
) -> Complete:
    """Fill every gap, column by column."""
    features = {column.name: column for column in roles.features}
    categorical = set(roles.categorical)
    notes, private = [], []
    for gap in gaps:
        value = preparation.fill_values.get(gap.name)
        count = int(gap.missing()[keep].sum())
        if gap.name in categorical or (gap.kind == "boolean" and value is None):
            categorical.add(gap.name)
            category = OWN_CATEGORY if value is None else _text(value)
            features[gap.name] = _fill_category(gap, category)
            notes.append(f"{gap.name}: {count:,} missing became the category {category!r}.")
            continue
        assert gap.numbers is not None
        number = _number(gap.name, value)
        if number is None:
            number = float(np.nanmedian(gap.numbers[keep]))
            private.append(gap.name)
        features[gap.name] = replace(
            gap, numbers=np.where(gap.missing(), number, gap.numbers), codes=None, levels=()
        )
        how = "declared constant" if value is not None else "median"
        notes.append(f"{gap.name}: {count:,} missing filled with the {how} {number_text(number)}.")
    filled = replace(roles, features=tuple(features.values()), categorical=frozenset(categorical))
    return Complete(
        roles=filled,
        keep=keep,
        notes=tuple(notes),
        private_statistics=tuple(f"median of column {name}" for name in private),
    )


def _fill_category(column: Column, category: str) -> Column:
    """The column as text, with ``category`` wherever there was nothing."""
    codes, levels = column.categories()
    if category not in levels:
        levels = (*levels, category)
    codes = np.where(codes < 0, levels.index(category), codes)
    return Column(name=column.name, kind="text", codes=codes, levels=levels)


def _text(value: float | str) -> str:
    """A declared fill value as a category."""
    return value if isinstance(value, str) else number_text(float(value))


def _number(name: str, value: float | str | None) -> float | None:
    """A declared fill value as a number."""
    try:
        return None if value is None else float(value)
    except ValueError:
        raise UploadRejected(
            f"The declared fill value {value!r} is not a number",
            where=f"column {name!r}",
            fix="Declare a number, or mark the column as categorical.",
        ) from None
