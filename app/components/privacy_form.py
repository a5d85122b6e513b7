"""The group "Privacy" of a form: with or without differential privacy."""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import formats, glossary, heading
from ppml_core.training.recipe import DPSGDConfig

EPSILONS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
CLIPS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
DELTAS = (1e-3, 1e-4, 1e-5, 1e-6)
_DEFAULTS: dict[str, float | bool] = {
    "privacy.on": False,
    "privacy.epsilon": 8.0,
    "privacy.clip": 1.0,
    "privacy.delta": 1e-5,
}


def draw() -> None:
    """A switch; and when it is on, epsilon, clipping and delta."""
    heading.section("Privacy")
    for key, default in _DEFAULTS.items():
        session.sticky(key, default)
    st.toggle("Differential privacy", key="privacy.on", help=glossary.help_for("dp_sgd"))
    if not session.choice("privacy.on", False):
        st.html(
            '<p class="lab-small">Ordinary training: the model carries no guarantee. '
            "Switch on to bound what it can reveal about any one record.</p>"
        )
        return
    st.select_slider(
        "Epsilon",
        _with("privacy.epsilon", EPSILONS),
        key="privacy.epsilon",
        format_func=lambda value: f"{value:g}",
        help=glossary.help_for("epsilon"),
    )
    left, right = st.columns(2)
    left.selectbox(
        "Clipping norm",
        _with("privacy.clip", CLIPS),
        key="privacy.clip",
        format_func=lambda value: f"{value:g}",
        help=glossary.help_for("clip"),
    )
    right.selectbox(
        "Delta",
        _with("privacy.delta", DELTAS),
        key="privacy.delta",
        format_func=formats.small_number,
        help=glossary.help_for("delta"),
    )


def read_privacy() -> DPSGDConfig | None:
    """The chosen privacy, or None for ordinary training. Raises ``InvalidValue``."""
    if not session.choice("privacy.on", False):
        return None
    return DPSGDConfig(
        max_grad_norm=float(session.choice("privacy.clip", 1.0)),
        target_epsilon=float(session.choice("privacy.epsilon", 8.0)),
        delta=float(session.choice("privacy.delta", 1e-5)),
    )


def adopt(privacy: DPSGDConfig | None) -> None:
    """Set the form to ``privacy``; for callbacks."""
    session.set_choice("privacy.on", privacy is not None)
    if privacy is None:
        return
    session.set_choice("privacy.clip", privacy.max_grad_norm)
    session.set_choice("privacy.delta", privacy.delta)
    if privacy.target_epsilon is not None:
        session.set_choice("privacy.epsilon", privacy.target_epsilon)


def _with(key: str, values: tuple[float, ...]) -> list[float]:
    """The offered values, and the present one if a link or an adopted run brought another."""
    present = float(session.choice(key, values[0]))
    return sorted({*values, present})
