"""From the texts of a column to numbers, yes and no, or text, decided over all of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ppml_core.datasets import clock_times, codes, date_units, dates, dress, said, yes_no
from ppml_core.datasets.reading import Hints, Reading, Wish
from ppml_core.datasets.tables import MOSTLY, Column
from ppml_core.datasets.texts import Texts, at, matches, to_floats
from ppml_core.datasets.words import MARKS, WORDS, sentinels

_PLAIN = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?i:inf(?:inity)?)"
_LIKE_THOUSANDS = r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}"


@dataclass(frozen=True, kw_only=True, eq=False)
class _Levels:
    """The distinct texts, trimmed, their counts, and which are empty, words or declared."""

    texts: Texts
    levels: pa.Array
    counts: np.ndarray
    empty: np.ndarray
    words: np.ndarray
    missing: np.ndarray
    marks: np.ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class _Numbers:
    """Float64 a level, NaN where it is none; and how that came about."""

    values: np.ndarray
    kind: str = "number"
    form: str = ""
    unit: str = ""
    decimal: str = ""
    doubt: bool = False
    said: tuple[str, ...] = ()


def read_columns(cells: list[tuple[str, Texts]]) -> tuple[Column, ...]:
    """All columns of a file; what one does not tell (``1,234``) is decided by the others."""
    columns = [read_column(name, texts) for name, texts in cells]
    hints = hints_of(columns)
    if hints == Hints():
        return tuple(columns)
    return tuple(
        read_column(name, texts, hints=hints) if column.reading.doubt else column
        for column, (name, texts) in zip(columns, cells, strict=True)
    )


def hints_of(columns: list[Column] | tuple[Column, ...]) -> Hints:
    """What those columns tell that leave no doubt."""
    marks = {column.reading.decimal for column in columns} - {""}
    turned = any("month/day/year" in c.reading.form and not c.reading.doubt for c in columns)
    straight = any("day/month/year" in c.reading.form and not c.reading.doubt for c in columns)
    return Hints(
        decimal=marks.pop() if len(marks) == 1 else "",
        dates="month/day/year" if turned and not straight else "",
    )


def read_column(
    name: str, texts: Texts, wish: Wish | None = None, hints: Hints | None = None
) -> Column:
    """One column.

    Numbers in any usual writing, dates, times, yes and no are read as such where at
    least four fifths of the cells agree; cells that do not are strays. Words such as
    ``NA`` are missing in such a column, and values in a column of text.
    """
    wish, hints = wish or Wish(), hints or Hints()
    found = _look(texts, wish)
    if found.empty.all():
        return _numeric(name, found, wish, _Numbers(values=np.full(len(found.levels), np.nan)))
    numbers = None if texts.typed and not wish.numbers else _as_numbers(found, wish, hints)
    if numbers is None or np.isnan(numbers.values).all():
        return _text(name, found, wish, numbers.said if numbers else ())
    return _numeric(name, found, wish, numbers)


def _look(texts: Texts, wish: Wish) -> _Levels:
    """What stands in the cells."""
    levels = texts.trimmed()
    lower = pc.utf8_lower(levels)
    empty = pc.equal(levels, "").to_numpy(zero_copy_only=False)
    words = _among(lower, WORDS)
    missing = words if wish.missing is None else _among(levels, wish.missing)
    return _Levels(
        texts=texts,
        levels=levels,
        counts=texts.counts(),
        empty=empty,
        words=words,
        missing=missing,
        marks=words & _among(lower, MARKS),
    )


def _among(levels: pa.Array, known: frozenset[str] | tuple[str, ...]) -> np.ndarray:
    values = pa.array(sorted(known), pa.large_string())
    return pc.is_in(levels, value_set=values).to_numpy(zero_copy_only=False)


def _as_numbers(found: _Levels, wish: Wish, hints: Hints) -> _Numbers | None:
    """The levels as numbers; None for text. Without values but with a reason for codes."""
    there = ~(found.empty | found.missing)
    levels, counts = found.levels.filter(pa.array(there)), found.counts[there]
    if not len(levels):
        return None
    read = _plain(levels, wish, hints) or _truths(levels) or _other(levels, counts, wish, hints)
    if read is None:
        return None
    values = np.full(len(there), np.nan)
    values[there] = read.values
    if wish.missing is not None:
        values[_equal_numbers(values, wish.missing)] = np.nan
    return _Numbers(**{**vars(read), "values": values})


def _equal_numbers(values: np.ndarray, declared: tuple[str, ...]) -> np.ndarray:
    """Where a value is a number that was declared missing: -999.0 where -999 was."""
    numbers = pa.array([text.strip() for text in declared], pa.large_string())
    return np.isin(values, to_floats(numbers.filter(pa.array(matches(numbers, _PLAIN)))))


def _plain(levels: pa.Array, wish: Wish, hints: Hints) -> _Numbers | None:
    """Where all are numbers as a program writes them."""
    if not matches(levels, _PLAIN).all():
        return None
    if not wish.numbers and (reason := codes.why_codes(levels)):
        return _Numbers(values=np.full(len(levels), np.nan), said=(reason,))
    pointed = matches(levels, r".*\..*")
    doubt = bool(pointed.any()) and bool(matches(levels, _LIKE_THOUSANDS)[pointed].all())
    doubt = doubt and not matches(levels, ".*[0-9]{4}.*").any()
    if doubt and hints.decimal == ",":
        return None
    sure = "." if pointed.any() and not doubt else ""
    return _Numbers(values=to_floats(levels), decimal=sure, doubt=doubt)


def _truths(levels: pa.Array) -> _Numbers | None:
    """Where all are one of two words for yes and no."""
    if len(levels) > yes_no.MOST:
        return None
    found = yes_no.truths(levels.to_pylist())
    if found is None:
        return None
    return _Numbers(values=np.array(found[0]), kind="boolean", form=found[1])


def _other(levels: pa.Array, counts: np.ndarray, wish: Wish, hints: Hints) -> _Numbers | None:
    """Numbers in dress, dates or times, where most are."""
    least = MOSTLY * counts.sum()
    if counts[matches(levels, r".*\p{Nd}.*")].sum() < least:
        return None
    dressed = dress.undress(levels, counts, hints.decimal)
    if counts[dressed.alike].sum() >= least and not np.isnan(dressed.values).all():
        return _dressed(levels, dressed, wish)
    found = dates.read_dates(levels, counts, hints.dates)
    if counts[~np.isnan(found.days)].sum() >= least:
        doubt = (said.DAY_OR_MONTH.format(found.form),) if found.doubt else ()
        return _Numbers(
            values=found.days, form=found.form, unit=date_units.UNIT, doubt=found.doubt, said=doubt
        )
    seconds, form = clock_times.read_times(levels, counts)
    if counts[~np.isnan(seconds)].sum() >= least:
        return _Numbers(values=seconds, form=form, unit=clock_times.UNIT)
    return None


def _dressed(levels: pa.Array, dressed: dress.Dressed, wish: Wish) -> _Numbers:
    """Numbers in dress, or codes among which some are no numbers at all."""
    bare = matches(levels, _PLAIN)
    if not wish.numbers and (reason := codes.why_codes(levels.filter(pa.array(bare)))):
        return _Numbers(values=np.full(len(levels), np.nan), said=(reason,))
    marks = dressed.marks
    doubt = (said.MARK.format(said.THOUSANDS if marks.grouped else said.DECIMALS),)
    return _Numbers(
        values=dressed.values,
        form=", ".join(dressed.form),
        decimal=marks.decimal if marks.sure else "",
        doubt=marks.doubt,
        said=doubt if marks.doubt else (),
    )


def _numeric(name: str, found: _Levels, wish: Wish, read: _Numbers) -> Column:
    """A column of numbers or of yes and no, with its strays."""
    values, there = read.values, ~(found.empty | found.missing)
    if wish.missing is not None:
        there = there & ~_declared(found, wish.missing)
    numbers = found.texts.spread(values)
    odd = there & np.isnan(values)
    guards = _sentinels(found, values)
    words = (found.words | guards) & ~found.empty
    taken = (found.missing | ~there) & ~found.empty
    reading = Reading(
        texts=found.texts,
        form=read.form,
        unit=read.unit,
        words=_counted(found, words | taken),
        words_missing=tuple(dict.fromkeys(at(found.levels, taken))),
        decimal=read.decimal,
        doubt=read.doubt,
        said=said.of_numbers(
            name, read.said, _counted(found, taken), _counted(found, guards & ~taken)
        ),
    )
    if not odd.any():
        return Column(name=name, kind=read.kind, numbers=numbers, reading=reading)  # type: ignore[arg-type]
    cells, levels = _unique(found, there)
    strays = np.flatnonzero(np.append(odd, False)[found.texts.codes])
    return Column(
        name=name,
        kind="number",
        numbers=numbers,
        codes=cells,
        levels=levels,
        strays=strays,
        reading=reading,
    )


def _declared(found: _Levels, missing: tuple[str, ...]) -> np.ndarray:
    """Levels that are a number declared missing."""
    plain = matches(found.levels, _PLAIN)
    values = np.full(len(plain), np.nan)
    values[plain] = to_floats(found.levels.filter(pa.array(plain)))
    return _equal_numbers(values, missing)


def _sentinels(found: _Levels, values: np.ndarray) -> np.ndarray:
    """Levels whose number looks as if it meant "unknown"."""
    known = ~np.isnan(values)
    different, inverse = np.unique(values[known], return_inverse=True)
    counts = np.bincount(inverse, weights=found.counts[known], minlength=len(different))
    guards = np.zeros(len(values), dtype=bool)
    guards[known] = sentinels(different, counts)[inverse]
    return guards


def _counted(found: _Levels, where: np.ndarray) -> tuple[tuple[str, int], ...]:
    """Up to twelve of the levels with their counts."""
    picked = np.flatnonzero(where)[:12]
    texts = at(found.levels, picked)
    return tuple((text[:40], int(found.counts[i])) for text, i in zip(texts, picked, strict=True))


def _text(name: str, found: _Levels, wish: Wish, reason: tuple[str, ...]) -> Column:
    """A column of text. Signs such as ``?`` are missing in it, unless it is the label."""
    if wish.missing is not None:
        taken = found.missing
    else:
        taken = np.zeros(len(found.empty), dtype=bool) if wish.label else found.marks
    cells, levels = _unique(found, ~(found.empty | taken))
    reading = Reading(
        texts=found.texts,
        words=_counted(found, found.words | taken),
        words_missing=tuple(dict.fromkeys(at(found.levels, taken))),
        said=said.of_text(
            name, reason, _counted(found, taken), _counted(found, found.words & ~taken), wish
        ),
    )
    return Column(name=name, kind="text", codes=cells, levels=levels, reading=reading)


def _unique(found: _Levels, there: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Codes a cell (-1 missing) and the different trimmed texts."""
    trimmed = found.levels.filter(pa.array(there)).dictionary_encode()
    position = np.full(len(there) + 1, -1, dtype=np.int32)
    position[:-1][there] = trimmed.indices.to_numpy()
    return position[found.texts.codes], tuple(trimmed.dictionary.to_pylist())
