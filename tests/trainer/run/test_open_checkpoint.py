import shutil
from pathlib import Path

import pytest
import torch

from tests.trainer.small_evaluation import Small, make
from winnow.trainer.config.settings import Masking
from winnow.trainer.run.checkpoint_folders import find_checkpoint
from winnow.trainer.run.open_checkpoint import open_checkpoint


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return make(tmp_path_factory.mktemp("open"))


def test_a_run_means_its_newest_checkpoint(small: Small) -> None:
    path = small.run / "checkpoints" / "step-000003"
    assert find_checkpoint(small.run) == path
    assert find_checkpoint(path) == path
    opened = open_checkpoint(small.run)
    assert (opened.path, opened.hidden, opened.tokenizer.sha256) == (path, None, small.pack.tokenizer_sha256)
    for one, other in zip(opened.model.parameters(), small.model.parameters(), strict=True):
        assert torch.equal(one, other)


def test_a_checkpoint_of_a_run_knows_what_was_hidden(tmp_path: Path) -> None:
    made = make(tmp_path, "masked", 0.4)
    assert open_checkpoint(made.run).hidden == Masking(0.4)
    assert open_checkpoint(made.run / "checkpoints" / "step-000003").hidden == Masking(0.4)
    shutil.copytree(made.run / "checkpoints" / "step-000003", tmp_path / "model")
    assert open_checkpoint(tmp_path / "model").hidden == Masking()


def test_a_run_is_found_from_within(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make(tmp_path, "masked", 0.4)
    monkeypatch.chdir(made.run / "checkpoints")
    assert open_checkpoint(Path("step-000003")).hidden == Masking(0.4)
    monkeypatch.chdir("step-000003")
    assert open_checkpoint(Path()).hidden == Masking(0.4)
    shutil.copytree(made.run / "checkpoints" / "step-000003", tmp_path / "run" / "another")
    monkeypatch.chdir(made.run)
    assert open_checkpoint(Path("another")).hidden == Masking()  # it is none of this run's
