"""The session's cookie: out of reach of scripts, and not lost by a link from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from lab import SETUP
from listener import Listener
from playwright.sync_api import Browser, expect
from tab import Tab

from app.session import COOKIE

pytestmark = pytest.mark.browser


@pytest.fixture
def elsewhere() -> Iterator[Listener]:
    """Another site."""
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def names(browser: Browser, chromium: str) -> Iterator[Browser]:
    """A browser for which this machine has names, as in a network: there Chromium does not
    say where a request comes from, because plain http is not to be trusted."""
    rules = "--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    made = browser.browser_type.launch(
        executable_path=chromium, args=["--no-sandbox", "--disable-gpu", rules]
    )
    yield made
    made.close()


def test_no_script_sees_the_cookie_and_a_reload_is_the_same_session(lab, visit):
    tab = visit(lab).open("train")
    [kept] = [c for c in tab.page.context.cookies() if c["name"] == COOKIE]
    assert (kept["httpOnly"], kept["sameSite"], kept["secure"]) == (True, "Strict", False)
    assert kept["expires"] == -1  # with the browser
    assert COOKIE not in tab.page.evaluate("document.cookie")
    before = tab.session()
    tab.page.reload()
    tab.settle()
    second = Tab(tab.page.context.new_page(), lab.url)
    second.open("runs")
    assert tab.session() == second.session() == before


@pytest.mark.parametrize("trusted", [True, False], ids=["127.0.0.1", "a name in the network"])
def test_a_link_from_another_site_opens_the_run_in_the_same_session(
    lab, browser, names, elsewhere, trusted, trained
):
    base = lab.url if trusted else f"http://lab.test:{lab.port}"
    context = (browser if trusted else names).new_context()
    tab = Tab(context.new_page(), base)
    tab.open("train")
    mine = tab.session()
    lab.bench.submit(lab.bench.view(trained).request, session=mine)
    elsewhere.page = f'<a href="{tab.address("runs", run=trained)}">Look at this</a>'
    away = (
        f"http://localhost:{elsewhere.port}" if trusted else f"http://other.test:{elsewhere.port}"
    )
    if trusted:
        away = away.replace("localhost", "127.0.0.1")  # another port is the same site
    tab.page.goto(away)
    tab.page.get_by_role("link").click()
    tab.settle()
    assert tab.session() == mine
    expect(tab.page.locator(f".st-key-run-{trained}")).to_be_visible(timeout=60_000)
    lab.bench.delete(trained, session=mine)
    context.close()


def test_who_first_comes_by_a_link_has_a_session_too(lab, names, elsewhere):
    context = names.new_context()
    tab = Tab(context.new_page(), f"http://lab.test:{lab.port}")
    elsewhere.page = f'<a href="{tab.address("train")}">Look at this</a>'
    tab.page.goto(f"http://other.test:{elsewhere.port}")
    tab.page.get_by_role("link").click()
    tab.settle()
    mine = tab.session()
    assert re.fullmatch(r"[\w-]{32}", mine)
    tab.page.reload()
    tab.settle()
    assert tab.session() == mine
    assert mine != SETUP
    context.close()
