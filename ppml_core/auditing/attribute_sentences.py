"""What a report of attribute inference shows, in plain sentences."""

from __future__ import annotations

from ppml_core.auditing.attribute_report import MATERIAL_DELTA, AttributesReport
from ppml_core.auditing.report_parts import Interval
from ppml_core.auditing.wording import percent

VERDICT_WORDS = {
    "leaks-about-members": "Leaks about members",
    "population-only": "Population only",
    "inconclusive": "Inconclusive",
    "did-not-run": "Did not run",
}


def attribute_sentence(report: AttributesReport) -> str:
    """The conclusion, and the figures it rests on."""
    return " ".join(part for part in (conclusion(report), figures(report)) if part)


def conclusion(report: AttributesReport) -> str:
    """What to conclude, without figures."""
    name = f"“{report.column.name}”"
    if report.verdict == "did-not-run":
        return f"The attack did not run: {report.reason or 'no model has been attacked yet.'}"
    if report.verdict == "leaks-about-members":
        return f"The model betrays {name} of the records it was trained on{_mostly(report)}."
    if report.verdict == "population-only" and _helps_anybody(report):
        return (
            f"What the model adds to guessing {name}, it adds for other people too: no leak "
            "about the records it was trained on that would matter was found."
        )
    if report.verdict == "population-only":
        return (
            f"Whoever knows the population guesses {name} as well without the model: no "
            "leak about the records it was trained on that would matter was found."
        )
    if report.reason:
        return f"Nothing can be concluded about {name}: {report.reason} This is not a pass."
    return (
        f"There is too little data to say whether the model betrays {name}: this is not a "
        "pass. More models or more records would narrow the intervals."
    )


def figures(report: AttributesReport) -> str:
    """AUC without and with the model, and the differences with their intervals."""
    if report.fused_auc is None or report.delta_members is None or report.delta_nonmembers is None:
        return ""
    return (
        f"Members: AUC {report.imputer_auc:.2f} without the model, {report.fused_auc:.2f} with "
        f"it: {signed(report.delta_members, report.delta_members_ci)}. Non-members: "
        f"{signed(report.delta_nonmembers, report.delta_nonmembers_ci)}."
    )


def shares_sentence(report: AttributesReport) -> str:
    """Of a hundred members, how many are guessed right, and thanks to what."""
    shares = report.shares
    if shares is None or shares.right.value is None:
        return ""
    right = round(100 * shares.right.value)
    model, membership = (
        round(100 * shares.right.value * (part.value or 0.0))
        for part in (shares.model, shares.membership)
    )
    return (
        f"Of 100 members {right} are guessed right: {right - model - membership} by knowing the "
        f"population, {model} more by what the model tells about anybody, and "
        f"{membership} more because they were in its training data. Always saying the most "
        f"frequent value is right for {percent(shares.majority, 0)}."
    )


def signed(value: float, interval: Interval | None) -> str:
    """A difference of AUCs with its sign and interval.

    >>> signed(0.341, (0.3, 0.38)), signed(-0.0001, None)
    ('+0.34 (+0.30 to +0.38)', '0.00')
    """
    ends = "" if interval is None else f" ({_sign(interval[0])} to {_sign(interval[1])})"
    return _sign(value) + ends


def _sign(value: float) -> str:
    """Two decimals; no sign where they are zero."""
    text = f"{value:+.2f}"
    return "0.00" if text in ("-0.00", "+0.00") else text


def _helps_anybody(report: AttributesReport) -> bool:
    """Whether members' values might be guessed better with the model, as anybody's are."""
    return report.delta_members_ci is not None and report.delta_members_ci[1] >= MATERIAL_DELTA


def _mostly(report: AttributesReport) -> str:
    """Whether the population tells nearly all that is guessed right."""
    shares = report.shares
    if shares is None or shares.population.value is None:
        return ""
    most = shares.population.value > 0.9
    return ", though nearly all of what is guessed right is imputation" * most
