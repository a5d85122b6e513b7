"""Which column is probably the label: by its name, else by its place and few values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ppml_core import limits
from ppml_core.datasets.preview import ColumnSummary

PLAIN = (
    *("label", "labels", "class", "target", "y", "outcome", "classification", "category"),
    *("response", "diagnosis", "survived", "churn", "income", "species", "result"),
    *("quality", "type"),
)
"""Whole names, the plainest first."""

HINTS = frozenset(
    (
        *("label", "target", "class", "outcome", "diagnosis", "survived", "churn", "churned"),
        *("fraud", "default", "defaulted", "recid", "recidivism", "attrition", "readmitted"),
        *("exited", "cardio", "spam", "disease", "deceased", "died", "death", "mortality"),
        *("approved", "stroke", "diabetes", "cancer", "malignant", "response", "subscribed"),
        *("hired", "relapse", "risk", "species"),
    )
)
"""Words of a name, as in ``is_fraud``, ``TargetClass`` or ``two_year_recid``."""

NUMBERS, TEXTS = 50, 20
"""At most so many different numbers, and so many texts however few records there are."""

FEW = 20
"""At most so many values where only the place speaks for a column."""

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def guess_label(columns: Sequence[ColumnSummary], n: int) -> str | None:
    """The name of the likely label among ``n`` records, None where nothing suggests itself.

    Never a column of one value, of names or numbers of people, or of a value for every
    few records.
    """
    possible = [column for column in columns if _possible(column, n)]
    names = {column.name.strip().lower(): column.name for column in reversed(possible)}
    for plain in PLAIN:
        if plain in names:
            return names[plain]
    hinted = [column for column in possible if words_of(column.name) & HINTS]
    if hinted:
        return min(reversed(hinted), key=lambda column: column.distinct > FEW).name
    few = [c for c in possible if c.distinct <= FEW and not _fractions(c)]
    return few[-1].name if few else None


def words_of(name: str) -> frozenset[str]:
    """The words that a name is made of, in lower case.

    >>> sorted(words_of("two_year_recid")), sorted(words_of("HeartDisease"))
    (['recid', 'two', 'year'], ['disease', 'heart'])
    """
    return frozenset(word.lower() for word in _WORD.findall(name))


def _possible(column: ColumnSummary, n: int) -> bool:
    """Whether there are classes in the column at all."""
    most = min(limits.CLASSES, max(TEXTS, n // 10))
    if column.kind == "number":
        most = min(most, NUMBERS)
    given_to_people = column.identifies or column.persons
    return 2 <= column.distinct <= most and column.missing <= n // 2 and not given_to_people


def _fractions(column: ColumnSummary) -> bool:
    """Whether its numbers are not whole: then it is rather a measurement."""
    return column.kind == "number" and any("." in example for example in column.examples)
