"""Numbers in plain words: the pieces that every sentence about a result is made of."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Context

from ppml_core.auditing.report import Interval, TprAtFpr

_NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def percent(value: float, digits: int | None = None) -> str:
    """A fraction as percent; without ``digits``, as short as it is exact.

    >>> percent(0.001), percent(0.0789, 1)
    ('0.1 %', '7.9 %')
    """
    return f"{100 * value:g} %" if digits is None else f"{100 * value:.{digits}f} %"


def times(ratio: float) -> str:
    """A ratio to chance: a word near a whole number (within 0.15), else one decimal below ten.

    >>> times(1.3), times(2.04), times(3.5), times(26.4)
    ('1.3 times chance', 'twice chance', '3.5 times chance', '26 times chance')
    """
    whole = round(ratio)
    if whole < 2 or (ratio < 10 and abs(ratio - whole) > 0.15):
        return f"{ratio:.1f} times chance"
    if whole == 2:
        return "twice chance"
    return f"{_NUMBERS[whole] if whole < len(_NUMBERS) else whole} times chance"


def small(value: float) -> str:
    """A delta or the like, three digits at most and no padded exponent.

    >>> small(1e-5), small(0.00139), small(2.5e-10)
    ('1e-5', '0.00139', '2.5e-10')
    """
    return re.sub(r"e([-+])0+(?=\d)", r"e\1", f"{value:.3g}")


def small_up(value: float) -> str:
    """The same, rounded up: what bounds something may not shrink on its way to the reader.

    >>> small_up(0.0063441), small_up(1e-5)
    ('0.00635', '1e-5')
    """
    up = Context(prec=3, rounding=ROUND_CEILING).create_decimal(repr(float(value)))
    return small(float(up))


def rate_found(rate: TprAtFpr) -> str:
    """A measured TPR with its 95 % interval.

    >>> rate_found(TprAtFpr(fpr=0.01, tpr=0.015, ci=(0.011, 0.019)))
    '1.5 % (1.1 to 1.9 %)'
    """
    return percent(rate.tpr or 0.0, 1) + in_percent(rate.ci, "")


def area(auc: float, interval: Interval | None) -> str:
    """An AUC with its 95 % interval.

    >>> area(0.614, (0.602, 0.626))
    'AUC 0.614 (0.602 to 0.626)'
    """
    ends = "" if interval is None else f" ({interval[0]:.3f} to {interval[1]:.3f})"
    return f"AUC {auc:.3f}{ends}"


def apart(number: float, chance: float, digits: int, most: int = 6) -> str:
    """With as many digits, at least ``digits``, as tell it from chance.

    >>> apart(0.50004, 0.5, 3), apart(0.505, 0.5, 3), apart(0.5, 0.5, 3)
    ('0.50004', '0.505', '0.500')
    """
    for count in range(digits, most):
        text = f"{number:.{count}f}"
        if number == chance or float(text) != round(chance, count):
            return text
    return f"{number:.{most}f}"


def small_down(value: float) -> str:
    """As ``small``, rounded down: what something must stay below may not grow on its way.

    >>> small_down(0.00069589), small_down(0.0025)
    ('0.000695', '0.0025')
    """
    down = Context(prec=3, rounding=ROUND_FLOOR).create_decimal(repr(float(value)))
    return small(float(down))


def in_percent(interval: Interval | None, name: str = "95 % interval ") -> str:
    """`` (95 % interval 6.8 to 9.1 %)``, or nothing."""
    if interval is None:
        return ""
    return f" ({name}{100 * interval[0]:.1f} to {100 * interval[1]:.1f} %)"


def capital(text: str) -> str:
    """First letter large."""
    return text[:1].upper() + text[1:]
