"""Imports go down only. Walks the source; nothing is imported but in children that say what they loaded."""

import ast
import functools
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = ("winnow.filters", "winnow.pipelines", "winnow.trainer")
FILES = sorted(file for package in OURS for file in (ROOT / package.removeprefix("winnow.")).rglob("*.py"))


def module_of(file: Path) -> str:
    parts = ("winnow", *file.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file) for file in FILES}
PACKAGES = {module_of(file) for file in FILES if file.name == "__init__.py"}
BEAM = "winnow.pipelines.beam"


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    of = node.func
    return of.attr if isinstance(of, ast.Attribute) else of.id if isinstance(of, ast.Name) else ""


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
        elif isinstance(node, ast.Call) and called(node) in ("import_module", "__import__"):
            found |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


def package_of(file: Path) -> str:
    return ".".join(("winnow", *file.relative_to(ROOT).parts[:-1]))


@functools.cache
def imports() -> dict[str, set[str]]:
    """What each module imports; not read where no test here is run."""
    return {module_of(file): imported(file.read_text("utf-8"), package_of(file)) for file in FILES}


def under(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def users(*packages: str) -> set[str]:
    return {module for module, names in imports().items() if any(under(name, *packages) for name in names)}


@pytest.mark.parametrize(
    ("source", "package", "expected"),
    [
        ("import a.b, c", "", {"a.b", "c"}),
        ("def f():\n    from apache_beam.io import x", "", {"apache_beam.io"}),
        ("from winnow.pipelines import errors, Nothing", "", {"winnow.pipelines", "winnow.pipelines.errors"}),
        ("from . import errors", "winnow.pipelines", {"winnow.pipelines", "winnow.pipelines.errors"}),
        ("from .beam import run", "winnow.pipelines", {"winnow.pipelines.beam", "winnow.pipelines.beam.run"}),
        ("from ..storage import x", "winnow.pipelines.beam", {"winnow.pipelines.storage"}),
        ("import importlib\nimportlib.import_module('torch')", "", {"importlib", "torch"}),
    ],
)  # fmt: skip
def test_the_walk_sees_every_import(source: str, package: str, expected: set[str]) -> None:
    assert imported(source, package) == expected


def test_there_is_something_to_walk() -> None:
    assert {"winnow.pipelines.cli", BEAM, "winnow.filters.catalogue", "winnow.trainer.cli.parsers"} <= MODULES


FLOORS = [floor.split() for floor in """
    trainer.errors
    trainer.hashes trainer.figures trainer.reading trainer.aside
    trainer.config
    trainer.pack
    trainer.parallel
    trainer.model
    trainer.data trainer.optim
    trainer.run.hardware trainer.run.run_folder trainer.run.checkpoint_folders
    trainer.run.open_checkpoint
    trainer.evaluate
    trainer.report
    trainer.run
    trainer.plan
    trainer.cli

    filters
    pipelines.errors pipelines.counts pipelines.text pipelines.digest
    pipelines.progress pipelines.ending pipelines.streams pipelines.clock pipelines.quiet pipelines.display
    pipelines.files
    pipelines.extraction pipelines.annotators pipelines.dedup.settings
    pipelines.sources
    pipelines.software
    pipelines.recipe
    pipelines.plan
    pipelines.corpus.schema
    pipelines.ingest pipelines.robots
    pipelines.dedup
    pipelines.corpus
    pipelines.ledger
    pipelines.fit
    pipelines.engines.stage
    pipelines.engines.jobs
    pipelines.engines.engine
    pipelines.beam
    pipelines.engines pipelines.output pipelines.views
    pipelines.build pipelines.forget pipelines.publish
    pipelines.commands
    pipelines.cli
""".strip().split("\n")]  # fmt: skip
"""From the lowest to the highest. A room imports itself and what lies lower, and no other room of its floor."""
ROOMS = {f"winnow.{room}": number for number, floor in enumerate(FLOORS) for room in floor}


def room_of(module: str) -> str:
    """The longest name in FLOORS that a module lies under."""
    return max((room for room in ROOMS if under(module, room)), key=len, default="")


def test_every_room_has_one_floor() -> None:
    """Of a room that is listed twice the second place alone would count."""
    listed = [room for floor in FLOORS for room in floor]
    assert sorted(set(listed)) == sorted(listed)


def test_every_module_has_a_floor() -> None:
    names = {"winnow.filters", "winnow.pipelines", "winnow.trainer"}
    assert {module for module in MODULES - names if under(module, *names) and not room_of(module)} == set()


def test_imports_go_down_only() -> None:
    up = {
        (module, name)
        for module, names in imports().items() for name in names & MODULES - PACKAGES
        if (here := room_of(module)) and (there := room_of(name)) and here != there and ROOMS[there] >= ROOMS[here]
    }  # fmt: skip
    assert sorted(up) == []


def test_only_the_room_beam_imports_beam() -> None:
    assert {module for module in users("apache_beam") if not under(module, BEAM)} == set()


def test_filters_are_the_standard_library_and_numpy_and_icu_only() -> None:
    strangers = {
        (module, name) for module, names in imports().items() for name in names
        if under(module, "winnow.filters")
        and name.split(".")[0] not in (*sys.stdlib_module_names, "numpy") and not under(name, "winnow.filters")
    }  # fmt: skip
    segmenter = "winnow.filters.words.segmenter"
    assert strangers == {(segmenter, "icu4py"), (segmenter, "icu4py.breakers")}


def test_filters_do_not_import_the_catalogue() -> None:
    assert {m for m in users("winnow.filters.catalogue") if under(m, "winnow.filters")} == set()


def test_nothing_imports_the_command_line() -> None:
    assert users("winnow.pipelines.cli") == set()


def test_the_trainer_stands_beside() -> None:
    """It meets the rest at the Parquet files, and in the one command that both are parts of."""
    trainer, cli = "winnow.trainer", "winnow.pipelines.cli"
    assert {m for m in users("winnow.filters", "winnow.pipelines") if under(m, trainer)} == set()
    assert {m for m in users(trainer) if not under(m, trainer)} == {cli}
    assert {name for name in imports()[cli] if under(name, trainer)} == {f"{trainer}.cli.parsers"}


HEAVY = ("apache_beam", "torch", "tokenizers", "trafilatura", "numpy", "pyarrow", "icu4py")


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import winnow.filters.catalogue", HEAVY),
        ("import winnow.pipelines.cli", HEAVY),
        ("import winnow.pipelines.build", ("apache_beam", "torch")),
        ("import winnow.trainer.run.train", ("torch._dynamo", "torch._inductor")),
        ("import runpy; sys.argv = ['winnow', '--help']; runpy.run_module('winnow', run_name='__main__')",
         ("apache_beam", "torch")),
    ],
)  # fmt: skip
def test_what_an_import_loads(statement: str, absent: tuple[str, ...]) -> None:
    told = f"print(*sorted(set(sys.modules) & set({absent!r})), file=sys.stderr)"
    code = f"import sys\ntry:\n    {statement}\nexcept SystemExit: pass\n{told}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "\n")
