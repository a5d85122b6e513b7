"""The HTML that a browser gets before anything runs: Streamlit's own, told where it lives.

Opened at ``/train``, Streamlit's client would first ask whether its server lives below
``/train/``, and every browser would write the two refusals into its console as errors.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from streamlit import config, net_util

from app import guard, scripts, service
from app.navigation import names

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def routes() -> list[Route]:
    """The address of every page, and the root."""
    return [Route(f"/{name}", _page, methods=["GET"]) for name in ("", *names())]


def middleware() -> list[Middleware]:
    """The guard before everything that answers."""
    allowed = {str(origin).strip() for origin in config.get_option("server.corsAllowedOrigins")}
    return [Middleware(guard.Guard, headers=headers(), allowed=allowed)]


@cache
def headers() -> dict[str, str]:
    """Of every answer. The inline scripts of Streamlit's page and ours may run, no others."""
    inline = _INLINE.findall(shell(_original()))
    return guard.security_headers([*inline, scripts.DROPZONE])


def shell(html: str) -> str:
    """Streamlit's page with our title and the address of its server.

    >>> shell("<head><title>Streamlit</title></head>").count("BACKEND_BASE_URL")
    1
    """
    titled = html.replace("<title>Streamlit</title>", "<title>PPML Lab</title>")
    return titled.replace("<head>", f"<head>{scripts.tag(scripts.HOME)}", 1)


def stay_inside() -> None:
    """Streamlit compares a refused origin with this machine's address in the internet, which
    it asks an outside host for. It is never asked: whoever serves a name configures it."""
    net_util.get_external_ip = lambda: None


@asynccontextmanager
async def lifespan(server: Any) -> AsyncIterator[None]:
    """Says where the server listens (Streamlit's own greeting looks up the machine's outside
    address), and gets ready."""
    host, port = config.get_option("server.address") or "0.0.0.0", config.get_option("server.port")
    scheme = "https" if config.get_option("server.sslCertFile") else "http"
    print(f"PPML Lab: {scheme}://{host}:{port}", flush=True)
    async with service.lifespan(server):
        yield


async def failed(_: Request, __: Exception) -> PlainTextResponse:
    """An error of the server itself: its log has the reason."""
    return PlainTextResponse("Internal Server Error", status_code=500, headers=headers())


async def _page(_: Request) -> HTMLResponse:
    """The same for every page; never cached, because it names the current scripts."""
    return HTMLResponse(shell(_original()), headers={"Cache-Control": "private, no-cache"})


def _original() -> str:
    """Streamlit's page."""
    return (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
