"""The command line, as a person or a script meets it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppml_core.auditing.report import AuditReport, FrontierReport, decode
from ppml_core.cli import main
from ppml_core.cli.arguments import build_parser
from ppml_core.cli.inputs import build_request
from ppml_core.cli.progress import ProgressLine
from ppml_core.datasets.catalogue import CATALOGUE
from ppml_core.jobs.progress import Progress
from ppml_core.jobs.requests import AuditRequest, FrontierRequest

ROOT = Path(__file__).parents[1]
QUICK = ("--epochs", "2", "--shadows", "8", "--attacks", "loss,lira")


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("PPML_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PPML_DEBUG", raising=False)
    return tmp_path / "home"


@pytest.fixture
def people(tmp_path) -> Path:
    """Sixty people in a CSV with a column of text and an obvious label."""
    rng = np.random.default_rng(0)
    rows = [f"{rng.integers(18, 90)},{'abc'[k % 3]},{k % 2}" for k in range(60)]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["age,town,label", *rows]) + "\n")
    return path


def parsed(*argv: str):
    arguments = build_parser().parse_args(argv)
    return build_request(arguments, arguments.dataset)


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
    lines = capsys.readouterr().out.splitlines()
    assert next(line for line in lines if line.startswith("lira ")).endswith("not applicable")
    assert any(line.startswith("lira: ") for line in lines)


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


def test_options_become_the_request():
    request = parsed(
        "audit",
        "digits",
        "--model",
        "mlp",
        "--hidden",
        "32,16",
        "--epochs",
        "7",
        "--batch-size",
        "10",
        "--learning-rate",
        "0.1",
        "--optimizer",
        "sgd",
        "--shadows",
        "12",
        "--attacks",
        "rmia,loss,rmia",
        "--epsilon",
        "2",
        "--clip",
        "0.3",
        "--delta",
        "1e-6",
        "--seed",
        "9",
    )
    recipe = request.recipe
    assert recipe.architecture.hidden == (32, 16)
    assert (recipe.epochs, recipe.batch_size, recipe.learning_rate) == (7, 10, 0.1)
    assert recipe.optimizer == "sgd"
    assert (recipe.privacy.target_epsilon, recipe.privacy.max_grad_norm) == (2.0, 0.3)
    assert recipe.privacy.delta == 1e-6
    assert (request.shadows, request.attacks, request.seed) == (12, ("rmia", "loss"), 9)


def test_what_is_not_said_is_the_libraries_default():
    assert parsed("audit", "digits") == AuditRequest()
    assert parsed("frontier", "digits") == FrontierRequest()


def test_another_optimizer_brings_its_own_learning_rate():
    adam, sgd = parsed("audit", "digits"), parsed("frontier", "digits")
    assert parsed("frontier", "digits", "--optimizer", "adam").recipe == adam.recipe
    assert parsed("audit", "digits", "--optimizer", "sgd").recipe == sgd.recipe


def test_infinite_epsilon_is_clipping_without_noise():
    privacy = parsed("audit", "digits", "--epsilon", "inf", "--clip", "2").recipe.privacy
    assert (privacy.noise_multiplier, privacy.max_grad_norm) == (0.0, 2.0)
    assert parsed("frontier", "digits", "--epsilons", "inf,8").epsilons == (None, 8.0)


BAD = {
    "": "COMMAND",
    "frobnicate": "invalid choice",
    "audit": "DATASET|FILE",
    "audit digit": "no file and no dataset 'digit'; datasets: digits, breast-cancer, wine",
    "audit /": "is a directory",
    "audit wine --epochs 0": "Expected epochs in [1, 1000], got 0",
    "audit wine --epochs many": "expected a whole number, got 'many'",
    "audit wine --epochs 1" + "0" * 400: "expected a smaller number",
    "audit wine --seed -1": "Expected seed >= 0",
    "audit wine --shadows 3": "Expected shadows in [4, 1024], got 3",
    "audit wine --attacks lira,guess": "Expected attack one of",
    "audit wine --attacks ,": "Expected attacks",
    "audit wine --model transformer": "invalid choice",
    "audit wine --model cnn --shadows 4": "as images",
    "audit wine --hidden 0": "hidden width",
    "audit wine --hidden a,b": "expected a whole number",
    "audit wine --learning-rate nan": "Expected learning_rate > 0",
    "audit wine --epsilon 0": "Expected epsilon",
    "audit wine --epsilon nan": "Expected epsilon",
    "audit wine --epsilon 1 --clip 0": "Expected max_grad_norm",
    "audit wine --epsilon 1 --delta 1": "Expected delta",
    "audit wine --clip 1": "--clip needs --epsilon",
    "audit wine --label class": "--label is for files",
    "audit wine --unheard of": "unrecognized arguments",
    "audit wine --json /nowhere/at/all.json": "there is no directory",
    "audit wine --json /": "is a directory",
    "audit wine --shadows 4 --store /dev/null": "cannot keep runs in",
    "frontier wine --epsilons one,two": "expected numbers like",
    "frontier wine --clips": "expected one argument",
    "frontier wine --clips -1": "Expected clip",
    "frontier wine --seeds 0": "Expected seeds",
}


@pytest.mark.parametrize(("typed", "said"), BAD.items(), ids=[k[:40] for k in BAD])
def test_bad_input_is_one_line_and_exit_code_2(typed, said, capsys):
    assert main(typed.split()) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("ppml: ")
    assert captured.err.count("\n") == 1
    assert said in captured.err


FILES = {
    "empty.csv": b"",
    "header.csv": b"a,b,label\n",
    "one-class.csv": b"a,label\n" + b"1,x\n" * 40,
    "three-rows.csv": b"a,label\n1,x\n2,y\n3,x\n",
    "cut.npz": b"PK\x03\x04 and no more",
    "data.pkl": b"\x80\x04K\x01.",
    "latin.csv": b"town,label\n" + "Köln,x\n".encode("latin-1") * 40,
    "noise.bin": bytes(range(256)),
}


@pytest.mark.parametrize(("name", "content"), FILES.items(), ids=FILES.keys())
def test_bad_files_are_one_line_and_exit_code_2(name, content, tmp_path, capsys):
    path = tmp_path / name
    path.write_bytes(content)
    assert main(["audit", str(path), *QUICK]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err


def test_a_file_without_a_plain_label_names_its_columns(tmp_path, capsys):
    path = tmp_path / "plain.csv"
    rows = [f"{k * 0.37:.2f},{k * k * 0.11:.2f},{k * 1.7:.2f}" for k in range(60)]
    path.write_text("\n".join(["height,weight,speed", *rows]) + "\n")
    assert main(["audit", str(path), *QUICK]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert all(column in error for column in ("height", "weight", "speed"))


def test_an_unknown_label_is_refused(people, capsys):
    assert main(["audit", str(people), *QUICK, "--label", "income"]) == 2
    error = capsys.readouterr().err
    assert "income" in error
    assert error.count("\n") == 1


printable = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=300
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=printable, option=st.sampled_from(["--epochs", "--clip", "--attacks"]), value=printable)
def test_whatever_is_typed_there_is_one_line(name, option, value, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if not name.startswith("-") and not value.startswith("-"):
        assert main(["audit", "no such " + name, option, value]) == 2
        error = capsys.readouterr().err
        assert len(error.splitlines()) == 1


def test_json_does_not_replace_a_device(capsys):
    assert main(["audit", "wine", *QUICK, "--json", "/dev/null"]) == 0
    assert Path("/dev/null").is_char_device()


def test_something_unexpected_is_one_line_and_exit_code_1(capsys, monkeypatch):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError("two\nlines")

    monkeypatch.setattr("ppml_core.jobs.local.run_here", broken)
    assert main(["audit", "wine"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "ZeroDivisionError: two lines" in error
    monkeypatch.setenv("PPML_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["audit", "wine"])


def test_help_and_version(capsys):
    for argv in (["--help"], ["audit", "--help"], ["frontier", "--help"], ["--version"]):
        with pytest.raises(SystemExit) as exit_:
            main(argv)
        assert exit_.value.code == 0
    assert "--epsilons" in capsys.readouterr().out


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def step(done: int, stage: str = "Training models: {} of 64") -> Progress:
    return Progress(stage=stage.format(done), done=done, total=64, eta_seconds=64.0 - done)


def test_progress_elsewhere_is_a_line_for_each_tenth():
    stream = io.StringIO()
    show = ProgressLine(stream)
    for done in range(65):
        show(step(done))
    show.clear()
    lines = stream.getvalue().splitlines()
    assert 10 <= len(lines) <= 12
    assert lines[0] == "  2 %  Training models: 1 of 64, about 63 s left"
    assert "\x1b" not in stream.getvalue()


def test_progress_on_a_terminal_stays_on_one_line(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    stream = Terminal()
    show = ProgressLine(stream)
    for done in range(3):
        show(step(done))
    show.clear()
    written = stream.getvalue()
    assert "\n" not in written
    assert written.endswith("\r\x1b[K")
    assert max(len(part) for part in written.split("\r\x1b[K")) == 29


def ppml(*arguments: str, **options) -> subprocess.Popen:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": ROOT}
    return subprocess.Popen([sys.executable, "-m", "ppml_core", *arguments], **pipes, **options)


def test_interrupting_ends_with_130_and_one_line():
    with ppml("audit", "digits", "--shadows", "64", "--epochs", "1000") as process:
        assert "Training models" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert error.splitlines()[-1] == "ppml: Interrupted."
    assert "Traceback" not in error


def test_as_a_module_in_a_plain_locale():
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONWARNINGS": "error"}
    with ppml("audit", "Köln.csv", env=environment) as process:
        out, error = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == ""
    assert error.count("\n") == 1


def test_a_reader_that_leaves_early_is_no_traceback():
    with ppml("datasets") as process:
        process.stdout.close()
        error = process.stderr.read()
        process.wait(timeout=60)
    assert error == ""
