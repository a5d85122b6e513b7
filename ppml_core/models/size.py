"""How many parameters a model has: arithmetic only, so that a form can say it."""

from __future__ import annotations

from itertools import pairwise
from math import prod

from ppml_core.errors import InvalidValue
from ppml_core.models.architecture import Architecture


def count_parameters(
    architecture: Architecture, input_shape: tuple[int, ...], n_classes: int
) -> int:
    """Weights and biases of one model for records of ``input_shape``.

    >>> count_parameters(Architecture(hidden=(128,)), (28, 28), 10)
    101770
    """
    if architecture.kind != "cnn":
        widths = (prod(input_shape), *architecture.hidden, n_classes)
        return sum(i * o + o for i, o in pairwise(widths))
    if len(input_shape) < 2:
        raise InvalidValue("input for a cnn", "as images (h, w) or (h, w, 3)", input_shape)
    height, width = ((side + 3) // 4 for side in input_shape[:2])
    depth = prod(input_shape[2:])
    first, second = architecture.hidden
    convolutions = 9 * depth * first + first + 9 * first * second + second
    return convolutions + second * height * width * n_classes + n_classes


def prepared_numbers(architecture: Architecture, input_shape: tuple[int, ...]) -> int:
    """Numbers that a trainer keeps of one record: the record, or a CNN's first 3 x 3 windows.

    >>> prepared_numbers(Architecture(kind="cnn", hidden=(8, 16)), (28, 28))
    1764
    """
    if architecture.kind != "cnn":
        return prod(input_shape)
    height, width = (2 * ((side + 3) // 4) for side in input_shape[:2])
    return 9 * height * width * prod(input_shape[2:])
