"""One browser tab on the product: waits for Streamlit, and notes what must not happen."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect

from app.session import COOKIE

PATIENCE_MS = 60_000
PAGES = (
    "start",
    "data",
    "train",
    "membership",
    "inversion",
    "attributes",
    "gradients",
    "bounds",
    "defend",
    "runs",
)

# Streamlit says on its root element whether a script runs; a part that is about to be
# replaced is marked stale. Quiet for a moment, because one run can cause the next.
_QUIET = """async () => {
  const app = () => document.querySelector('[data-testid="stApp"]');
  const busy = () => !app()
    || app().dataset.testScriptState !== 'notRunning'
    || app().dataset.testConnectionState !== 'CONNECTED'
    || document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')
    || !document.querySelector('[data-testid="stMain"] h1')
    || [...document.querySelectorAll('[data-testid="stPlotlyChart"]')]
         .some(c => !c.querySelector('.main-svg'));
  let quiet = 0;
  while (quiet < 6) {
    await new Promise(done => setTimeout(done, 50));
    quiet = busy() ? 0 : quiet + 1;
  }
}"""


class Tab:
    """A page of the product in a browser context of its own."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.console_errors: list[str] = []
        self.outside: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        page.on("request", self._request)

    def open(self, page: str = "start", **query: str) -> Tab:
        """Go to a page by its address and wait until it is drawn."""
        self.page.goto(self.address(page, **query))
        return self.settle()

    def open_live(self, page: str, **query: str) -> Tab:
        """The same for a page that shows a live run, and so is never quiet."""
        self.page.goto(self.address(page, **query))
        return self

    def session(self) -> str:
        """The name under which the server knows this visitor."""
        cookies = {c["name"]: c["value"] for c in self.page.context.cookies()}
        return cookies[COOKIE]

    def address(self, page: str = "start", **query: str) -> str:
        """The address of a page."""
        path = "" if page == "start" else page
        return f"{self.base}/{path}" + (f"?{urlencode(query)}" if query else "")

    def settle(self) -> Tab:
        """Wait until no script runs and all is drawn. Not while a run is live: it polls."""
        self.page.evaluate(_QUIET)
        return self

    def follow(self, title: str) -> Tab:
        """To another page by the navigation, as a person goes there."""
        nav = self.page.get_by_test_id("stSidebarNav")
        nav.get_by_role("link", name=title, exact=True).click()
        main = self.page.get_by_test_id("stMain")
        question = main.get_by_role("heading", level=1, name=title if title != "Start" else "Who")
        expect(question).to_be_visible(timeout=PATIENCE_MS)
        return self

    def query(self, name: str) -> str | None:
        """A value from the address."""
        found = parse_qs(urlsplit(self.page.url).query).get(name)
        return found[0] if found else None

    def wait_for_query(self, name: str) -> str:
        """The same, once it is there."""
        self.page.wait_for_url(re.compile(rf"[?&]{name}=\w"), timeout=PATIENCE_MS)
        found = self.query(name)
        assert found is not None
        return found

    def button(self, name: str) -> Locator:
        """A button by its exact words."""
        return self.page.get_by_role("button", name=name, exact=True)

    def main_text(self) -> str:
        """Everything that can be read on the page, without the sidebar."""
        return self.page.get_by_test_id("stMain").inner_text()

    def see(self, text: str | re.Pattern[str]) -> Locator:
        """Wait until the text is visible on the page."""
        found = self.page.get_by_test_id("stMain").get_by_text(text).first
        expect(found).to_be_visible(timeout=PATIENCE_MS)
        return found

    def close(self) -> None:
        """Close the tab and its context."""
        self.page.context.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page, name)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console_errors.append(message.text)

    def _request(self, request: Request) -> None:
        url = request.url
        if not url.startswith((self.base, "data:", "blob:")):
            self.outside.append(url)
