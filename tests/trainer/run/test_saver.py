import threading
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from tests.trainer.full_disk import full_disk
from tests.trainer.small_packs import make_pack
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import ModelShape
from winnow.trainer.errors import RunFailed
from winnow.trainer.model.model import Model
from winnow.trainer.pack.index import Pack
from winnow.trainer.parallel.ranks import Ranks, T
from winnow.trainer.run import checkpoint
from winnow.trainer.run.saver import Saver

LAYOUT = Layout.of(ModelShape(layers=1, width=16, heads=2, mlp=32, context=8), 50, "causal")


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("pack")
    (folder / "tokenizer").mkdir()
    (folder / "tokenizer" / "tokenizer.json").write_text("{}")
    return make_pack(folder, {"a": [4, 4]})


@pytest.fixture
def model() -> Model:
    made = Model(LAYOUT)
    made.initialise(1)
    return made


def names(run: Path) -> list[str]:
    return sorted(path.name for path in (run / "checkpoints").iterdir())


class Held:
    """checkpoint.save, which waits until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.may, self.begun, self._save = threading.Event(), threading.Event(), checkpoint.save
        monkeypatch.setattr(checkpoint, "save", self)

    def __call__(self, *given: Any) -> None:
        self.begun.set()
        assert self.may.wait(10)
        self._save(*given)


def test_what_changes_after_save_returns_is_not_saved(
    tmp_path: Path, pack: Pack, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, moment = Held(monkeypatch), torch.ones(3)
    before = model.head.detach().clone()
    with Saver(tmp_path, pack, 0, Ranks()) as saver:
        path = saver.save(1, model, {"steps": moment}, {"seconds": 1.0})
        assert held.begun.wait(10)
        assert not path.exists()
        with torch.no_grad():
            model.head.zero_()
        moment.zero_()
        held.may.set()
        saver.wait()
        assert torch.equal(load_file(path / "model.safetensors")["lm_head.weight"], before)
        assert torch.equal(load_file(path / "optimizer.safetensors")["steps"], torch.ones(3))


def test_a_save_waits_for_the_one_before(
    tmp_path: Path, pack: Pack, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    with Saver(tmp_path, pack, 0, Ranks()) as saver:
        saver.save(1, model, {}, {})
        threading.Timer(0.05, held.may.set).start()
        saver.save(2, model, {}, {})
        assert "step-000001" in names(tmp_path)
    assert names(tmp_path) == ["step-000001", "step-000002"]


def test_a_write_that_fails_fails_the_run_and_leaves_what_was_there(tmp_path: Path, pack: Pack, model: Model) -> None:
    with Saver(tmp_path, pack, 1, Ranks()) as saver:
        saver.save(1, model, {}, {})
        saver.wait()
        with full_disk(4096):
            saver.save(2, model, {}, {})
            with pytest.raises(RunFailed, match="step-000002 cannot be saved: File too large"):
                saver.wait()
        assert names(tmp_path) == ["step-000001"]
        saver.check()  # it is told once
        saver.save(3, model, {}, {})
    assert names(tmp_path) == ["step-000003"]
    assert (tmp_path / "latest").read_text() == "step-000003\n"


@pytest.mark.parametrize("moment", ["check", "save", "the end"])
def test_a_failure_is_told_at_the_next_step_the_next_save_or_the_end(
    tmp_path: Path, pack: Pack, model: Model, moment: str
) -> None:
    with pytest.raises(RunFailed, match="cannot be saved"), Saver(tmp_path, pack, 1, Ranks()) as saver:  # noqa: PT012
        with full_disk(4096):
            saver.save(1, model, {}, {})
            saver._join()
        if moment == "check":
            saver.check()
            pytest.fail("nothing was told")
        if moment == "save":
            saver.save(2, model, {}, {})
            pytest.fail("nothing was told")
    assert names(tmp_path) == []


def test_at_the_end_the_runs_own_error_comes_first_and_the_save_is_whole(
    tmp_path: Path, pack: Pack, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    with pytest.raises(RuntimeError, match="went down"), Saver(tmp_path, pack, 1, Ranks()) as saver:  # noqa: PT012
        saver.save(1, model, {}, {})
        threading.Timer(0.05, held.may.set).start()
        raise RuntimeError("the machine went down")
    assert names(tmp_path) == ["step-000001"]


def test_other_ranks_write_nothing(tmp_path: Path, pack: Pack, model: Model) -> None:
    class Other(Ranks):
        """The second of two, who meets nobody."""

        def apart(self) -> Ranks:
            return self

        def agree(self, value: T) -> T:
            return value

        def everyone(self, value: T) -> list[T]:
            return [value]

    with Saver(tmp_path, pack, 1, Other(rank=1, world=2)) as saver:
        assert saver.save(1, model, {}, {}) == tmp_path / "checkpoints" / "step-000001"
    assert list(tmp_path.iterdir()) == []
