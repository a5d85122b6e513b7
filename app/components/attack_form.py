"""The group "Attack" of a form: which attacks, with how many shadow models."""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import formats, glossary, heading
from ppml_core.jobs.requests import ATTACKS

SHADOWS = (8, 16, 32, 64, 128, 256)
_DEFAULT_ATTACKS = ["lira", "rmia", "loss"]


def draw() -> None:
    """Attacks, number of shadow models, seed."""
    heading.section("Attack")
    session.sticky("attack.names", list(_DEFAULT_ATTACKS))
    session.sticky("attack.shadows", 64)
    session.sticky("attack.seed", 0)
    st.multiselect(
        "Attacks",
        ATTACKS,
        format_func=formats.attack_title,
        key="attack.names",
        help=" ".join(f"{formats.attack_title(a)}: {glossary.help_for(a)}" for a in ATTACKS),
    )
    left, right = st.columns(2)
    present = int(session.choice("attack.shadows", 64))
    left.selectbox(
        "Shadow models",
        sorted({*SHADOWS, present}),
        key="attack.shadows",
        help=glossary.help_for("shadows"),
    )
    right.number_input("Seed", 0, 2**31 - 1, key="attack.seed", help=glossary.help_for("seed"))


def read_attacks() -> tuple[str, ...]:
    """The chosen attacks in the library's order; may be empty."""
    chosen = session.choice("attack.names", _DEFAULT_ATTACKS)
    return tuple(name for name in ATTACKS if name in chosen)


def read_shadows() -> int:
    """The chosen number of models."""
    return int(session.choice("attack.shadows", 64))


def read_seed() -> int:
    """The chosen seed."""
    return int(session.choice("attack.seed", 0))


def adopt(names: tuple[str, ...], shadows: int, seed: int) -> None:
    """Set the form; for callbacks."""
    session.set_choice("attack.names", list(names))
    session.set_choice("attack.shadows", shadows)
    session.set_choice("attack.seed", seed)
