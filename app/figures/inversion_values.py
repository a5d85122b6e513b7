"""Which setting of an inversion is looked at, and its numbers.

Pure: a report in, plain values out. Sliders, figures and tables all go through here, so
they cannot disagree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ppml_core.auditing.inversion_report import InversionCell, InversionReport
from ppml_core.auditing.report_parts import Estimate

ORDINARY = "ordinary model"
NO_NOISE = "no noise"
"""Of the epsilon slider; they stand in links, too."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What the sliders say: an epsilon as text, or one of the two words, and a clipping
    norm, which the ordinary model does not have and which says nothing about it."""

    epsilon: str = ORDINARY
    clip: float | None = None


def option(epsilon: float | str | None) -> str:
    """A cell's epsilon as the slider has it.

    >>> option(None), option("inf"), option(8.0)
    ('ordinary model', 'no noise', '8')
    """
    if epsilon is None:
        return ORDINARY
    return NO_NOISE if isinstance(epsilon, str) else f"{epsilon:g}"


def setting_of(cell: InversionCell) -> Setting:
    """Where on the sliders a cell is."""
    return Setting(epsilon=option(cell.epsilon), clip=cell.clip)


def grid_of(report: InversionReport) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """The requested epsilons, strictest first, and clipping norms, smallest first; both empty
    where no grid was asked for."""
    asked = [None if e is None else float(e) for e in report.request.get("epsilons", ())]
    ordered = sorted(asked, key=lambda epsilon: math.inf if epsilon is None else epsilon)
    epsilons = tuple(NO_NOISE if e is None else option(e) for e in ordered)
    return epsilons, tuple(sorted(float(clip) for clip in report.request.get("clips", ())))


def wanted(report: InversionReport) -> tuple[Setting, ...]:
    """Every setting that was asked for, the first one first."""
    epsilons, clips = grid_of(report)
    grid = [Setting(epsilon=e, clip=c) for e in epsilons for c in clips]
    if grid:
        return (Setting(), *grid)
    return tuple(setting_of(cell) for cell in report.cells[:1])


def find_cell(report: InversionReport, at: Setting) -> InversionCell | None:
    """The finished cell of a setting, or None while it is not computed."""
    for cell in report.cells:
        if option(cell.epsilon) == at.epsilon and (
            at.epsilon == ORDINARY or same_clip(cell.clip, at.clip)
        ):
            return cell
    return None


def same_clip(one: float | None, other: float | None) -> bool:
    """Whether two clipping norms are the same."""
    return one == other or (one is not None and other is not None and math.isclose(one, other))


def unfinished(report: InversionReport) -> tuple[Setting, ...]:
    """What was asked for and is not there yet."""
    return tuple(at for at in wanted(report) if find_cell(report, at) is None)


def told(at: Setting) -> str:
    """A setting in words.

    >>> told(Setting()), told(Setting(epsilon="8", clip=1.0))
    ('ordinary model', 'epsilon 8, clipping norm 1')
    """
    if at.epsilon == ORDINARY:
        return ORDINARY
    noise = at.epsilon if at.epsilon == NO_NOISE else f"epsilon {at.epsilon}"
    return noise if at.clip is None else f"{noise}, clipping norm {at.clip:g}"


def strongest_null(cell: InversionCell) -> tuple[str, Estimate] | None:
    """The null with the highest mean correlation with the truth: what is to be beaten."""
    known = [(name, one) for name, one in cell.baselines.items() if one.value is not None]
    return max(known, key=lambda pair: float(pair[1].value or 0.0), default=None)
