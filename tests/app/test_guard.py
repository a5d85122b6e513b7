"""Headers, the session's cookie and who may connect, without a server."""

from __future__ import annotations

import asyncio
import doctest
from typing import Any

import pytest

from app import guard, scripts, shell

TOKEN = "t" * 32


async def site(scope: dict, receive: Any, send: Any) -> None:
    """An application that answers everything."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept", "headers": [], "seen": scope["headers"]})
        return
    kind = b"text/html" if scope["path"] == "/" else b"text/css"
    head = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]}
    await send(head)
    await send({"type": "http.response.body", "body": b""})


def ask(path: str = "/", kind: str = "http", scheme: str = "http", **headers: str) -> dict:
    """What comes back first."""
    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    async def receive() -> dict:
        return {"type": "websocket.connect"}

    raw = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {"type": kind, "path": path, "method": "GET", "scheme": scheme, "headers": raw}
    wrapped = guard.Guard(site, headers=shell.headers(), allowed={"https://lab.example.org"})
    asyncio.run(wrapped(scope, receive, send))
    return sent[0]


def cookie_of(message: dict) -> str | None:
    return dict(message["headers"]).get(b"set-cookie", b"").decode() or None


def test_examples_in_docstrings():
    assert doctest.testmod(guard).failed == 0


@pytest.mark.parametrize("path", ["/", "/static/x.css", "/_stcore/metrics"])
def test_every_answer_has_the_headers(path):
    found = {k.decode().lower(): v.decode() for k, v in ask(path)["headers"]}
    assert found["x-content-type-options"] == "nosniff"
    assert found["x-frame-options"] == "DENY"
    assert found["referrer-policy"] == "same-origin"
    assert "camera=()" in found["permissions-policy"]
    policy = found["content-security-policy"]
    assert "frame-ancestors 'none'" in policy and "default-src 'self'" in policy
    assert "http:" not in policy and "https:" not in policy and "*" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


def test_an_error_of_the_server_has_the_headers_and_no_trace():
    answer = asyncio.run(shell.failed(None, ValueError("secret")))
    assert answer.headers["x-frame-options"] == "DENY"
    assert b"secret" not in answer.body


def test_the_scripts_of_the_pinned_page_may_run_and_others_not():
    policy = shell.headers()["Content-Security-Policy"]
    for text in (scripts.HOME, scripts.DROPZONE):
        assert guard._hash(text) in policy
    assert guard._hash("alert(1)") not in policy
    assert policy.count("'sha256-") == 3  # ours, and the one in Streamlit's page


@pytest.mark.parametrize(
    "path",
    [
        *("/_stcore/metrics", "/train/_stcore/metrics", "//_stcore//metrics/"),
        *("/_stcore/agent/openapi.json", "/_stcore/agent/interact", "/_stcore/agent/mcp"),
    ],
)
def test_what_tells_strangers_about_the_server_is_closed(path):
    assert ask(path)["status"] == 404


def test_health_is_open():
    assert ask("/_stcore/health")["status"] == 200


@pytest.mark.parametrize("site_said", ["none", "same-origin", "same-site"])
def test_the_page_sets_the_cookie_where_there_is_none(site_said):
    made = cookie_of(ask(accept="text/html", sec_fetch_site=site_said))
    assert made is not None and made.endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert guard.valid(made.split(";")[0].removeprefix("ppml_session="))
    assert cookie_of(ask(accept="*/*")) is not None
    assert made != cookie_of(ask(accept="text/html", sec_fetch_site=site_said))


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": f"a=b; ppml_session={TOKEN}", "sec_fetch_site": "same-origin"},
        {"accept": "text/html", "sec_fetch_site": "cross-site"},  # may have one
        {"accept": "text/html"},  # over plain http no browser says where it comes from
    ],
)
def test_a_session_that_there_is_or_may_be_is_never_replaced(headers):
    assert cookie_of(ask(**headers)) is None


def test_only_pages_set_it():
    assert cookie_of(ask("/static/x.css", accept="*/*")) is None


def test_over_https_it_is_secure():
    for found in (ask(scheme="https"), ask(x_forwarded_proto="https")):
        assert (cookie_of(found) or "").endswith("; Secure")
    found = ask(kind="websocket", scheme="ws", origin="https://lab.org", host="lab.org")
    assert (cookie_of(found) or "").endswith("; Secure")


def test_a_connection_without_a_session_gets_one_and_the_page_sees_it():
    found = ask(kind="websocket", origin="http://a:1", host="a:1", cookie="x=1; ppml_session=bad")
    made = cookie_of(found)
    assert made is not None
    brought = dict(found["seen"])[b"cookie"].decode()
    assert brought == f"x=1; {made.split(';')[0]}"


def test_a_connection_with_a_session_keeps_it():
    found = ask(kind="websocket", origin="http://a:1", host="a:1", cookie=f"ppml_session={TOKEN}")
    assert cookie_of(found) is None
    assert found["type"] == "websocket.accept"


@pytest.mark.parametrize(
    "origin",
    [
        *("http://127.0.0.1:9", "http://localhost:8501", "http://a:2", "https://evil.example"),
        *("null", "", "file://", "http://a:1.evil.example", "http://evil.example@a:1"),
    ],
)
def test_no_other_origin_may_connect(origin):
    found = ask(kind="websocket", origin=origin, host="a:1")
    assert found == {"type": "websocket.close", "code": 1008}


def test_who_is_configured_and_who_is_no_browser_may_connect():
    allowed = ask(kind="websocket", origin="https://lab.example.org", host="inside:8501")
    assert allowed["type"] == "websocket.accept"
    assert ask(kind="websocket", host="a:1")["type"] == "websocket.accept"
