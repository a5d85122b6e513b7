"""The options that say how a file is read: typed, and as a :class:`Preparation`."""

from __future__ import annotations

import argparse
from typing import get_args

from ppml_core.datasets.preparation import DateForm, MissingPolicy, Preparation

NAMES = (
    *("header", "label", "leave_out", "categorical", "numbers", "group", "hash", "dates"),
    *("missing_words", "missing", "merge_classes", "person", "bounds"),
)
"""Destinations of the options here; none of them makes sense for a catalogue dataset."""


def add_options(group: argparse._ArgumentGroup) -> None:
    """How a file becomes a dataset. Nothing is given unless it was typed."""
    add = group.add_argument
    first = "the first row of the file names the columns, or is a record already"
    add("--header", action=argparse.BooleanOptionalAction, default=None, help=first)
    add("--label", metavar="COL", help="the file's column to predict (default: guessed)")
    add("--leave-out", type=_names, default=(), metavar="COL,COL", help="columns not to use")
    add("--categorical", type=_names, metavar="COL,COL", help="default: the columns of text")
    numbers = "codes or other text to read as numbers"
    add("--numbers", type=_names, default=(), metavar="COL,COL", help=numbers)
    grouped = "text of many values: keep the frequent ones, put the rest together"
    add("--group", type=_names, default=(), metavar="COL,COL", help=grouped)
    hashed = "text of many values: hash it into a fixed number of columns"
    add("--hash", type=_names, default=(), metavar="COL,COL", help=hashed)
    dates = "what a date becomes: days since 1970-01-01 (default), or three numbers"
    add("--dates", choices=get_args(DateForm), help=dates)
    words = "texts that mean no value in a column; nothing after = if none does. May be repeated"
    add("--missing-words", type=_words, action="append", metavar="COL=WORD,WORD", help=words)
    missing = (
        "rows with missing values: refuse the file (default), drop them, or fill the gaps and "
        "drop only rows without a label"
    )
    add("--missing", choices=get_args(MissingPolicy), help=missing)
    merge = "classes that differ in letter case and blanks only become one"
    add("--merge-classes", action="store_true", help=merge)
    person = "whose row it is, where a person has several: no feature, and never split"
    add("--person", metavar="COL", help=person)
    bounds = (
        "smallest and largest possible value of a number, known from elsewhere. May be repeated"
    )
    add("--bounds", type=_bounds, action="append", metavar="COL=LOW:HIGH", help=bounds)


def given(arguments: argparse.Namespace) -> list[str]:
    """The options for files that were typed, as they are typed."""
    typed = (name for name in NAMES if getattr(arguments, name) not in (None, (), False))
    no_header = arguments.header is False
    return [*(["--no-header"] if no_header else []), *("--" + n.replace("_", "-") for n in typed)]


def preparation_of(arguments: argparse.Namespace) -> Preparation:
    """What the options say. Raises ``InvalidValue`` for what cannot be."""
    return Preparation(
        header=arguments.header is not False,
        label=arguments.label,
        leave_out=arguments.leave_out,
        categorical=arguments.categorical,
        numbers=arguments.numbers,
        grouped=arguments.group,
        hashed=arguments.hash,
        dates=arguments.dates or "days",
        missing_words=dict(arguments.missing_words or ()),
        missing=arguments.missing or "refuse",
        merge_classes=arguments.merge_classes,
        person=arguments.person,
        bounds=dict(arguments.bounds or ()),
    )


def _names(text: str) -> tuple[str, ...]:
    """Comma-separated, each once."""
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _words(text: str) -> tuple[str, tuple[str, ...]]:
    """``COL=WORD,WORD``. Without words, no text of the column means that a value is missing."""
    column, equals, words = text.partition("=")
    if not column.strip() or not equals:
        raise argparse.ArgumentTypeError(f"expected COL=WORD,WORD, got {text!r}")
    return column.strip(), _names(words)


def _bounds(text: str) -> tuple[str, tuple[float, float]]:
    """``COL=LOW:HIGH``."""
    column, _, span = text.rpartition("=")
    low, _, high = span.partition(":")
    try:
        if column.strip():
            return column.strip(), (float(low), float(high))
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"expected COL=LOW:HIGH as in age=0:120, got {text!r}")
