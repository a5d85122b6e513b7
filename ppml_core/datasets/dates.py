"""Dates in the usual writings, as days since 1970-01-01."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ppml_core.datasets.date_units import to_days
from ppml_core.datasets.month_names import MONTHS
from ppml_core.datasets.plain_writing import plain
from ppml_core.datasets.texts import to_floats

PIVOT = 30
"""Two-digit years from here on are 19xx, as spreadsheets have it."""

_TIME = (
    r"(?:(?:T|,? +)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2}(?:[.,][0-9]+)?))?(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
    r"(?: ?(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?(?:[0-9]{2})?))?)?"
)
_DAY = r"(?P<first>[0-9]{1,2})"
_WEEKDAY = r"(?:\pL+\.?,? )?"
_YEAR = r"(?P<year>[0-9]{4}|'?[0-9]{2})"
_WORD = r"(?P<word>\pL+)\.?"
_WRITINGS = {
    "year-month-day": rf"^(?P<year>[0-9]{{4}})(?:[-/]|\. ?|[年년] ?)(?P<first>[0-9]{{1,2}})"
    rf"(?:[-/]|\. ?|[月월] ?)(?P<second_>[0-9]{{1,2}})[日일.]?{_TIME}$",
    "day.month.year": rf"^{_DAY}\. ?(?P<second_>[0-9]{{1,2}})\. ?{_YEAR}\.?{_TIME}$",
    "/": rf"^{_DAY}/(?P<second_>[0-9]{{1,2}})/{_YEAR}{_TIME}$",
    "-": rf"^{_DAY}-(?P<second_>[0-9]{{1,2}})-{_YEAR}{_TIME}$",
    "day month year": rf"^{_WEEKDAY}{_DAY}(?:st|nd|rd|th|er|º|\.)?(?:-|/| | de ){_WORD}"
    rf"(?:-|/|,? | de | del ){_YEAR}{_TIME}$",
    "month day year": rf"^{_WEEKDAY}{_WORD}[ -]{_DAY}(?:st|nd|rd|th)?(?:,|,? |-) ?{_YEAR}{_TIME}$",
    "year-month": r"^(?P<year>[0-9]{4})[-/](?P<first>[0-9]{2})$",
}
_UNDECIDED = ("/", "-")


@dataclass(frozen=True, kw_only=True, eq=False)
class Dates:
    """``days``: float64 ``(k,)``, days since 1970-01-01 with the time of day as a
    fraction (in UTC where there are zones), NaN for what is no date in the writing of
    the column, which is ``form``. ``doubt``: day and month could be changed over.
    """

    days: np.ndarray
    form: str = ""
    doubt: bool = False


def read_dates(levels: pa.Array, counts: np.ndarray, hint: str = "") -> Dates:
    """Texts as dates, all in the writing of most cells.

    ``01/02/2020`` is day/month/year unless the column has a second number above twelve;
    where it tells nothing, ``hint`` (``month/day/year`` seen in another column) decides.

    >>> found = read_dates(pa.array(["1970-01-02", "2000-02-30"], pa.large_string()), np.ones(2))
    >>> found.days.tolist(), found.form
    ([1.0, nan], 'dates (year-month-day)')
    """
    simple = plain(levels)
    tried = {name: pc.extract_regex(simple, shape) for name, shape in _WRITINGS.items()}
    weight = {name: float(counts[_valid(parts)].sum()) for name, parts in tried.items()}
    name = max(weight, key=lambda candidate: weight[candidate])
    if not weight[name]:
        return Dates(days=np.full(len(levels), np.nan))
    parts = tried[name]
    days = _ordered(parts, name, swapped=False)
    doubt = False
    if name in _UNDECIDED:
        other = _ordered(parts, name, swapped=True)
        fits, turned = (float(counts[~np.isnan(d)].sum()) for d in (days, other))
        same = np.array_equal(days, other, equal_nan=True)
        doubt = fits == turned and not same
        is_turned = turned > fits or (doubt and hint == "month/day/year")
        days = other if is_turned else days
        name = name.join(("month", "day", "year") if is_turned else ("day", "month", "year"))
    days = _one_clock(parts, days, counts)
    return Dates(days=days, form=f"dates ({name})", doubt=doubt)


def _valid(parts: pa.Array) -> np.ndarray:
    return pc.is_valid(parts).to_numpy(zero_copy_only=False)


def _field(parts: pa.Array, name: str, default: str = "0") -> pa.Array:
    """One group as text, ``default`` where it is not there."""
    if parts.type.get_field_index(name) < 0:
        return pa.array([default] * len(parts), pa.large_string())
    texts = pc.fill_null(pc.struct_field(parts, name), "").cast(pa.large_string())
    empty = pa.scalar(default, pa.large_string())
    return pc.if_else(pc.equal(texts, ""), empty, texts)


def _number(parts: pa.Array, name: str, default: str = "0") -> np.ndarray:
    return to_floats(pc.replace_substring(_field(parts, name, default), ",", "."))


def _ordered(parts: pa.Array, name: str, *, swapped: bool) -> np.ndarray:
    """Days, with the two numbers of a date in one order or the other."""
    year = _year(parts)
    first, second = _number(parts, "first"), _number(parts, "second_", "1")
    if name == "year-month-day" or name == "year-month" or swapped:
        month, day = first, second
    elif name in ("day month year", "month day year"):
        month, day = _month(parts), first
    else:
        month, day = second, first
    return to_days(year, month, day) + _clock(parts)


def _year(parts: pa.Array) -> np.ndarray:
    """Years, those of two digits completed."""
    texts = pc.replace_substring(_field(parts, "year"), "'", "")
    year = to_floats(texts)
    short = pc.less_equal(pc.utf8_length(texts), 2).to_numpy(zero_copy_only=False)
    return np.where(short, year + np.where(year < PIVOT, 2000, 1900), year)


def _month(parts: pa.Array) -> np.ndarray:
    """Months by name, NaN where there is no such name."""
    words = pc.dictionary_encode(_field(parts, "word"))
    found = [MONTHS.get(word.casefold(), np.nan) for word in words.dictionary.to_pylist()]
    return np.array([*found, np.nan], dtype=np.float64)[words.indices.to_numpy()]


def _clock(parts: pa.Array) -> np.ndarray:
    """The time of day in UTC as a fraction of a day; NaN where it is none."""
    if parts.type.get_field_index("hour") < 0:
        return np.zeros(len(parts))
    hour, minute = _number(parts, "hour"), _number(parts, "minute")
    second = _number(parts, "second")
    half = pc.utf8_lower(_field(parts, "half", "")).to_numpy(zero_copy_only=False)
    wrong = (hour > 24) | (minute > 59) | (second > 60) | ((half != "") & (hour > 12))
    hour = np.where(half == "", hour, hour % 12 + 12 * (half == "p"))
    seconds = hour * 3600 + minute * 60 + second - _offset(parts)
    return np.where(wrong, np.nan, seconds / 86_400)


def _offset(parts: pa.Array) -> np.ndarray:
    """Seconds that the zone is ahead of UTC."""
    zones = pc.dictionary_encode(_field(parts, "zone", ""))
    ahead = [_zone_seconds(zone) for zone in zones.dictionary.to_pylist()]
    return np.array([*ahead, 0.0])[zones.indices.to_numpy()]


def _zone_seconds(zone: str) -> float:
    if zone[:1] not in ("+", "-"):
        return 0.0
    digits = zone[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:] or 0) * 60
    return float(-seconds if zone[0] == "-" else seconds)


def _one_clock(parts: pa.Array, days: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Times with a zone and times without cannot be compared: the rarer are no dates here."""
    has_zone = pc.not_equal(_field(parts, "zone", ""), "").to_numpy(zero_copy_only=False)
    has_time = pc.not_equal(_field(parts, "hour", ""), "").to_numpy(zero_copy_only=False)
    bare = has_time & ~has_zone
    if not (has_zone.any() and bare.any()):
        return days
    rarer = bare if counts[bare].sum() < counts[has_zone].sum() else has_zone
    return np.where(rarer, np.nan, days)
