"""The form of page Inversion: pictures, model, privacy, attack."""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import adopt, formats, glossary, heading, inversion_data, model_form, submit
from app.components import inversion_choices as choices
from app.components import inversion_words as words
from app.components.privacy_form import DELTAS
from ppml_core import limits
from ppml_core.jobs.invert_request import INVERSION_ATTACKS


def show() -> None:
    """Four groups, and the button with what it will cost beside it."""
    choices.stick()
    top, bottom = st.columns(2), st.columns(2)
    groups = (inversion_data.draw, _model, _privacy, _attack)
    for place, draw in zip((*top, *bottom), groups, strict=True):
        with place, st.container(border=True, height="stretch"):
            draw()
    adopt.button()
    submit.button("Reconstruct", choices.read, key="inversion-submit")
    heading.small(cost())


def cost() -> str:
    """How much is trained and attacked."""
    cells = 1
    if choices.choice("invert.privacy") == choices.GRID:
        cells += len(choices.several("invert.epsilons")) * len(choices.several("invert.clips"))
    pairs = int(choices.choice("invert.pairs"))
    settings = f"{cells} settings" if cells > 1 else "One setting"
    return (
        f"{settings}, {pairs} pairs of models in each: at least {formats.count(2 * pairs * cells)} "
        "models to train and invert. You may leave the page."
    )


def _model() -> None:
    """What is attacked."""
    model_form.draw("invert")


def _privacy() -> None:
    """None, one setting, or a grid to slide over."""
    heading.section("Privacy")
    st.segmented_control(
        "Differential privacy",
        list(choices.PRIVACY),
        format_func=lambda way: choices.PRIVACY[way],
        key="invert.privacy",
        required=True,
        help=glossary.help_for("dp_sgd"),
    )
    way = choices.choice("invert.privacy")
    if way == choices.OFF:
        heading.small(
            "Ordinary training: the model carries no guarantee. Choose “Grid” to see what noise "
            "does to the reconstructions."
        )
    elif way == choices.ONE:
        _one_form()
    else:
        _grid_form()


def _one_form() -> None:
    """Epsilon, clipping and delta of one setting."""
    st.select_slider(
        "Epsilon",
        _with("invert.epsilon", choices.EPSILONS),
        key="invert.epsilon",
        help=glossary.help_for("epsilon"),
    )
    left, right = st.columns(2)
    left.selectbox(
        "Clipping norm",
        _with("invert.clip", choices.CLIPS),
        key="invert.clip",
        help=glossary.help_for("clip"),
    )
    with right:
        _delta()


def _grid_form() -> None:
    """Epsilons and clipping norms of the grid; the ordinary model is computed beside it."""
    st.pills(
        "Epsilons",
        _with("invert.epsilons", choices.EPSILONS),
        selection_mode="multi",
        key="invert.epsilons",
        help=f"{glossary.help_for('epsilon')} “no noise” clips only, and has no guarantee.",
    )
    st.pills(
        "Clipping norms",
        _with("invert.clips", choices.CLIPS),
        selection_mode="multi",
        key="invert.clips",
        help=glossary.help_for("clip"),
    )
    _delta()


def _delta() -> None:
    """The same for one setting and for the grid."""
    present = float(choices.choice("invert.delta"))
    st.selectbox(
        "Delta",
        sorted({*DELTAS, present}, reverse=True),
        key="invert.delta",
        format_func=formats.small_number,
        help=glossary.help_for("delta"),
    )


def _attack() -> None:
    """Which attack, against how many people, how surely; the rest folded away."""
    heading.section("Attack")
    st.selectbox(
        "Attack",
        INVERSION_ATTACKS,
        format_func=words.attack_title,
        key="invert.attack",
        help=glossary.help_for("model_inversion"),
    )
    said = words.ATTACKS[str(choices.choice("invert.attack"))]
    heading.small(f"{said.sentence} Sees: {said.access}.")
    left, right = st.columns(2)
    most = inversion_data.most_records()
    if int(choices.choice("invert.records")) > most:
        session.set_choice("invert.records", most)
    present = int(choices.choice("invert.records"))
    left.selectbox(
        "Records a class",
        sorted(count for count in {*choices.RECORDS, present} if count <= most),
        key="invert.records",
        help=glossary.help_for("records_per_class"),
    )
    right.number_input(
        "Pairs of models",
        1,
        limits.PAIRS_MAX,
        key="invert.pairs",
        help=glossary.help_for("pairs"),
    )
    with st.expander("Attack details", key="inversion-details"):
        _details()


def _details() -> None:
    """People, copies, smoothness, seed."""
    left, right = st.columns(2)
    with left:
        st.number_input(
            "People (classes)",
            2,
            limits.SLOTS_MAX,
            key="invert.slots",
            help="Most people attacked at a time. Each one is a class of the model.",
        )
        st.number_input(
            "Total variation",
            0.0,
            10.0,
            step=0.001,
            format="%.4f",
            key="invert.smooth",
            disabled=not choices.uses_smoothness(),
            help=glossary.help_for("total_variation"),
        )
    with right:
        st.number_input(
            "Copies of each record",
            1,
            limits.COPIES_MAX,
            key="invert.copies",
            help=glossary.help_for("copies"),
        )
        st.number_input("Seed", 0, 2**31 - 1, key="invert.seed", help=glossary.help_for("seed"))


def _with(key: str, offered: tuple[str, ...]) -> list[str]:
    """What is offered, and what an adopted run brought."""
    present = choices.choice(key)
    known = {*offered, *(present if isinstance(present, list) else [str(present)])}
    return sorted(known, key=lambda text: float("inf") if text == choices.NO_NOISE else float(text))
