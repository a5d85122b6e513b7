"""``ppml attributes``: a table and JSON, and one line for bad input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ppml_core.cli import main

QUICK = ("--models", "4", "--shadows", "2", "--trees", "20")


@pytest.fixture
def coins(tmp_path: Path) -> Path:
    """300 people with a fair coin, a label that is mostly noise, and a town of text."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 3))
    label = x[:, 0] + 3 * rng.normal(size=300) > 0
    rows = [
        f"{a:.4f},{b:.4f},{c:.4f},{coin},{town},{'yes' if y else 'no'}"
        for (a, b, c), coin, town, y in zip(
            x, rng.integers(0, 2, 300), rng.choice(["Ulm", "Bonn"], 300), label, strict=True
        )
    ]
    path = tmp_path / "coins.csv"
    path.write_text("\n".join(["a,b,c,coin,town,owns", *rows]) + "\n")
    return path


def test_the_table_and_the_json_say_the_same(coins, tmp_path, capsys):
    out = tmp_path / "report.json"
    typed = ["attributes", str(coins), "--label", "owns", "--sensitive", "coin"]
    assert main([*typed, "--model", "forest", "--seed", "3", "--json", str(out), *QUICK]) == 0
    shown, report = capsys.readouterr().out, json.loads(out.read_text())
    assert report["kind"] == "attributes"
    assert report["request"]["seed"] == 3
    assert report["verdict"] == "leaks-about-members"
    for name in ("imputer_auc", "model_auc", "fused_auc"):
        assert 0 <= report[name] <= 1
    assert report["fused_auc"] - report["imputer_auc"] == pytest.approx(report["delta_members"])
    for group in ("members", "nonmembers"):
        low, high = report[f"delta_{group}_ci"]
        assert low <= report[f"delta_{group}"] <= high
    assert f"members {report['delta_members']:.3f} [" in shown
    assert "Verdict: visible, " in shown
    assert "Guarantee: none" in shown
    for guesser in ("imputer (no model)", "model alone", "fused (both)"):
        assert guesser in shown


def test_a_private_network_on_a_column_of_text(coins, capsys):
    typed = ["attributes", str(coins), "--label", "owns", "--sensitive", "town", *QUICK]
    private = ["--model", "softmax", "--epochs", "2", "--epsilon", "3", "--clip", "0.5"]
    assert main([*typed, *private, "--json", "-"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["column"]["values"] == ["Bonn", "Ulm"]
    assert report["guarantee"]["epsilon"] <= 3
    assert report["guarantee"]["max_grad_norm"] == 0.5


BAD = {
    "wine": "--sensitive",
    "wine --sensitive height": "There is no column 'height' to guess",
    "wine --sensitive label": "The label cannot be guessed",
    "digits --sensitive pixel": "holds images",
    "wine --sensitive alcohol --model cnn": "invalid choice",
    "wine --sensitive alcohol --model forest --epsilon 1": "privacy of a random forest",
    "wine --sensitive alcohol --models 1": "Expected models in [2, 128], got 1",
    "wine --sensitive alcohol --clip 1": "--clip needs --epsilon",
    "wine --sensitive alcohol --label proline": "--label is for files",
    "wine --sensitive alcohol --json /nowhere/at/all.json": "there is no directory",
    "COINS --label owns --sensitive owns": "is the label, which the attacker knows",
    "COINS --sensitive owns": "The label cannot be guessed",
}


@pytest.mark.parametrize(("typed", "said"), BAD.items(), ids=[key[:45] for key in BAD])
def test_bad_input_is_one_line_and_exit_code_2(typed, said, coins, capsys):
    words = [str(coins) if word == "COINS" else word for word in typed.split()]
    assert main(["attributes", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("ppml: ")
    assert captured.err.count("\n") == 1
    assert said in captured.err
