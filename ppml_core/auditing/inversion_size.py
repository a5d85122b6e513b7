"""How large a leak by inversion is: what one picture alone surely tells. Pure and light.

Side by side the two pictures of a pair show smaller leaks than one alone does, so that test
says whether there is one; how large it is says the test of single pictures, as an attacker
has who has one model.
"""

from __future__ import annotations

from ppml_core.auditing.inversion_report import InversionCell
from ppml_core.auditing.materiality import SIZES, WINS, Size, larger
from ppml_core.statistics.widen import widened_share


def surely(cell: InversionCell) -> float:
    """Share of pairs that single pictures tell apart in any case, corrected for all settings."""
    swap = cell.swap
    if swap.rate is None or swap.ci is None:
        return WINS.chance
    return widened_share(swap.rate, swap.ci, 0.025 / max(cell.looks, 1))[0]


def size_of(cell: InversionCell) -> Size:
    """Of a leak; slight where single pictures do not surely show it."""
    return WINS.size(surely(cell)) or "slight"


def at_most(cell: InversionCell) -> Size:
    """The largest leak that the ordinary intervals allow."""
    found = size_of(cell)
    if cell.swap.ci is None:
        return found
    return larger(found, WINS.size(cell.swap.ci[1]) or "slight")


def strength(cell: InversionCell) -> tuple[int, float, float]:
    """For comparing leaks: size, what single pictures surely tell, then side by side."""
    together = cell.side_by_side.ci or (0.0, 0.0)
    return SIZES.index(size_of(cell)), surely(cell), together[0]


def off_chance(cell: InversionCell) -> bool:
    """Whether an ordinary interval of either test leaves one half out: no pass, whichever way."""
    tests = (cell.swap, cell.side_by_side)
    return any(t.ci is not None and not t.ci[0] <= WINS.chance <= t.ci[1] for t in tests)
