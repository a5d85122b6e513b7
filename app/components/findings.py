"""What a reader should know about a report: the findings, gravest first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app import escape
from app.components import heading
from ppml_core.auditing.report import Finding

_ORDER = {"grave": 0, "warning": 1, "info": 2}
_NAMES = {"grave": "Grave", "warning": "Warning", "info": "Note"}


def findings(found: Sequence[Finding]) -> None:
    """A list; nothing at all when there are none."""
    if not found:
        return
    heading.section("Findings")
    for one in sorted(found, key=lambda finding: _ORDER.get(finding.severity, 3)):
        st.html(_item(one))


def _item(one: Finding) -> str:
    """One finding as HTML, its severity in words."""
    tone = one.severity if one.severity in _ORDER else "info"
    return (
        f'<article class="lab-finding lab-{tone}"><p class="lab-notice-title">'
        f'<span class="lab-tag">{_NAMES[tone]}</span> {escape.html(one.title)} '
        f'<span class="lab-small">{escape.html(one.code)}</span></p>'
        f"<p>{escape.html(one.evidence)}</p><p>{escape.html(one.advice)}</p></article>"
    )
