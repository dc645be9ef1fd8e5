"""Runs of several processes over gloo."""

import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.trainer import small_runs
from tests.trainer.full_disk import full_disk
from tests.trainer.launched import commanded, forked, told, trained
from tests.trainer.small_runs import config, lines, untimed
from winnow.trainer.config import config_file
from winnow.trainer.data.prefetch import Batch
from winnow.trainer.errors import BadCall
from winnow.trainer.optim.muon import Stack
from winnow.trainer.parallel.ranks import Ranks, joined
from winnow.trainer.run import beginning
from winnow.trainer.run.step import Step


def test_one_process_is_all_ranks() -> None:
    ranks = Ranks()
    tensor = torch.arange(3.0)
    ranks.sum(tensor)
    assert tensor.tolist() == [0.0, 1.0, 2.0]
    assert torch.equal(ranks.gather(tensor), tensor)
    assert (ranks.first, ranks.most(7), ranks.agree({"a": 1})) == (True, 7, {"a": 1})
    assert (ranks.everyone("a"), ranks.apart()) == (["a"], ranks)


def test_without_torchrun_there_is_one_rank(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)
    with joined("cpu") as ranks:
        assert ranks == Ranks()


def test_an_odd_environment_and_a_missing_device_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "two")
    with pytest.raises(BadCall, match="WORLD_SIZE=two in the environment is no number"), joined("cpu"):
        pass
    monkeypatch.undo()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(BadCall, match=r'machine\.device: "cuda", but torch sees no CUDA device'), joined("cuda"):
        pass


@pytest.mark.distributed
@pytest.mark.parametrize(
    ("objective", "parallel", "numbers"), [("causal", "replicate", (1, 2, 1)), ("masked", "shard", (1, 4, 2, 1))]
)
def test_on_other_numbers_of_ranks_the_run_stays_the_same(
    tmp_path: Path, objective: str, parallel: str, numbers: tuple[int, ...]
) -> None:
    pack = small_runs.make_pack(tmp_path / "pack")
    machine = {"threads": 1, "parallel": parallel}
    asked = config(pack, objective=objective, machine=machine, run={"evaluate_every": 3})
    file = tmp_path / "run.toml"
    file.write_text(config_file.dump(asked))
    stops = ["step 3:", "step 6:", "step 9:"][: len(numbers) - 1]
    for ranks, until in zip(numbers, [*stops, ""], strict=True):
        assert trained(ranks, file, tmp_path / "parts", until) == [143 if until else 0] * ranks
    assert trained(1, file, tmp_path / "whole") == [0]
    one, other = (untimed(tmp_path / name, "step", "evaluation") for name in ("whole", "parts"))
    assert [entry["ranks"] for entry in lines(tmp_path / "parts", "start")] == list(numbers)
    assert [entry["step"] for entry in lines(tmp_path / "parts", "end")] == [*[4, 7, 10][: len(stops)], 12]
    for a, b in zip(one, other, strict=True):
        assert a["step"] == b["step"]
        assert a.keys() == b.keys()
        for key in a.keys() & {"loss", "bits_per_byte", "gradient_norm", "bits_per_masked_token"}:
            assert a[key] == pytest.approx(b[key], rel=1e-4), (a["step"], key)
        assert a.get("epochs") == b.get("epochs")


@pytest.mark.distributed
@pytest.mark.parametrize("parallel", ["auto", "shard"])
def test_two_ranks_repeat_themselves_and_agree_with_one(tmp_path: Path, parallel: str) -> None:
    pack = small_runs.make_pack(tmp_path / "pack")
    file = tmp_path / "run.toml"
    machine = {"device": "auto", "compile": "auto", "micro_rows": 0, "threads": 1, "parallel": parallel}  # calibrated
    asked = config(pack, run={"batch_tokens": 160}, machine=machine)  # 5 rows: one rank has one more
    file.write_text(config_file.dump(asked))
    losses = {}
    for name, ranks, until in (("one", 1, ""), ("two", 2, ""), ("again", 2, "step 4:"), ("again", 2, "")):
        assert trained(ranks, file, tmp_path / name, until) == [143 if until else 0] * ranks
        losses[name] = [entry["loss"] for entry in lines(tmp_path / name, "step")]
    assert losses["two"] == losses["again"]
    two, again = (small_runs.tensors(tmp_path / name) for name in ("two", "again"))
    assert all(torch.equal(two[name], again[name]) for name in two)  # also where it was stopped and went on
    assert losses["one"] == pytest.approx(losses["two"], rel=1e-4)


