"""A ZIP of somebody's colour pictures: from the file to a contact sheet in colour."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from test_upload import bring, prepare

pytestmark = pytest.mark.browser

PEOPLE, PICTURES, HEIGHT, WIDTH = 10, 4, 14, 12


def album(path: Path) -> Path:
    """A folder a person; a person is a pattern of coarse coloured squares."""
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(path, "w") as archive:
        for person in range(PEOPLE):
            squares = rng.integers(0, 256, (HEIGHT // 2, WIDTH // 2, 3))
            face = squares.repeat(2, axis=0).repeat(2, axis=1)
            for number in range(PICTURES):
                shade = np.clip(face + rng.normal(0, 12, face.shape), 0, 255)
                out = io.BytesIO()
                Image.fromarray(shade.astype(np.uint8)).save(out, format="PNG")
                archive.writestr(f"person {person}/{number}.png", out.getvalue())
    return path


def colourfulness(image: Image.Image) -> int:
    """How far red and green are apart at most; 0 in a grey picture."""
    red, green, _ = np.asarray(image.convert("RGB"), dtype=int).transpose(2, 0, 1)
    return int(np.abs(red - green).max())


def test_colour_pictures_are_brought_in_and_inverted(lab, visit, tmp_path):
    tab = visit(lab).open("data")
    bring(tab, album(tmp_path / "album.zip"))
    tab.see("What is in album.zip")
    card = lab.bench.card(prepare(tab))
    assert (card.n, card.n_classes, card.kind) == (PEOPLE * PICTURES, PEOPLE, "image")
    tab.follow("Inversion").settle()
    tab.button("Reconstruct").click()
    run = tab.wait_for_query("run")
    expect(tab.button("Download contact sheet (PNG)")).to_be_visible(timeout=180_000)
    tab.settle()
    report = lab.bench.report(run)
    first = report.people[0].truth
    assert (first.height, first.width, first.channels) == (HEIGHT, WIDTH, 3)
    shown = tab.page.get_by_alt_text(f"Truth of {report.people[0].title}", exact=False).first
    expect(shown).to_be_visible()
    assert colourfulness(Image.open(io.BytesIO(shown.screenshot()))) > 100
    with tab.page.expect_download() as waiting:
        tab.button("Download contact sheet (PNG)").click()
    assert colourfulness(Image.open(waiting.value.path())) > 100
    assert tab.console_errors == tab.outside == []
