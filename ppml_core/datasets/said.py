"""Sentences about how a column was read."""

from __future__ import annotations

from ppml_core.datasets.reading import Wish

Counted = tuple[tuple[str, int], ...]

THOUSANDS, DECIMALS = "thousands", "decimals"
MARK = "its numbers could be read in two ways; the comma or point was taken to part {}"
DAY_OR_MONTH = "day and month could be changed over; read as {}"


def of_numbers(
    name: str, doubts: tuple[str, ...], missing: Counted, guards: Counted
) -> tuple[str, ...]:
    """Words that were taken as missing, numbers that may be, and what was in doubt."""
    said = [f"Column {name!r}: {doubt}." for doubt in doubts]
    said += _taken(name, missing)
    if guards:
        said.append(
            f"Column {name!r}: {listed(guards)} stands far from the other numbers and may mean "
            "that there is no value; it is used as a number unless it is named as missing."
        )
    return tuple(said)


def of_text(
    name: str, reason: tuple[str, ...], missing: Counted, values: Counted, wish: Wish | None
) -> tuple[str, ...]:
    """Why digits were left as text, what was taken as missing and what was not."""
    said = [f"Column {name!r} is read as codes, not as numbers: {why}." for why in reason if why]
    said += _taken(name, missing)
    if values and wish is not None and wish.missing is None:
        as_what = "a class" if wish.label else "a value"
        said.append(
            f"Column {name!r}: {listed(values)} is taken for {as_what}, not for a missing one; "
            "name it as missing where that is meant."
        )
    return tuple(said)


def _taken(name: str, missing: Counted) -> list[str]:
    return [f"Column {name!r}: {listed(missing)} was taken as missing."] if missing else []


def listed(counted: Counted) -> str:
    """Up to five texts and how often each is there.

    >>> listed((("NA", 1300), ("-", 2)))
    "'NA' (1,300), '-' (2)"
    """
    shown = ", ".join(f"{text!r} ({count:,})" for text, count in counted[:5])
    return shown + (", ..." if len(counted) > 5 else "")
