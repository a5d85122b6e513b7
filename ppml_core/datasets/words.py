"""Texts that often stand for "no value", and numbers that do."""

from __future__ import annotations

import numpy as np

_WORDS = (
    *("NA", "N/A", "N.A.", "n. a.", "#N/A", "#N/A N/A", "#NA", "<NA>", "NaN", "-NaN", "NaT"),
    *("-1.#IND", "1.#IND", "-1.#QNAN", "1.#QNAN", "null", "(null)", "[null]", "\\N", "#NULL!"),
    *("None", "nil", "?", "??", "-", "--", "---", "–", "—", ".", "..", "...", "*", "missing"),
    *("#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#NAME?", "undefined", "not available"),
    *("not applicable", "no data", "nd", "n.d.", "k.A.", "k. A.", "s.o.", "void", "unknown"),
    *("0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "00.00.0000"),
)
WORDS = frozenset(word.casefold() for word in _WORDS)
"""Compared without regard to case. Among numbers they are missing values."""

_ZEROS = frozenset(word for word in WORDS if word.startswith("00"))
"""Missing among dates; elsewhere text or a code."""

MARKS = frozenset(
    word.casefold()
    for word in (
        *("?", "??", "#N/A", "#N/A N/A", "#NA", "<NA>", "\\N", "#NULL!", "#DIV/0!"),
        *("#VALUE!", "#REF!", "#NUM!", "#NAME?", "-1.#IND", "1.#IND", "-1.#QNAN", "1.#QNAN"),
    )
)
"""Signs rather than words, which programs write: missing in a column of text as well."""

_LONGEST = max(map(len, WORDS))
OFTEN = 3
"""A number met so often may be a sentinel."""

_USUAL = frozenset(
    float(sign + digit * count) for sign in ("", "-") for digit in "987" for count in range(2, 8)
) | {-1.0, -9.0, 2.0**31 - 1, -(2.0**31), 32767.0, -32768.0}


def is_word(text: str) -> bool:
    """Whether a text often means that there is no value.

    >>> [is_word(text) for text in ("N/A", "none", "", "Nauru")]
    [True, True, False, False]
    """
    return len(text) <= _LONGEST and text.casefold() in WORDS


def is_zero_date(text: str) -> bool:
    """The date of no day, as some databases write it."""
    return text in _ZEROS


def is_mark(text: str) -> bool:
    """Whether no language has this as a word: ``?``, ``#N/A``, ``\\N``."""
    return text.casefold() in MARKS


def sentinels(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Bool ``(k,)``: which of the distinct ``values`` look as if they meant "unknown".

    ``counts`` says how often each is there. A sentinel is met at least three times, is
    the smallest or largest, and stands off from the rest by more than the rest's whole
    range (ten times that, where it is not one of the usual numbers such as -999); or it
    is a usual negative number where all others are at least zero.

    >>> ages = np.array([20.0, 31, 44, 58, 72, 90, -999])
    >>> sentinels(ages, np.array([1, 1, 1, 1, 1, 1, 5])).tolist()
    [False, False, False, False, False, False, True]
    """
    found = np.zeros(len(values), dtype=bool)
    finite = np.isfinite(values)
    for _ in range(4):
        left = np.flatnonzero(finite & ~found)
        if len(left) < 6:
            return found
        low, high = left[np.argmin(values[left])], left[np.argmax(values[left])]
        new = [i for i in (low, high) if _stands_off(i, left, values, counts)]
        if not new:
            return found
        found[new] = True
    return found


def _stands_off(i: int, left: np.ndarray, values: np.ndarray, counts: np.ndarray) -> bool:
    """Whether one extreme value is far from all others that are left."""
    if counts[i] < OFTEN:
        return False
    rest = values[left[left != i]]
    low, high = float(rest.min()), float(rest.max())
    with np.errstate(over="ignore"):  # near the largest float a gap is infinite
        gap = max(low - values[i], values[i] - high)
    usual = float(values[i]) in _USUAL
    if usual and values[i] < 0 <= low:
        return True
    return bool(gap > (1.0 if usual else 10.0) * (high - low))


def suspects(numbers: np.ndarray) -> tuple[tuple[float, int], ...]:
    """The sentinels among ``numbers`` ``(n,)`` (NaN: missing) and how many there are of each.

    >>> suspects(np.array([20.0, 31, 44, 58, 72, 90] + [-999.0] * 5))
    ((-999.0, 5),)
    """
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return ()
    ends = {float(known.min()), float(known.max())}
    rest = known[~np.isin(known, list(ends))]
    if not len(rest) or all((known == end).sum() < OFTEN for end in ends):
        return ()
    values, counts = np.unique(known, return_counts=True)
    found = sentinels(values, counts)
    return tuple((float(values[i]), int(counts[i])) for i in np.flatnonzero(found))
