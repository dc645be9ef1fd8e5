"""What several test files of the trainer share; what is made once for all of them, none changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trainer import small_runs
from tests.trainer.small_corpora import byte_tokenizer, text, write
from tests.trainer.small_evaluation import Small, make


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_runs.make_pack(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def quick() -> Iterator[None]:
    with small_runs.quick():
        yield


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, pack: Path) -> Path:
    """A run that nothing disturbed."""
    run = tmp_path_factory.mktemp("whole") / "run"
    with small_runs.quick():
        small_runs.trained(small_runs.config(pack), run)
    return run


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """A corpus with its pack, and a decoder with random weights."""
    return make(tmp_path_factory.mktemp("decoder"))


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return make(tmp_path_factory.mktemp("encoder"), "masked")


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tokenizer of single bytes."""
    return byte_tokenizer(tmp_path_factory.mktemp("ours"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three files of 12, 40 and 8 texts, the second with long ones."""
    for name, first, rows, words in (("1", 0, 12, 20), ("2", 100, 40, 200), ("3", 200, 8, 20)):
        texts = [text(n, words) for n in range(first, first + rows)]
        write(tmp_path / f"texts/{name}.parquet", {"text": texts})
    return tmp_path / "texts"
