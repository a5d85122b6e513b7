"""Bringing in a file: what works, what is refused in words, and whose it is."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from lab import ROOT
from playwright.sync_api import expect
from survey import machine_words

pytestmark = pytest.mark.browser

SAMPLE = ROOT / "assets" / "samples" / "breast-cancer.csv"


def bring(tab, path: Path):
    """Choose a file as a person does, in the dialog that the button opens."""
    if not tab.page.get_by_test_id("stFileUploader").count():
        tab.page.get_by_text("Bring your own", exact=True).click()
    uploader = tab.page.get_by_test_id("stFileUploader")
    uploader.wait_for()
    with tab.page.expect_file_chooser() as opened:
        uploader.locator("button").filter(has_text=re.compile("Upload|add")).first.click()
    opened.value.set_files(path)
    tab.settle()


def prepare(tab) -> str:
    """Press the button; the reference of what was prepared."""
    tab.button("Prepare these records").click()
    tab.see("Prepared")
    tab.settle()
    ref = tab.query("data")
    assert ref is not None and ref.startswith("upload:")
    return ref


def bad_files(folder: Path) -> dict[str, Path]:
    """Files that cannot be used, each in its own way; the others are with their readers' tests."""
    renamed = folder / "notes.parquet"
    renamed.write_text("this is no table at all\n")
    header = folder / "header.csv"
    header.write_text("age,income,label\n")
    climbing = folder / "climbing.zip"
    with zipfile.ZipFile(climbing, "w") as archive:
        archive.writestr("../../evil/a.png", b"x")
        archive.writestr("a/b.png", b"y")
    return {path.stem: path for path in (renamed, header, climbing)}


def test_a_table_becomes_the_dataset_of_every_form(lab, visit):
    tab = visit(lab).open("data")
    bring(tab, SAMPLE)
    tab.see("What is in breast-cancer.csv")
    assert "569 rows, 31 columns" in tab.main_text()
    label = tab.page.get_by_role("combobox", name=re.compile("label"))
    expect(label).to_have_value("diagnosis")
    ref = prepare(tab)
    assert lab.bench.card(ref).n == 569
    tab.see("In use: breast-cancer")
    assert "Private statistics were used" in tab.main_text()
    tab.follow("Train").settle()
    chosen = tab.page.get_by_role("combobox", name="Dataset")
    assert "(yours)" in chosen.input_value()
    assert tab.query("data") == ref
    assert tab.console_errors == []


def test_pictures_in_a_zip(lab, visit):
    tab = visit(lab).open("data")
    bring(tab, ROOT / "assets" / "samples" / "digits.zip")
    tab.see("What is in digits.zip")
    card = lab.bench.card(prepare(tab))
    assert (card.n, card.n_classes, card.kind) == (300, 10, "image")
    expect(tab.page.get_by_role("img", name=re.compile("A record of class")).first).to_be_visible()


def test_a_bad_file_is_refused_and_nothing_is_lost(lab, visit, tmp_path):
    tab = visit(lab).open("data")
    bring(tab, SAMPLE)
    ref = prepare(tab)
    for name, path in bad_files(tmp_path).items():
        bring(tab, path)
        told = tab.see(re.compile(rf"{re.escape(path.name)} cannot be used\. \w")).inner_text()
        assert len(told) > 60, f"{name}: says too little: {told}"
        assert machine_words(tab.main_text()) == [], name
        assert tab.page.get_by_test_id("stException").count() == 0
        assert tab.query("data") == ref
        assert "What is in breast-cancer.csv" in tab.main_text()
        tab.see("In use: breast-cancer")
    assert lab.bench.card(ref).n == 569
    assert prepare(tab) == ref  # the form still works


def test_an_upload_is_private_unless_its_link_is_given(lab, visit):
    owner = visit(lab).open("data")
    bring(owner, SAMPLE)
    ref = prepare(owner)
    owner.follow("Train").settle()
    owner.button("Train the model").click()
    run = owner.wait_for_query("run")
    owner.see(re.compile("Download report"))
    owner.follow("Runs").settle()
    expect(owner.page.locator(f".st-key-run-{run}")).to_be_visible()

    stranger = visit(lab).open("train")
    stranger.page.get_by_role("combobox", name="Dataset").click()
    options = stranger.page.get_by_role("option").all_inner_texts()
    assert options and not any("yours" in option or "link" in option for option in options)
    stranger.page.keyboard.press("Escape")
    stranger.follow("Runs").settle()
    expect(stranger.page.locator(f".st-key-run-{run}")).to_have_count(0)

    friend = visit(lab).open("data", data=ref)
    friend.see("In use: breast-cancer")
    friend.open("train", run=run)
    friend.see("Training accuracy")
