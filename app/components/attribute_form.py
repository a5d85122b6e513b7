"""The form of page Attributes: table and column, model, privacy."""

from __future__ import annotations

import streamlit as st

from app.components import adopt, attribute_data, formats, glossary, heading, privacy_form, submit
from app.components import attribute_choices as choices
from ppml_core import limits
from ppml_core.jobs.attribute_request import (
    ATTRIBUTE_MODELS,
    MODELS_MAX,
    MODELS_MIN,
    SHADOWS_MAX,
    SHADOWS_MIN,
    TREES_MAX,
)
from ppml_core.jobs.requests import SEED_MAX

TITLES = {**formats.MODEL_TITLES, "forest": "Random forest"}


def show() -> None:
    """Three groups and the button."""
    data, model, privacy = st.columns(3)
    for place, draw in ((data, attribute_data.draw), (model, _model), (privacy, _privacy)):
        with place, st.container(border=True, height="stretch"):
            draw()
    adopt.button()
    submit.button("Guess this column", choices.read, key="attributes-submit")


def _model() -> None:
    """What is attacked."""
    heading.section("Model")
    choices.stick()
    st.selectbox(
        "Architecture",
        ATTRIBUTE_MODELS,
        format_func=lambda kind: TITLES[kind],
        key="attr.model",
        help=glossary.help_for("architecture"),
    )
    kind = choices.choice("attr.model")
    left, right = st.columns(2)
    with left:
        if kind == "forest":
            st.number_input(
                "Trees", 1, TREES_MAX, key="attr.trees", help="Decision trees that vote."
            )
        else:
            st.text_input(
                "Hidden layers",
                key="attr.hidden",
                help=glossary.help_for("hidden"),
                disabled=kind != "mlp",
            )
    if kind != "forest":
        right.number_input(
            "Epochs", 1, limits.EPOCHS_MAX, key="attr.epochs", help=glossary.help_for("epochs")
        )
    with st.expander("Attack details", key="attr-details"):
        _details()


def _details() -> None:
    """How many models of which kind, and the seed."""
    st.number_input(
        "Target models",
        MODELS_MIN,
        MODELS_MAX,
        key="attr.models",
        help="Each is trained on its own random part of the records and attacked in turn. "
        "More of them narrow the intervals.",
    )
    st.number_input(
        "Shadow models",
        SHADOWS_MIN,
        SHADOWS_MAX,
        key="attr.shadows",
        help="Trained on the attacker's own records; they teach how far to trust the model.",
    )
    st.number_input("Seed", 0, SEED_MAX, key="attr.seed", help=glossary.help_for("seed"))


def _privacy() -> None:
    """The switch; forests have none."""
    if choices.choice("attr.model") != "forest":
        privacy_form.draw()
        return
    heading.section("Privacy")
    heading.small(
        "A random forest is trained without differential privacy: nothing bounds what it "
        "reveals. Choose a network to protect it by noise."
    )
