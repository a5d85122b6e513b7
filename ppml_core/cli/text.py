"""Numbers and tables as plain text."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ppml_core.auditing.report import Interval


def columns(rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> str:
    """Aligned columns, two blanks apart; those in ``right`` to the right.

    >>> print(columns([("a", "n"), ("bb", "10")], right=(1,)))
    a    n
    bb  10
    """
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if k in right else cell.ljust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def percent(value: float | None, interval: Interval | None = None) -> str:
    """A fraction as a percentage, its interval behind it.

    >>> percent(0.0123, (0.01, 0.015))
    '1.2 % [1.0, 1.5]'
    """
    if value is None:
        return "-"
    return f"{100 * value:.1f} %" + _interval(interval, 100, 1)


def decimal(value: float | None, interval: Interval | None = None) -> str:
    """Three decimals, the interval behind.

    >>> decimal(0.5, (0.4, 0.6))
    '0.500 [0.400, 0.600]'
    """
    return "-" if value is None else f"{value:.3f}" + _interval(interval, 1, 3)


def small(value: float) -> str:
    """A delta: three digits at most, no padded exponent.

    >>> small(1e-4), small(1e-5)
    ('0.0001', '1e-5')
    """
    return f"{value:.3g}".replace("e-0", "e-")


def duration(seconds: float) -> str:
    """Seconds below two minutes, else minutes.

    >>> duration(12.4), duration(600)
    ('12 s', '10 min')
    """
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _interval(interval: Interval | None, scale: float, digits: int) -> str:
    """Two-sided 95 %, in brackets."""
    if interval is None:
        return ""
    low, high = (f"{scale * end:.{digits}f}" for end in interval)
    return f" [{low}, {high}]"
