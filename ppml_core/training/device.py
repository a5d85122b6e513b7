"""Where populations are trained: a GPU where there is one, else the processor."""

from __future__ import annotations

import os

import torch

from ppml_core.errors import InvalidValue


def training_device() -> torch.device:
    """``PPML_DEVICE`` (``cpu``, ``cuda``, ``cuda:1``), else a GPU if torch finds one.

    Whatever the device, a model draws the same: initial weights, batches and noise come
    from the processor. Its weights agree within float32 tolerance. Raises ``InvalidValue``
    for a device that torch does not have here.

    >>> training_device().type in ("cpu", "cuda")
    True
    """
    named = os.environ.get("PPML_DEVICE")
    if not named:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(named)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise InvalidValue("PPML_DEVICE", "a device that torch has here", named) from error
    return device
