"""What the form of page Bounds says, and setting it to what a run was asked."""

from __future__ import annotations

from typing import Any

from app import session
from app.components import inversion_data
from ppml_core.accounting.reconstruction import gaussian_epsilon
from ppml_core.errors import InvalidValue
from ppml_core.jobs.requests import LadderRequest

NOISES = ("0.5", "1", "2", "4", "8", "16", "32", "64")
_LIBRARY = LadderRequest()
DEFAULTS: dict[str, Any] = {
    "ladder.candidates": _LIBRARY.candidates,
    "ladder.copies": _LIBRARY.copies,
    "ladder.noises": [f"{noise:g}" for noise in _LIBRARY.noise_multipliers],
    "ladder.runs": _LIBRARY.runs,
    "ladder.steps": _LIBRARY.steps,
    "ladder.people": _LIBRARY.people,
    "ladder.shadows": _LIBRARY.shadows,
    "ladder.clip": _LIBRARY.clip,
    "ladder.learning_rate": _LIBRARY.learning_rate,
    "ladder.delta": _LIBRARY.delta,
    "ladder.seed": _LIBRARY.seed,
}


def stick() -> None:
    """Keep every choice while its widget is not drawn. Call before drawing."""
    for key, default in DEFAULTS.items():
        session.sticky(key, default)


def choice(name: str) -> Any:
    """A form value."""
    return session.choice(f"ladder.{name}", DEFAULTS[f"ladder.{name}"])


def read() -> LadderRequest:
    """The request that the form says. Raises ``InvalidValue``."""
    noises = list(choice("noises") or [])
    if not noises:
        raise InvalidValue("noise multipliers", "at least one", "none")
    return LadderRequest(
        dataset=inversion_data.chosen(),
        people=int(choice("people")),
        candidates=int(choice("candidates")),
        copies=int(choice("copies")),
        noise_multipliers=tuple(float(noise) for noise in noises),
        steps=int(choice("steps")),
        clip=float(choice("clip")),
        learning_rate=float(choice("learning_rate")),
        runs=int(choice("runs")),
        shadows=int(choice("shadows")),
        delta=float(choice("delta")),
        seed=int(choice("seed")),
    )


def set_to(request: LadderRequest) -> None:
    """Set the form to ``request``; for callbacks."""
    for name in (key.removeprefix("ladder.") for key in DEFAULTS if key != "ladder.noises"):
        session.set_choice(f"ladder.{name}", getattr(request, name))
    session.set_choice("ladder.noises", [f"{noise:g}" for noise in request.noise_multipliers])


def offered() -> list[str]:
    """Noise multipliers to choose from, with those that an adopted run brought."""
    return sorted({*NOISES, *(choice("noises") or [])}, key=float)


def with_epsilon(noise: str) -> str:
    """``8 (ε 3.0)``: what this much noise comes to, at the form's steps and delta.

    >>> with_epsilon("8")
    '8 (ε 3)'
    """
    epsilon = gaussian_epsilon(float(noise), int(choice("steps")), float(choice("delta")))
    return f"{noise} (ε {epsilon:.0f})" if epsilon >= 10 else f"{noise} (ε {epsilon:.2g})"
