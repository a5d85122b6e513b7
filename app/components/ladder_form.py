"""The form of page Bounds: whose records, how much noise, how many trainings."""

from __future__ import annotations

import streamlit as st

from app.components import adopt, formats, glossary, heading, inversion_data, submit
from app.components import ladder_choices as choices
from app.components.privacy_form import DELTAS
from ppml_core import limits
from ppml_core.jobs.requests import SEED_MAX


def show() -> None:
    """Three groups, and the button with what it will cost beside it."""
    choices.stick()
    data, noise, effort = st.columns(3)
    for place, draw in ((data, _data), (noise, _noise), (effort, _effort)):
        with place, st.container(border=True, height="stretch"):
            draw()
    adopt.button()
    submit.button("Measure the ladder", choices.read, key="ladder-submit")
    heading.small(cost())


def cost() -> str:
    """How much is trained."""
    noises = len(choices.choice("noises") or [])
    models = int(choices.choice("runs")) + int(choices.choice("shadows"))
    return (
        f"{noises} noise levels, {models} trainings at each: {formats.count(noises * models)} "
        "models, attacked by three adversaries. Levels appear as they finish."
    )


def _data() -> None:
    """Pictures, candidates, and how many pictures make a person."""
    inversion_data.draw()
    st.slider(
        "Candidates",
        2,
        max(20, int(choices.choice("candidates"))),
        key="ladder.candidates",
        help=glossary.help_for("kappa"),
    )
    st.slider(
        "Pictures of each person",
        1,
        max(10, int(choices.choice("copies"))),
        key="ladder.copies",
        help="1: a person is one record. More: each person is in the training data with the "
        "picture and variations of it, all unknown to the adversary.",
    )


def _noise() -> None:
    """The levels, each with the epsilon it comes to."""
    heading.section("Privacy")
    st.pills(
        "Noise multipliers",
        choices.offered(),
        selection_mode="multi",
        format_func=choices.with_epsilon,
        key="ladder.noises",
        help=f"{glossary.help_for('noise_multiplier')} ε is for one record.",
    )
    left, right = st.columns(2)
    left.number_input(
        "Steps", 1, limits.EPOCHS_MAX, step=10, key="ladder.steps", help=glossary.help_for("steps")
    )
    right.selectbox(
        "Delta",
        sorted({*DELTAS, float(choices.choice("delta"))}, reverse=True),
        key="ladder.delta",
        format_func=formats.small_number,
        help=f"{glossary.help_for('delta')} The bound itself needs no delta.",
    )


def _effort() -> None:
    """How many trainings, how many people."""
    heading.section("Experiment")
    st.number_input(
        "Attacked trainings",
        limits.LADDER_RUNS_MIN,
        limits.LADDER_RUNS_MAX,
        step=50,
        key="ladder.runs",
        help="At each noise level. In each, another candidate was trained on. More trainings, "
        "narrower intervals.",
    )
    with st.expander("Details", key="ladder-details"):
        st.number_input(
            "People",
            2,
            limits.LADDER_PEOPLE_MAX,
            key="ladder.people",
            help="Classes of the model. One of them is the unknown one.",
        )
        st.number_input(
            "Shadow trainings",
            limits.LADDER_RUNS_MIN,
            limits.LADDER_RUNS_MAX,
            step=20,
            key="ladder.shadows",
            help="The adversary's own, at each noise level: what the final weights look like "
            "for each candidate is learned from them.",
        )
        st.number_input(
            "Clipping norm",
            limits.CLIP_MIN,
            limits.CLIP_MAX,
            key="ladder.clip",
            help=glossary.help_for("clip"),
        )
        st.number_input(
            "Learning rate",
            1e-4,
            100.0,
            key="ladder.learning_rate",
            help=glossary.help_for("learning_rate"),
        )
        st.number_input("Seed", 0, SEED_MAX, key="ladder.seed", help=glossary.help_for("seed"))
