"""What the tests of whole builds share: a small sample, and one finished build to hold others against."""

import hashlib
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo.make_sample import crawl, write
from winnow.pipelines.build import Request, build
from winnow.pipelines.display import Display
from winnow.pipelines.recipe.file import find, load
from winnow.pipelines.recipe.model import Recipe

Promised = Callable[[Path], dict[str, str]]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three of the demo's files: one with a damaged member, one with copies of its pages, one not compressed."""
    whole, small = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("sample")
    write(whole, crawl())
    for name in ("crawl-2024-04.warc.gz", "crawl-2026-01.warc.gz", "crawl-2026-02.warc"):
        shutil.copy(whole / name, small / name)
    return small


@pytest.fixture(scope="session")
def tiny() -> Recipe:
    return load(find("tiny"))


@pytest.fixture(scope="module")
def swift_beam() -> Iterator[None]:
    """For whole pipelines in this process; Beam takes seconds to import."""
    from swift_beam import asked_once

    with asked_once():
        yield


@pytest.fixture
def quiet() -> Display:
    return Display(sys.stderr, quiet=True)


@pytest.fixture(scope="session")
def reference(sample: Path, tiny: Recipe, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build of the sample by the local driver with its defaults."""
    output = tmp_path_factory.mktemp("reference") / "corpus-1"
    build(Request(tiny, (f"{sample}/*",), str(output), workers=2), Display(sys.stderr, quiet=True))
    return output


@pytest.fixture(scope="session")
def promised() -> Promised:
    """Every file that a build promises, with its digest: all but run.json and work/."""

    def files(build_dir: Path) -> dict[str, str]:
        return {
            str(path.relative_to(build_dir)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(build_dir.rglob("*"))
            if path.is_file() and path.name != "run.json" and path.relative_to(build_dir).parts[0] != "work"
        }

    return files
