"""Imports go down only. Walks the source; nothing is imported but in children that say what they loaded."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = ("filters", "pipelines", "trainer")
FILES = sorted(file for package in OURS for file in (ROOT / package).rglob("*.py"))


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file) for file in FILES}
FLOOR_0 = {"filters.document", "filters.text", "filters.rules", "filters.steps"}
FLOOR_5 = {
    "pipelines.cli",
    "pipelines.build",
    "pipelines.local",
    "pipelines.worker",
    "pipelines.task",
    "pipelines.engines",
}


def imported(source: str, package: str) -> set[str]:
    """Every module that is imported, in functions too; of `from a import b` also a.b, where that is one of ours."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            found |= {name} | {f"{name}.{alias.name}" for alias in node.names} & MODULES
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("importlib.import_module", "__import__"):
            found |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


def package_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).parts[:-1])


IMPORTS = {module_of(file): imported(file.read_text("utf-8"), package_of(file)) for file in FILES}


def under(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def users(*packages: str) -> set[str]:
    return {module for module, names in IMPORTS.items() if any(under(name, *packages) for name in names)}


@pytest.mark.parametrize(
    ("source", "package", "expected"),
    [
        ("import a.b, c", "", {"a.b", "c"}),
        ("def f():\n    from apache_beam.io import x", "", {"apache_beam.io"}),
        ("from pipelines import lock, Nothing", "", {"pipelines", "pipelines.lock"}),
        ("from . import lock", "pipelines", {"pipelines", "pipelines.lock"}),
        ("from .sources import record", "pipelines", {"pipelines.sources", "pipelines.sources.record"}),
        ("from ..storage import x", "pipelines.stages", {"pipelines.storage"}),
        ("import importlib\nimportlib.import_module('torch')", "", {"importlib", "torch"}),
    ],
)  # fmt: skip
def test_the_walk_sees_every_import(source: str, package: str, expected: set[str]) -> None:
    assert imported(source, package) == expected


def test_there_is_something_to_walk() -> None:
    assert FLOOR_0 | FLOOR_5 | {"pipelines.stages.ingest", "pipelines.sources.warc", "filters.catalogue"} <= MODULES


def test_only_stages_and_build_import_beam() -> None:
    assert {m for m in users("apache_beam") if not under(m, "pipelines.stages") and m != "pipelines.build"} == set()


def test_filters_are_standard_library_only() -> None:
    allowed = {*sys.stdlib_module_names, "filters"}
    strangers = {
        (module, name) for module, names in IMPORTS.items() for name in names
        if under(module, "filters") and name.split(".")[0] not in allowed
    }  # fmt: skip
    assert strangers == set()


def test_floor_0_imports_only_itself() -> None:
    for module in FLOOR_0:
        assert {name for name in IMPORTS[module] if under(name, *OURS)} <= FLOOR_0


def test_filters_do_not_import_the_catalogue() -> None:
    assert {m for m in users("filters.catalogue") if under(m, "filters")} == set()


@pytest.mark.parametrize(
    "floor", ["pipelines.cli", "pipelines.build", "pipelines.local", "pipelines.engines", "pipelines.stages"]
)
def test_sources_import_nothing_above(floor: str) -> None:
    assert {m for m in users(floor) if under(m, "pipelines.sources")} == set()


def test_nothing_imports_the_command_line() -> None:
    assert users("pipelines.cli") == set()


def test_only_floor_5_imports_the_stages() -> None:
    assert {m for m in users("pipelines.stages") if not under(m, "pipelines.stages")} <= FLOOR_5


def test_only_floor_5_and_stages_import_floor_5() -> None:
    higher = users("pipelines.build", "pipelines.local", "pipelines.engines")
    assert {m for m in higher if not under(m, "pipelines.stages")} <= FLOOR_5


def test_the_trainer_stands_beside() -> None:
    """It meets the rest at the Parquet files, and in the one command that both are parts of."""
    assert {m for m in users("filters", "pipelines") if under(m, "trainer")} == set()
    assert {m for m in users("trainer") if not under(m, "trainer")} == {"pipelines.cli"}
    assert {name for name in IMPORTS["pipelines.cli"] if under(name, "trainer")} == {"trainer", "trainer.cli"}


def test_no_import_goes_in_a_circle() -> None:
    """Of the imports at the top of a module; one in a function is done when everything stands."""
    top = {
        module: {name for name in imported("\n".join(
            ast.unparse(node) for node in ast.parse(file.read_text("utf-8")).body
            if isinstance(node, ast.Import | ast.ImportFrom)
        ), module) if name in MODULES and name != module and "." in name}
        for module, file in ((module_of(f), f) for f in FILES)
    }  # fmt: skip
    done: set[str] = set()
    while ready := {
        m for m, names in top.items() if m not in done and names <= done | {"pipelines.sources", "pipelines.stages"}
    }:
        done |= ready
    assert set(top) - done == set()


HEAVY = ("apache_beam", "torch", "tokenizers", "trafilatura", "numpy", "pyarrow")


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import filters.catalogue", HEAVY),
        ("import pipelines.cli", HEAVY),
        ("import pipelines.build", ("apache_beam", "torch")),
        ("import runpy; sys.argv = ['winnow', '--help']; runpy.run_module('pipelines.cli', run_name='__main__')",
         ("apache_beam", "torch")),
    ],
)  # fmt: skip
def test_what_an_import_loads(statement: str, absent: tuple[str, ...]) -> None:
    told = f"print(*sorted(set(sys.modules) & set({absent!r})), file=sys.stderr)"
    code = f"import sys\ntry:\n    {statement}\nexcept SystemExit: pass\n{told}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "\n")
