"""Whatever goes wrong is one line on standard error, with the right exit code."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppml_core.cli import main

QUICK = ("--epochs", "2", "--shadows", "8", "--attacks", "loss,lira")


BAD = {
    "": "COMMAND",
    "frobnicate": "invalid choice",
    "audit": "DATASET|FILE",
    "audit digit": "no file and no dataset 'digit'; datasets: digits, breast-cancer, wine",
    "audit /": "is a directory",
    "audit wine --epochs 0": "Expected epochs in [1, 1000], got 0",
    "audit wine --epochs many": "expected a whole number, got 'many'",
    "audit wine --epochs 1" + "0" * 400: "expected a smaller number",
    "audit wine --seed -1": "Expected seed in [0",
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
    "audit wine --no-header": "--no-header is for files",
    "audit wine --header": "--header is for files",
    "audit wine --missing fill": "--missing is for files",
    "audit wine --bounds ash=0:9": "--bounds is for files",
    "audit wine --bounds ash": "expected COL=LOW:HIGH as in age=0:120, got 'ash'",
    "audit wine --bounds ash=low:high": "expected COL=LOW:HIGH",
    "audit wine --missing-words NA": "expected COL=WORD,WORD, got 'NA'",
    "audit wine --dates weeks": "invalid choice: 'weeks'",
    "audit wine --unheard of": "unrecognized arguments",
    "audit wine --json /nowhere/at/all.json": "there is no directory",
    "audit wine --json /": "is a directory",
    "audit wine --shadows 4 --store /dev/null": "cannot be made or written",
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


FILE_OPTIONS = {
    "--label town --leave-out town": "Expected label not among the columns left out",
    "--label label --person label": "Expected person another column than the label",
    "--bounds age=9:3": "Expected bounds of age low < high",
    "--bounds size=0:3": "no column 'size'",
    "--leave-out size": "no column 'size'",
}


@pytest.mark.parametrize(("typed", "said"), FILE_OPTIONS.items(), ids=FILE_OPTIONS.keys())
def test_options_that_do_not_fit_the_file_are_refused(people, typed, said, capsys):
    assert main(["audit", str(people), *QUICK, *typed.split()]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_gaps_are_refused_with_the_options_there_are(people, capsys):
    people.write_text(people.read_text() + ",a,1\n")
    assert main(["audit", str(people), *QUICK]) == 2
    error = capsys.readouterr().err
    assert all(f"--missing {choice}" in error for choice in ("fill", "drop-rows"))
    assert "column 'age', row 62" in error
    assert error.count("\n") == 1


def test_a_file_without_names_is_refused_with_the_options_there_are(people, capsys):
    people.write_text(people.read_text().partition("\n")[2])
    assert main(["audit", str(people), *QUICK]) == 2
    error = capsys.readouterr().err
    assert "--no-header" in error
    assert "--header" in error.replace("--no-header", "")
    assert error.count("\n") == 1


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
