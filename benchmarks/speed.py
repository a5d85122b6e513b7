"""Seconds a model: ours, each rival's, and the floor, in one table."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

import torch

from benchmarks.contestants import PRIVATE, available, stacked
from benchmarks.floor import peak_flops, training_flops
from benchmarks.work import Work, tasks

Contestant = Callable[[Work, int], None]
HEAD = (
    "| work | contestant | seconds a model | ratio to ours (smallest to largest) |\n"
    "| --- | --- | --- | --- |\n"
)


def measure_all(rounds: int, epochs: int, only: str, out: Path) -> None:
    """Measure the tasks whose title contains ``only``; print and write a Markdown table."""
    head = f"torch {torch.__version__}, {torch.get_num_threads()} threads, {platform.machine()}, "
    text = f"{head}{rounds} rounds.\n\n{HEAD}"
    print(text, end="", flush=True)
    for work in tasks(epochs):
        if only in work.title:
            rows = compare(work, rounds)
            print(rows, end="", flush=True)
            text += rows
    out.write_text(text, encoding="utf-8")


def compare(work: Work, rounds: int) -> str:
    """Rows of one task: ours, the rivals, the floor."""
    rivals = PRIVATE if work.private else available()
    warm = replace(work, recipe=replace(work.recipe, epochs=1))
    for contestant in (stacked, *rivals.values()):
        contestant(warm, 1)
    ours, floor = [], []
    theirs: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(rounds):
        ours.append(_seconds_a_model(stacked, work, work.models))
        floor.append(training_flops(work) / peak_flops())
        for name, rival in rivals.items():
            theirs[name].append(_seconds_a_model(rival, work, work.few))
    rows = f"| {work.title} | ours, {work.models} models | {median(ours):.4f} | |\n"
    for name, seconds in [*theirs.items(), ("floor: its products at peak speed", floor)]:
        ratios = [other / own for other, own in zip(seconds, ours, strict=True)]
        spread = f"{_short(min(ratios))} to {_short(max(ratios))}"
        rows += f"| | {name} | {median(seconds):.4f} | {_short(median(ratios))} ({spread}) |\n"
    return rows


def _short(ratio: float) -> str:
    """Three figures."""
    return f"{ratio:.3g}" if ratio < 100 else f"{ratio:.0f}"


def _seconds_a_model(train: Contestant, work: Work, models: int) -> float:
    """Wall-clock seconds of training, divided by the models."""
    start = time.perf_counter()
    train(work, models)
    return (time.perf_counter() - start) / models
