import gzip
import json
import signal
from contextlib import closing
from pathlib import Path

import pytest
import torch

from tests.trainer.small_runs import config, kill, tensors, trained, untimed
from winnow.trainer.run.profile import Profile

pytestmark = pytest.mark.usefixtures("quick")
LEARNT = ("step", "evaluation")


def trace(file: Path) -> list[str]:
    return [event.get("name", "") for event in json.loads(gzip.decompress(file.read_bytes()))["traceEvents"]]


def test_a_profiled_run_is_the_same_run(tmp_path: Path, pack: Path, whole: Path) -> None:
    run = tmp_path / "run"
    said = trained(config(pack, run={"profile": "3:4"}), run)
    one, other = tensors(whole), tensors(run)
    assert [name for name in one if not torch.equal(one[name], other[name])] == []
    assert untimed(whole, *LEARNT) == untimed(run, *LEARNT)
    (file,) = (run / "profile").iterdir()
    assert file.name == "steps-3-4.json.gz"
    assert any(text.startswith(f"{file} shows where the time") for text in said)
    assert trace(file).count("aten::embedding") == 4  # two steps of two passes each


@pytest.mark.parametrize(("asked", "names"), [("13:20", None), ("12:20", ["steps-12-12.json.gz"])])
def test_what_lies_beyond_the_end_is_not_waited_for(
    tmp_path: Path, pack: Path, asked: str, names: list[str] | None
) -> None:
    trained(config(pack, run={"profile": asked}), tmp_path)
    found = tmp_path / "profile"
    assert ([file.name for file in found.iterdir()] if found.is_dir() else None) == names


@pytest.mark.slow
def test_a_run_that_is_stopped_leaves_what_there_is(tmp_path: Path, pack: Path) -> None:
    asked = config(pack, run={"profile": "2:9"})
    with pytest.raises(SystemExit):
        trained(asked, tmp_path, {"step 4:": kill(signal.SIGTERM)})
    trained(asked, tmp_path)
    assert sorted(file.name for file in (tmp_path / "profile").iterdir()) == [
        "steps-2-5.json.gz", "steps-6-9.json.gz"]  # fmt: skip


def test_one_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("a file")
    said: list[str] = []
    with closing(Profile("1:1", tmp_path, torch.device("cpu"), said.append)) as profile:
        profile.before(1)
        profile.after(1)
        profile.before(1)
    assert len(said) == 1
    assert said[0].startswith("warning: run.profile fails: ")
