"""Builds on Prism, Beam's local engine in Go: bundles run at once, in threads of one worker."""

import shutil
from pathlib import Path

import pytest
from given import ROOT, Given
from pool import worker_pool

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("name", ["sample", "web"])
def test_the_local_bytes(request: pytest.FixtureRequest, name: str, prism: tuple[str, ...], tmp_path: Path) -> None:
    given: Given = request.getfixturevalue(name)
    assert given.build(tmp_path, *prism) == (0, "")
    given.check(tmp_path)


def test_workers_of_another_version(sample: Given, prism: tuple[str, ...], tmp_path: Path) -> None:
    for package in ("filters", "pipelines"):
        shutil.copytree(ROOT / package, tmp_path / "code/winnow" / package)
    with open(tmp_path / "code/winnow/filters/text.py", "a") as file:
        file.write("# changed\n")
    with worker_pool(tmp_path / "code", tmp_path / "pool.log") as external:
        code, told = sample.build(tmp_path / "out", *prism, *external)
    assert (code, told.count("\n")) == (1, 1), told
    assert told.startswith("winnow: job ingest: a worker is not as the driver is: winnow is ")
    assert told.endswith(": install the same on both\n")
