"""How much an open page may send before the page has read it.

Streamlit takes any number of files for any open page and holds them in memory until the
page is left, whether or not a page asked for them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import PlainTextResponse
from streamlit import runtime

from ppml_core import limits

_PLACE = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)/?$")
_SLACK = 1024 * 1024
"""Bytes around a file in its request."""
Held = Callable[[], Mapping[str, Mapping[str, int]]]


def held_by_streamlit() -> dict[str, dict[str, int]]:
    """Bytes by open page and file."""
    if not runtime.exists():
        return {}
    manager: Any = runtime.get_instance().uploaded_file_mgr
    pages = list(manager.file_storage.items())
    return {page: {name: len(f.data) for name, f in list(files.items())} for page, files in pages}


class UploadsGate:
    """ASGI middleware: refuses a file (429) that would be too much beside what is held and
    what is on its way."""

    def __init__(self, app: Any, held: Held = held_by_streamlit) -> None:
        self._app, self._held = app, held
        self._coming: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        found = _PLACE.search(scope.get("path", "")) if scope.get("method") == "PUT" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        page, name = found.groups()
        size = _declared(scope)
        if self._too_much(page, name, size):
            words = "Too many files at once: take some away, or wait until they are read."
            await PlainTextResponse(words, status_code=429)(scope, receive, send)
            return
        self._coming[page] += 1
        self._bytes[page] += size
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming[page] -= 1
            self._bytes[page] -= size
            if not self._coming[page]:
                del self._coming[page], self._bytes[page]

    def _too_much(self, page: str, name: str, size: int) -> bool:
        """Whether one more is."""
        held = self._held()
        mine = {each: n for each, n in held.get(page, {}).items() if each != name}
        files = len(mine) + self._coming[page] + 1
        own = sum(mine.values()) + self._bytes[page] + size
        every = sum(sum(of.values()) for of in held.values()) + self._bytes.total() + size
        bounds = (limits.ARRIVING_FILES, limits.ARRIVING_BYTES, limits.ARRIVING_BYTES_ALL)
        return any(n > most for n, most in zip((files, own, every), bounds, strict=True))


def _declared(scope: Any) -> int:
    """Bytes that may come; as many as are allowed where it is not said."""
    headers = dict(scope.get("headers", ()))
    length = headers.get(b"content-length", b"")
    return int(length) if length.isdigit() else limits.UPLOAD_BYTES + _SLACK
