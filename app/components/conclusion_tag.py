"""A conclusion as a tag: its words, a mark and a border, so that colour alone tells nothing."""

from __future__ import annotations

from app import escape
from ppml_core.auditing.conclusions import Conclusion, Tone

MARKS: dict[Tone, str] = {"grave": "✕", "warning": "!", "open": "?", "clear": "✓"}


def tag(conclusion: Conclusion) -> str:
    """Two or three words."""
    return (
        '<p class="lab-conclusion"><strong class="lab-badge '
        f'lab-badge-{escape.html(conclusion.tone)}"><span aria-hidden="true">'
        f"{escape.html(MARKS[conclusion.tone])}</span> {escape.html(conclusion.label)}"
        "</strong></p>"
    )


def line(conclusion: Conclusion, sentence: str) -> str:
    """The tag over the sentence that a whole result comes down to."""
    return tag(conclusion) + f'<p class="lab-verdict">{escape.html(sentence)}</p>'
