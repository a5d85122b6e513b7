"""What the form of page Inversion says, and setting it to what a run was asked."""

from __future__ import annotations

from typing import Any

from app import session
from app.components import inversion_data, model_form
from ppml_core.errors import InvalidValue
from ppml_core.jobs.invert_request import InvertRequest
from ppml_core.training.recipe import DPSGDConfig

OFF, ONE, GRID = "none", "one", "grid"
PRIVACY = {OFF: "None", ONE: "One setting", GRID: "Grid"}
NO_NOISE = "no noise"
EPSILONS = ("0.5", "1", "2", "4", "8", "16", "50", "100", NO_NOISE)
CLIPS = ("0.25", "0.5", "1", "2", "4", "8")
RECORDS = (1, 2, 5, 10, 20, 50, 100)
_LIBRARY = InvertRequest()
DEFAULTS: dict[str, Any] = {
    "invert.privacy": OFF,
    "invert.epsilon": "8",
    "invert.clip": "1",
    "invert.delta": _LIBRARY.delta,
    "invert.epsilons": ["1", "8", "50", NO_NOISE],
    "invert.clips": ["1", "4"],
    "invert.attack": _LIBRARY.attack,
    "invert.slots": _LIBRARY.slots,
    "invert.records": _LIBRARY.records_per_class,
    "invert.pairs": _LIBRARY.pairs,
    "invert.copies": _LIBRARY.copies,
    "invert.smooth": _LIBRARY.total_variation,
    "invert.seed": _LIBRARY.seed,
}


def stick() -> None:
    """Keep every choice while its widget is not drawn. Call before drawing."""
    for key, default in DEFAULTS.items():
        session.sticky(key, default)


def choice(key: str) -> Any:
    """A form value or its default."""
    return session.choice(key, DEFAULTS[key])


def read() -> InvertRequest:
    """The request that the form says. Raises ``InvalidValue``."""
    way = choice("invert.privacy")
    return InvertRequest(
        dataset=inversion_data.chosen(),
        recipe=model_form.read_recipe(_one_setting() if way == ONE else None, "invert"),
        attack=str(choice("invert.attack")),
        slots=int(choice("invert.slots")),
        records_per_class=int(choice("invert.records")),
        copies=int(choice("invert.copies")),
        pairs=int(choice("invert.pairs")),
        total_variation=float(choice("invert.smooth")) if uses_smoothness() else 0.0,
        epsilons=_epsilons() if way == GRID else (),
        clips=_clips() if way == GRID else (),
        delta=float(choice("invert.delta")),
        seed=int(choice("invert.seed")),
    )


def set_to(request: InvertRequest) -> None:
    """Set the form to ``request``; for callbacks."""
    model_form.adopt(request.recipe, "invert")
    privacy = request.recipe.privacy
    way = GRID if request.epsilons else ONE if privacy is not None else OFF
    taken: dict[str, Any] = {
        "invert.privacy": way,
        "invert.attack": request.attack,
        "invert.slots": request.slots,
        "invert.records": request.records_per_class,
        "invert.pairs": request.pairs,
        "invert.copies": request.copies,
        "invert.smooth": request.total_variation,
        "invert.seed": request.seed,
        "invert.delta": privacy.delta if privacy is not None else request.delta,
    }
    if way == GRID:
        taken["invert.epsilons"] = [_text(epsilon) for epsilon in request.epsilons]
        taken["invert.clips"] = [f"{clip:g}" for clip in request.clips]
    if privacy is not None:
        taken["invert.epsilon"] = _text(privacy.target_epsilon)
        taken["invert.clip"] = f"{privacy.max_grad_norm:g}"
    for key, value in taken.items():
        session.set_choice(key, value)


def _one_setting() -> DPSGDConfig:
    """The chosen setting; without noise it is clipping alone."""
    text = str(choice("invert.epsilon"))
    clip, delta = float(choice("invert.clip")), float(choice("invert.delta"))
    if text == NO_NOISE:
        return DPSGDConfig(max_grad_norm=clip, noise_multiplier=0.0, delta=delta)
    return DPSGDConfig(max_grad_norm=clip, target_epsilon=float(text), delta=delta)


def _epsilons() -> tuple[float | None, ...]:
    """From no noise to most, so that the same choice makes the same request."""
    chosen = several("invert.epsilons")
    if not chosen:
        raise InvalidValue("grid", "with at least one epsilon", "none")
    numbers = sorted((float(text) for text in chosen if text != NO_NOISE), reverse=True)
    return (*([None] if NO_NOISE in chosen else []), *numbers)


def _clips() -> tuple[float, ...]:
    """The clipping norms, smallest first."""
    chosen = several("invert.clips")
    if not chosen:
        raise InvalidValue("grid", "with at least one clipping norm", "none")
    return tuple(sorted(float(text) for text in chosen))


def several(key: str) -> list[str]:
    """A multiple choice; may be empty."""
    return [str(text) for text in choice(key) or []]


def _text(epsilon: float | None) -> str:
    """An epsilon as the form has it."""
    return NO_NOISE if epsilon is None else f"{epsilon:g}"


def uses_smoothness() -> bool:
    """Only ascent on pixels has the term."""
    return bool(choice("invert.attack") == "gradient")
