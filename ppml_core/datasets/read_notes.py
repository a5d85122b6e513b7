"""What a dataset says about how the columns were read of which it is made."""

from __future__ import annotations

from ppml_core.datasets.classes import find_classes
from ppml_core.datasets.identifying import many_values
from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.roles import Roles
from ppml_core.datasets.tables import Column

_MANY = 50
_FEW_CLASSES = 20
_NAMED = 8


def notes_of(roles: Roles, preparation: Preparation) -> tuple[str, ...]:
    """Sentences about the label and the features, in the order of the file."""
    said = [note for column in (*roles.features, roles.label) for note in column.reading.said]
    return (
        *_forms(roles),
        *said,
        *find_classes(roles.label, preparation.merge_classes).notes,
        *_numbered(roles.label),
        *_wide(roles, preparation),
    )


def _forms(roles: Roles) -> list[str]:
    """Columns that were not plain numbers, those of one writing together."""
    found: dict[str, list[str]] = {}
    for column in roles.features:
        form, unit = column.reading.form, column.reading.unit
        if form and column.name not in roles.categorical:
            found.setdefault(form + (f" as {unit}" if unit else ""), []).append(column.name)
    return [f"Read as numbers, {form}: {_listed(names)}." for form, names in found.items()]


def _numbered(label: Column) -> list[str]:
    """Whole numbers that were taken for classes."""
    if label.kind != "number" or label.numbers is None or len(label.strays):
        return []
    distinct = len(find_classes(label).names)
    if distinct <= _FEW_CLASSES:
        return []
    return [f"The {distinct:,} different numbers of column {label.name!r} are taken for classes."]


def _wide(roles: Roles, preparation: Preparation) -> list[str]:
    """Text columns of many values that became a feature a value."""
    said = []
    for column in roles.features:
        condensed = column.name in (*preparation.grouped, *preparation.hashed)
        if column.kind != "text" or condensed or column.name not in roles.categorical:
            continue
        present = int((~column.missing()).sum())
        distinct = len(column.levels)
        if distinct > _MANY or (present >= _FEW_CLASSES and many_values(distinct, present)):
            said.append(
                f"Column {column.name!r} has {distinct:,} different texts and became a feature "
                "for each, by which a record may be known: leave it out, group its rare values, "
                "or hash it."
            )
    return said


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
