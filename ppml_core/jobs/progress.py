"""How a running pipeline speaks to whoever watches it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ppml_core._typed_json import describe
from ppml_core.auditing.report import Report
from ppml_core.training.kept import KeptGroups


@dataclass(frozen=True, kw_only=True)
class Progress:
    """``done`` of ``total`` units of the whole run; ``stage`` is a short sentence."""

    stage: str
    done: int
    total: int
    eta_seconds: float | None = None


describe(Progress)


class Reporter(Protocol):
    """What ``pipeline.run`` calls. Every method may raise ``RunCancelled``.

    ``kept``: models of earlier runs on the same data; None where none are kept.
    """

    kept: KeptGroups | None

    def progress(self, stage: str, done: int, total: int) -> None:
        """Called often; must be cheap."""

    def partial(self, report: Report) -> None:
        """A report of what there is so far (fewer models, fewer cells)."""

    def check(self) -> None:
        """Raise ``RunCancelled`` if the person asked for it. Called at every training step."""


class Silent:
    """A reporter that ignores everything and keeps nothing."""

    kept: KeptGroups | None = None

    def progress(self, stage: str, done: int, total: int) -> None:
        """Ignore."""

    def partial(self, report: Report) -> None:
        """Ignore."""

    def check(self) -> None:
        """Never cancelled."""
