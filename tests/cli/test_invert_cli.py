"""``ppml invert``: table, JSON, contact sheet, and bad input in one line."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from ppml_core.auditing.inversion_report import NULLS, InversionReport
from ppml_core.auditing.report import decode
from ppml_core.cli import main

QUICK = ("--classes", "3", "--pairs", "3", "--epochs", "5", "--copies", "3")


def test_json_and_png_and_table_are_of_one_report(tmp_path, capsys):
    out, sheet = tmp_path / "report.json", tmp_path / "sheet.png"
    assert main(["invert", "faces", *QUICK, "--json", str(out), "--png", str(sheet)]) == 0
    fields = json.loads(out.read_bytes())
    report = decode(out.read_bytes())
    assert isinstance(report, InversionReport)
    cell = report.cells[0]
    assert fields["attack"] == "gradient"
    assert fields["guarantee"] is None
    assert fields["test_accuracy"] == cell.target.test_accuracy
    assert fields["verdict"] == cell.verdict
    assert fields["correlation"]["mean"] == cell.correlation.value
    assert fields["correlation"]["ci"] == list(cell.correlation.ci)
    assert fields["correlation"]["n"] == 6
    assert tuple(fields["baselines"]) == NULLS
    assert all({"mean", "ci"} <= each.keys() for each in fields["baselines"].values())
    assert fields["swap"]["pairs"] == 3
    for test in ("swap", "side_by_side"):
        assert set(fields[test]) == {"wins", "pairs", "rate", "ci"}
    assert {"people", "cells", "findings", "request", "dataset"} <= fields.keys()
    with Image.open(sheet) as image:
        assert image.format == "PNG"
        assert image.height > 3 * 112
        assert len(image.convert("L").getcolors(256)) > 50
    table = capsys.readouterr().out
    assert f"{cell.swap.wins} of 3 model pairs" in table
    for person in report.people:
        assert person.title in table
    for name in ("reconstruction", *NULLS):
        assert any(line.startswith(name + " ") for line in table.splitlines())


def test_privacy_is_shown_for_a_copy_and_for_a_person(capsys):
    privacy = ("--epsilon", "4", "--clip", "0.5")
    assert main(["invert", "faces", *QUICK, *privacy]) == 0
    table = capsys.readouterr().out
    assert "add-or-remove-one copy of a record" in table
    assert "for all 3 copies of one person: epsilon 12" in table


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["wine"], "Expected data pictures"),
        (["faces", "--records-per-class", "5"], "Expected records_per_class in [1, 1]"),
        (["faces", "--classes", "1"], "Expected classes attacked (slots) in"),
        (["faces", "--attack", "guess"], "--attack"),
        (["faces", "--model", "forest"], "--model"),
        (["faces", "--clip", "1"], "--clip needs --epsilon"),
        (["faces", "--png", "/nowhere/sheet.png"], "--png /nowhere/sheet.png: there is no"),
        (["faces", "--png", "-"], "--png"),
        (["nobody"], "no file and no dataset"),
    ],
)
def test_bad_input_is_one_line(arguments, said, capsys):
    assert main(["invert", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = [line for line in captured.err.splitlines() if line.startswith("ppml: ")]
    assert len(lines) == 1
    assert said in lines[0]


@pytest.fixture
def album(tmp_path):
    """A ZIP of colour pictures: a folder a person, ten people of four pictures each."""
    rng = np.random.default_rng(0)
    path = tmp_path / "album.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for person in range(10):
            face = rng.integers(0, 256, (12, 10, 3))
            for number in range(4):
                shade = np.clip(face + rng.normal(0, 12, face.shape), 0, 255)
                out = io.BytesIO()
                Image.fromarray(shade.astype(np.uint8)).save(out, format="PNG")
                archive.writestr(f"person {person}/{number}.png", out.getvalue())
    return path


def test_a_zip_of_colour_pictures_is_inverted(album, tmp_path, capsys):
    out, sheet = tmp_path / "report.json", tmp_path / "sheet.png"
    given = ("--classes", "3", "--pairs", "6", "--copies", "2", "--records-per-class", "2")
    assert main(["invert", str(album), *given, "--json", str(out), "--png", str(sheet)]) == 0
    report = decode(out.read_bytes())
    assert (report.unit, report.dataset.name) == ("person", "album")
    assert {person.title for person in report.people} <= {f"person {k}" for k in range(10)}
    first = report.people[0].truth
    assert (first.height, first.width, first.channels) == (12, 10, 3)
    cell = report.cells[0]
    assert cell.target.test_accuracy == 1.0
    assert (cell.swap.wins, cell.swap.pairs) == (6, 6)
    assert cell.correlation.value > cell.baselines["nearest-auxiliary"].value
    with Image.open(sheet) as image:
        red, green, _ = np.asarray(image.convert("RGB"), dtype=int).transpose(2, 0, 1)
    assert np.abs(red - green).max() > 100  # the sheet is in colour
