"""What the form of page Attributes says, and setting it to what a run was asked."""

from __future__ import annotations

from typing import Any

from app import session
from app.components import attribute_data, privacy_form
from ppml_core.errors import InvalidValue
from ppml_core.jobs.attribute_request import ATTRIBUTES_RECIPE, AttributesRequest
from ppml_core.models.architecture import Architecture
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe

DEFAULTS: dict[str, Any] = {
    "attr.model": "forest",
    "attr.hidden": "64",
    "attr.epochs": ATTRIBUTES_RECIPE.epochs,
    "attr.trees": AttributesRequest.trees,
    "attr.models": AttributesRequest.models,
    "attr.shadows": AttributesRequest.shadows,
    "attr.seed": 0,
}


def stick() -> None:
    """Keep every choice while its widget is not drawn. Call before drawing."""
    for key, default in DEFAULTS.items():
        session.sticky(key, default)


def read() -> AttributesRequest:
    """The request that the form says. Raises ``InvalidValue``."""
    forest = choice("attr.model") == "forest"
    return AttributesRequest(
        dataset=attribute_data.dataset(),
        sensitive=attribute_data.column(),
        recipe=TrainingRecipe() if forest else _recipe(privacy_form.read_privacy()),
        target="forest" if forest else "network",
        trees=int(choice("attr.trees")),
        models=int(choice("attr.models")),
        shadows=int(choice("attr.shadows")),
        seed=int(choice("attr.seed")),
    )


def set_to(request: AttributesRequest) -> None:
    """Set the form to what a run was asked; for callbacks."""
    session.set_choice(attribute_data.COLUMN, request.sensitive)
    session.set_choice("attr.model", request.model)
    if request.target == "network":
        session.set_choice("attr.epochs", request.recipe.epochs)
        if request.recipe.architecture.hidden:
            widths = ", ".join(map(str, request.recipe.architecture.hidden))
            session.set_choice("attr.hidden", widths)
    for name in ("trees", "models", "shadows", "seed"):
        session.set_choice(f"attr.{name}", getattr(request, name))
    privacy_form.adopt(request.recipe.privacy)


def choice(key: str) -> Any:
    """A form value or its start."""
    return session.choice(key, DEFAULTS[key])


def _recipe(privacy: DPSGDConfig | None) -> TrainingRecipe:
    """A network's recipe."""
    kind = choice("attr.model")
    return TrainingRecipe(
        architecture=Architecture(kind=kind, hidden=_widths() if kind == "mlp" else ()),
        epochs=int(choice("attr.epochs")),
        batch_size=ATTRIBUTES_RECIPE.batch_size,
        privacy=privacy,
    )


def _widths() -> tuple[int, ...]:
    """The hidden layers' widths from text like ``128, 64``."""
    text = str(choice("attr.hidden"))
    parts = [part for part in text.replace(";", ",").replace(" ", ",").split(",") if part]
    if not parts or not all(part.isdigit() for part in parts):
        raise InvalidValue("hidden layers", "as whole numbers like 64 or 128, 64", text)
    return tuple(int(part) for part in parts)
