"""Files that are sent past the page are bounded before they are read."""

from __future__ import annotations

import asyncio

import pytest

from app.uploads_gate import UploadsGate
from ppml_core import limits

MB = 2**20


def put(gate, page, name, length=b"10", method="PUT"):
    """The status of one request."""
    scope = {"type": "http", "method": method, "path": f"/_stcore/upload_file/{page}/{name}"}
    scope["headers"] = [(b"content-length", length)] if length else []
    told = []

    async def send(message):
        told.append(message)

    asyncio.run(gate(scope, None, send))
    return told[0]["status"]


@pytest.fixture
def held():
    return {}


@pytest.fixture
def gate(held):
    """In front of an application that keeps everything."""

    async def keep(scope, receive, send):
        _, _, _, page, name = scope["path"].split("/")
        held.setdefault(page, {})[name] = int(dict(scope["headers"]).get(b"content-length", 5))
        await send({"type": "http.response.start", "status": 204})

    return UploadsGate(keep, lambda: held)


def test_repeated_files_of_one_page_are_bounded_in_number(gate, held):
    told = [put(gate, "page", f"{i}") for i in range(20)]
    assert told == [204] * limits.ARRIVING_FILES + [429] * (20 - limits.ARRIVING_FILES)
    assert put(gate, "page", "0") == 204  # in place of itself
    assert put(gate, "another", "0") == 204
    del held["page"]["0"]
    assert put(gate, "page", "new") == 204


def test_and_in_bytes_whatever_they_say_of_their_length(gate, held):
    held["page"] = {"a": limits.ARRIVING_BYTES - 5 * MB}
    assert put(gate, "page", "b", str(6 * MB).encode()) == 429
    assert put(gate, "page", "b", b"") == 429  # may be as large as any
    assert put(gate, "page", "b", str(4 * MB).encode()) == 204


def test_all_pages_together_are_bounded(gate, held):
    held |= {f"{i}": {"a": 200 * MB} for i in range(10)}
    assert put(gate, "new", "a", str(100 * MB).encode()) == 429
    assert put(gate, "new", "a", str(10 * MB).encode()) == 204


def test_files_on_their_way_count(held):
    taken, statuses = [], []

    async def slow(scope, receive, send):
        taken.append(scope["path"])
        await asyncio.sleep(0.05)
        await send({"type": "http.response.start", "status": 204})

    gate = UploadsGate(slow, lambda: held)

    async def send(message):
        if "status" in message:
            statuses.append(message["status"])

    async def many():
        scope = {"type": "http", "method": "PUT", "headers": [(b"content-length", b"9")]}
        paths = [{**scope, "path": f"/_stcore/upload_file/p/{i}"} for i in range(10)]
        await asyncio.gather(*(gate(each, None, send) for each in paths))

    asyncio.run(many())
    assert sorted(statuses) == [204] * limits.ARRIVING_FILES + [429] * (10 - limits.ARRIVING_FILES)
    assert len(taken) == limits.ARRIVING_FILES
    assert not gate._coming


def test_other_requests_pass(gate):
    assert [put(gate, "p", f"{i}", method="DELETE") for i in range(9)] == [204] * 9
