"""How numbers look on screen. Rates are fractions in code and percent here, once."""

from __future__ import annotations

import math

from ppml_core.auditing.report import AttackSummary, Interval

ATTACK_TITLES = {
    "lira": "LiRA",
    "rmia": "RMIA",
    "lira-offline": "LiRA, offline",
    "loss": "Loss threshold",
}
MODEL_TITLES = {
    "mlp": "Neural network (MLP)",
    "softmax": "Softmax regression",
    "cnn": "Small CNN (images)",
}


def attack_title(name: str) -> str:
    """The name a reader knows: ``lira`` is LiRA."""
    return ATTACK_TITLES.get(name, name)


def percent(value: float | None, digits: int = 1) -> str:
    """A fraction as percent.

    >>> percent(0.0312), percent(None)
    ('3.1 %', '–')
    """
    return "–" if value is None else f"{100 * value:.{digits}f} %"


def decimal(value: float | None, digits: int = 3) -> str:
    """A plain decimal, or a dash."""
    return "–" if value is None else f"{value:.{digits}f}"


def rate(value: float) -> str:
    """A false-positive rate as one writes it: no trailing zeros.

    >>> rate(0.001), rate(0.01)
    ('0.1 %', '1 %')
    """
    return f"{100 * value:g} %"


def percent_interval(interval: Interval | None, digits: int = 1) -> str:
    """``2.1 to 3.4 %``, or an empty text."""
    if interval is None:
        return ""
    return f"{100 * interval[0]:.{digits}f} to {100 * interval[1]:.{digits}f} %"


def decimal_interval(interval: Interval | None, digits: int = 3) -> str:
    """``0.612 to 0.640``, or an empty text."""
    if interval is None:
        return ""
    return f"{interval[0]:.{digits}f} to {interval[1]:.{digits}f}"


def count(value: int) -> str:
    """Thousands apart.

    >>> count(48842)
    '48,842'
    """
    return f"{value:,}"


def records_of(attack: AttackSummary) -> str:
    """How much data an attack's intervals rest on: copies and rows of one person count once.

    >>> records_of(AttackSummary(name="loss", n_records=1200, n_units=300))
    '300 independent records (1,200 with copies and rows of one person)'
    >>> records_of(AttackSummary(name="loss", n_records=1200, n_units=1200))
    '1,200 records'
    """
    if attack.n_units in (0, attack.n_records):
        return f"{count(attack.n_records)} records"
    rows = f"{count(attack.n_records)} with copies and rows of one person"
    return f"{count(attack.n_units)} independent records ({rows})"


def epsilon(value: float | str | None) -> str:
    """An epsilon, with words where there is none."""
    if value is None or value == "inf" or (isinstance(value, float) and math.isinf(value)):
        return "∞ (no guarantee)"
    return f"{float(value):.3g}"


def small_number(value: float) -> str:
    """A delta, readable: no padded exponent.

    >>> small_number(1e-5), small_number(0.001)
    ('1e-5', '0.001')
    """
    return f"{value:g}".replace("e-0", "e-")


def points(value: float) -> str:
    """A difference of two rates.

    >>> points(0.0361)
    '3.6 points'
    """
    return f"{100 * value:.1f} points"


def duration(seconds: float | None) -> str:
    """A rough duration for people.

    >>> duration(4.2), duration(75), duration(4000)
    ('4 s', '1 min 15 s', '1 h 6 min')
    """
    if seconds is None:
        return "–"
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
