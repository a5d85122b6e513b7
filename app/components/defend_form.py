"""The form of page Defend: data, model, and the grid of epsilons and clipping norms."""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import (
    attack_form,
    data_form,
    formats,
    glossary,
    heading,
    model_form,
    privacy_form,
    submit,
)
from app.components.memory_line import memory_line
from ppml_core.errors import InvalidValue
from ppml_core.jobs.requests import ATTACKS, FrontierRequest

NO_DP = "no DP"
"""Stands in links, too."""
NO_DP_HELP = (
    "“no DP”: clipping without noise, so no guarantee. Training with neither is the ordinary model."
)
EPSILONS = ("0.1", "0.25", "0.5", "1", "2", "4", "8", "16", "32", NO_DP)
CLIPS = ("0.1", "0.3", "1", "3", "10", "30")
SHADOWS = (8, 16, 32, 64)
_DEFAULTS: dict[str, object] = {
    "defend.epsilons": ["0.5", "1", "2", "4", "8", NO_DP],
    "defend.clips": ["0.3", "1", "3", "10"],
    "defend.seeds": 1,
    "defend.shadows": 16,
    "defend.attacks": ["lira", "rmia"],
    "defend.delta": 1e-5,
}


def show() -> None:
    """Three groups and the button, with what it will cost written beside it."""
    data, model, grid = st.columns(3)
    with data, st.container(border=True, height="stretch"):
        data_form.draw()
    with model, st.container(border=True, height="stretch"):
        model_form.draw("grid")
    with grid, st.container(border=True, height="stretch"):
        _grid()
    submit.button("Compute the grid", read, key="defend-submit")
    heading.small(f"{cost()} {memory_line(read)}")


def read() -> FrontierRequest:
    """The request that the form says. Raises ``InvalidValue``."""
    epsilons, clips = _chosen("defend.epsilons"), _chosen("defend.clips")
    if not epsilons or not clips:
        raise InvalidValue("grid", "with at least one epsilon and one clipping norm", "none")
    attacks = _chosen("defend.attacks")
    if not attacks:
        raise InvalidValue("attacks", "at least one", "none")
    return FrontierRequest(
        dataset=session.dataset(),
        recipe=model_form.read_recipe(None, "grid"),
        split=data_form.read_split(),
        seed=attack_form.read_seed(),
        epsilons=tuple(None if text == NO_DP else float(text) for text in _ordered(epsilons)),
        clips=tuple(sorted(float(text) for text in clips)),
        delta=float(session.choice("defend.delta", 1e-5)),
        seeds=int(session.choice("defend.seeds", 1)),
        shadows=int(session.choice("defend.shadows", 16)),
        attacks=tuple(name for name in ATTACKS if name in attacks),
    )


def cost() -> str:
    """How many models the grid takes."""
    cells = len(_chosen("defend.epsilons")) * len(_chosen("defend.clips"))
    each = int(session.choice("defend.seeds", 1)) * int(session.choice("defend.shadows", 16))
    return (
        f"{cells} cells and the ordinary model, {each} models in each: "
        f"{formats.count((cells + 1) * each)} models to train and attack. Cells appear as they "
        "finish; you may leave the page."
    )


def _grid() -> None:
    """Epsilons, clipping norms, and how sure each cell is to be."""
    heading.section("Privacy and attack")
    for key, default in _DEFAULTS.items():
        session.sticky(key, default)
    st.pills(
        "Epsilons",
        EPSILONS,
        selection_mode="multi",
        key="defend.epsilons",
        format_func=lambda text: "no DP (no noise)" if text == NO_DP else text,
        help=f"{glossary.help_for('epsilon')} {NO_DP_HELP}",
    )
    st.pills(
        "Clipping norms",
        CLIPS,
        selection_mode="multi",
        key="defend.clips",
        help=glossary.help_for("clip"),
    )
    left, right = st.columns(2)
    left.selectbox(
        "Shadow models a cell", SHADOWS, key="defend.shadows", help=glossary.help_for("shadows")
    )
    right.number_input(
        "Repetitions",
        1,
        8,
        key="defend.seeds",
        help="How often each cell is trained anew with other random halves of the records. "
        "More repetitions, narrower intervals.",
    )
    with st.expander("Attack details", key="defend-details"):
        _details()


def _details() -> None:
    """Attacks, delta, seed."""
    st.pills(
        "Attacks",
        ATTACKS,
        selection_mode="multi",
        format_func=formats.attack_title,
        key="defend.attacks",
        help=" ".join(f"{formats.attack_title(a)}: {glossary.help_for(a)}" for a in ATTACKS),
    )
    st.selectbox(
        "Delta",
        privacy_form.DELTAS,
        key="defend.delta",
        format_func=lambda value: f"{value:g}",
        help=glossary.help_for("delta"),
    )
    session.sticky("attack.seed", 0)
    st.number_input("Seed", 0, 2**31 - 1, key="attack.seed", help=glossary.help_for("seed"))


def _chosen(key: str) -> list[str]:
    """A multiple choice; may be empty."""
    return list(session.choice(key, _DEFAULTS[key]) or [])


def _ordered(epsilons: list[str]) -> list[str]:
    """From no noise to most, so that the same choice makes the same request."""
    return [text for text in reversed(EPSILONS) if text in epsilons]
