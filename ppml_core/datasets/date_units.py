"""Days since 1970-01-01 and the calendar, both ways."""

from __future__ import annotations

import numpy as np

UNIT = "days since 1970-01-01"


def to_days(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Days since 1970-01-01 of dates ``(k,)`` in the Gregorian calendar; NaN for no date.

    >>> to_days(np.array([1969.0, 2023]), np.array([12.0, 2]), np.array([31.0, 29])).tolist()
    [-1.0, nan]
    """
    ok = (year >= 1) & (year <= 9999) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    y, m = np.where(ok, year, 1970).astype(int), np.where(ok, month, 1).astype(int)
    start = ((y - 1970) * 12 + m - 1).astype("datetime64[M]")
    length = ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(int)
    days = start.astype("datetime64[D]").astype(np.int64) + np.where(ok, day, 1) - 1.0
    return np.where(ok & (day <= length), days, np.nan)


def from_days(days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Year, month and day of the month, float64; NaN where ``days`` is.

    >>> [part.tolist() for part in from_days(np.array([-1.0, 0.5]))]
    [[1969.0, 1970.0], [12.0, 1.0], [31.0, 1.0]]
    """
    known = np.isfinite(days)
    dates = np.floor(np.where(known, days, 0)).astype(np.int64).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    year = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    parts = (year, months.astype(np.int64) % 12 + 1, (dates - months).astype(np.int64) + 1)
    first, second, third = (np.where(known, part, np.nan) for part in parts)
    return first, second, third


def day_text(days: float) -> str:
    """A day as a date, to the nearest whole one.

    >>> day_text(-0.9999), day_text(18_322.0)
    ('1969-12-31', '2020-03-01')
    """
    return str(np.datetime64(round(days), "D"))
