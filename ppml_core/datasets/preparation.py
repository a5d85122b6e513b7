"""The decisions a person makes about an uploaded file."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from ppml_core import limits
from ppml_core._typed_json import describe
from ppml_core._validate import in_range, not_empty, one_of
from ppml_core.errors import InvalidValue

MissingPolicy = Literal["refuse", "drop-rows", "fill"]
DateForm = Literal["days", "year-month-day"]
MISSING_CHOICES = "Choose to drop such rows or to fill them, or leave the columns out."
"""What a file with gaps is refused with. An interface may name its own words for the choices."""


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """How a file becomes a dataset. Reads and writes as JSON.

    ``label``: the column to predict; None is ``y`` of an NPZ and the folder of a picture.
    ``header``: whether the first row of a text file names the columns; where it does not
    they are called ``column 1``, ``column 2``, ...
    ``leave_out``: columns not used. ``categorical``: columns to one-hot encode, None
    for those of text. ``numbers``: columns of text (codes) to read as numbers all the
    same. ``grouped``, ``hashed``: text columns of many values, of which only the frequent
    values are kept, or which are hashed into a fixed number of columns.
    ``dates``: whether a date becomes days since 1970-01-01 or year, month and day.
    ``missing_words``: column -> the texts (also of numbers, as ``-999``) that mean "no
    value" in it; the reader decides for columns that are not named here.
    ``missing``: refuse the file, drop the rows, or fill: a number by ``fill_values`` or
    else the column's median (a private statistic), a category by ``fill_values`` or else
    a category of its own; rows without a label are dropped then.
    ``merge_classes``: classes that differ in letter case and blanks only become one.
    ``person``: the column that says whose row it is, where a person has several. It is
    no feature; the rows of one person stay on one side of the split.

    What is declared here is not read from the records and costs no privacy:
    ``bounds`` (column: low, high; values outside are clipped) and ``categories``
    (column: all its values). For an NPZ of images the column is called ``pixels``.
    ``image_side``: pictures are resized to that many pixels square; None keeps
    them as they are where they are all of one size that fits.
    """

    label: str | None = None
    header: bool = True
    leave_out: tuple[str, ...] = ()
    categorical: tuple[str, ...] | None = None
    numbers: tuple[str, ...] = ()
    grouped: tuple[str, ...] = ()
    hashed: tuple[str, ...] = ()
    dates: DateForm = "days"
    missing_words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    missing: MissingPolicy = "refuse"
    merge_classes: bool = False
    person: str | None = None
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)
    categories: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fill_values: dict[str, float | str] = field(default_factory=dict)
    image_side: int | None = None

    def __post_init__(self) -> None:
        one_of("missing", self.missing, ("refuse", "drop-rows", "fill"))
        one_of("dates", self.dates, ("days", "year-month-day"))
        if self.label is not None and self.label in self.leave_out:
            raise InvalidValue("label", "not among the columns left out", self.label)
        if self.person is not None and self.person == self.label:
            raise InvalidValue("person", "another column than the label", self.person)
        for column, (low, high) in self.bounds.items():
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                raise InvalidValue(f"bounds of {column}", "low < high, both finite", (low, high))
        for column, values in self.categories.items():
            not_empty(f"categories of {column}", values)
            if len(set(values)) < len(values):
                raise InvalidValue(f"categories of {column}", "without repetition", values)
        for column, value in self.fill_values.items():
            if isinstance(value, float) and not math.isfinite(value):
                raise InvalidValue(f"fill_values of {column}", "finite", value)
        if self.image_side is not None:
            in_range("image_side", self.image_side, 4, limits.IMAGE_SIDE)


describe(Preparation)
