"""What several test files of the trainer share: a pack, and a run that nothing befell. None of them changes it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trainer import small_runs


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_runs.make_pack(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def quick() -> Iterator[None]:
    with small_runs.quick():
        yield


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, pack: Path) -> Path:
    run = tmp_path_factory.mktemp("whole") / "run"
    with small_runs.quick():
        small_runs.trained(small_runs.config(pack), run)
    return run
