"""The group "Model" of a form: architecture and training."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import session
from app.components import formats, glossary
from ppml_core import limits
from ppml_core.errors import InvalidValue
from ppml_core.models.architecture import KINDS, Architecture
from ppml_core.training.recipe import OPTIMIZERS, DPSGDConfig, TrainingRecipe

_DEFAULTS = {
    "model.kind": "mlp",
    "model.hidden": "64",
    "model.epochs": 40,
    "model.batch": 32,
    "model.rate": 0.002,
    "model.optimizer": "adam",
    "model.decay": 0.0,
}


def draw() -> None:
    """What is trained and for how long; the rest folded away."""
    st.subheader("Model")
    _stick("model.kind", "model.hidden", "model.epochs")
    st.selectbox(
        "Architecture",
        [kind for kind in ("mlp", "softmax", "cnn") if kind in KINDS],
        format_func=lambda kind: formats.MODEL_TITLES[kind],
        key="model.kind",
    )
    left, right = st.columns(2)
    with left:
        st.text_input(
            "Hidden layers",
            key="model.hidden",
            help=glossary.help_for("hidden"),
            disabled=session.choice("model.kind", "mlp") != "mlp",
        )
    with right:
        st.number_input(
            "Epochs", 1, limits.EPOCHS_MAX, key="model.epochs", help=glossary.help_for("epochs")
        )
    with st.expander("Training details", key="model-details"):
        _details()


def read_recipe(privacy: DPSGDConfig | None) -> TrainingRecipe:
    """The recipe as chosen. Raises ``InvalidValue``."""
    kind = _choice("model.kind")
    return TrainingRecipe(
        architecture=Architecture(kind=kind, hidden=_widths() if kind == "mlp" else ()),
        epochs=int(_choice("model.epochs")),
        batch_size=int(_choice("model.batch")),
        learning_rate=float(_choice("model.rate")),
        optimizer=_choice("model.optimizer"),
        weight_decay=float(_choice("model.decay")),
        privacy=privacy,
    )


def adopt(recipe: TrainingRecipe) -> None:
    """Set the form to ``recipe``; for callbacks."""
    session.set_choice("model.kind", recipe.architecture.kind)
    if recipe.architecture.kind == "mlp":
        session.set_choice("model.hidden", ", ".join(map(str, recipe.architecture.hidden)))
    session.set_choice("model.epochs", recipe.epochs)
    session.set_choice("model.batch", recipe.batch_size)
    session.set_choice("model.rate", recipe.learning_rate)
    session.set_choice("model.optimizer", recipe.optimizer)
    session.set_choice("model.decay", recipe.weight_decay)


def _details() -> None:
    """Batch size, optimiser, learning rate, weight decay."""
    _stick("model.batch", "model.rate", "model.optimizer", "model.decay")
    left, right = st.columns(2)
    with left:
        st.number_input(
            "Batch size", 1, 4096, key="model.batch", help=glossary.help_for("batch_size")
        )
        st.selectbox(
            "Optimiser", OPTIMIZERS, key="model.optimizer", format_func=lambda name: name.upper()
        )
    with right:
        st.number_input(
            "Learning rate",
            1e-5,
            10.0,
            step=1e-3,
            format="%.4f",
            key="model.rate",
            help=glossary.help_for("learning_rate"),
        )
        st.number_input(
            "Weight decay",
            0.0,
            1.0,
            step=1e-3,
            format="%.4f",
            key="model.decay",
            help="Pulls the weights towards zero; a mild defence against memorising.",
        )


def _widths() -> tuple[int, ...]:
    """The hidden layers' widths from text like ``128, 64``."""
    text = str(_choice("model.hidden"))
    parts = [part for part in text.replace(";", ",").replace(" ", ",").split(",") if part]
    if not parts or not all(part.isdigit() for part in parts):
        raise InvalidValue("hidden layers", "as whole numbers like 64 or 128, 64", text)
    return tuple(int(part) for part in parts)


def _stick(*keys: str) -> None:
    """Keep several widgets' values."""
    for key in keys:
        session.sticky(key, _DEFAULTS[key])


def _choice(key: str) -> Any:
    """A form value or its default."""
    return session.choice(key, _DEFAULTS[key])
