"""What the form of page Gradients says, and setting it to what a run was asked."""

from __future__ import annotations

from typing import Any

from app import session
from app.components import gradients_words as words
from app.components import inversion_data
from ppml_core.errors import InvalidValue
from ppml_core.jobs.gradients_request import METHODS, MODELS, SEARCH_STEPS
from ppml_core.jobs.requests import GradientsRequest

CLIPS = (words.NO_CLIP, "10", "3", "1", "0.3", "0.1")
NOISES = ("0", "0.0001", "0.0003", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3")
_LIBRARY = GradientsRequest()
SEARCH_CLIPS, SEARCH_NOISES, SEARCH_CLIENTS = (None, 1.0), (0.0, 1e-3, 1e-2, 1e-1), 3
"""The grid that a search is offered: it takes seconds for each client and cell."""


def _defaults() -> dict[str, Any]:
    """Every choice; reading off and searching have grids of their own."""
    found: dict[str, Any] = {
        "gradients.method": _LIBRARY.method,
        "gradients.batch": _LIBRARY.batch,
        "gradients.steps": _LIBRARY.training_steps,
        "gradients.delta": _LIBRARY.delta,
        "gradients.seed": _LIBRARY.seed,
        "gradients.read.clips": [words.clip_text(clip) for clip in _LIBRARY.clips],
        "gradients.read.noises": [words.noise_text(noise) for noise in _LIBRARY.noises],
        "gradients.read.clients": _LIBRARY.repetitions,
        "gradients.search.clips": [words.clip_text(clip) for clip in SEARCH_CLIPS],
        "gradients.search.noises": [words.noise_text(noise) for noise in SEARCH_NOISES],
        "gradients.search.clients": SEARCH_CLIENTS,
    }
    found |= {f"gradients.{method}.model": MODELS[method][0] for method in METHODS}
    return found | {f"gradients.{m}.steps": steps for m, steps in SEARCH_STEPS.items()}


DEFAULTS = _defaults()


def stick() -> None:
    """Keep every choice while its widget is not drawn. Call before drawing."""
    for key, default in DEFAULTS.items():
        session.sticky(key, default)


def read() -> GradientsRequest:
    """The request that the form says. Raises ``InvalidValue``."""
    method = str(choice("gradients.method"))
    clips, noises = _several("clips", CLIPS), _several("noises", NOISES)
    return GradientsRequest(
        dataset=inversion_data.chosen(),
        method=method,
        model=str(choice(f"gradients.{method}.model")),
        batch=int(choice("gradients.batch")),
        clips=tuple(None if text == words.NO_CLIP else float(text) for text in clips),
        noises=tuple(float(text) for text in noises),
        repetitions=int(choice(grid_key("clients"))),
        training_steps=int(choice("gradients.steps")),
        search_steps=None if method == "analytic" else int(choice(f"gradients.{method}.steps")),
        delta=float(choice("gradients.delta")),
        seed=int(choice("gradients.seed")),
    )


def set_to(request: GradientsRequest) -> None:
    """Set the form to ``request``; for callbacks."""
    way = "read" if request.method == "analytic" else "search"
    taken: dict[str, Any] = {
        "gradients.method": request.method,
        f"gradients.{request.method}.model": request.model,
        "gradients.batch": request.batch,
        "gradients.steps": request.training_steps,
        "gradients.delta": request.delta,
        "gradients.seed": request.seed,
        f"gradients.{way}.clips": [words.clip_text(clip) for clip in request.clips],
        f"gradients.{way}.noises": [words.noise_text(noise) for noise in request.noises],
        f"gradients.{way}.clients": request.repetitions,
    }
    if request.search_steps is not None:
        taken[f"gradients.{request.method}.steps"] = request.search_steps
    for key, value in taken.items():
        session.set_choice(key, value)


def grid_key(name: str) -> str:
    """Reading off is instant and searching is not: each keeps its own grid."""
    method = str(choice("gradients.method"))
    return f"gradients.{'read' if method == 'analytic' else 'search'}.{name}"


def choice(key: str) -> Any:
    """A form value or its default."""
    return session.choice(key, DEFAULTS[key])


def offered(key: str, options: tuple[str, ...]) -> list[str]:
    """The options, and what was adopted from a run besides."""
    return [*options, *(text for text in choice(key) or [] if text not in options)]


def _several(name: str, options: tuple[str, ...]) -> list[str]:
    """A multiple choice in the order of its options; refused when empty."""
    key = grid_key(name)
    chosen = list(choice(key) or [])
    if not chosen:
        raise InvalidValue(name, "with at least one value", "none")
    return [text for text in offered(key, options) if text in chosen]
