"""Texts of digits that are codes, not numbers: ``00501``, ``12E3``, 16 digits and more."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ppml_core.datasets.texts import at, matches

_EXACT = 15
"""Every whole number of so many digits is exact as a float64."""


def why_codes(levels: pa.Array) -> str:
    """The reason why texts that are all numbers are rather codes; empty where they are not.

    >>> why_codes(pa.array(["00501", "12345"], pa.large_string()))
    "some begin with a zero, such as '00501'"
    >>> why_codes(pa.array(["0.5", "-7", "0"], pa.large_string()))
    ''
    """
    led = matches(levels, "[+-]?0[0-9]+(?:[.,][0-9]*)?")
    if led.any():
        return f"some begin with a zero, such as {_first(levels, led)!r}"
    powers = matches(levels, "[0-9]+[eE][0-9]+")
    if powers.any() and _are_codes(levels, powers):
        return (
            f"{_first(levels, powers)!r} among whole numbers is a code rather than a power of ten"
        )
    long = pc.greater(pc.utf8_length(levels), _EXACT).to_numpy(zero_copy_only=False)
    long &= matches(levels, "[+-]?[0-9]+")
    if long.any():
        lost = next((text for text in at(levels, long) if int(text) != int(float(text))), None)
        if lost is not None:
            return f"{lost[:40]!r} has more digits than a number keeps"
    return ""


def _first(levels: pa.Array, where: np.ndarray) -> str:
    return at(levels, np.flatnonzero(where)[:1])[0][:40]


def _are_codes(levels: pa.Array, powers: np.ndarray) -> bool:
    """Whether all others are whole numbers (and there are some), or the powers are absurd."""
    others = ~powers
    whole = matches(levels, "[0-9]+") | matches(levels, "")
    absurd = matches(levels, "0[0-9]*[eE].*|[0-9]+[eE][0-9]{3,}").any()
    return bool(absurd or (others.any() and whole[others].all()))
