"""Columns that say whose row it is, where people have several rows each."""

from __future__ import annotations

import re

import numpy as np

from ppml_core.datasets.tables import Column

_NAMES = """
id ids ident identifier person persons people patient patients subject subjects participant
participants user users customer customers client clients member members employee employees
student students pupil respondent respondents individual household account owner driver player
worker donor visitor uid pid sid mrn ssn email mail name names surname firstname lastname fullname
username nbr
"""
_WHO = frozenset(_NAMES.split())
_OTHERS = "class label target product item group type category zip code order"
_NOT = frozenset(_OTHERS.split())

FEWEST = 10
"""Of fewer different values nothing is concluded: they are groups rather than people."""


def repeats(column: Column) -> bool:
    """Whether the values look like names or numbers of people, some with several rows.

    The name of the column has to say so (``patient_id``, ``Customer Name``), and whole
    numbers or texts to fit: at least ``FEWEST`` different ones, some of them repeated. A
    measurement or a town may repeat as well, so that values alone decide nothing.

    >>> numbers = np.repeat(np.arange(30.0), 4)
    >>> repeats(Column(name="patient_id", kind="number", numbers=numbers))
    True
    >>> repeats(Column(name="age", kind="number", numbers=numbers))
    False
    """
    if column.kind == "boolean" or not _named(column.name):
        return False
    codes, levels = column.categories()
    present = codes[codes >= 0]
    if not FEWEST <= len(levels) < len(present):
        return False
    return column.kind == "text" or _whole(column)


def numbers(column: Column, keep: np.ndarray) -> tuple[np.ndarray, int]:
    """A number for each person, int64, of the rows in ``keep`` (bool ``(n,)``), and how many
    rows name nobody: each of these counts as a person of its own."""
    codes = column.categories()[0][keep].astype(np.int64)
    nobody = np.flatnonzero(codes < 0)
    codes[nobody] = int(codes.max(initial=-1)) + 1 + np.arange(len(nobody))
    return codes, len(nobody)


def said(column: Column, keep: np.ndarray) -> str:
    """A sentence on who the people are."""
    owners, nobody = numbers(column, keep)
    counts = np.unique(owners, return_counts=True)[1]
    most = int(counts.max())
    alone = f" {nobody:,} rows without one count as one person each." if nobody else ""
    return (
        f"Column {column.name!r} says whose row it is: {len(counts):,} people with up to "
        f"{most:,} row{'s' * (most > 1)} each, who stay on one side of every split.{alone}"
    )


def offer(column: Column) -> str:
    """A sentence for a column that nobody chose."""
    _, levels = column.categories()
    return (
        f"Column {column.name!r} looks like names or numbers of {len(levels):,} people with "
        "several rows each: choose it as the person, or a person's rows are on both sides of "
        "the split and every figure is about rows."
    )


def _named(name: str) -> bool:
    """Whether a column's name speaks of people."""
    parted = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    words = set(re.split(r"[^a-z]+", parted.lower())) - {""}
    joined = re.sub(r"[^a-z]", "", name.lower())
    fused = joined.endswith("id") and joined[:-2] in _WHO
    return (bool(words & _WHO) or fused) and not words & _NOT


def _whole(column: Column) -> bool:
    """Numbers without fractions."""
    assert column.numbers is not None
    finite = column.numbers[np.isfinite(column.numbers)]
    return bool((finite == np.floor(finite)).all()) and not len(column.strays)
