"""The form of page Gradients: pictures, attack, and the grid of clipping norms and noises."""

from __future__ import annotations

import streamlit as st

from app.components import adopt, formats, glossary, heading, inversion_data, submit
from app.components import gradients_choices as choices
from app.components import gradients_words as words
from app.components.privacy_form import DELTAS
from ppml_core.jobs.gradients_request import (
    BATCH_MAX,
    METHODS,
    MODELS,
    REPETITIONS_MAX,
    SEARCH_STEPS,
    SEARCH_STEPS_MAX,
    TRAINING_STEPS_MAX,
)
from ppml_core.jobs.requests import SEED_MAX

SECONDS = {"l2": 2.0, "cosine": 1.7}
"""Of a search with the usual number of steps for one picture, measured on one core."""


def show() -> None:
    """Three groups, and the button with what it will cost beside it."""
    choices.stick()
    data, attack, grid = st.columns(3)
    for place, draw in ((data, _data), (attack, _attack), (grid, _grid)):
        with place, st.container(border=True, height="stretch"):
            draw()
    adopt.button()
    submit.button("Reconstruct", choices.read, key="gradients-submit")
    heading.small(cost())


def cost() -> str:
    """How much is computed, and for searches about how long it takes."""
    method = str(choices.choice("gradients.method"))
    cells = len(choices.choice(choices.grid_key("clips")) or []) * len(
        choices.choice(choices.grid_key("noises")) or []
    )
    clients = int(choices.choice(choices.grid_key("clients")))
    told = f"{cells} settings, {clients} clients in each: {cells * clients} reconstructions"
    if method == "analytic":
        return f"{told}, computed in seconds to a minute."
    steps = int(choices.choice(f"gradients.{method}.steps"))
    seconds = cells * clients * SECONDS[method] * steps / SEARCH_STEPS[method]
    return f"{told}, each a search: about {formats.duration(seconds)} or more."


def _data() -> None:
    """Pictures, and how many a client holds."""
    inversion_data.draw()
    st.slider(
        "Pictures in a batch",
        1,
        BATCH_MAX,
        key="gradients.batch",
        help=glossary.help_for("gradient_batch"),
    )


def _attack() -> None:
    """How the receiver reconstructs; the rest folded away."""
    heading.section("Attack")
    st.segmented_control(
        "Method",
        list(METHODS),
        format_func=lambda method: words.METHODS[method],
        key="gradients.method",
        required=True,
        help=glossary.help_for("gradient_inversion"),
    )
    method = str(choices.choice("gradients.method"))
    heading.small(words.METHOD_LINES[method])
    st.selectbox(
        "Model",
        MODELS[method],
        key=f"gradients.{method}.model",
        format_func=lambda name: words.MODELS[name],
        help="Fresh from its random start, unless “Training steps” says otherwise. Searching "
        "works best on smooth (sigmoid) networks.",
    )
    with st.expander("Attack details", key="gradients-details"):
        _details(method)


def _details(method: str) -> None:
    """Training steps, search steps, seed."""
    st.number_input(
        "Training steps",
        0,
        TRAINING_STEPS_MAX,
        step=10,
        key="gradients.steps",
        help="How many steps the model has been trained, on the attacker's own pictures, before "
        "the clients see it.",
    )
    if method != "analytic":
        st.number_input(
            "Search steps", 1, SEARCH_STEPS_MAX, step=100, key=f"gradients.{method}.steps"
        )
    st.number_input("Seed", 0, SEED_MAX, key="gradients.seed", help=glossary.help_for("seed"))


def _grid() -> None:
    """What the clients do to their gradients, in every combination."""
    heading.section("Defence")
    for name, label, options, term in (
        ("clips", "Clipping norms", choices.CLIPS, "gradient_clip"),
        ("noises", "Noise in every coordinate", choices.NOISES, "gradient_noise"),
    ):
        st.pills(
            label,
            choices.offered(choices.grid_key(name), options),
            selection_mode="multi",
            key=choices.grid_key(name),
            help=glossary.help_for(term),
        )
    left, right = st.columns(2)
    left.number_input(
        "Clients",
        1,
        REPETITIONS_MAX,
        key=choices.grid_key("clients"),
        help="How many clients are attacked in every setting. More clients, narrower intervals.",
    )
    right.selectbox(
        "Delta",
        sorted({*DELTAS, float(choices.choice("gradients.delta"))}, reverse=True),
        key="gradients.delta",
        format_func=formats.small_number,
        help=glossary.help_for("delta"),
    )
