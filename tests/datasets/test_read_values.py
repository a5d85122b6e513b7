"""Single values: what a column of texts is read as, locale by locale."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core.datasets.read_values import read_column, read_columns
from ppml_core.datasets.reading import Wish
from ppml_core.datasets.tables import Column
from ppml_core.datasets.texts import from_cells

NAN = float("nan")


def read(*cells: str, typed: bool = False, **wish: object) -> Column:
    return read_column("c", from_cells(cells, typed=typed), Wish(**wish))


NUMBERS = [
    (["1", "-2.5", "1e-3", "+4", ".5"], [1, -2.5, 0.001, 4, 0.5], ""),
    (["1,100", "2,137", "950"], [1100, 2137, 950], "thousands separators (comma)"),
    (["1,234.5", "12", "1,000,000"], [1234.5, 12, 1e6], "thousands separators (comma)"),
    (["1.234.567", "2.000"], [1234567, 2000], "thousands separators (point)"),
    (
        ["1.234,5", "7", "0,25"],
        [1234.5, 7, 0.25],
        "thousands separators (point), decimal commas",
    ),
    (["5", "6", "7", "0,5"], [5, 6, 7, 0.5], "decimal commas"),
    (["1'234.5", "12’000"], [1234.5, 12000], "thousands separators (apostrophe)"),
    (["1 234", "5 000 000"], [1234, 5e6], "thousands separators (blank)"),
    (
        ["1\u202f234,5", "12\u00a0500", "1\u2009000"],
        [1234.5, 12500, 1000],
        "thousands separators (blank), decimal commas",
    ),
    (["12,34,567", "1,00,000"], [1234567, 100000], "thousands separators (comma)"),
    (["5%", "7.5 %", "-1\u00a0%"], [5, 7.5, -1], "percent signs"),
    (["12,5 %", "3 %"], [12.5, 3], "percent signs, decimal commas"),
    (["$1,000", "$5.50", "-$3"], [1000, 5.5, -3], "currency $, thousands separators (comma)"),
    (
        ["1.200,50 €", "3 €"],
        [1200.5, 3],
        "currency €, thousands separators (point), decimal commas",
    ),
    (["EUR 5", "EUR 7.25"], [5, 7.25], "currency EUR"),
    (["5 kr", "7 kr"], [5, 7], "currency kr"),
    (["₹1,00,000", "₹500"], [100000, 500], "currency ₹, thousands separators (comma)"),
    (["R$ 1.234,50", "R$ 2,00"], [1234.5, 2], None),
    (["\u22125", "3"], [-5, 3], "typographic minus signs"),
    (["(5)", "7", "(1,234.50)"], [-5, 7, -1234.5], None),
    (["5-", "7"], [-5, 7], "minus behind the number"),
    (["１２", "３．５"], [12, 3.5], "digits of another script"),
    (["٣٫٥", "١٬٢٣٤٫٥"], [3.5, 1234.5], None),
    (["۱۲", "۳"], [12, 3], "digits of another script"),
    (["१२३", "४५"], [123, 45], "digits of another script"),
    ([f"{i} kg" for i in range(50, 70)], list(range(50, 70)), "unit kg"),
    (["0,123", "1,234"], [0.123, 1.234], "decimal commas"),
]


@pytest.mark.parametrize(("cells", "values", "form"), NUMBERS)
def test_numbers_in_dress(cells: list[str], values: list[float], form: str | None) -> None:
    column = read(*cells)
    assert column.kind == "number"
    assert not len(column.strays)
    np.testing.assert_array_equal(column.numbers, values)
    if form is not None:
        assert column.reading.form == form


DATES = [
    (["1970-01-02", "1969-12-31"], [1, -1], "year-month-day"),
    (["2000/02/29", "1999/12/31"], [11016, 10956], "year-month-day"),
    (["31.12.1999", "1.1.2000"], [10956, 10957], "day.month.year"),
    (["1. 1. 2000", "2. 1. 2000"], [10957, 10958], "day.month.year"),
    (["13/01/1970", "02/01/1970"], [12, 1], "day/month/year"),
    (["01/13/1970", "01/02/1970"], [12, 1], "month/day/year"),
    (["02-01-1970", "13-01-1970"], [1, 12], "day-month-year"),
    (["01.01.29", "01.01.30"], [21550, -14610], "day.month.year"),
    (["2 Jan 1970", "3 March 1970"], [1, 61], "day month year"),
    (["2. Jänner 1970", "1. März 1970"], [1, 59], "day month year"),
    (["2 janv. 1970", "1 août 1970"], [1, 212], "day month year"),
    (["02-JAN-70", "03-JAN-70"], [1, 2], "day month year"),
    (["January 2, 1970", "Jan 3, 1970"], [1, 2], "month day year"),
    (["1970年1月2日", "1970年1月3日"], [1, 2], "year-month-day"),
    (["١٩٧٠-٠١-٠٢"], [1], "year-month-day"),
    (["1970-02", "1970-03"], [31, 59], "year-month"),
    (["1970-01-02 12:00", "1970-01-02T18:00:00.0"], [1.5, 1.75], "year-month-day"),
    (["1970-01-02T00:00:00Z", "1970-01-02T00:00+06:00"], [1, 0.75], "year-month-day"),
    (["1/13/1970 6:00 PM", "1/2/1970 12:00 AM"], [12.75, 1], "month/day/year"),
]


@pytest.mark.parametrize(("cells", "days", "form"), DATES)
def test_dates(cells: list[str], days: list[float], form: str) -> None:
    column = read(*cells)
    assert (column.kind, column.reading.form) == ("number", f"dates ({form})")
    np.testing.assert_allclose(column.numbers, days, atol=1e-9)
    assert column.categories()[1] == tuple(c for _, c in sorted(zip(days, cells, strict=True)))


@given(st.lists(st.dates(), min_size=1, max_size=20), st.sampled_from(["%d.%m.%Y", "%Y-%m-%d"]))
def test_any_date_is_the_day_that_python_counts(days: list[date], writing: str) -> None:
    texts = [
        f"{d.day:02}.{d.month:02}.{d.year:04}" if "." in writing else d.isoformat() for d in days
    ]
    column = read(*texts)
    assert column.numbers.tolist() == [d.toordinal() - date(1970, 1, 1).toordinal() for d in days]


@pytest.mark.parametrize(
    ("cells", "seconds"),
    [
        (["14:30", "0:05"], [52200, 300]),
        (["2:30 PM", "12:00 am"], [52200, 0]),
        (["01:00:01.5", "100:00:00"], [3601.5, 360000]),
        (["PT1H30M", "P1D"], [5400, 86400]),
        (["1 days 00:00:01", "0 days 00:00:02"], [86401, 2]),
        (["1h 30m", "2h"], [5400, 7200]),
    ],
)
def test_times_are_seconds(cells: list[str], seconds: list[float]) -> None:
    column = read(*cells)
    assert (column.reading.unit, column.numbers.tolist()) == ("seconds", seconds)


@pytest.mark.parametrize(
    ("cells", "truth"),
    [
        (["yes", "No", "YES"], [1, 0, 1]),
        (["ja", "nein"], [1, 0]),
        (["t", "f"], [1, 0]),
        (["Y", "N", "", "NA"], [1, 0, NAN, NAN]),
        (["VRAI", "FAUX"], [1, 0]),
        (["да", "нет"], [1, 0]),
    ],
)
def test_yes_and_no_in_words(cells: list[str], truth: list[float]) -> None:
    column = read(*cells)
    assert column.kind == "boolean"
    np.testing.assert_array_equal(column.numbers, truth)


@pytest.mark.parametrize(
    "cells",
    [
        ["00501", "12345"],
        ["007", "12"],
        ["1e5", "105", "237"],
        ["1e5", "1a5", "2b7"],
        ["12E3", "45E1", "1200"],
        ["9007199254740992", "9007199254740993"],
        ["1234567890123456789", "5"],
        ["12a", "13b", "14c"],
        ["A12", "A13"],
        ["2wd", "4wd"],
        ["192.168.1.1", "10.0.0.1"],
        ["+43 660 1234567", "+43 1 12345"],
        ["123-45-6789", "987-65-4321"],
        ["abc", "d"],
        ["1-2", "3-4"],
        ["ja", "vielleicht"],
        ["M", "F"],
    ],
)
def test_codes_and_words_are_text(cells: list[str]) -> None:
    column = read(*cells)
    assert column.kind == "text"
    assert sorted(column.levels) == sorted(cells)


def test_why_digits_are_codes_is_said_and_numbers_can_be_had() -> None:
    assert "some begin with a zero, such as '00501'" in read("00501", "12").reading.said[0]
    assert read("00501", "12", numbers=True).numbers.tolist() == [501, 12]
    assert read("007", "12", typed=True).kind == "text"
    assert read("007", "12", typed=True, numbers=True).numbers.tolist() == [7, 12]


def test_powers_of_ten_alone_or_with_fractions_are_numbers() -> None:
    assert read("1e3", "2e4").numbers.tolist() == [1000, 20000]
    assert read("1e+05", "12", "7").numbers.tolist() == [100000, 12, 7]
    assert read("2.5E4", "12E3", "7").numbers.tolist() == [25000, 12000, 7]


@pytest.mark.parametrize(
    ("cells", "stray"),
    [
        (["1,5"] * 9 + ["2.5"], "2.5"),
        (["5 EUR"] * 9 + ["5 USD"], "5 USD"),
        (["5%"] * 9 + ["0.5"], "0.5"),
        (["2020-01-01"] * 9 + ["2020-02-30"], "2020-02-30"),
        (["31.12.1999"] * 9 + ["1999-12-31"], "1999-12-31"),
        (["7"] * 9 + ["7 kg"], "7 kg"),
    ],
)
def test_what_does_not_agree_with_the_column_is_a_stray(cells: list[str], stray: str) -> None:
    column = read(*cells)
    assert column.kind == "number"
    assert [column.text(int(i)) for i in column.strays] == [stray]


def test_words_are_missing_among_numbers_and_values_in_text() -> None:
    number = read("1", "NA", "None", "?", "-", "#N/A", "nan", "null", "", "2")
    assert np.isnan(number.numbers).sum() == 8
    assert len(number.reading.words_missing) == 7
    text = read("None", "Apnea", "NA", "nan", "?", "")
    assert text.levels == ("None", "Apnea", "NA", "nan")
    assert text.reading.words == (("None", 1), ("NA", 1), ("nan", 1), ("?", 1))
    assert text.reading.words_missing == ("?",)
    assert "'?' (1) was taken as missing" in text.reading.said[0]
    assert read("?", "a", label=True).levels == ("?", "a")
    assert read("0", "1", "NA", label=True).missing().tolist() == [False, False, True]


def test_what_is_missing_is_chosen() -> None:
    assert read("Apnea", "None", missing=("None",)).missing().tolist() == [False, True]
    assert read("?", "a", missing=()).levels == ("?", "a")
    ages = read("20", "-999", "-999.0", missing=("-999",))
    assert ages.missing().tolist() == [False, True, True]
    assert not len(ages.strays)


def test_a_sentinel_is_noted_and_used_until_it_is_named() -> None:
    ages = [str(20 + i) for i in range(40)] + ["-999"] * 4
    column = read(*ages)
    assert column.reading.words == (("-999", 4),)
    assert "may mean that there is no value" in column.reading.said[0]
    assert column.numbers.min() == -999
    assert np.nanmin(read(*ages, missing=("-999",)).numbers) == 20
    assert read(*[str(i % 90) for i in range(400)]).reading.words == ()


def test_another_column_decides_what_one_does_not_tell() -> None:
    german = [("a", from_cells(["1,5", "2,25"])), ("b", from_cells(["1.234", "12.000"]))]
    assert read_columns(german)[1].numbers.tolist() == [1234, 12000]
    english = [("a", from_cells(["1.5", "2.25"])), ("b", from_cells(["1.234", "12.000"]))]
    assert read_columns(english)[1].numbers.tolist() == [1.234, 12]
    commas = [("a", from_cells(["1,5", "2,25"])), ("b", from_cells(["1,234", "12,000"]))]
    column = read_columns(commas)[1]
    assert column.numbers.tolist() == [1.234, 12]
    assert "taken to part decimals" in column.reading.said[0]
    dates = [("a", from_cells(["1/13/1970"])), ("b", from_cells(["1/2/1970"]))]
    assert read_columns(dates)[1].numbers.tolist() == [1]


def test_an_order_of_day_and_month_that_is_not_told_is_said() -> None:
    column = read("1/2/1970", "3/4/1970")
    assert column.numbers.tolist() == [31, 92]
    assert "day and month could be changed over" in column.reading.said[0]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=30))
def test_any_number_that_python_writes_is_read_to_the_last_bit(values: list[float]) -> None:
    column = read(*map(repr, values))
    assert column.numbers.tolist() == values


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=30))
def test_any_number_with_thousands_and_cents_survives(cents: list[int]) -> None:
    texts = [f"{value / 100:,.2f}".translate(str.maketrans(",.", ".,")) for value in cents]
    assert read(*texts).numbers.tolist() == [float(f"{value / 100:.2f}") for value in cents]


@given(st.lists(st.text(max_size=12), min_size=1, max_size=30))
def test_any_text_is_read_without_an_accident(cells: list[str]) -> None:
    column = read(*cells)
    assert len(column.missing()) == len(cells)
    codes, levels = column.categories()
    assert len(set(levels)) == len(levels)
    assert codes.max(initial=-1) < len(levels)
