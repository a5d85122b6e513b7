"""How much memory the run that a form describes will need."""

from __future__ import annotations

from collections.abc import Callable

from app import session
from app.components import formats
from app.service import workbench
from ppml_core import limits
from ppml_core.errors import PPMLError
from ppml_core.jobs.memory import estimate
from ppml_core.jobs.requests import AuditRequest, FrontierRequest


def memory_line(read: Callable[[], AuditRequest | FrontierRequest]) -> str:
    """One sentence on the form's present settings; empty where nothing is known yet."""
    try:
        request, card = read(), workbench().ready_card(session.dataset())
    except PPMLError:
        return ""
    if card is None:  # not read yet; nothing waits for it
        return ""
    shape = card.image_shape or (card.n_features,)
    needed = estimate(request, card.n, shape, card.n_classes)
    each = formats.count(needed.parameters)
    text = f"Each model has {each} parameters. The run will need {gigabytes(needed.peak)} of memory"
    if needed.peak > limits.RUN_BYTES:
        return f"{text}: more than the limit of {gigabytes(limits.RUN_BYTES)} a run."
    return f"{text}, of {gigabytes(limits.RUN_BYTES)} that a run may take."


def gigabytes(size: int) -> str:
    """Bytes in words.

    >>> gigabytes(830_000_000), gigabytes(3_000_000)
    ('0.8 GB', 'less than 0.1 GB')
    """
    return "less than 0.1 GB" if size < 50_000_000 else f"{size / 1e9:.1f} GB"
