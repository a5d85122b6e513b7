"""Which model is meant: a frozen description, without torch, that a form can build."""

from __future__ import annotations

from dataclasses import dataclass

from ppml_core import limits
from ppml_core._validate import in_range, one_of, sequence, whole
from ppml_core.errors import InvalidValue

KINDS = ("softmax", "mlp", "cnn")

USUAL: dict[str, tuple[int, ...]] = {"softmax": (), "mlp": (64,), "cnn": (8, 16)}


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """``softmax`` (no hidden layer), ``mlp`` (ReLU, any depth) or ``cnn`` (two
    convolutions, images only). ``hidden`` are the MLP's layer widths, or the
    CNN's two channel counts; left empty, the usual ones of the kind.

    >>> Architecture(kind="cnn").hidden
    (8, 16)
    """

    kind: str = "mlp"
    hidden: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        one_of("kind", self.kind, KINDS)
        hidden = () if self.kind == "softmax" else sequence("hidden", self.hidden)
        hidden = tuple(whole("hidden width", width) for width in hidden) or USUAL[self.kind]
        object.__setattr__(self, "hidden", hidden)
        if self.kind == "cnn" and len(hidden) != 2:
            raise InvalidValue("hidden of a cnn", "with two channel counts", hidden)
        if self.kind == "mlp":
            in_range("hidden layers", len(self.hidden), 1, limits.LAYERS_MAX)
        for width in self.hidden:
            in_range("hidden width", width, 1, limits.HIDDEN_MAX)
