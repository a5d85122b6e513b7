"""The repository's own rules: pins, sizes, docstrings, and nothing that runs what it reads."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = [path for folder in ("ppml_core", "app", "pages") for path in (ROOT / folder).rglob("*.py")]
TESTS = list((ROOT / "tests").rglob("*.py"))
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[a-z,]+\])?==[0-9][^\s;]*(\s*;.*)?")


def place(path: Path, what: object = "") -> str:
    """For messages: every offence is listed, not only the first."""
    return f"{path.relative_to(ROOT)} {what}".strip()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if not body:
        return 0
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_a_file_is_one_concept_of_at_most_300_lines():
    sizes = {place(path): len(path.read_text("utf-8").splitlines()) for path in CODE + TESTS}
    assert {name: size for name, size in sizes.items() if size > 300} == {}


def test_functions_fit_on_a_screen():
    long = [place(path, f.name) for path in CODE for f in functions(path) if body_lines(f) > 50]
    assert long == []


def test_functions_are_short_as_a_rule():
    lengths = sorted(body_lines(function) for path in CODE for function in functions(path))
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[len(lengths) * 9 // 10] <= 35


def test_modules_and_public_names_say_what_they_are():
    silent = [place(path) for path in CODE if tree(path).body and not ast.get_docstring(tree(path))]
    for path in CODE:
        for node in tree(path).body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"
            if public and not ast.get_docstring(node):
                silent.append(place(path, node.name))
    assert silent == []


def test_public_values_are_frozen():
    loose = []
    for path in (ROOT / "ppml_core").rglob("*.py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                made = " ".join(map(ast.unparse, node.decorator_list))
                if "dataclass" in made and "frozen=True" not in made:
                    loose.append(place(path, node.name))
    assert loose == []


RUNS_WHAT_IT_READS = ("pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib")


def unsafe(code: ast.AST) -> Iterator[str]:
    """Everything in the code that could run, or unpack outside its place, what it reads."""
    for node in ast.walk(code):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            yield from (n for n in names if n.split(".")[0] in RUNS_WHAT_IT_READS)
        if isinstance(node, ast.Call):
            yield from _unsafe_call(node)


def _unsafe_call(call: ast.Call) -> Iterator[str]:
    name = ast.unparse(call.func)
    given = {word.arg: ast.unparse(word.value) for word in call.keywords}
    if name in ("eval", "exec", "os.system", "os.popen", "yaml.load", "pd.read_pickle"):
        yield name
    if name in ("np.load", "numpy.load") and given.get("allow_pickle") != "False":
        yield f"{name} without allow_pickle=False"
    if name == "torch.load" and given.get("weights_only") != "True":
        yield "torch.load without weights_only=True"
    if given.get("allow_pickle") == "True" or given.get("shell") == "True":
        yield f"{name} with {given}"
    if name.endswith((".extractall", ".extract", ".unpack_archive")):
        yield f"{name} writes where the archive says"


def test_nothing_runs_what_it_reads():
    assert [place(path, found) for path in CODE for found in unsafe(tree(path))] == []


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from joblib import load",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "archive.extractall(folder)",
        "subprocess.run(line, shell=True)",
        "eval(text)",
    ],
)
def test_what_would_run_what_it_reads_is_seen(code):
    assert list(unsafe(ast.parse(code)))


def test_chance_comes_from_named_streams():
    """No global generator: it would make results depend on who drew before."""
    own = ("Generator", "PCG64", "SeedSequence", "default_rng")
    found = []
    for path in CODE:
        for node in ast.walk(tree(path)):
            name = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
            shared = name.startswith("np.random.") and name.split(".")[2] not in own
            if shared or name in ("torch.manual_seed", "torch.randn", "torch.rand", "random.seed"):
                found.append(place(path, name))
    assert found == []


def requirements(name: str) -> list[str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    bare = (line.split("#")[0].strip() for line in lines)
    return [line for line in bare if line]


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_every_requirement_is_pinned(path):
    for line in requirements(path.name):
        assert line.startswith(("-e ", "-r ")) or PIN.fullmatch(line), line


def test_one_file_sets_everything_up():
    lines = requirements("requirements.txt")
    assert lines[0] == "-e ."
    assert "torch==2.13.0" in lines
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["dependencies"] == []  # one place names versions
    assert project["requires-python"] == ">=3.11"


def test_everything_imported_is_pinned():
    pinned = {
        normalised(match["name"])
        for name in ("requirements.txt", "requirements-cluster.txt")
        for line in requirements(name)
        if (match := PIN.fullmatch(line))
    }
    distributions = packages_distributions()
    for path in CODE + TESTS:
        for top in third_party(path):
            names = {normalised(name) for name in distributions.get(top, [top])}
            assert names & pinned, f"{path.relative_to(ROOT)} imports {top}"


def third_party(path: Path) -> set[str]:
    """Top-level names that neither Python nor this repository brings."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    own = {"ppml_core", "app", "pages", "benchmarks", *(helper.stem for helper in TESTS)}
    return found - set(sys.stdlib_module_names) - own


def normalised(name: str) -> str:
    """As package indexes compare names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_tests_are_strict():
    options = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]
    assert options["ini_options"]["filterwarnings"][0] == "error"
    assert options["ini_options"]["xfail_strict"] is True
