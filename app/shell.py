"""The HTML that a browser gets before anything runs: Streamlit's own, told where it lives.

Opened at ``/train``, Streamlit's client would first ask whether its server lives below
``/train/``, and every browser would write the two refusals into its console as errors.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from app.navigation import names

_HOME = "<script>window.__streamlit = { BACKEND_BASE_URL: window.location.origin + '/' }</script>"


def routes() -> list[Route]:
    """The address of every page, and the root."""
    return [Route(f"/{name}", _page, methods=["GET"]) for name in ("", *names())]


def shell(html: str) -> str:
    """Streamlit's page with our title and the address of its server.

    >>> shell("<head><title>Streamlit</title></head>").count("BACKEND_BASE_URL")
    1
    """
    titled = html.replace("<title>Streamlit</title>", "<title>PPML Lab</title>")
    return titled.replace("<head>", f"<head>{_HOME}", 1)


async def _page(request: Request) -> HTMLResponse:
    """The same for every page; never cached, because it names the current scripts."""
    original = Path(st.__file__).parent / "static" / "index.html"
    return HTMLResponse(
        shell(original.read_text(encoding="utf-8")), headers={"Cache-Control": "no-cache"}
    )
