"""The audit that one click runs. The only place that says what it consists of."""

from __future__ import annotations

from ppml_core.jobs.requests import AuditRequest
from ppml_core.models.architecture import Architecture
from ppml_core.training.recipe import TrainingRecipe


def bundled_audit() -> AuditRequest:
    """Digits, a small MLP trained until it knows its records, 64 shadow models."""
    return AuditRequest(
        dataset="digits",
        recipe=TrainingRecipe(
            architecture=Architecture(kind="mlp", hidden=(64,)), epochs=40, batch_size=32
        ),
        shadows=64,
        attacks=("lira", "rmia"),
        seed=0,
    )
