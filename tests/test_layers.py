"""Who may lean on whom: the rules of ARCHITECTURE.md, read off the imports themselves."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
BASE = ("errors", "_validate", "limits", "_seeds", "_typed_json", "__version__")

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "errors": (),
    "limits": (),
    "_seeds": (),
    "_typed_json": (),
    "_validate": ("errors",),
    "statistics": BASE,
    "accounting": BASE,
    "datasets": BASE,
    "models": (*BASE, "datasets"),
    "training": (*BASE, "datasets", "models", "accounting"),
    "attacks": (*BASE, "datasets", "models", "training", "statistics"),
    "auditing": (*BASE, "datasets", "models", "training", "attacks", "statistics", "accounting"),
    "storage": (*BASE, "auditing.report", "datasets.card"),
    "jobs": (
        *BASE,
        "storage",
        "datasets",
        "auditing.report",
        "training.kept",
        "training.recipe",
        "models.architecture",
        "models.size",
    ),
    "jobs.pipeline": ("",),
    "jobs.local": ("",),
    "cli": (
        *BASE,
        "jobs",
        "storage",
        "datasets",
        "auditing.report",
        "auditing.conclusions",
        "auditing.learning",
        "auditing.attribute_sentences",
        "auditing.inversion_report",
        "auditing.inversion_sentences",
        "auditing.study_conclusions",
        "auditing.pictures",
        "auditing.unit_findings",
        "accounting.guarantee",
        "accounting.theory",
        "training.recipe",
        "models.architecture",
    ),
    "__main__": ("cli",),
}
"""Parts of ``ppml_core`` by what they may import from it; a part may always import itself."""

HEAVY = ("torch", "opacus", "sklearn", "scipy", "skimage", "mlxtend", "dp_accounting", "pyarrow")
"""Never in the web server's process: after every rerun it collects garbage, and with these
loaded that takes a quarter of a second of everybody's time."""

LIGHT = (
    "jobs.requests",
    "jobs.attribute_request",
    "jobs.invert_request",
    "jobs.ladder_request",
    "jobs.gradients_request",
    "jobs.membership_requests",
    "jobs.progress",
    "jobs.service",
    "jobs.view",
    "storage.sql",
    "storage.arrays",
    "datasets.catalogue",
    "datasets.card",
    "datasets.split",
    "datasets.dataset",
    "datasets.ingest",
    "training.kept",
    "training.recipe",
    "models.architecture",
    "models.size",
    "jobs.memory",
    "auditing.report",
    "auditing.attribute_report",
    "auditing.attribute_sentences",
    "auditing.inversion_report",
    "auditing.ladder_report",
    "auditing.ladder_sentences",
    "auditing.gradients_report",
    "auditing.gradients_sentences",
    "auditing.pictures",
    "auditing.conclusions",
    "auditing.study_conclusions",
    "auditing.wording",
    "accounting.guarantee",
    "accounting.reconstruction",
    "accounting.theory",
)


