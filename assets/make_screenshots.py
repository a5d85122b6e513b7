"""The README's pictures, made from the running product.

    python assets/make_screenshots.py

Starts the dashboard on a temporary store, runs the bundled audit and a grid of the digits,
and writes PNGs (1280 px wide, light and dark) to ``assets/screenshots/``. Needs a Chromium.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

from lab import Lab  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from tab import Tab  # noqa: E402

from app import presets  # noqa: E402
from ppml_core.jobs.requests import FrontierRequest  # noqa: E402

TARGET = ROOT / "assets" / "screenshots"
SIZE = {"width": 1280, "height": 1000}
TALLER = {"start": 1240, "membership": 1250, "defend": 1500, "data": 1300}
"""Height in pixels of each picture: down to where its main figure ends."""


def main() -> None:
    """Take all pictures."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if chromium is None:
        sys.exit("No Chromium found; install one (Debian: apt install chromium).")
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        lab = Lab(Path(home))
        try:
            lab.start()
            lab.bench.card("digits")
            audit, _ = lab.finished(presets.bundled_audit())
            grid, _ = lab.finished(FrontierRequest(dataset="digits"))
            queries = {
                "start": {"run": audit},
                "membership": {"run": audit},
                "defend": {"run": grid},
                "data": {"data": "digits"},
            }
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
                )
                for theme in ("light", "dark"):
                    for page, query in queries.items():
                        size = {**SIZE, "height": TALLER[page]}
                        context = browser.new_context(viewport=size, color_scheme=theme)
                        tab = Tab(context.new_page(), lab.url).open(page, **query)
                        tab.page.wait_for_timeout(500)
                        tab.page.screenshot(path=TARGET / f"{page}-{theme}.png")
                        tab.close()
                browser.close()
        finally:
            lab.stop()


if __name__ == "__main__":
    main()
