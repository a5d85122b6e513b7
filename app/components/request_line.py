"""One line that says what a run was asked to do."""

from __future__ import annotations

from app.components import formats, gradients_words, inversion_words, ladder_words
from ppml_core.jobs.requests import (
    AttributesRequest,
    AuditRequest,
    FrontierRequest,
    GradientsRequest,
    InvertRequest,
    LadderRequest,
    Request,
    TrainRequest,
)
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe


def request_line(request: Request, dataset_name: str) -> str:
    """``digits · MLP 64, 40 epochs · no differential privacy · 64 models, LiRA and RMIA``."""
    if isinstance(request, GradientsRequest):
        return gradients_words.request_line(request, dataset_name)
    if isinstance(request, LadderRequest):
        return ladder_words.request_line(request, dataset_name)
    if isinstance(request, AttributesRequest) and request.target == "forest":
        parts = [dataset_name, _forest(request)]
    else:
        parts = [dataset_name, _model(request.recipe)]
    if isinstance(request, FrontierRequest) or (
        isinstance(request, InvertRequest) and request.epsilons
    ):
        epsilons, clips = len(request.epsilons), len(request.clips)
        parts.append(f"{_some(epsilons, 'epsilon')} by {_some(clips, 'clipping norm')}")
    else:
        parts.append(_privacy(request.recipe.privacy))
    if isinstance(request, AuditRequest | FrontierRequest):
        names = [formats.attack_title(name) for name in request.attacks]
        parts.append(f"{request.shadows} shadow models, {listing(names)}")
    if isinstance(request, InvertRequest):
        parts.append(_inversion(request))
    if isinstance(request, AttributesRequest):
        parts.append(f"guessing {request.sensitive}")
        parts.append(f"{request.models} models in turn")
    if isinstance(request, TrainRequest) and request.release:
        return " · ".join([*parts, "for release, not repeatable"])
    return " · ".join([*parts, f"seed {request.seed}"])


def listing(names: list[str]) -> str:
    """``a, b and c``.

    >>> listing(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _some(count: int, what: str) -> str:
    """``1 epsilon``, ``2 epsilons``."""
    return f"{count} {what}" + ("" if count == 1 else "s")


def _forest(request: AttributesRequest) -> str:
    """The model that has no recipe."""
    return f"random forest, {request.trees} trees"


def _model(recipe: TrainingRecipe) -> str:
    """Architecture and epochs."""
    kind = {"mlp": "MLP", "softmax": "softmax regression", "cnn": "CNN"}[recipe.architecture.kind]
    widths = "-".join(map(str, recipe.architecture.hidden))
    return f"{kind} {widths}".strip() + f", {recipe.epochs} epochs"


def _inversion(request: InvertRequest) -> str:
    """Attack, whom it is about, and how many pairs."""
    records = f"{request.records_per_class} record{'s' * (request.records_per_class > 1)} a class"
    title = inversion_words.attack_title(request.attack)
    return f"{title}, at most {request.slots} classes, {records}, {request.pairs} pairs of models"


def _privacy(privacy: DPSGDConfig | None) -> str:
    """Epsilon or noise, and clipping."""
    if privacy is None:
        return "no differential privacy"
    if privacy.target_epsilon is not None:
        spent = f"epsilon {privacy.target_epsilon:g}"
    else:
        spent = f"noise multiplier {privacy.noise_multiplier:g}"
    return f"{spent}, clipping norm {privacy.max_grad_norm:g}"
