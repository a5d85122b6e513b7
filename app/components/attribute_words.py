"""A report of attribute inference in rows and words. Pure, so that it can be tested."""

from __future__ import annotations

from app.components import formats
from app.components.tables import Row
from ppml_core.auditing.report import AttributesReport, Estimate, Interval
from ppml_core.auditing.wording import apart

GUESSERS = {
    "imputer": "Imputer (no model)",
    "model": "Model alone",
    "fused": "Both together",
}
PARTS = {
    "population": "Population",
    "model": "Model",
    "membership": "Membership",
}
TERMS = (
    ("Imputer", "imputer"),
    ("Model alone", "model_guesser"),
    ("Both together", "fused"),
    ("AUC", "auc"),
    ("Members", "member"),
    ("Gain", "attribute_gain"),
    ("Owed to", "attribute_shares"),
    ("Interval", "interval"),
)


def rows(report: AttributesReport) -> list[Row]:
    """One row a guesser, as text for reading."""
    return [
        {
            "Guesser": GUESSERS[guesser.name],
            "AUC, members": decimal(guesser.auc_members),
            "AUC, non-members": decimal(guesser.auc_nonmembers),
            "Right, members": percent(guesser.accuracy_members),
            "Right, non-members": percent(guesser.accuracy_nonmembers),
        }
        for guesser in report.guessers
    ]


def auc_rows(report: AttributesReport) -> list[Row]:
    """The points of the figure, and the differences: plain numbers."""
    found: list[Row] = []
    for guesser in report.guessers:
        for group, estimate in (
            ("members", guesser.auc_members),
            ("non-members", guesser.auc_nonmembers),
        ):
            found.append(_numbers({"what": f"AUC, {guesser.name}", "group": group}, estimate))
    for group, value, ci in (
        ("members", report.delta_members, report.delta_members_ci),
        ("non-members", report.delta_nonmembers, report.delta_nonmembers_ci),
        ("difference", report.extra, report.extra_ci),
    ):
        gain = Estimate(value=value, ci=ci)
        found.append(_numbers({"what": "fused minus imputer", "group": group}, gain))
    return found


def share_rows(report: AttributesReport) -> list[Row]:
    """The parts of the right guesses, as fractions of them."""
    shares = report.shares
    if shares is None:
        return []
    return [_numbers({"owed to": PARTS[name]}, getattr(shares, name)) for name in PARTS]


def decimal(estimate: Estimate) -> str:
    """``0.612 (0.590 to 0.640)``."""
    return _with(formats.decimal(estimate.value), formats.decimal_interval(estimate.ci))


def percent(estimate: Estimate) -> str:
    """``61.2 % (59.0 to 64.0 %)``."""
    return _with(formats.percent(estimate.value), formats.percent_interval(estimate.ci))


def gain(value: float | None) -> str:
    """A difference of AUCs with its sign.

    >>> gain(0.3412), gain(-0.0001), gain(None)
    ('+0.341', '0.000', '–')
    """
    if value is None:
        return "–"
    text = f"{value:+.3f}"
    return "0.000" if text in ("+0.000", "-0.000") else text


def gain_interval(interval: Interval | None) -> str:
    """Its ends, or an empty text; with as many digits as tell it from zero, if it is apart.

    >>> gain_interval((0.0002, 0.02)), gain_interval((-0.0002, 0.02))
    ('+0.0002 to +0.020', '0.000 to +0.020')
    """
    if interval is None:
        return ""
    if interval[0] > 0 or interval[1] < 0:
        return " to ".join("+" * (end > 0) + apart(end, 0.0, 3) for end in interval)
    return f"{gain(interval[0])} to {gain(interval[1])}"


def counted(report: AttributesReport) -> str:
    """What was guessed about whom."""
    column = report.column
    listed = ", ".join(
        f"{value}: {formats.count(n)}"
        for value, n in zip(column.values, column.counts, strict=True)
    )
    return (
        f"{column.how} Guessed for {formats.count(column.scored)} members and non-members "
        f"({listed}), against {report.models} models in turn; {report.shadows} shadow models on "
        f"other records taught how far to trust the model. The imputer is a {report.imputer} "
        f"fitted on {formats.count(report.dataset.auxiliary)} other records."
    )


def auc_alt(report: AttributesReport) -> str:
    """What a listener needs to know of the figure."""
    told = "; ".join(
        f"{GUESSERS[guesser.name]}: members {decimal(guesser.auc_members)}, non-members "
        f"{decimal(guesser.auc_nonmembers)}"
        for guesser in report.guessers
    )
    return f"AUC of three guessers, on members and non-members. {told}. A line marks guessing, 0.5."


def _with(value: str, interval: str) -> str:
    """Value and interval."""
    return f"{value} ({interval})" if interval else value


def _numbers(row: Row, estimate: Estimate) -> Row:
    """A row with the number and its interval."""
    low, high = estimate.ci or (None, None)
    return {**row, "value": estimate.value, "low": low, "high": high}
