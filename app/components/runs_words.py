"""A run in words and HTML: title, state, progress, times. Pure, so that it can be tested."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app import escape
from app.components import formats
from app.components.request_line import request_line

if TYPE_CHECKING:
    from ppml_core.jobs.service import RunView

KINDS = {
    "train": "Training",
    "audit": "Membership audit",
    "frontier": "Privacy frontier",
    "invert": "Model inversion",
    "attributes": "Attribute inference",
    "gradients": "Gradient reconstruction",
    "ladder": "Reconstruction ladder",
}
STATES = {
    "queued": ("◷", "Waiting"),
    "running": ("▶", "Running"),
    "finished": ("✓", "Finished"),
    "failed": ("✕", "Failed"),
    "cancelled": ("■", "Cancelled"),
}


def title(run: RunView) -> str:
    """``Membership audit of digits``."""
    return f"{KINDS[run.kind]} of {run.dataset_name}"


def short_title(run: RunView) -> str:
    """The title and the first digits of the run's name, to tell equal ones apart."""
    return f"{title(run)} ({run.run_id[:6]})"


def counts(live: Sequence[RunView], ended: Sequence[RunView]) -> str:
    """How many there are of what, in one sentence."""
    running = sum(run.state == "running" for run in live)
    waiting = len(live) - running
    parts = [f"{running} running", f"{waiting} waiting", f"{len(ended)} earlier"]
    return ", ".join(part for part in parts if not part.startswith("0 ")) + "."


def head(run: RunView, *, is_open: bool, now: float) -> str:
    """The row's text: title, state, what was asked, progress or outcome."""
    mark, word = STATES[run.state]
    opened = '<span class="lab-tag">open</span> ' if is_open else ""
    asked = request_line(run.request, run.dataset_name) if run.readable else run.dataset_name
    parts = [
        f'<div class="runs-head"><p class="runs-title">{escape.html(title(run))} {opened}</p>'
        f'<p class="runs-state runs-{run.state}"><span aria-hidden="true">{mark}</span> '
        f"{word}</p></div>",
        f'<p class="lab-small">{escape.html(asked)}</p>',
        progress(run) if run.state in ("queued", "running") else "",
        f'<p class="runs-reason">{escape.html(run.error)}</p>' if run.error else "",
        f'<p class="lab-small">{escape.html(when(run, now))} · '
        f"<code>{escape.html(run.run_id[:8])}</code></p>",
    ]
    return "".join(parts)


def progress(run: RunView) -> str:
    """Bar, counts and time left of a run that has not ended."""
    if run.state == "queued":
        ahead = (run.position or 1) - 1
        text = f"{ahead} ahead in the queue" if ahead else "next in the queue"
        return f'<p class="lab-small">{text}</p>'
    if run.progress is None:
        return '<p class="lab-small">starting</p>'
    left = run.progress.eta_seconds
    tail = f" · about {formats.duration(left)} left" if left is not None else ""
    share = min(100, round(100 * run.progress.done / max(1, run.progress.total)))
    return (
        f'<div class="lab-progress"><progress max="100" value="{share}" '
        f'aria-label="Progress of {escape.html(title(run))}"></progress></div>'
        f'<p class="lab-small">{escape.html(run.progress.stage)} · {share} % done'
        f"{escape.html(tail)}</p>"
    )


def when(run: RunView, now: float) -> str:
    """When it was asked for, and how long it took."""
    parts = [f"asked for {ago(now - run.created)}"]
    if run.finished is not None and run.started is not None:
        verb = {"finished": "took", "failed": "failed after", "cancelled": "stopped after"}
        seconds = formats.duration(run.finished - run.started)
        parts.append(f"{verb.get(run.state, 'took')} {seconds}")
    return ", ".join(parts)


def ago(seconds: float) -> str:
    """A rough time in the past.

    >>> ago(3), ago(200), ago(7300), ago(200_000)
    ('just now', '3 min ago', '2 h ago', '2 days ago')
    """
    minutes = int(seconds // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // 1440} days ago"
