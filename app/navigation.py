"""The pages, flat, in the order in which a person meets them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

ROOT = Path(__file__).resolve().parent.parent

_PAGES = (
    ("start", "Start", True),
    ("data", "Data", False),
    ("train", "Train", False),
    ("membership", "Membership", False),
    ("inversion", "Inversion", False),
    ("attributes", "Attributes", False),
    ("gradients", "Gradients", False),
    ("bounds", "Bounds", False),
    ("defend", "Defend", False),
    ("runs", "Runs", False),
)


def names() -> tuple[str, ...]:
    """The last part of every page's address."""
    return tuple(name for name, _, _ in _PAGES)


def pages() -> Any:
    """Register all pages; the result's ``run()`` shows the chosen one."""
    listed = [
        st.Page(path(name), title=title, url_path=name, default=default)
        for name, title, default in _PAGES
    ]
    return st.navigation(listed)


def path(name: str) -> Path:
    """Absolute path of a page, for ``st.page_link`` and ``st.switch_page``."""
    return ROOT / "pages" / f"{name}.py"
