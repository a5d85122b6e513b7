"""Whole runs: the table, the JSON, the store, files."""

from __future__ import annotations

import json
from pathlib import Path

from ppml_core.auditing.report import AuditReport, FrontierReport, decode
from ppml_core.cli import main
from ppml_core.datasets.catalogue import CATALOGUE

QUICK = ("--epochs", "2", "--shadows", "8", "--attacks", "loss,lira")


def test_datasets_lists_the_catalogue(capsys):
    assert main(["datasets"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for entry in CATALOGUE:
        row = next(line for line in lines if line.startswith(entry.name + " "))
        assert f"{entry.n:,}" in row
        assert entry.title in row


def test_audit_prints_and_writes_the_same_report(tmp_path, capsys):
    out = tmp_path / "report.json"
    assert main(["audit", "wine", *QUICK, "--seed", "3", "--json", str(out)]) == 0
    fields = json.loads(out.read_bytes())
    assert {
        "format_version",
        "request",
        "dataset",
        "target",
        "guarantee",
        "attacks",
        "seconds",
    } <= (fields.keys())
    assert fields["guarantee"] is None
    assert fields["request"]["seed"] == 3
    assert {"name", "n", "sha256"} <= fields["dataset"].keys()
    assert {"train_accuracy", "test_accuracy"} <= fields["target"].keys()
    report = decode(out.read_bytes())
    assert isinstance(report, AuditReport)
    table = capsys.readouterr().out
    assert f"{100 * report.target.test_accuracy:.1f} %" in table
    for attack in report.attacks:
        row = next(line for line in table.splitlines() if line.startswith(attack.name + " "))
        assert f"{attack.auc:.3f} [{attack.auc_ci[0]:.3f}, {attack.auc_ci[1]:.3f}]" in row
        for rate in attack.tpr_at_fpr:  # 568 non-members are too few for a rate, and it is said
            assert rate.tpr is None
            assert rate.reason in table
    assert [path.name for path in tmp_path.iterdir() if "tmp" in path.name] == []


def test_an_attack_that_cannot_run_says_why(capsys):
    """Four models leave LiRA too few to fit; that is not the same as finding nothing."""
    few = ("--epochs", "2", "--shadows", "4", "--attacks", "lira,loss")
    assert main(["audit", "wine", *few]) == 0
    table = capsys.readouterr().out
    row = next(line for line in table.splitlines() if line.startswith("lira "))
    assert row.endswith("Did not run")
    assert table.count("LiRA needs for each record at least 2 other models") == 1
    assert "Train 6 or more models." in table


def test_private_audit_shows_the_guarantee_with_its_assumptions(capsys):
    privacy = ("--epsilon", "4", "--clip", "0.5", "--delta", "1e-4")
    assert main(["audit", "wine", *QUICK, *privacy, "--json", "-"]) == 0
    out = capsys.readouterr().out
    report = decode(out.encode())
    assert report.guarantee.epsilon <= 4
    assert report.guarantee.max_grad_norm == 0.5
    assert main(["audit", "wine", *QUICK, *privacy]) == 0
    table = capsys.readouterr().out
    assert "epsilon 4 at delta 0.0001" in table
    assert "add-or-remove-one record" in table
    assert "clipping norm 0.5" in table
    assert report.guarantee.caveats[-1] in table


def test_an_identical_run_is_answered_from_the_store(tmp_path, capsys, monkeypatch):
    arguments = ["audit", "wine", *QUICK, "--json", "-", "--store", str(tmp_path / "elsewhere")]
    assert main(arguments) == 0
    first = capsys.readouterr().out

    def refuse(*_args, **_kwargs):
        raise AssertionError("computed again")

    monkeypatch.setattr("ppml_core.jobs.pipeline.run", refuse)
    assert main(arguments) == 0
    assert capsys.readouterr().out == first
    assert main(["audit", "wine", *QUICK, "--seed", "1"]) == 1  # the refusal is really in place
    assert "computed again" in capsys.readouterr().err


def test_frontier(tmp_path, capsys):
    out = tmp_path / "frontier.json"
    grid = ("--epsilons", "inf,4", "--clips", "0.5,2")
    assert main(["frontier", "wine", *QUICK, *grid, "--json", str(out)]) == 0
    report = decode(out.read_bytes())
    assert isinstance(report, FrontierReport)
    assert {(c.epsilon, c.clip) for c in report.cells} == {
        ("inf", 0.5),
        ("inf", 2.0),
        (4.0, 0.5),
        (4.0, 2.0),
    }
    assert all((c.guarantee is None) == (c.epsilon == "inf") for c in report.cells)
    table = capsys.readouterr().out
    for cell in (report.reference, *report.cells):
        low, high = cell.test_accuracy_ci
        shown = f"{100 * cell.test_accuracy:.1f} % [{100 * low:.1f}, {100 * high:.1f}]"
        assert shown in table
    assert any(line.lstrip().startswith("ordinary ") for line in table.splitlines())
    assert any(line.lstrip().startswith("no noise ") for line in table.splitlines())
    assert "no DP" not in table


def test_a_file_with_a_guessed_label(people, capsys):
    assert main(["audit", str(people), *QUICK, "--json", "-"]) == 0
    captured = capsys.readouterr()
    report = decode(captured.out.encode())
    assert (report.dataset.name, report.dataset.n) == ("people", 60)
    assert report.request["dataset"] == "file:people.csv"
    assert "Label: label (guessed; choose with --label)." in captured.err
    assert str(people.parent) not in captured.out


def test_a_file_with_a_named_label(people, capsys):
    options = ("--label", "town", "--leave-out", "label")
    assert main(["audit", str(people), *QUICK, *options, "--json", "-"]) == 0
    captured = capsys.readouterr()
    assert decode(captured.out.encode()).dataset.n_classes == 3
    assert "guessed" not in captured.err


def test_json_does_not_replace_a_device(capsys):
    assert main(["audit", "wine", *QUICK, "--json", "/dev/null"]) == 0
    assert Path("/dev/null").is_char_device()
