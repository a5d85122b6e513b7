"""The worker answers every command with one JSON object."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ppml_core.datasets import ingest, worker
from ppml_core.datasets.files import open_dataset


def ask(**command: object) -> dict:
    return worker.answer(msgspec.json.encode(command).decode())


def test_catalogue(tmp_path: Path) -> None:
    reply = ask(do="catalogue", name="wine", out=str(tmp_path / "w.npz"))
    assert reply["ok"]["ref"] == "wine"
    assert open_dataset(tmp_path / "w.npz").sha256 == reply["ok"]["sha256"]


def test_inspect_and_prepare(write, lines, tmp_path: Path) -> None:
    path = str(write(lines("a,y", lambda i: f"{i},{i % 2}")))
    assert ask(do="inspect", path=path, filename="my.csv")["ok"]["n"] == 30
    out = tmp_path / "d.npz"
    reply = ask(
        do="prepare",
        path=path,
        filename="my.csv",
        preparation={"label": "y", "bounds": {"a": [0, 29]}},
        out=str(out),
        ref="upload:t",
    )
    assert (reply["ok"]["ref"], reply["ok"]["title"]) == ("upload:t", "my.csv")
    assert open_dataset(out).private_statistics == ()


def test_known_errors_are_sentences(write) -> None:
    reply = ask(do="inspect", path=str(write("")), filename="my.csv")
    assert reply["type"] == "UploadRejected"
    assert reply["error"].startswith("The file is empty.")
    assert reply["fields"]["what"] == "The file is empty"
    assert ask(do="catalogue", name="x", out="y")["type"] == "UnknownName"


def test_bad_decisions_keep_their_message(write) -> None:
    command = {"do": "prepare", "path": "x", "filename": "x", "out": "x", "ref": "x"}
    reply = ask(**command, preparation={"bounds": {"a": [2, 1]}})
    assert reply["type"] == "InvalidValue"
    assert reply["error"].startswith("Expected bounds of a low < high")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(MemoryError(), "needs more memory"), (RuntimeError("secret"), "reason not foreseen")],
)
def test_the_unforeseen_is_a_sentence_without_details(
    monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(ingest, "inspect", fail)
    reply = ask(do="inspect", path="x", filename="x")
    assert sentence in reply["error"]
    assert "secret" not in reply["error"]
    assert "Traceback" not in reply["error"]


def test_nonsense_is_answered_too() -> None:
    assert "error" in worker.answer("not json")
    assert "error" in worker.answer('{"do": "dance"}')
