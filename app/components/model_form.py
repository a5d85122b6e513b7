"""The group "Model" of a form: architecture and training."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import session
from app.components import formats, glossary, heading
from ppml_core import limits
from ppml_core.errors import InvalidValue
from ppml_core.jobs.invert_request import INVERT_RECIPE
from ppml_core.jobs.requests import FRONTIER_RECIPE
from ppml_core.models.architecture import KINDS, Architecture
from ppml_core.training.recipe import OPTIMIZERS, DPSGDConfig, TrainingRecipe

STARTS: dict[str, TrainingRecipe] = {
    "model": TrainingRecipe(
        architecture=Architecture(kind="mlp", hidden=(64,)), epochs=40, batch_size=32
    ),
    "grid": FRONTIER_RECIPE,
    "invert": INVERT_RECIPE,
}
"""What the form says at first, by the prefix of its keys: one model's, and those of the pages
Defend and Inversion."""


def draw(prefix: str = "model") -> None:
    """What is trained and for how long; the rest folded away."""
    heading.section("Model")
    _stick(prefix, "kind", "hidden", "epochs")
    st.selectbox(
        "Architecture",
        [kind for kind in ("mlp", "softmax", "cnn") if kind in KINDS],
        format_func=lambda kind: formats.MODEL_TITLES[kind],
        key=f"{prefix}.kind",
        help=glossary.help_for("architecture"),
    )
    left, right = st.columns(2)
    with left:
        st.text_input(
            "Hidden layers",
            key=f"{prefix}.hidden",
            help=glossary.help_for("hidden"),
            disabled=_choice(prefix, "kind") != "mlp",
        )
    with right:
        st.number_input(
            "Epochs", 1, limits.EPOCHS_MAX, key=f"{prefix}.epochs", help=glossary.help_for("epochs")
        )
    with st.expander("Training details", key=f"{prefix}-details"):
        _details(prefix)


def read_recipe(privacy: DPSGDConfig | None, prefix: str = "model") -> TrainingRecipe:
    """The recipe as chosen. Raises ``InvalidValue``."""
    kind = _choice(prefix, "kind")
    return TrainingRecipe(
        architecture=Architecture(kind=kind, hidden=_widths(prefix) if kind == "mlp" else ()),
        epochs=int(_choice(prefix, "epochs")),
        batch_size=int(_choice(prefix, "batch")),
        learning_rate=float(_choice(prefix, "rate")),
        optimizer=_choice(prefix, "optimizer"),
        momentum=STARTS[prefix].momentum,
        weight_decay=float(_choice(prefix, "decay")),
        privacy=privacy,
    )


def adopt(recipe: TrainingRecipe, prefix: str = "model") -> None:
    """Set the form to ``recipe``; for callbacks."""
    session.set_choice(f"{prefix}.kind", recipe.architecture.kind)
    if recipe.architecture.kind == "mlp":
        session.set_choice(f"{prefix}.hidden", ", ".join(map(str, recipe.architecture.hidden)))
    session.set_choice(f"{prefix}.epochs", recipe.epochs)
    session.set_choice(f"{prefix}.batch", recipe.batch_size)
    session.set_choice(f"{prefix}.rate", recipe.learning_rate)
    session.set_choice(f"{prefix}.optimizer", recipe.optimizer)
    session.set_choice(f"{prefix}.decay", recipe.weight_decay)


def _details(prefix: str) -> None:
    """Batch size, optimiser, learning rate, weight decay."""
    _stick(prefix, "batch", "rate", "optimizer", "decay")
    left, right = st.columns(2)
    with left:
        st.number_input(
            "Batch size", 1, 4096, key=f"{prefix}.batch", help=glossary.help_for("batch_size")
        )
        st.selectbox(
            "Optimiser",
            OPTIMIZERS,
            key=f"{prefix}.optimizer",
            format_func=lambda name: name.upper(),
        )
    with right:
        st.number_input(
            "Learning rate",
            1e-5,
            10.0,
            step=1e-3,
            format="%.4f",
            key=f"{prefix}.rate",
            help=glossary.help_for("learning_rate"),
        )
        st.number_input(
            "Weight decay",
            0.0,
            1.0,
            step=1e-3,
            format="%.4f",
            key=f"{prefix}.decay",
            help="Pulls the weights towards zero; a mild defence against memorising.",
        )


def _widths(prefix: str) -> tuple[int, ...]:
    """The hidden layers' widths from text like ``128, 64``."""
    text = str(_choice(prefix, "hidden"))
    parts = [part for part in text.replace(";", ",").replace(" ", ",").split(",") if part]
    if not parts or not all(part.isdigit() for part in parts):
        raise InvalidValue("hidden layers", "as whole numbers like 64 or 128, 64", text)
    return tuple(int(part) for part in parts)


def _stick(prefix: str, *names: str) -> None:
    """Keep several widgets' values."""
    for name in names:
        session.sticky(f"{prefix}.{name}", _start(prefix)[name])


def _choice(prefix: str, name: str) -> Any:
    """A form value or its default."""
    return session.choice(f"{prefix}.{name}", _start(prefix)[name])


def _start(prefix: str) -> dict[str, Any]:
    """A recipe as the form's values."""
    recipe = STARTS[prefix]
    return {
        "kind": recipe.architecture.kind,
        "hidden": ", ".join(map(str, recipe.architecture.hidden)) or "64",
        "epochs": recipe.epochs,
        "batch": recipe.batch_size,
        "rate": recipe.learning_rate,
        "optimizer": recipe.optimizer,
        "decay": recipe.weight_decay,
    }
