"""Page Inversion with every attack, and with pictures in colour."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import numpy as np
import pytest

from app.components.request_line import request_line
from ppml_core.datasets.bounds import pixel_names
from ppml_core.datasets.dataset import Dataset
from ppml_core.jobs import pipeline
from ppml_core.jobs.invert_request import INVERSION_ATTACKS


@pytest.fixture(scope="module")
def album() -> Dataset:
    """Ten people of four colour pictures each."""
    rng = np.random.default_rng(0)
    faces = np.repeat(rng.random((10, 8, 6, 3), dtype=np.float32), 4, axis=0)
    noise = rng.normal(0, 0.05, faces.shape).astype(np.float32)
    return Dataset(
        name="album",
        features=(faces + noise).clip(0, 1),
        labels=np.repeat(np.arange(10), 4),
        feature_names=pixel_names((8, 6, 3)),
        label_names=tuple(f"person {k}" for k in range(10)),
        record_ids=np.arange(40),
    )


@pytest.mark.parametrize("attack", INVERSION_ATTACKS)
def test_every_attack_is_asked_for_and_shown_and_played(
    attack, open_page, bench, words, inversion_request, album
):
    page = open_page("inversion")
    page.selectbox(key="invert.attack").set_value(attack).run()
    page.button(key="inversion-submit").click().run()
    assert bench.submitted[0].attack == attack
    asked = replace(
        inversion_request, dataset="album", attack=attack, pairs=2, slots=2, clips=(1.0,)
    )
    report = pipeline.run(asked, dataset=album)
    bench.add("seen", asked, "finished", report)
    page = open_page("inversion", run="seen")
    text = unescape(words(page))
    assert report.cells[0].evidence in text
    for cell in report.cells:
        assert all(len(one.frames) == 10 for one in cell.reconstructions)
        assert cell.reconstructions[0].picture.channels == 3
    page.select_slider(key="epsilon").set_value("8").run()
    assert "was kept for" not in words(page)
    assert not page.exception


def test_one_clipping_norm_is_not_several(inversion_request):
    asked = replace(inversion_request, epsilons=(8.0, 1.0), clips=(1.0,))
    assert "2 epsilons by 1 clipping norm ·" in request_line(asked, "Faces")
