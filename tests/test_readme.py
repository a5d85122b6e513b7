"""The README's promises: its library example runs as printed, its files and commands exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_library_example_runs(capsys):
    (example,) = blocks("python")
    assert len([line for line in example.splitlines() if line.strip()]) <= 10
    exec(compile(example, "README.md", "exec"), {})
    out = capsys.readouterr().out
    assert "PrivacyGuarantee(epsilon=1.9" in out
    assert out.count("lira") == 4  # lira and lira-offline, each with and without DP


def test_the_command_lines_parse():
    from ppml_core.cli.arguments import build_parser

    commands = re.findall(r"^ppml (.+)$", "\n".join(blocks("sh")), re.MULTILINE)
    assert len(commands) == 6
    for command in commands:
        build_parser().parse_args(command.split())


@pytest.mark.parametrize("target", ["run", "test"])
def test_make_knows_the_two_commands(target):
    assert f"make {target} " in README
    made = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ("streamlit run app/main.py" if target == "run" else "pytest") in made.stdout


def test_links_and_pictures_exist():
    for name in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / name).exists(), name
