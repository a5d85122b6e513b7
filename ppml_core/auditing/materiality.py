"""How large a leak is. One scale for every study, so that none is louder than another.

A leak is *visible* where an interval, corrected for how often was looked, excludes chance.
How *large* it is says the end of that interval which is nearer to chance: what is surely
there. Severity, words and colours follow the size; sight alone decides only whether there is
anything to speak of.

Why these thresholds:

- ``AUC`` 0.55: one right guess in ten more than by coins is what an audit of usual size can
  exclude; 0.75 is where half of the distance to certainty is covered.
- ``ADVANTAGE``: twice an AUC's lead over one half, because a threshold with advantage ``a``
  makes a (concave) curve of area at least ``1/2 + a/2``.
- ``GAIN``, a difference of two AUCs: an AUC's lead over one half.
- TPR at 1 % FPR: three and five times chance. An accusation is then right three, five times
  out of four, six. At 0.1 % five and ten times, where a shift of Gaussian scores that gives
  the former gives about the latter.
- ``WINS``, pairs of models told apart: 0.7, because every pair is two trainings and a hundred
  of them exclude it; 0.9 is nearly always.
- Share of pictures recognised: 0.3 and 0.5 of the way from chance to all; a dozen pictures of
  which none is recognised exclude the former.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ppml_core.auditing.report_parts import Interval, Severity
from ppml_core.errors import InvalidValue

Size = Literal["slight", "material", "grave"]
SIZES: tuple[Size, ...] = ("slight", "material", "grave")
SEVERITY: dict[Size, Severity] = {"slight": "warning", "material": "warning", "grave": "grave"}
"""Of a finding. A slight leak is real, so it is no mere note; only a grave one is grave."""

Measure = Literal["auc", "advantage", "tpr", "gain", "wins", "share"]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """What a measure is by chance, and from which values on a leak is material and grave.

    >>> AUC.size(0.5), AUC.size(0.51), AUC.size(0.55), AUC.size(0.95)
    (None, 'slight', 'material', 'grave')
    """

    chance: float
    material: float
    grave: float

    def __post_init__(self) -> None:
        if not self.chance <= self.material <= self.grave:
            raise InvalidValue("scale", "chance <= material <= grave", self)

    def size(self, surely: float) -> Size | None:
        """Of a leak that surely reaches this value; None at chance and below."""
        if surely <= self.chance:
            return None
        if surely < self.material:
            return "slight"
        return "material" if surely < self.grave else "grave"

    def share(self, surely: float) -> float:
        """How far this is from chance, in units of a grave leak: compares measures."""
        return (surely - self.chance) / max(self.grave - self.chance, 1e-12)


AUC = Scale(chance=0.5, material=0.55, grave=0.75)
ADVANTAGE = Scale(chance=0.0, material=0.10, grave=0.50)
GAIN = Scale(chance=0.0, material=0.05, grave=0.25)
WINS = Scale(chance=0.5, material=0.7, grave=0.9)
_TPR = {0.01: (0.03, 0.05), 0.001: (0.005, 0.01)}


def tpr_scale(fpr: float) -> Scale:
    """Of the TPR at a FPR; at other rates than 0.1 and 1 % about three and five times it.

    >>> tpr_scale(0.01).material, round(tpr_scale(0.1).grave, 2)
    (0.03, 0.41)
    """
    material, grave = _TPR.get(fpr, (1 - (1 - fpr) ** 3, 1 - (1 - fpr) ** 5))
    return Scale(chance=fpr, material=material, grave=grave)


def share_scale(chance: float) -> Scale:
    """Of the share of pictures that are recognised.

    >>> share_scale(0.0)
    Scale(chance=0.0, material=0.3, grave=0.5)
    """
    rest = 1 - chance
    return Scale(chance=chance, material=chance + 0.3 * rest, grave=chance + 0.5 * rest)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a verdict rests on: ``value`` of a ``measure`` (TPR: at ``fpr``), and its interval.

    ``ci``: two-sided 95 %, all of the run's ``looks`` together (Bonferroni). ``size``: what
    is surely there. ``at_most``: what the ordinary 95 % intervals still allow. Where scores
    point the wrong way both are of what whoever turns them round would reach.
    """

    measure: Measure
    value: float
    ci: Interval
    looks: int
    size: Size
    at_most: Size
    fpr: float | None = None

    @property
    def scale(self) -> Scale:
        """The measure's. Shares depend on the line-up, whose chance is near zero."""
        if self.measure == "tpr":
            return tpr_scale(self.fpr or 0.01)
        fixed = {"auc": AUC, "advantage": ADVANTAGE, "gain": GAIN, "wins": WINS}
        return fixed.get(self.measure) or share_scale(0.0)


def larger(first: Size, second: Size) -> Size:
    """Of two sizes."""
    return max(first, second, key=SIZES.index)


def leak_label(size: Size, at_most: Size | None = None) -> str:
    """A visible leak in two words.

    >>> leak_label("slight"), leak_label("grave"), leak_label("slight", "material")
    ('Visible, slight', 'Visible, grave', 'Visible, size open')
    """
    if size == "slight" and at_most not in (None, "slight"):
        return "Visible, size open"
    return f"Visible, {size}"
