"""Images as read from an upload, before they are scaled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core.datasets.preview import FileKind
from ppml_core.datasets.tables import Column


@dataclass(frozen=True, kw_only=True, eq=False)
class Pictures:
    """``images``: ``(n, h, w)`` or ``(n, h, w, 3)``, any kind of number, finite.

    ``labels``: one column. ``notes`` say what was done to the pictures.
    """

    kind: FileKind
    images: np.ndarray
    labels: Column
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
