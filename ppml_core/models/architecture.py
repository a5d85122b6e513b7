"""Which model is meant: a frozen description, without torch, that a form can build."""

from __future__ import annotations

from dataclasses import dataclass

from ppml_core import limits
from ppml_core._validate import in_range, one_of

KINDS = ("softmax", "mlp", "cnn")


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """``softmax`` (no hidden layer), ``mlp`` (ReLU, any depth) or ``cnn`` (two
    convolutions, images only). ``hidden`` are the MLP's layer widths, or the
    CNN's two channel counts."""

    kind: str = "mlp"
    hidden: tuple[int, ...] = (64,)

    def __post_init__(self) -> None:
        one_of("kind", self.kind, KINDS)
        if self.kind == "softmax":
            object.__setattr__(self, "hidden", ())
        if self.kind == "cnn" and len(self.hidden) != 2:
            object.__setattr__(self, "hidden", (8, 16))
        if self.kind == "mlp":
            in_range("hidden layers", len(self.hidden), 1, limits.LAYERS_MAX)
        for width in self.hidden:
            in_range("hidden width", width, 1, limits.HIDDEN_MAX)
