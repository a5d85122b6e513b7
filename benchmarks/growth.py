"""How time and memory grow with models, records and parameters.

Each point is measured in a process of its own, so that its peak memory is its own
(Linux says it).
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ppml_core.datasets.catalogue import load_dataset
from ppml_core.datasets.dataset import Dataset
from ppml_core.models.architecture import Architecture
from ppml_core.models.network import build_network
from ppml_core.training.membership import balanced_membership
from ppml_core.training.population import train_population
from ppml_core.training.recipe import TrainingRecipe

SERIES: dict[str, tuple[int, ...]] = {
    "models": (1, 4, 16, 64, 256, 1024),
    "small models": (1, 4, 16, 64, 256, 1024),
    "records": (1_000, 4_000, 15_000, 30_000, 60_000),
    "parameters": (8, 32, 128, 512, 2048),
}
TITLES = {
    "models": "mnist-5k, MLP 784-128-10, 20 epochs",
    "small models": "digits, MLP 64-32-10, 20 epochs",
    "records": "fashion-mnist, 4 models of MLP 784-64-10, 2 epochs",
    "parameters": "mnist-5k, 4 models of MLP 784-h-10, 4 epochs",
}
REPEATS = 3
"""A point's time is the median of these; its memory the peak over all of them."""

LEAST_MEGABYTES = 16.0
"""Peaks below this are the allocator's own, and no exponent is fitted to them."""


@dataclass(frozen=True)
class Point:
    """``size`` is what varies: models, records, or parameters."""

    size: int
    seconds: float
    megabytes: float
    """Peak of the process beyond what it held after a first model was trained."""


def measure(folder: Path) -> None:
    """Measure all series; write ``growth.md`` and ``growth.png``."""
    found = {name: [_apart(name, size) for size in sizes] for name, sizes in SERIES.items()}
    text = "".join(_table(name, points) for name, points in found.items())
    print(text)
    (folder / "growth.md").write_text(text, encoding="utf-8")
    _plot(found, folder / "growth.png")


def exponent(sizes: Sequence[float], values: Sequence[float], least: float = 0.0) -> str:
    """Slope of the least-squares line through the upper half of the points, log over log.

    Values of ``least`` or below are left out; with one point over there is no slope.

    >>> exponent([1, 10, 100, 1000], [5, 6, 60, 600])
    '1.00'
    >>> exponent([1, 10, 100, 1000], [0, 0, 0, 600], least=16)
    'not fitted'
    """
    half = len(sizes) // 2
    over = [(x, y) for x, y in zip(sizes[half:], values[half:], strict=True) if y > least]
    if len(over) < 2:
        return "not fitted"
    x, y = np.log(np.array(over).T)
    return f"{np.polyfit(x, y, 1)[0]:.2f}"


def _apart(name: str, size: int) -> Point:
    """One point, in its own process."""
    command = [sys.executable, "-m", "benchmarks.growth", name, str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Point(**json.loads(done.stdout))


def _measure_here(name: str, size: int) -> dict[str, float]:
    """Train, and say how long it took and how much memory it needed."""
    data, recipe, models = _task(name, size)
    membership = balanced_membership(len(data), len(data) // 2, max(models, 2), seed=0)[:models]
    train_population(data, membership[:1], replace(recipe, epochs=1))
    before = _forget_peak()
    seconds = statistics.median(_seconds(data, membership, recipe) for _ in range(REPEATS))
    peak = _kilobytes("VmHWM")
    network = build_network(recipe.architecture, data.features.shape[1:], data.n_classes)
    shown = network.n_parameters if name == "parameters" else size
    return {"size": shown, "seconds": seconds, "megabytes": (peak - before) / 1024}


def _forget_peak() -> int:
    """Kilobytes held now: the peak is counted from here, for reading the data may need more."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _kilobytes("VmRSS")


def _kilobytes(field: str) -> int:
    """Of this process, from Linux."""
    found = re.search(rf"{field}:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    if found is None:
        raise OSError(f"Expected {field} in /proc/self/status, found none")
    return int(found[1])


def _seconds(data: Dataset, membership: np.ndarray, recipe: TrainingRecipe) -> float:
    """Of one training, whose models are let go."""
    start = time.perf_counter()
    train_population(data, membership, recipe)
    return time.perf_counter() - start


def _task(name: str, size: int) -> tuple[Dataset, TrainingRecipe, int]:
    """Data, recipe and number of models of a point."""
    models = size if name.endswith("models") else 4
    hidden = {"models": 128, "small models": 32, "records": 64}.get(name, size)
    epochs = {"records": 2, "parameters": 4}.get(name, 20)
    batch = 64 if name == "small models" else 128
    recipe = TrainingRecipe(
        architecture=Architecture(hidden=(hidden,)),
        epochs=epochs,
        learning_rate=1e-3,
        batch_size=batch,
    )
    if name == "records":
        return _first(load_dataset("fashion-mnist"), size), recipe, models
    return load_dataset("digits" if name == "small models" else "mnist-5k"), recipe, models


def _first(data: Dataset, n: int) -> Dataset:
    """The first ``n`` records."""
    return replace(
        data,
        features=data.features[:n],
        labels=data.labels[:n],
        record_ids=data.record_ids[:n],
    )


def _table(name: str, points: list[Point]) -> str:
    """Markdown, with the fitted exponents."""
    rows = "".join(f"| {p.size:,} | {p.seconds:.3f} | {p.megabytes:.0f} |\n" for p in points)
    sizes = [p.size for p in points]
    time_grows = exponent(sizes, [p.seconds for p in points])
    memory_grows = exponent(sizes, [p.megabytes for p in points], LEAST_MEGABYTES)
    return (
        f"**{TITLES[name]}**: exponent of time {time_grows}, of memory {memory_grows} "
        f"(upper half of the points).\n\n| {name} "
        f"| seconds | peak memory beyond the start, MB |\n| ---: | ---: | ---: |\n{rows}\n"
    )


def _plot(found: dict[str, list[Point]], path: Path) -> None:
    """A panel a series, log over log: seconds above, memory below."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, rows = pyplot.subplots(2, len(found), figsize=(14, 6), layout="constrained")
    for column, (name, points) in zip(rows.T, found.items(), strict=True):
        sizes = [p.size for p in points]
        column[0].loglog(sizes, [p.seconds for p in points], "o-", color="#12868d")
        column[0].set(ylabel="seconds")
        column[0].set_title(TITLES[name], fontsize=8)
        column[1].loglog(sizes, [max(p.megabytes, 1.0) for p in points], "s-", color="#a8552a")
        column[1].set(xlabel=name, ylabel="peak memory beyond the start, MB")
        for axis in column:
            axis.grid(alpha=0.3)
    figure.savefig(path, dpi=100)


if __name__ == "__main__":
    print(json.dumps(_measure_here(sys.argv[1], int(sys.argv[2]))))
