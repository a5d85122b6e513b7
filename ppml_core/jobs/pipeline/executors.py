"""Where the groups of a run are trained: here unless the environment names a cluster.

``PPML_SCHEDULER=tcp://host:port``: on a Dask cluster. ``PPML_TRAIN_PROCESSES=n``: in n
processes. Neither: in one thread, on as many cores as torch would use (``OMP_NUM_THREADS``).
"""

from __future__ import annotations

import os
from concurrent.futures import Executor

import torch

from ppml_core._validate import in_range
from ppml_core.errors import InvalidValue
from ppml_core.training.executors import Processes, Threads

MOST_PROCESSES = 256


def training_executor() -> Executor:
    """A new executor; shut it down, as ``with`` does.

    Raises ``ClusterUnavailable``, or ``InvalidValue`` for a variable that makes no sense.
    """
    if address := os.environ.get("PPML_SCHEDULER"):
        from ppml_core.training.cluster import Cluster

        return Cluster(address)
    if named := os.environ.get("PPML_TRAIN_PROCESSES"):
        return Processes(_whole("PPML_TRAIN_PROCESSES", named))
    return Threads(1, torch.get_num_threads())


def _whole(name: str, text: str) -> int:
    """A number of processes."""
    try:
        number = int(text)
    except ValueError:
        raise InvalidValue(name, "a whole number", text) from None
    in_range(name, number, 1, MOST_PROCESSES)
    return number
