"""The HTML before anything runs."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app.navigation import names
from app.shell import routes, shell


def test_the_page_of_the_pinned_streamlit_is_told_where_its_server_lives():
    original = (Path(st.__file__).parent / "static" / "index.html").read_text("utf-8")
    made = shell(original)
    assert "<title>PPML Lab</title>" in made
    # Before the first module script, which reads it.
    assert 0 < made.index("BACKEND_BASE_URL") < made.index('type="module"')


def test_every_page_has_a_route():
    assert [route.path for route in routes()] == ["/", *(f"/{name}" for name in names())]