def talked(ranks: Ranks) -> list[Any]:
    tensor = torch.tensor([float(ranks.rank + 1)])
    ranks.sum(tensor)
    part = torch.full((2, 3), float(ranks.rank), dtype=torch.bfloat16)
    moved = {size: stepped(size, ranks) for size in (1, 2, 3)}
    apart = ranks.apart().everyone(ranks.rank)
    return [tensor.item(), ranks.gather(part).float().tolist(), ranks.most(3 * ranks.rank), ranks.agree(ranks.rank),
            ranks.everyone("ab"[ranks.rank]), apart, moved]  # fmt: skip


def stepped(size: int, ranks: Ranks) -> list[Any]:
    """So many matrices of one shape, after a step of Muon."""
    parameters = [torch.zeros(4, 4) for _ in range(size)]
    gradient = torch.randn(size, 4, 4, generator=torch.Generator().manual_seed(size))
    stack = Stack([str(i) for i in range(size)], parameters, gradient, torch.zeros_like(gradient))
    stack.step(0.1, 0.1, 0.95, torch.tensor(1.0), torch.float32, ranks)
    return [p.tolist() for p in parameters]


@pytest.mark.distributed
def test_what_two_ranks_tell_each_other() -> None:
    for rank, (total, gathered, most, agreed, everyone, apart, moved) in enumerate(told(forked(2, talked))):
        assert (total, most, agreed, everyone, apart) == (3.0, 3, 0, ["a", "b"], [0, 1]), rank
        assert gathered == [[0.0] * 3] * 2 + [[1.0] * 3] * 2
        for size in (1, 2, 3):  # of three matrices the last rank has one, of one it has none
            torch.testing.assert_close(torch.tensor(moved[size]), torch.tensor(stepped(size, Ranks())))


@contextlib.contextmanager
def full(rank: int, of: int) -> Iterator[None]:
    beginning.CHECKOUT = Path("/")  # git describe, which the limit holds for too, would leave its index locked
    with full_disk(4000 if rank == of else 1 << 40):
        yield


@contextlib.contextmanager
def killed(rank: int) -> Iterator[None]:
    def step(self: Step, batch: Batch) -> torch.Tensor:
        if batch.step == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return taken(self, batch)

    taken = Step.__call__
    if rank == 1:
        Step.__call__ = step  # type: ignore[method-assign]
    yield


@pytest.mark.distributed
@pytest.mark.parametrize(("parallel", "of"), [("replicate", 0), ("shard", 1)])
def test_all_ranks_end_in_a_line_where_one_cannot_write(tmp_path: Path, parallel: str, of: int) -> None:
    file = tmp_path / "run.toml"
    pack = small_runs.make_pack(tmp_path / "pack")
    file.write_text(config_file.dump(config(pack, machine={"threads": 1, "parallel": parallel})))
    found = commanded(2, file, tmp_path / "run", partial(full, of=of))
    assert [code for code, _ in found] == [1, 1]
    own, other = (found[rank][1].removeprefix("winnow: ") for rank in (of, 1 - of))
    assert "File too large" in own
    assert other in (own, f"rank {of} failed: {own}")  # of a save all know it, of another file one alone
    assert own.count("\n") == 1


@pytest.mark.distributed
def test_what_one_rank_alone_finds_the_others_are_told(tmp_path: Path) -> None:
    file, run = tmp_path / "run.toml", tmp_path / "run"
    asked = config(small_runs.make_pack(tmp_path / "pack"))
    file.write_text(config_file.dump(asked))
    (code, said), (other, told) = commanded(2, file, run, killed)
    assert (code, other, told) == (1, -signal.SIGKILL, "")
    assert said.startswith("winnow: another rank has ended, and could not say why")
    assert said.count("\n") == 1
    file.write_text(config_file.dump(replace(asked, seed=2)))
    (code, said), (other, told) = commanded(2, file, run, contextlib.nullcontext)
    assert "was begun with another configuration: seed" in said
    assert (code, other, told) == (2, 1, f"winnow: rank 0 failed: {said.removeprefix('winnow: ')}")
