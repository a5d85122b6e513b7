"""What a report of attribute inference shows, in plain sentences."""

from __future__ import annotations

from ppml_core.auditing.attribute_report import AttributesReport, Shares
from ppml_core.auditing.attribute_size import (
    LOOKS,
    at_most,
    shown_verdict,
    size_of,
    surely,
    worse_than_without,
)
from ppml_core.auditing.learning import has_learned, nothing_learned_sentence
from ppml_core.auditing.materiality import GAIN
from ppml_core.auditing.report_parts import Interval
from ppml_core.auditing.wording import apart, percent


def attribute_sentence(report: AttributesReport) -> str:
    """The conclusion, and the figures it rests on."""
    return " ".join(part for part in (conclusion(report), figures(report)) if part)


def conclusion(report: AttributesReport) -> str:
    """What to conclude, without figures."""
    name, verdict = f"“{report.column.name}”", shown_verdict(report)
    if verdict == "did-not-run":
        return f"The attack did not run: {report.reason or 'no model has been attacked yet.'}"
    if verdict == "leaks-about-members":
        return _leak(report, name)
    if verdict == "population-only":
        return f"{_population(report, name)}{_others_worse(report)}"
    return _undecided(report, name)


def _leak(report: AttributesReport, name: str) -> str:
    """What is surely there, in words as large as it is."""
    betrays = f"The model betrays {name} of the records it was trained on{_mostly(report)}"
    size = size_of(report)
    if size == "grave":
        return f"{betrays}. The leak is visible, and grave."
    if size == "material":
        return f"{betrays}. The leak is visible, and large enough to matter."
    if at_most(report) == "slight":
        return f"{betrays}. The leak is visible, but slight."
    return (
        f"{betrays}. The leak is visible; what is surely there is slight, and there is too little "
        "data to say that it is not larger."
    )


def _population(report: AttributesReport, name: str) -> str:
    """No leak about members that would matter."""
    if _helps_anybody(report):
        return (
            f"What the model adds to guessing {name}, it adds for other people too: no leak "
            "about the records it was trained on that would matter was found."
        )
    return (
        f"Whoever knows the population guesses {name} as well without the model: no "
        "leak about the records it was trained on that would matter was found."
    )


def _others_worse(report: AttributesReport) -> str:
    """A word where other people are surely guessed worse with the model."""
    ci = report.delta_nonmembers_ci
    if ci is None or ci[1] >= 0:
        return ""
    return " About other people the model surely misleads."


def _undecided(report: AttributesReport, name: str) -> str:
    """Why nothing can be concluded."""
    if report.reason or not has_learned(report.dataset, report.target):
        reason = report.reason or nothing_learned_sentence(report.dataset, report.target)
        return f"Nothing can be concluded about {name}: {reason} This is not a pass."
    if worse_than_without(report):
        return (
            f"Nothing can be concluded about {name}: with the model its training records are "
            "surely guessed worse than without it or compared with other people. Whoever turns "
            "such guesses round may gain by them, so this is not a pass."
        )
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
        f"{signed(report.delta_nonmembers, report.delta_nonmembers_ci)}.{_excess(report)}"
    )


def least(report: AttributesReport) -> str:
    """`` Surely at least +0.012, corrected for two looks.`` Empty where nothing is sure."""
    if report.delta_members_ci is None or report.extra_ci is None:
        return ""
    end = surely(report.delta_members_ci, report.extra_ci)
    if end <= 0:
        return ""
    return f" Surely at least +{apart(end, 0.0, 3)}, corrected for {LOOKS} looks."


def _excess(report: AttributesReport) -> str:
    """What members' gain exceeds others' by."""
    if report.extra is None:
        return ""
    return f" Members beyond others: {signed(report.extra, report.extra_ci)}."


def shares_sentence(report: AttributesReport) -> str:
    """Of a hundred members, how many are guessed right, and thanks to what."""
    shares = report.shares
    if shares is None or shares.right.value is None:
        return ""
    population, model, membership, wrong = of_a_hundred(shares)
    return (
        f"Of 100 members {100 - wrong} are guessed right: {population} by knowing the "
        f"population, {model} more by what the model tells about anybody, and "
        f"{membership} more because they were in its training data. Always saying the most "
        f"frequent value is right for {percent(shares.majority, 0)}."
    )


def of_a_hundred(shares: Shares) -> tuple[int, int, int, int]:
    """Members guessed right by population, model and membership, and wrong, in whole people.

    They make a hundred: where rounding down leaves people over, the parts that lost most
    by it get one each (Hamilton's method). Sentence and figure say the same.
    """
    right = shares.right.value or 0.0
    parts = [right * (p.value or 0.0) for p in (shares.population, shares.model, shares.membership)]
    exact = [100 * part for part in (*parts, 1 - right)]
    whole = [int(part + 1e-9) for part in exact]
    order = sorted(range(4), key=lambda k: whole[k] - exact[k])
    for k in order[: 100 - sum(whole)]:
        whole[k] += 1
    return whole[0], whole[1], whole[2], whole[3]


def signed(value: float, interval: Interval | None) -> str:
    """A difference of AUCs with its sign and interval, with as many digits as tell an interval
    from zero that excludes it.

    >>> signed(0.341, (0.3, 0.38)), signed(-0.0001, None), signed(0.018, (0.004, 0.03))
    ('+0.34 (+0.30 to +0.38)', '0.00', '+0.02 (+0.004 to +0.03)')
    """
    if interval is None:
        return _sign(value)
    ends = [_sign(end) for end in interval]
    if interval[0] > 0 or interval[1] < 0:
        ends = ["+" * (end > 0) + apart(end, 0.0, 2) for end in interval]
    return f"{_sign(value)} ({ends[0]} to {ends[1]})"


def _sign(value: float) -> str:
    """Two decimals; no sign where they are zero."""
    text = f"{value:+.2f}"
    return "0.00" if text in ("-0.00", "+0.00") else text


def _helps_anybody(report: AttributesReport) -> bool:
    """Whether members' values might be guessed better with the model, as anybody's are."""
    return report.delta_members_ci is not None and report.delta_members_ci[1] >= GAIN.material


def _mostly(report: AttributesReport) -> str:
    """Whether the population tells nearly all that is guessed right."""
    shares = report.shares
    if shares is None or shares.population.value is None:
        return ""
    most = shares.population.value > 0.9
    return ", though nearly all of what is guessed right is imputation" * most
