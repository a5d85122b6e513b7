"""Who trains the model, who does not, and who is kept apart for the attacker."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import plotly.graph_objects as go

from app.figures import base
from ppml_core.datasets.split import SplitSizes, make_split
from ppml_core.errors import InvalidValue

_COLUMNS, _ROWS = 20, 5


@dataclass(frozen=True, kw_only=True)
class Group:
    """One part of the records; ``n`` of them, ``share`` of all."""

    name: str
    share: float
    n: int


@lru_cache(maxsize=256)
def groups(sizes: SplitSizes, counts: tuple[int, ...]) -> tuple[Group, ...]:
    """Members, non-members, auxiliary and what is left over, as runs divide records of
    which the classes have so many."""
    n = sum(counts)
    shares = {
        "members": sizes.members,
        "non-members": sizes.nonmembers,
        "auxiliary": sizes.auxiliary,
    }
    used = tuple(
        Group(name=name, share=share, n=size)
        for (name, share), size in zip(shares.items(), _sizes(sizes, counts), strict=True)
    )
    rest = max(0.0, 1.0 - sizes.total)
    left = max(0, n - sum(group.n for group in used))
    return (*used, Group(name="not used", share=rest, n=left if rest > 1e-9 else 0))


def _sizes(sizes: SplitSizes, counts: tuple[int, ...]) -> tuple[int, ...]:
    """Records a part by the library's own split; where it refuses one, rounded shares."""
    labels = np.repeat(np.arange(len(counts)), counts)
    try:
        split = make_split(labels, sizes)
    except InvalidValue:
        ends = np.round(len(labels) * np.cumsum([sizes.members, sizes.nonmembers, sizes.auxiliary]))
        return tuple(int(size) for size in np.diff(ends, prepend=0))
    return len(split.members), len(split.nonmembers), len(split.auxiliary)


def draw(sizes: SplitSizes, counts: tuple[int, ...], *, dark: bool) -> go.Figure:
    """A hundred dots, each one hundredth of the records; shape and colour say the group."""
    colours = base.palette(dark)
    made = base.figure(dark=dark, x="", y="", height=190)
    styles = (
        ("circle", colours.series[0]),
        ("circle-open", colours.series[1]),
        ("square", colours.series[2]),
        ("x-thin-open", colours.muted),
    )
    first = 0
    for group, dots, (symbol, colour) in zip(
        groups(sizes, counts), hundredths(sizes), styles, strict=True
    ):
        places = range(first, first + dots)
        first += dots
        if dots:
            made.add_trace(
                go.Scatter(
                    x=[place // _ROWS for place in places],
                    y=[_ROWS - 1 - place % _ROWS for place in places],
                    mode="markers",
                    marker={
                        "symbol": symbol,
                        "size": 11,
                        "color": colour,
                        "line": {"width": 2, "color": colour},
                    },
                    name=f"{group.name} {group.n:,}",
                    hovertemplate=f"{group.name}: {group.n:,} records<extra></extra>",
                )
            )
    made.update_xaxes(visible=False, range=[-0.7, _COLUMNS - 0.3], fixedrange=True)
    made.update_yaxes(visible=False, range=[-0.7, _ROWS - 0.3], fixedrange=True)
    return made


def hundredths(sizes: SplitSizes) -> tuple[int, ...]:
    """Dots a group; 100 in all. Largest remainders get the odd ones (ties: first group)."""
    shares = [sizes.members, sizes.nonmembers, sizes.auxiliary, max(0.0, 1.0 - sizes.total)]
    exact = [100 * share / sum(shares) for share in shares]
    dots = [int(value + 1e-9) for value in exact]
    order = sorted(range(4), key=lambda i: (dots[i] - exact[i], i))
    for index in order[: 100 - sum(dots)]:
        dots[index] += 1
    return tuple(dots)


def alt(sizes: SplitSizes, counts: tuple[int, ...]) -> str:
    """The split in words."""
    parts = ", ".join(f"{group.n:,} {group.name}" for group in groups(sizes, counts) if group.n)
    return f"A hundred dots showing how {sum(counts):,} records are divided: {parts}."
