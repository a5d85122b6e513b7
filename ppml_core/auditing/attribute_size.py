"""How large a leak about an attribute is: read off the intervals of its gains.

Pure and light, so that pages can ask it about reports of every age.
"""

from __future__ import annotations

from ppml_core.auditing.attribute_report import AttributesReport
from ppml_core.auditing.learning import has_learned
from ppml_core.auditing.materiality import GAIN, Size, larger
from ppml_core.auditing.report_parts import Interval
from ppml_core.statistics.widen import widened

LOOKS = 2
"""A run looks at the members' gain and at its excess over that of others."""


def verdict(members: Interval, extra: Interval) -> str:
    """From the 95 % intervals of the members' gain and of its excess over the non-members'.

    ``leaks-about-members``: both surely above zero, corrected for two looks, so that the gain
    is neither chance nor what the model tells about anybody; how large it is says
    :func:`surely`. ``population-only``: one of them surely below ``GAIN.material``, and none
    below zero: a guesser that the model surely misleads has not shown what another would find.
    ``inconclusive``: everything else.

    >>> verdict((0.3, 0.4), (0.3, 0.42)), verdict((-0.02, 0.04), (-0.1, 0.1))
    ('leaks-about-members', 'population-only')
    >>> verdict((-0.1, 0.2), (-0.1, 0.2)), verdict((-0.2, -0.1), (-0.2, -0.1))
    ('inconclusive', 'inconclusive')
    """
    if surely(members, extra) > GAIN.chance:
        return "leaks-about-members"
    if min(members[0], extra[0]) > GAIN.chance or min(members[1], extra[1]) < GAIN.chance:
        return "inconclusive"
    return "population-only" if min(members[1], extra[1]) < GAIN.material else "inconclusive"


def surely(members: Interval, extra: Interval) -> float:
    """The gain about members, beyond that about others, that is there in any case.

    >>> round(surely((0.1, 0.3), (0.05, 0.4)), 3)
    0.025
    """
    return min(_corrected(members)[0], _corrected(extra)[0])


def shown_verdict(report: AttributesReport) -> str:
    """The verdict as its intervals bear it out: what older versions passed may be no pass."""
    members, extra = report.delta_members_ci, report.extra_ci
    if report.verdict != "population-only":
        return report.verdict
    if members is None or extra is None or not has_learned(report.dataset, report.target):
        return "inconclusive"
    return verdict(members, extra)


def size_of(report: AttributesReport) -> Size:
    """Of a leak: what is surely there."""
    if report.delta_members_ci is None or report.extra_ci is None:
        return "slight"
    return GAIN.size(surely(report.delta_members_ci, report.extra_ci)) or "slight"


def at_most(report: AttributesReport) -> Size:
    """The largest leak that the ordinary intervals allow."""
    found = size_of(report)
    if report.delta_members_ci is None or report.extra_ci is None:
        return found
    end = min(report.delta_members_ci[1], report.extra_ci[1])
    return larger(found, GAIN.size(end) or "slight")


def worse_than_without(report: AttributesReport) -> bool:
    """Whether the model surely misleads about members: alone, or compared with others."""
    return any(ci is not None and ci[1] < 0 for ci in (report.delta_members_ci, report.extra_ci))


def _corrected(ci: Interval) -> Interval:
    """For two looks; intervals of differences are symmetric."""
    return widened((ci[0] + ci[1]) / 2, ci, 0.025 / LOOKS)
