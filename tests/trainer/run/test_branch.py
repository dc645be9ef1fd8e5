"""Runs that grow, and runs that begin from a checkpoint of another."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.trainer.small_corpora import quiet
from tests.trainer.small_runs import config, crash, lines, tensors, trained
from winnow.trainer.config import config_file
from winnow.trainer.config.settings import Config, Phase
from winnow.trainer.errors import BadCall
from winnow.trainer.model import hf
from winnow.trainer.optim import schedule
from winnow.trainer.optim.schedule import Length
from winnow.trainer.pack.index import Pack
from winnow.trainer.run import branch, checkpoint_folders
from winnow.trainer.run.export import export
from winnow.trainer.run.trace import trace
from winnow.trainer.run.train import train

pytestmark = pytest.mark.usefixtures("quick")
FLAT = {"warmup": 0.0, "decay": 0.25}
"""Of 12 steps the last three decay, of 20 the last five."""


def length(steps: int) -> dict[str, Any]:
    return {"tokens": steps * 128, "save_every": 4, "evaluate_every": 4, "keep": 0}


def equal(one: Path, other: Path) -> bool:
    a, b = tensors(one), tensors(other)
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.fixture(scope="module")
def twelve(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("twelve") / "run"
    trained(config(pack, optimizer=FLAT, run=length(12)), run)
    return run


@pytest.fixture(scope="module")
def twenty(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("twenty") / "run"
    trained(config(pack, optimizer=FLAT, run=length(20)), run)
    return run


def branched(asked: Config, output: Path, origin: str, at: dict[str, Callable[[], None]] | None = None) -> list[str]:
    return trained(asked, output, at, origin)


def test_a_branch_of_the_same_configuration_is_the_same_run(pack: Path, twelve: Path, tmp_path: Path) -> None:
    said = branched(config(pack, optimizer=FLAT, run=length(12)), tmp_path / "run", f"{twelve}@4")
    assert any(text.startswith("going on after step 4 of 12") for text in said)
    assert equal(tmp_path / "run", twelve)
    assert [entry["step"] for entry in lines(tmp_path / "run", "save")] == [8, 12]


def test_a_run_whose_weights_are_several_files(
    pack: Path, twelve: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hf, "SHARD", 8000)
    asked, run = config(pack, optimizer=FLAT, run=length(12)), tmp_path / "run"
    with pytest.raises(RuntimeError):
        branched(asked, run, f"{twelve}@4", {"step 8:": crash})
    saved = run / "checkpoints/step-000008"
    assert len(list(saved.glob("model-*-of-00004.safetensors"))) == 4
    trained(asked, run)
    assert equal(run, twelve)
    branched(asked, tmp_path / "again", f"{run}@8")
    assert equal(tmp_path / "again", twelve)
    assert branch.known(tmp_path / "again") == branch.find(f"{run}@8")
    export(str(run), tmp_path / "out", "float32", quiet)
    one, other = (hf.load_model(path) for path in (tmp_path / "out", twelve / "checkpoints/step-000012"))
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))
    part = saved / "model-00002-of-00004.safetensors"
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    with pytest.raises(BadCall, match="step-000008 is damaged: the sha256 of model-00002-of-00004"):
        branch.find(f"{run}@8")


def test_a_longer_stable_phase_is_the_longer_run(pack: Path, twelve: Path, twenty: Path, tmp_path: Path) -> None:
    branched(config(pack, optimizer=FLAT, run=length(20)), tmp_path / "run", f"{twelve}@8")
    assert equal(tmp_path / "run", twenty)


def test_a_decay_is_branched(pack: Path, twelve: Path, twenty: Path, tmp_path: Path) -> None:
    branched(config(pack, optimizer=FLAT, run=length(12)), tmp_path / "run", f"{twenty}@8")
    assert equal(tmp_path / "run", twelve)


def test_a_branch_has_the_rate_and_the_batch_of_its_origin(pack: Path, twelve: Path, tmp_path: Path) -> None:
    """What it leaves to the rule, that is: the rule might give a run of another length others."""
    left = {"optimizer": FLAT | {"rate": 0.0}, "run": length(10) | {"batch_tokens": 0}}
    branched(config(pack, **left), tmp_path / "run", f"{twelve}@8")
    branched(config(pack, optimizer=FLAT, run=length(10)), tmp_path / "same", f"{twelve}@8")
    assert equal(tmp_path / "run", tmp_path / "same")
    trained(config(pack, **left), tmp_path / "run")  # and it goes on


def test_a_branch_that_was_stopped_before_its_first_save_begins_there_again(
    pack: Path, twelve: Path, tmp_path: Path
) -> None:
    asked = config(pack, optimizer=FLAT, run=length(12))
    with pytest.raises(RuntimeError):
        train(asked, tmp_path / "run", lambda text: crash() if text.startswith("step 6 of") else None, f"{twelve}@4")
    trained(asked, tmp_path / "run")  # without --from, which the lock knows
    assert equal(tmp_path / "run", twelve)
    with pytest.raises(BadCall, match=r"was begun from .*step-000004, not from"):
        branched(asked, tmp_path / "run", f"{twelve}@8")


def test_a_run_that_is_not_at_its_end_grows(pack: Path, twenty: Path, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        trained(config(pack, optimizer=FLAT, run=length(12)), tmp_path, {"step 8:": crash})
    trained(config(pack, optimizer=FLAT, run=length(20)), tmp_path)
    assert equal(tmp_path, twenty)
    assert config_file.load(tmp_path / "config.lock.toml").run.tokens == 20 * 128


def test_a_run_without_decay_grows_also_when_it_was_done(pack: Path, tmp_path: Path) -> None:
    flat = {"warmup": 0.0, "decay": 0.0}
    trained(config(pack, optimizer=flat, run=length(4)), tmp_path / "run")
    trained(config(pack, optimizer=flat, run=length(8)), tmp_path / "run")
    trained(config(pack, optimizer=flat, run=length(8)), tmp_path / "whole")
    assert equal(tmp_path / "run", tmp_path / "whole")
    assert trained(config(pack, optimizer=flat, run=length(8)), tmp_path / "run")[-1].endswith(
        "done already, all 8 steps"
    )


@pytest.mark.parametrize(
    ("changes", "step", "now", "words"),
    [
        ({}, 6, 11, "12 steps there and 11 here; tokens may grow"),
        ({"optimizer": FLAT}, 11, 20, "the rate is not at its peak"),
        ({"optimizer": {"schedule": "cosine", "warmup": 0.0}}, 6, 20, "the rate is not at its peak"),
        ({"optimizer": {"warmup": 0.5}}, 3, 20, "the rate is not at its peak"),
        ({"optimizer": FLAT, "data": {"phases": (Phase(0.5, {"web": 1.0}),)}}, 7, 20, "in a later phase"),
    ],
)
def test_what_was_done_cannot_be_done_otherwise(
    pack: Path, changes: dict[str, Any], step: int, now: int, words: str
) -> None:
    with pytest.raises(BadCall, match=f"begun with another configuration.*{words}.*run has no checkpoint"):
        branch.grows(Path("run"), config(pack, **changes), Length(4, 12, 1536), Length(4, now, now * 128), step)


@pytest.mark.parametrize(
    ("kept", "changes", "step", "now", "cure"),
    [
        ([4, 8, 12], {}, 12, 20, "branch from a checkpoint at the rate's peak, --from RUN@8 (or 4), with another"),
        ([10, 12], {}, 12, 20, "peak, --from RUN@10, with"),
        ([11, 12], {}, 12, 20, "no checkpoint at the rate's peak is kept to branch from (RUN has checkpoints of the "
         "steps 11, 12; run.keep=0 keeps all): go on from its model, --set init=RUN, with another --output, or begin"),
        ([6, 8, 9], {}, 9, 8, "a shorter end is a branch: branch from a checkpoint at the rate's peak, --from RUN@6"),
        ([2], {"optimizer": {"warmup": 0.5}}, 3, 20, "branch from a checkpoint as it is, --from RUN@2, with"),
        ([2, 6, 7], {"data": {"phases": (Phase(0.5, {"web": 1.0}),)}}, 7, 20, "before that, --from RUN@6 (or 2), with"),
    ],
)  # fmt: skip
def test_where_to_branch_from_is_named(
    pack: Path, tmp_path: Path, kept: list[int], changes: dict[str, Any], step: int, now: int, cure: str
) -> None:
    for done in kept:
        checkpoint_folders.folder(tmp_path, done).mkdir(parents=True)
    asked = config(pack, **{"optimizer": FLAT} | changes)
    with pytest.raises(BadCall, match=re.escape(cure.replace("RUN", str(tmp_path)))):
        branch.grows(tmp_path, asked, Length(4, 12, 1536), Length(4, now, now * 128), step)


@pytest.mark.parametrize(("step", "now"), [(6, 12), (9, 20), (6, 20), (0, 20), (0, 6)])
def test_what_is_not_done_yet_may_change(pack: Path, step: int, now: int) -> None:
    asked = config(pack, optimizer=FLAT, data={"phases": (Phase(0.5, {"web": 1.0}),)} if step <= 6 else {})
    branch.grows(Path("run"), asked, Length(4, 12, 1536), Length(4, now, now * 128), step)


def test_what_does_not_define_the_result_may_change(pack: Path, twelve: Path, tmp_path: Path) -> None:
    asked = config(pack, optimizer=FLAT, run=length(12))
    with pytest.raises(RuntimeError):
        trained(asked, tmp_path / "run", {"step 8:": crash})
    moved = shutil.copytree(pack, tmp_path / "moved")
    other = length(12) | {"keep": 1, "log_every": 1, "save_every": 3}
    trained(config(moved, optimizer=FLAT, run=other), tmp_path / "run")
    assert equal(tmp_path / "run", twelve)
    assert checkpoint_folders.kept_steps(tmp_path / "run") == [9, 12]  # the decay began after 9
    settled = config_file.load(tmp_path / "run/config.lock.toml")
    assert (settled.data.pack, settled.run.keep, settled.run.log_every) == (str(moved), 1, 1)
    assert json.loads((tmp_path / "run/pack.lock.json").read_text())["pack"] == str(moved)


def test_rows_a_pass_may_change(pack: Path, twelve: Path, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        trained(config(pack, optimizer=FLAT, run=length(12)), tmp_path, {"step 8:": crash})
    trained(config(pack, optimizer=FLAT, run=length(12), machine={"micro_rows": 4}), tmp_path)
    assert lines(tmp_path, "start")[-1]["micro_rows"] == 4
    for name, tensor in tensors(twelve).items():
        torch.testing.assert_close(tensors(tmp_path)[name], tensor, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    "origin", ["none", "none@4", "{run}@5", "{run}@", "{run}@-4", "{run}@99999999999999999999", "@4"]
)
def test_what_is_no_checkpoint(pack: Path, twelve: Path, tmp_path: Path, origin: str) -> None:
    with pytest.raises(BadCall, match="--from"):
        branched(config(pack), tmp_path / "run", origin.format(run=twelve))


def test_a_damaged_checkpoint_is_no_beginning(pack: Path, twelve: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(twelve, tmp_path / "copied")
    (copied / "checkpoints/step-000004/optimizer.safetensors").write_bytes(b"spoilt")
    with pytest.raises(BadCall, match=r"step-000004 is damaged: the sha256 of optimizer\.safetensors"):
        branched(config(pack, optimizer=FLAT, run=length(12)), tmp_path / "run", f"{copied}@4")


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"model": {"layers": 2}}, "another shape"), ({"run": {"tokens": 8 * 128}}, "8 steps are done there, and this"),
     ({"optimizer": {"name": "adamw"}}, "is missing or not")],
)  # fmt: skip
def test_a_branch_must_fit(pack: Path, twelve: Path, tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Exception, match=words):
        branched(config(pack, **changes), tmp_path / "run", f"{twelve}@8")


def test_the_last_checkpoint_before_the_decay_is_kept_beside_the_newest(pack: Path, tmp_path: Path) -> None:
    kept = {"keep": 2, "save_every": 2}
    trained(config(pack, optimizer=FLAT | {"decay": 0.5}, run=length(12) | kept), tmp_path / "wsd")
    assert checkpoint_folders.kept_steps(tmp_path / "wsd") == [6, 10, 12]
    trained(config(pack, optimizer=FLAT | {"decay": 0.0}, run=length(12) | kept), tmp_path / "flat")
    assert checkpoint_folders.kept_steps(tmp_path / "flat") == [10, 12]
    trained(config(pack, optimizer={"schedule": "cosine"}, run=length(12) | kept), tmp_path / "cosine")
    assert checkpoint_folders.kept_steps(tmp_path / "cosine") == [10, 12]


@pytest.mark.parametrize(
    ("origin", "changes", "words"),
    [
        (4, {}, []),
        (8, {"run": length(20)}, []),
        (12, {"run": length(20)}, ["warning: after step 12 the rate had fallen to 33 % of its peak, 0.01, and goes up "
                                   "to 0.01 again; RUN@8 is from before that"]),
        (8, {"data": {"phases": (Phase(0.9, {"web": 1.0}),)}}, []),
        (8, {"seed": 2}, ["warning: seed is 1 there and 2 here, so that from step 9 on other windows come than would "
                          "have come there: some may have been read before, and some never come"]),
        (8, {"data": {"weights": {"web": 1.0}}}, ["warning: data.weights.web is not given there and 1.0 here, so"]),
        (8, {"run": length(12) | {"batch_tokens": 64}}, ["warning: run.batch_tokens is 128 there and 64 here, so"]),
    ],
)  # fmt: skip
def test_what_a_branch_does_otherwise_is_said(
    pack: Path, twelve: Path, tmp_path: Path, origin: int, changes: dict[str, Any], words: list[str]
) -> None:
    asked, of = config(pack, **{"optimizer": FLAT, "run": length(12)} | changes), branch.find(f"{twelve}@{origin}")
    now = schedule.length(asked.run, 32, 1)
    said = list(branch.warnings(asked, of, Pack.open(pack), now, 1))
    assert len(said) == len(words)
    assert all(line.startswith(begin.replace("RUN", str(twelve))) for line, begin in zip(said, words, strict=True))
    moved = branch.Origin(tmp_path / "checkpoints/step-000008", 8, "")
    assert list(branch.warnings(asked, moved, Pack.open(pack), now, 1)) == []


def test_a_branch_warns_as_it_begins(pack: Path, twelve: Path, tmp_path: Path) -> None:
    asked = config(pack, optimizer=FLAT, run=length(12), seed=4)
    assert branched(asked, tmp_path / "run", f"{twelve}@8")[0].startswith("warning: seed is 1 there and 4 here")
    assert not [line for line in trained(asked, tmp_path / "run") if "warning: seed" in line]


def test_steps_before_the_branch_are_the_other_run_s(pack: Path, twelve: Path, tmp_path: Path) -> None:
    branched(config(pack, optimizer=FLAT, run=length(12)), tmp_path / "run", str(twelve) + "@4")
    with pytest.raises(BadCall, match=r"--step 4: .* began after step 4, from .*step-000004"):
        trace(tmp_path / "run", 4, lambda _: None)
    told: list[str] = []
    trace(tmp_path / "run", 5, told.append)
    expected: list[str] = []
    trace(twelve, 5, expected.append)
    assert told == expected
