"""PPML Lab: privacy auditing of machine-learning models.

Importing this package is cheap: torch, opacus and scikit-learn are imported by
the functions that need them, never here.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

# OpenMP threads that wait by spinning, as is usual, take the core from whoever else needs
# it: with a second job on the machine, training ran 20 times slower. Threads that sleep at
# once wake up too late for operations of some microseconds, and cost half of the speed. So
# they spin for less than a millisecond. Read by torch when it is first imported; explicit
# settings are left alone.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")

__version__ = "0.1.0"

_PUBLIC = {
    "AuditRequest": "ppml_core.jobs.requests",
    "FrontierRequest": "ppml_core.jobs.requests",
    "TrainRequest": "ppml_core.jobs.requests",
    "SplitSizes": "ppml_core.datasets.split",
    "TrainingRecipe": "ppml_core.training.recipe",
    "DPSGDConfig": "ppml_core.training.recipe",
    "Architecture": "ppml_core.models.architecture",
    "Dataset": "ppml_core.datasets.dataset",
    "load_dataset": "ppml_core.datasets.catalogue",
    "read_upload": "ppml_core.datasets.ingest",
    "train_population": "ppml_core.training.population",
    "run": "ppml_core.jobs.pipeline",
}
__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)
