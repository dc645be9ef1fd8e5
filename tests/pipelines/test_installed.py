"""Winnow as a wheel: what is in it, and that without the checkout it builds what the checkout builds.

That is done in a fresh environment, which has the wheel alone and behind it the libraries of this one: a path in a .pth
file is searched, but the .pth files in it, among them the one that leads to the checkout, are not read.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("filters", "pipelines", "trainer")
HOOK = "import sys, setuptools.build_meta as backend; getattr(backend, sys.argv[1])(sys.argv[2])"
"""What pip and build call (PEP 517); a wheel needs nothing but setuptools."""
LEFT = shutil.ignore_patterns("__pycache__", "*.egg-info", "out", "sample", "trained")
URL = "https://tea-garden.example/starting-tomatoes-on-a-cold-windowsill"


def called(*command: str | Path, cwd: Path) -> str:
    """What a command prints that must end well, in a process that no variable leads to the checkout."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def content(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(wheel, source distribution), built in a copy of the checkout: building leaves folders behind."""
    copy, into = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("dist")
    for name in (*PACKAGES, "data_cards", "src", "demo", "tests"):
        shutil.copytree(ROOT / name, copy / name, symlinks=True, ignore=LEFT)
    for name in ("pyproject.toml", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for hook in ("build_wheel", "build_sdist"):
        called(sys.executable, "-c", HOOK, hook, into, cwd=copy)
    return next(into.glob("*.whl")), next(into.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment that has the wheel."""
    folder = tmp_path_factory.mktemp("environment")
    called(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    python = folder / "bin" / "python"
    called(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", built[0], cwd=folder)
    site = called(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    Path(site, "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    return folder / "bin"


def test_a_wheel_holds_the_packages_and_nothing_else(built: tuple[Path, Path]) -> None:
    names = set(content(built[0]))
    about = {name for name in names if name.split("/")[0].endswith(".dist-info")}
    code = {f"winnow/{file.relative_to(ROOT)}" for package in PACKAGES for file in (ROOT / package).rglob("*.py")}
    data = {f"winnow/{file.relative_to(ROOT)}" for package in PACKAGES for file in (ROOT / package).rglob("*.toml")}
    assert {"winnow/pipelines/recipe/recipes/tiny.toml", "winnow/trainer/config/presets/tiny.toml"} <= data
    data |= {f"winnow/trainer/evaluate/bundled/{task}.jsonl" for task in ("everyday", "arithmetic", "grammar", "code")}
    data |= {f"winnow/pipelines/extraction/blocks/weights.{kind}" for kind in ("npz", "md")}
    data |= {f"winnow/data_cards/page/{file.name}" for file in (ROOT / "data_cards/page").iterdir() if file.is_file()}
    assert names - about == code | data | {"winnow/__init__.py", "winnow/__main__.py", "winnow/py.typed"}
    assert any(name.endswith("licenses/LICENSE") for name in about)


def test_a_source_distribution_builds_the_same_wheel(built: tuple[Path, Path], tmp_path: Path) -> None:
    wheel, source = built
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = tmp_path / source.name.removesuffix(".tar.gz")
    top = {"LICENSE", "MANIFEST.in", "PKG-INFO", "README.md", "pyproject.toml", "setup.cfg", "src"}
    assert {path.name for path in unpacked.iterdir()} == top
    called(sys.executable, "-c", HOOK, "build_wheel", tmp_path, cwd=unpacked)
    assert content(tmp_path / wheel.name) == content(wheel)


@pytest.mark.slow
def test_installed_it_builds_the_same_corpus(
    installed: Path, sample: Path, reference: Path, promised: Callable[[Path], dict[str, str]], tmp_path: Path
) -> None:
    where = "import winnow.pipelines.build as it; print(it.__file__)"
    assert called(installed / "python", "-c", where, cwd=tmp_path).startswith(str(installed.parent))
    winnow, given = installed / "winnow", ("--input", f"{sample}/*", "--output", "corpus", "--workers", "2", "--quiet")
    called(winnow, "build", "tiny", *given, cwd=tmp_path)
    assert promised(tmp_path / "corpus") == promised(reference)
    assert called(winnow, "card", "corpus", cwd=tmp_path) == (reference / "README.md").read_text(encoding="utf-8")
    assert URL in called(winnow, "why", "corpus", URL, cwd=tmp_path)
    assert ": the ledger holds: " in called(winnow, "ledger", "corpus", "--check", cwd=tmp_path)
