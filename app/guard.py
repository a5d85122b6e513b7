"""What every answer of the server carries, and what it does not answer: headers that keep
other sites out, the session's cookie, and a strict look at who opens a connection.

The cookie is never within reach of a script (``HttpOnly``) and never sent along from
another site (``SameSite=Strict``). So a request without it may still come from a browser
that has one: somebody followed a link in a mail. Then nothing is set with the page; the
page's own connection, which the browser counts as the same site, brings the cookie, or
gets one if there is none.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "ppml_session"
CLOSED = ("_stcore/metrics", "_stcore/agent", "_stcore/script-health-check")
"""Streamlit's addresses that tell strangers about the server, or drive it."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_POLICY = (
    "default-src 'self'",
    "script-src 'self' blob: {scripts}",  # blob: is how Streamlit loads a component's script
    "style-src 'self' 'unsafe-inline'",  # Streamlit and plotly style by script
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
_UNUSED = ("camera", "microphone", "geolocation", "payment", "usb", "serial", "bluetooth", "midi")


def valid(token: str | None) -> bool:
    """Whether it can be the name of a session."""
    return token is not None and _TOKEN.fullmatch(token) is not None


def security_headers(scripts: Iterable[str]) -> dict[str, str]:
    """For all answers; ``scripts`` are the texts of the inline scripts that may run.

    >>> security_headers(["x"])["X-Frame-Options"]
    'DENY'
    """
    policy = "; ".join(_POLICY).format(scripts=" ".join(sorted({_hash(s) for s in scripts})))
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED),
    }


class Guard:
    """Wraps the server (ASGI). ``allowed``: origins besides the server's own, as configured."""

    def __init__(self, app: ASGIApp, *, headers: dict[str, str], allowed: set[str]) -> None:
        self._app, self._headers, self._allowed = app, headers, allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse, or pass on what comes."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An HTTP request."""
        request = Headers(scope=scope)
        token = secrets.token_urlsafe(24) if _gets_cookie(scope, request) else None

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.update(self._headers)
                if token and answer.get("content-type", "").startswith("text/html"):
                    answer.append("Set-Cookie", cookie(token, secure=_is_secure(scope, request)))
            await send(message)

        if _is_closed(str(scope["path"])):
            await _not_here(guarded)
            return
        await self._app(scope, receive, guarded)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A websocket: from our own pages only, and never without a session."""
        request = Headers(scope=scope)
        if not self._is_ours(request):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        if valid(_session_of(request)):
            await self._app(scope, receive, send)
            return
        token = secrets.token_urlsafe(24)

        async def introduced(message: Message) -> None:
            if message["type"] == "websocket.accept":
                made = cookie(token, secure=_is_secure(scope, request))
                more = (b"set-cookie", made.encode("latin-1"))
                message = {**message, "headers": [*message.get("headers", ()), more]}
            await send(message)

        await self._app(_with_session(scope, request, token), receive, introduced)

    def _is_ours(self, request: Headers) -> bool:
        """Whether a page of this server opens the connection, or no browser at all."""
        origin = request.get("origin")
        if origin is None or origin in self._allowed:
            return True
        return bool(urlsplit(origin).netloc) and urlsplit(origin).netloc == request.get("host")


def cookie(token: str, *, secure: bool) -> str:
    """The value of ``Set-Cookie``. It ends with the browser.

    >>> cookie("t", secure=False)
    'ppml_session=t; Path=/; HttpOnly; SameSite=Strict'
    """
    return f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict" + "; Secure" * secure


def _gets_cookie(scope: Scope, request: Headers) -> bool:
    """Whether this page's request surely comes from a browser that has none yet."""
    if scope["method"] != "GET" or valid(_session_of(request)):
        return False
    site = request.get("sec-fetch-site")
    if site is None:  # no browser, or one that does not say: not over plain http
        return "text/html" not in request.get("accept", "")
    return site != "cross-site"


def _session_of(request: Headers) -> str | None:
    """The session that a request brings."""
    found = SimpleCookie()
    for part in request.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            found[COOKIE] = value
    return found[COOKIE].value if COOKIE in found else None


def _with_session(scope: Scope, request: Headers, token: str) -> Scope:
    """The same handshake with a session in it."""
    kept = [
        part.strip()
        for part in request.get("cookie", "").split(";")
        if part.strip() and not part.strip().startswith(f"{COOKIE}=")
    ]
    brought = "; ".join([*kept, f"{COOKIE}={token}"]).encode("latin-1")
    others = [(name, value) for name, value in scope["headers"] if name.lower() != b"cookie"]
    return {**scope, "headers": [*others, (b"cookie", brought)]}


def _is_secure(scope: Scope, request: Headers) -> bool:
    """Whether the browser came by https, to this server or to a proxy before it."""
    forwarded = request.get("x-forwarded-proto", "").split(",")[0].strip()
    by_origin = request.get("origin", "").startswith("https://")
    return scope["scheme"] in ("https", "wss") or forwarded == "https" or by_origin


def _is_closed(path: str) -> bool:
    """Whether nobody is answered there; also below a page's address and a base path."""
    parts = f"/{'/'.join(part for part in path.split('/') if part)}/"
    return any(f"/{closed}/" in parts for closed in CLOSED)


async def _not_here(send: Send) -> None:
    """A plain 404."""
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"Not Found"})


def _hash(script: str) -> str:
    """A script's source expression."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
