"""Gradient leakage in words: settings, methods, models, verdicts. Pure."""

from __future__ import annotations

from ppml_core.auditing.gradients_report import GradientCell, Recovered
from ppml_core.auditing.study_conclusions import of_gradients
from ppml_core.jobs.requests import GradientsRequest

NO_CLIP, NO_NOISE = "none", "0"
"""Stand in links, too."""

METHODS = {
    "analytic": "Read it off",
    "l2": "Match by L2",
    "cosine": "Match by cosine",
}
METHOD_LINES = {
    "analytic": "Divides the first layer's weight gradient by its bias gradient: for one picture "
    "that is the picture itself. No search (Phong et al. 2017; Geiping et al. 2020).",
    "l2": "Searches for pictures whose gradient is nearest to the shared one, by L-BFGS on a "
    "smooth network (Zhu et al. 2019).",
    "cosine": "Searches for smooth pictures whose gradient points the same way, by Adam with "
    "total variation (Geiping et al. 2020).",
}
MODELS = {
    "mlp": "MLP 256 (ReLU)",
    "softmax": "Softmax regression",
    "lenet-sigmoid": "LeNet (sigmoid)",
    "lenet-relu": "LeNet (ReLU)",
}
VERDICTS = {
    "individual-leakage": "Single pictures leak",
    "nothing-recovered": "No recovery by this attack",
    "inconclusive": "Too little data to conclude",
}
TONES = {"grave": "grave", "warning": "warning", "open": "warning", "clear": "calm"}


def verdict(cell: GradientCell, chance: float) -> tuple[str, str]:
    """The words of a cell's verdict and their tone, by how much surely leaks."""
    said = of_gradients(cell, chance)
    title = VERDICTS[cell.verdict]
    if cell.verdict == "individual-leakage":
        title = f"{title}: {said.label.lower()}"
    elif cell.verdict == "nothing-recovered" and said.tone == "open":
        title = f"{title}, from too few pictures to conclude"
    return title, TONES[said.tone]


def clip_text(clip: float | None) -> str:
    """As the slider and the address have it."""
    return NO_CLIP if clip is None else f"{clip:g}"


def noise_text(noise: float) -> str:
    """The same for a noise.

    >>> noise_text(0.0), noise_text(1e-4), noise_text(0.03)
    ('0', '0.0001', '0.03')
    """
    return f"{noise:g}"


def setting(cell: GradientCell) -> str:
    """``no clipping, no noise``."""
    clip = "no clipping" if cell.clip is None else f"clipping norm {cell.clip:g}"
    return f"{clip}, " + ("no noise" if cell.noise == 0 else f"noise {noise_text(cell.noise)}")


def place(one: Recovered, line_up: int) -> str:
    """Where the truth came in the line-up.

    >>> from ppml_core.auditing.pictures import Picture
    >>> shown = Picture(height=1, width=1, channels=1, pixels="")
    >>> place(Recovered(of=0, picture=shown, psnr=1.0, correlation=0.1, rank=3), 188)
    'place 3 of 189'
    """
    if one.rank == 1:
        return f"recognised, 1st of {line_up + 1:,}"
    return f"place {one.rank:,} of {line_up + 1:,}"


def request_line(request: GradientsRequest, dataset_name: str) -> str:
    """What a run was asked to do, in one line."""
    pictures = f"{request.batch} picture{'s' * (request.batch > 1)}"
    clients = f"{request.repetitions} client{'s' * (request.repetitions > 1)}"
    trained = (
        f" after {request.training_steps} steps" if request.training_steps else " at its start"
    )
    return " · ".join(
        [
            dataset_name,
            MODELS[str(request.model)] + trained,
            f"gradients of {pictures} from {clients}",
            METHODS[request.method].lower(),
            f"{len(request.clips)} clipping norms by {len(request.noises)} noises",
            f"seed {request.seed}",
        ]
    )
