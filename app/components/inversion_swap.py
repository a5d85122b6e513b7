"""The swap test: the number that counts, on a line from never to always."""

from __future__ import annotations

import streamlit as st

from app import escape
from app.components import formats, glossary
from ppml_core.auditing.inversion_report import InversionCell, InversionReport, SwapSummary


def card(report: InversionReport, cell: InversionCell) -> None:
    """Wins of pairs, rate, Wilson's interval, and the line of chance."""
    with st.container(border=True, height="stretch", gap="xsmall", key="inversion-swap-card"):
        swap = cell.swap
        st.metric("Swap test", formats.percent(swap.rate), help=glossary.help_for("swap_test"))
        said = f"{sentence(report, swap)} {beside(cell.side_by_side)}".strip()
        st.html(strip(swap) + f'<p class="lab-small inv-note">{escape.html(said)}</p>')


def sentence(report: InversionReport, swap: SwapSummary) -> str:
    """What was swapped, how often the attack told it, and what chance is."""
    if swap.rate is None:
        return swap.reason or "No pair of models was compared."
    return (
        f"Won {swap.wins} of {swap.pairs} pairs of models that differ, by a fair coin, in which "
        f"{report.unit} they hold. 95 % interval {formats.percent_interval(swap.ci)}, "
        "chance is exactly 50 %."
    )


def beside(both: SwapSummary) -> str:
    """What the two reconstructions of a pair tell together.

    >>> beside(SwapSummary(wins=71, pairs=100, rate=0.71, ci=(0.61, 0.79)))
    'Side by side, the two pictures of a pair tell who is where in 71 of 100 (61.0 to 79.0 %).'
    """
    if both.rate is None:
        return ""
    return (
        f"Side by side, the two pictures of a pair tell who is where in {both.wins} of "
        f"{both.pairs} ({formats.percent_interval(both.ci)})."
    )


def strip(swap: SwapSummary) -> str:
    """The interval and the rate on a line from 0 to 100 %, chance marked."""
    if swap.rate is None or swap.ci is None:
        return ""
    low, high = swap.ci
    told = (
        f"A line from 0 to 100 %. Rate {formats.percent(swap.rate)}, 95 % interval "
        f"{formats.percent_interval(swap.ci)}. Chance is marked at 50 %."
    )
    return (
        f'<div class="inv-strip" role="img" aria-label="{escape.html(told)}">'
        '<i class="inv-line"></i><i class="inv-chance"></i>'
        f'<i class="inv-range" style="left:{100 * low:.2f}%;width:{100 * (high - low):.2f}%"></i>'
        f'<i class="inv-dot" style="left:{100 * swap.rate:.2f}%"></i>'
        "<b>0 %</b><b>chance, 50 %</b><b>100 %</b></div>"
    )
