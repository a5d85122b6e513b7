"""Pictures, sheet and curves of page Inversion, from an inversion computed by the pipeline."""

from __future__ import annotations

import base64
import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from app.components import (
    inversion_guarantee,
    inversion_person,
    inversion_sheet,
    inversion_swap,
    tables,
)
from app.components import inversion_pictures as pictures
from app.components import inversion_words as said
from app.figures import inversion_curves as curves
from app.figures import inversion_values as values
from ppml_core.auditing.inversion_report import NULLS, VERDICTS
from ppml_core.auditing.pictures import picture, pixels
from ppml_core.jobs.invert_request import INVERSION_ATTACKS


@pytest.mark.parametrize("shape", [(5, 7), (4, 3, 3)])
def test_a_pictures_png_has_its_very_pixels(shape):
    made = picture(np.random.default_rng(0).uniform(size=shape))
    body = base64.b64decode(pictures.uri(made).removeprefix("data:image/png;base64,"))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(body))), pixels(made))


def test_every_attack_null_and_verdict_has_words():
    assert set(said.ATTACKS) == set(INVERSION_ATTACKS)
    assert tuple(said.NULLS) == NULLS
    assert set(said.VERDICTS) == set(VERDICTS)
    assert len({one.mark for one in said.VERDICTS.values()}) == len(VERDICTS)


def test_what_is_not_a_pass_is_never_calm():
    for name in ("individual-leakage", "inconclusive", "did-not-run"):
        assert said.verdict(name).tone != "calm"
    assert said.verdict("something new").title == "something new"


def test_the_contact_sheet_png_shows_truth_and_reconstruction(inversion_report):
    cell = inversion_report.cells[0]
    sheet = Image.open(io.BytesIO(pictures.contact_sheet(inversion_report, cell))).convert("L")
    person, one = pictures.rows(inversion_report, cell)[0]
    for place, shown in enumerate((person.truth, one.picture)):
        left = pictures.LEFT + place * (pictures.TILE + pictures.GAP)
        tile = sheet.crop((left, 96, left + pictures.TILE, 96 + pictures.TILE))
        back = np.asarray(tile.resize((shown.width, shown.height), Image.Resampling.NEAREST))
        original = np.asarray(pictures.image(shown).convert("L"))
        assert np.corrcoef(back.ravel(), original.ravel())[0, 1] > 0.95


def test_the_csv_has_one_row_a_person_with_the_reports_numbers(inversion_report):
    cell = inversion_report.cells[-1]
    text = tables.to_csv(inversion_sheet.file_rows(inversion_report, cell))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(cell.reconstructions)
    for row, one in zip(rows, cell.reconstructions, strict=True):
        assert float(row["correlation"]) == one.correlation
        assert float(row["correlation_model-without"]) == one.baselines["model-without"]
        assert row["verdict"] == one.verdict


def test_somebodys_file_cannot_put_markup_into_the_sheet(inversion_report):
    first = inversion_report.people[0]
    rude = replace(first, title='<b onclick="x">"')
    report = replace(inversion_report, people=(rude, *inversion_report.people[1:]))
    cell = report.cells[0]
    html = inversion_sheet.html(report, cell, pictures.rows(report, cell))
    assert "<b" not in html and 'alt="Truth of &lt;b onclick=&quot;x&quot;&gt;&quot;"' in html


def test_the_strip_puts_rate_and_interval_where_they_are(inversion_report):
    swap = replace(inversion_report.cells[0].swap, rate=0.75, ci=(0.5, 0.9))
    strip = inversion_swap.strip(swap)
    assert 'class="inv-range" style="left:50.00%;width:40.00%"' in strip
    assert 'class="inv-dot" style="left:75.00%"' in strip
    assert inversion_swap.strip(replace(swap, rate=None)) == ""


def test_curves_show_each_setting_of_the_chosen_norm_with_its_interval(inversion_report):
    at = values.Setting(epsilon="8", clip=1.0)
    made = curves.draw(inversion_report, at, "swap", dark=False)
    line = next(trace for trace in made.data if trace.name == "swap test won")
    cells = [cell for _, cell in curves.along(inversion_report, at)]
    assert list(line.y) == [cell.swap.rate for cell in cells]
    tops = [y + up for y, up in zip(line.y, line.error_y.array, strict=True)]
    assert tops == pytest.approx([cell.swap.ci[1] for cell in cells])
    (ring,) = [trace for trace in made.data if trace.name == "chosen"]
    assert list(ring.y) == [values.find_cell(inversion_report, at).swap.rate]
    assert "epsilon 8, clipping norm 1" in curves.alt(inversion_report, at, "swap")


def test_the_likeness_stands_beside_the_best_null(inversion_report):
    made = curves.draw(inversion_report, values.Setting(), "correlation", dark=True)
    null = next(trace for trace in made.data if trace.name == "best null")
    cell = inversion_report.cells[0]
    best = max(one.value for one in cell.baselines.values() if one.value is not None)
    assert null.y[-1] == best
    assert values.strongest_null(cell)[1].value == best


def test_equal_titles_are_told_apart(inversion_report):
    cell = inversion_report.cells[0]
    same = tuple(replace(person, title="Ann") for person in inversion_report.people)
    people = inversion_person.named(pictures.rows(replace(inversion_report, people=same), cell))
    assert len(people) == len(cell.reconstructions)
    assert "Ann" in people and "Ann (class 2)" in people


def test_a_half_finished_grid_names_what_is_missing(inversion_report):
    half = replace(inversion_report, cells=inversion_report.cells[:2])
    assert len(values.unfinished(half)) == len(values.wanted(inversion_report)) - 2
    assert all(values.find_cell(half, at) is None for at in values.unfinished(half))
    assert values.unfinished(inversion_report) == ()


def test_a_persons_guarantee_is_never_better_than_the_records(inversion_report):
    for cell in inversion_report.cells:
        if cell.guarantee is None:
            continue
        whole = inversion_guarantee.for_group(cell, cell.guarantee, "record", "person")
        if whole is not None:
            assert whole.epsilon >= cell.guarantee.epsilon
            assert whole.delta >= cell.guarantee.delta
            assert whole.rdp_epsilon is None
        hopeless = replace(cell, person_delta=1.5)
        assert inversion_guarantee.for_group(hopeless, cell.guarantee, "copy", "record") is None
