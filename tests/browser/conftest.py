"""The product in a real browser: one server, one Chromium, a tab per visitor.

Skipped with the reason where no Chromium is found; with PPML_REQUIRE_BROWSER=1 that is a
failure instead.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # importlib mode puts nothing there
    sys.path.append(HERE)

from lab import Lab  # noqa: E402
from places import Places  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402
from tab import Tab  # noqa: E402

from app import presets  # noqa: E402
from ppml_core.auditing.report import (  # noqa: E402
    AuditReport,
    FrontierReport,
    GradientsReport,
    InversionReport,
    LadderReport,
)
from ppml_core.jobs.invert_request import INVERT_RECIPE, InvertRequest  # noqa: E402
from ppml_core.jobs.requests import (  # noqa: E402
    AttributesRequest,
    FrontierRequest,
    GradientsRequest,
    LadderRequest,
    TrainRequest,
)
from ppml_core.training.recipe import DPSGDConfig, TrainingRecipe  # noqa: E402

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
QUIET_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever is asked for outside this machine fails, and is noted by the tab.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
FRONTIER = FrontierRequest(
    dataset="wine",
    epsilons=(8.0, 1.0),
    clips=(0.3, 3.0),
    shadows=8,
    recipe=TrainingRecipe(epochs=5, optimizer="sgd", learning_rate=0.2, momentum=0.0),
)
INVERT = InvertRequest(
    dataset="digits",
    recipe=replace(INVERT_RECIPE, epochs=20),
    slots=4,
    copies=2,
    pairs=3,
    epsilons=(8.0, 1.0),
    clips=(0.5, 2.0),
)
ATTRIBUTES = AttributesRequest(
    dataset="wine", sensitive="ash", target="forest", trees=20, models=4, shadows=2
)

LADDER = LadderRequest(
    people=4,
    candidates=3,
    copies=2,
    noise_multipliers=(2.0, 8.0),
    steps=10,
    runs=30,
    shadows=20,
)
GRADIENTS = GradientsRequest(
    dataset="digits", clips=(None, 1.0), noises=(0.0, 0.01, 3.0), repetitions=6
)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is; skips, or fails where it has to be."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        reason = f"No Chromium on this machine (looked for {', '.join(CHROMIUMS)})"
        if os.environ.get("PPML_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(QUIET_FLAGS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def lab(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The server that most tests share."""
    made = Lab(tmp_path_factory.mktemp("lab"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def own_lab(chromium: str, tmp_path: Path) -> Iterator[Lab]:
    """A server on an empty store, for one test alone."""
    made = Lab(tmp_path / "home")
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Tab]]:
    """``visit(lab)``: a new visitor with a browser of their own, at nobody's page yet."""
    made: list[Tab] = []

    def arrive(at: Lab, **options: Any) -> Tab:
        width = options.pop("width", 1280)
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        made.append(Tab(context.new_page(), at.url))
        return made[-1]

    yield arrive
    for tab in made:
        tab.close()


@pytest.fixture(scope="session")
def places(browser: Browser, lab: Lab) -> Iterator[Places]:
    """Every page, empty and with a finished run, as it looks in both themes and widths."""
    audit, _ = lab.finished(presets.bundled_audit())
    private = TrainingRecipe(epochs=5, privacy=DPSGDConfig(target_epsilon=4.0))
    train, _ = lab.finished(TrainRequest(dataset="wine", recipe=private))
    frontier, _ = lab.finished(FRONTIER)
    runs = {"start": audit, "membership": audit, "train": train, "defend": frontier}
    runs["inversion"], _ = lab.finished(INVERT)
    runs["attributes"], _ = lab.finished(ATTRIBUTES)
    runs["gradients"], _ = lab.finished(GRADIENTS)
    runs["bounds"], _ = lab.finished(LADDER)
    tab = Tab(browser.new_page(), lab.url)
    yield Places(tab, {**runs, "runs": audit})
    tab.close()


@pytest.fixture
def audit(lab: Lab) -> tuple[str, AuditReport]:
    """The bundled audit, finished: its run and its report."""
    run, report = lab.finished(presets.bundled_audit())
    assert isinstance(report, AuditReport)
    return run, report


@pytest.fixture
def fresh_audit(lab: Lab) -> Lab:
    """The shared server, where nobody has run the bundled audit yet."""
    lab.forget("audit")
    return lab


@pytest.fixture
def frontier(lab: Lab) -> tuple[str, FrontierReport]:
    """A small grid, finished."""
    run, report = lab.finished(FRONTIER)
    assert isinstance(report, FrontierReport)
    return run, report


@pytest.fixture
def inversion(lab: Lab) -> tuple[str, InversionReport]:
    """A few digits reconstructed under five settings, finished."""
    run, report = lab.finished(INVERT)
    assert isinstance(report, InversionReport)
    return run, report


@pytest.fixture
def trained(lab: Lab) -> str:
    """A model of wine, trained."""
    recipe = TrainingRecipe(epochs=5)
    run, _ = lab.finished(TrainRequest(dataset="wine", recipe=recipe))
    return run


@pytest.fixture
def ladder(lab: Lab) -> tuple[str, LadderReport]:
    """A few faces named under two noise levels, finished."""
    run, report = lab.finished(LADDER)
    assert isinstance(report, LadderReport)
    return run, report


@pytest.fixture
def gradients(lab: Lab) -> tuple[str, GradientsReport]:
    """A few digits read off their gradients under six settings, finished."""
    run, report = lab.finished(GRADIENTS)
    assert isinstance(report, GradientsReport)
    return run, report
