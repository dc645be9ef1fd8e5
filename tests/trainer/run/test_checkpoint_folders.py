import shutil
from pathlib import Path

import pytest

from tests.trainer.small_evaluation import make
from winnow.trainer.errors import BadCall
from winnow.trainer.run.checkpoint_folders import find_checkpoint, kept, kept_steps


def test_a_step_of_a_run(tmp_path: Path) -> None:
    run = make(tmp_path, "masked", 0.4).run
    assert find_checkpoint(Path(f"{run}@3")) == run / "checkpoints" / "step-000003"
    with pytest.raises(BadCall, match=f"^{run}@2: {run} has checkpoints of the steps 3$"):
        find_checkpoint(Path(f"{run}@2"))
    named = shutil.copytree(run, tmp_path / "run@3")  # a folder may be called so
    assert find_checkpoint(named) == named / "checkpoints" / "step-000003"


def test_no_run(tmp_path: Path) -> None:
    with pytest.raises(BadCall, match="neither a run with a checkpoint"):
        find_checkpoint(tmp_path)


@pytest.mark.parametrize("name", ["none", "none@3", "run@", "run@x", "run@-1", f"run@{'1' * 19}"])
def test_nothing_is_called_so(tmp_path: Path, name: str) -> None:
    (tmp_path / "run").mkdir()
    with pytest.raises(BadCall, match=f"^{tmp_path / name}: there is no such file or folder$"):
        find_checkpoint(tmp_path / name)


def test_only_whole_checkpoints_are_counted(tmp_path: Path) -> None:
    assert kept_steps(tmp_path) == []
    for name in ("step-000004", "step-1000000", "step-000012", "step-12", "step-000008.damaged", ".step-000016.tmp-1"):
        (tmp_path / "checkpoints" / name).mkdir(parents=True)
    (tmp_path / "checkpoints/step-000020").write_text("a file")
    assert kept_steps(tmp_path) == [4, 12, 1000000]
    assert kept(tmp_path) == "checkpoints of the steps 4, 12, 1000000"