def sources(*folders: str) -> list[Path]:
    """All Python files of the folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def imported(path: Path) -> frozenset[str]:
    """Dotted names of everything a file imports, at its head or inside functions."""
    return frozenset(_imports(ast.parse(path.read_text("utf-8"))))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide what leans on what"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parts(path: Path) -> str:
    """``ppml_core/jobs/pipeline/audit.py`` is ``jobs.pipeline.audit``."""
    names = path.relative_to(ROOT / "ppml_core").with_suffix("").parts
    return ".".join(name for name in names if name != "__init__")


def within(name: str, prefix: str) -> bool:
    """Whether a dotted name is the prefix or inside it."""
    return prefix == "" or name == prefix or name.startswith(prefix + ".")


def rule_of(module: str) -> str:
    """The longest key of ``MAY_IMPORT`` that the module is within."""
    return max((key for key in MAY_IMPORT if within(module, key)), key=len)


CORE = [path for path in sources("ppml_core") if parts(path)]  # the root's table is names only


def test_the_core_leans_only_downwards():
    offences = []
    for path in CORE:
        rule = rule_of(parts(path))
        allowed = (rule.split(".")[0], *MAY_IMPORT[rule])
        for name in imported(path):
            inside = name.removeprefix("ppml_core.")
            if inside != name and not any(within(inside, a) for a in allowed):
                offences.append(f"{parts(path)} imports {inside}")
    assert offences == []


def test_the_rules_know_every_room():
    rooms = {parts(path).split(".")[0] for path in CORE}
    assert rooms == {key.split(".")[0] for key in MAY_IMPORT}


def test_a_forbidden_import_would_be_seen():
    """The test above can fail: inside functions and behind aliases too."""
    code = "def f():\n    import ppml_core.training.population as p\n    from torch import nn\n"
    assert set(_imports(ast.parse(code))) == {"ppml_core.training.population", "torch.nn"}
    assert rule_of("jobs.pipeline.audit") == "jobs.pipeline"
    assert rule_of("jobs.service") == "jobs"
    assert not within("trainings", "training")


def offences(folders: tuple[str, ...], forbidden: tuple[str, ...]) -> list[str]:
    """Imports in the folders that are within one of the forbidden names."""
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(*folders)
        for name in imported(path)
        if any(within(name, f) for f in forbidden)
    ]


def test_the_core_knows_no_interface():
    assert offences(("ppml_core",), ("streamlit", "plotly", "app", "pages")) == []


def test_pages_import_streamlit_app_and_the_core_only():
    allowed = {"streamlit", "app", "ppml_core", *sys.stdlib_module_names}
    for path in sources("pages"):
        assert {name.split(".")[0] for name in imported(path)} <= allowed, path


def test_the_interface_computes_nothing():
    """Neither heavy libraries nor the rooms that compute."""
    rooms = ("attacks", "statistics", "training.population", "jobs.pipeline")
    forbidden = (*HEAVY, *(f"ppml_core.{room}" for room in rooms))
    assert offences(("app", "pages"), forbidden) == []


def test_mathematics_needs_no_torch_and_touches_no_store():
    """Inversion and gradient attacks differentiate a model: they alone need torch."""
    rooms = ("ppml_core/statistics", "ppml_core/accounting", "ppml_core/attacks")
    assert offences(rooms, ("opacus", "sqlalchemy", "pathlib", "io")) == []
    pure = (*rooms[:2], "ppml_core/attacks/membership", "ppml_core/attacks/attribute")
    assert offences(pure, ("torch",)) == []


def test_state_has_one_owner():
    """Only ``app/session.py`` touches the session's state and the address."""
    for path in sources("app", "pages"):
        if path != ROOT / "app" / "session.py":
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                name = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
                assert name not in ("st.session_state", "st.query_params"), path


def loaded_by(modules: list[str]) -> set[str]:
    """Top-level names of everything a fresh interpreter loads with the modules."""
    code = f"import sys, {', '.join(modules)}; print(*{{n.split('.')[0] for n in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_what_the_web_server_imports_is_light():
    used = {f"ppml_core.{name}" for name in LIGHT}
    for path in sources("app", "pages"):
        for name in imported(path):
            if within(name, "ppml_core"):
                used.add(_module(name))
    assert loaded_by(sorted(used)).isdisjoint(HEAVY)


def test_heavy_modules_are_heavy():
    """The test above can fail."""
    assert "torch" in loaded_by(["ppml_core.training.population"])


def test_importing_the_library_and_its_command_line_is_light():
    names = ["ppml_core", "ppml_core.cli.main", "ppml_core.cli.inputs", "ppml_core.cli.runs"]
    loaded = loaded_by(names)
    assert loaded.isdisjoint((*HEAVY, "pandas", "streamlit"))


def _module(name: str) -> str:
    """The module of a dotted name that may end in something inside it."""
    path = ROOT / Path(*name.split("."))
    return name if path.is_dir() or path.with_suffix(".py").exists() else name.rpartition(".")[0]
