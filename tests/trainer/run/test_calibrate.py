import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.trainer.launched import forked, told
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config, Data, Machine, ModelShape
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.model import hf
from winnow.trainer.model.model import LossOf, Model, Weights
from winnow.trainer.parallel import shards
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run import calibrate
from winnow.trainer.run.calibrate import obey, settle
from winnow.trainer.run.memory import bare
from winnow.trainer.run.trial import Trial

SHAPE = ModelShape(layers=1, width=16, heads=2, mlp=32, context=8)
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = torch.get_num_threads()
    monkeypatch.setattr(calibrate, "matmul_rate", lambda *_: 5e11)
    yield
    torch.set_num_threads(before)


def model() -> Model:
    made = Model(Layout.of(SHAPE, 50, "causal"))
    made.initialise(0)
    return made


def unplaced() -> tuple[Model, Weights]:
    made = bare(Layout.of(SHAPE, 50, "causal"))
    return made, partial(made.drawn, 0)


def config(**machine: Any) -> Config:
    return Config(data=Data(pack=""), model=SHAPE, machine=Machine(**machine))


def settled(rows: int = 16, tokens: int = 1000, **machine: Any) -> tuple[calibrate.Calibration, list[str]]:
    said: list[str] = []
    return settle(config(**machine), *unplaced(), rows, tokens, Ranks(), said.append), said


def speeds(monkeypatch: pytest.MonkeyPatch, seconds_a_row: Callable[[int], float]) -> None:
    """The clock of trials, set: no timed tests."""
    monkeypatch.setattr(Trial, "seconds", lambda self, loss_of, rows: rows * seconds_a_row(rows))


def test_nothing_is_left_open() -> None:
    found, said = settled()
    machine = found.machine
    assert (machine.device, machine.compile) == ("cpu", "no")
    assert machine.dtype in ("float32", "bfloat16")
    assert machine.micro_rows in (4, 8, 16)
    assert machine.threads == torch.get_num_threads()
    assert found.measured.keys() == {"matmul_flops", "calibrated_tokens_per_second"}
    assert any("GFLOP/s in matrix products of" in text for text in said)
    assert any("too short for compiling to pay" in text for text in said)


def test_what_is_given_stands() -> None:
    given = Machine("cpu", "float32", "no", "replicate", "none", micro_rows=3, threads=1)
    found, _ = settled(**vars(given))
    assert found.machine == given
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize(("bfloat16", "dtype"), [(0.79, "bfloat16"), (0.81, "float32"), (3.0, "float32")])
def test_bfloat16_where_its_products_are_faster(monkeypatch: pytest.MonkeyPatch, bfloat16: float, dtype: str) -> None:
    seconds = {torch.float32: 1.0, torch.bfloat16: bfloat16}
    monkeypatch.setattr(calibrate, "_small", lambda _, dtype: seconds[dtype])
    found, _ = settled()
    assert found.machine.dtype == dtype


@pytest.mark.parametrize(
    ("capability", "asked", "dtype"),
    [((8, 0), "auto", "bfloat16"), ((9, 0), "auto", "bfloat16"), ((12, 0), "bfloat16", "bfloat16"),
     ((9, 0), "float32", "float32"), ((7, 5), "float32", "float32"), ((7, 5), "auto", None),
     ((7, 0), "bfloat16", None)],
)  # fmt: skip
def test_a_gpu_s_type_is_its_capability_s(
    monkeypatch: pytest.MonkeyPatch, capability: tuple[int, int], asked: Any, dtype: str | None
) -> None:
    """A small product waits for its launch longer than it takes, in either type."""
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _=None: capability)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _=None: "NVIDIA X")
    monkeypatch.setattr(calibrate, "_small", lambda *_: 1 / 0)
    device = torch.device("cuda")
    if dtype is None:
        words = r'NVIDIA X \(capability 7\.\d\) has no bfloat16.*machine\.dtype="float32"'
        with pytest.raises(BadCall, match=words):
            calibrate._dtype(Machine(dtype=asked), device, lambda _: None)
    else:
        assert calibrate._dtype(Machine(dtype=asked), device, lambda _: None)[0].dtype == dtype


def test_the_type_reaches_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    made, weights = unplaced()
    settle(config(dtype="bfloat16"), made, weights, 4, 100, Ranks(), lambda _: None)
    assert made.dtype == torch.bfloat16


@pytest.mark.parametrize(
    ("seconds", "rows", "expected"),
    [
        ({8: 1.0, 4: 1.0, 16: 1.0}, 64, 8),
        ({8: 1.0, 4: 1.0, 16: 0.96}, 64, 8),  # too little to be no noise
        ({8: 1.0, 4: 1.0, 16: 0.94}, 64, 16),
        ({8: 1.0, 4: 0.9, 16: 2.0}, 64, 4),
        ({6: 1.0, 4: 1.0, 12: 1.0}, 12, 6),  # of the same size each: no second shape to compile
        ({5: 1.0, 3: 1.0}, 5, 5),
        ({1: 1.0}, 1, 1),
    ],
)
def test_the_fastest_size_of_a_few(
    monkeypatch: pytest.MonkeyPatch, seconds: dict[int, float], rows: int, expected: int
) -> None:
    speeds(monkeypatch, lambda size: 1e-3 * seconds.get(size, 1.0))
    found, said = settled(rows=rows)
    assert found.machine.micro_rows == expected
    assert any(f"calibration: {expected} rows a pass" in text for text in said)


def test_large_models_are_not_tried_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def seconds(rows: int) -> float:
        tried.append(rows)
        return 2.0

    speeds(monkeypatch, seconds)
    found, _ = settled(rows=64, tokens=1000)
    assert set(tried) == {1, 8}
    assert found.machine.micro_rows == 8


@pytest.mark.parametrize(
    ("tokens", "compiler", "words"),
    [
        (8 * 180_000 - 80, "c++", "too short for compiling to pay"),
        (8 * 180_000 + 80, None, "no C++ compiler"),
        (8 * 180_000 + 80, "c++", "1.00 times as fast: not used"),
    ],
)
def test_compiling_pays_from_three_minutes_on(
    monkeypatch: pytest.MonkeyPatch, tokens: int, compiler: str | None, words: str
) -> None:
    speeds(monkeypatch, lambda _: 1e-3)
    monkeypatch.setattr(Model, "compiled_loss", lambda of: of.loss)
    monkeypatch.setattr(shutil, "which", lambda name: compiler)
    found, said = settled(tokens=tokens)
    assert found.machine.compile == "no"
    assert any(words in text for text in said)


def test_compiled_where_it_is_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    def faster(*_: Tensor | int | None) -> Tensor:
        raise AssertionError

    monkeypatch.setattr(Model, "compiled_loss", lambda _: faster)
    monkeypatch.setattr(Trial, "seconds", lambda self, loss_of, rows: rows * (0.9e-3 if loss_of is faster else 1e-3))
    monkeypatch.setattr(shutil, "which", lambda name: "c++")
    found, said = settled(tokens=10_000_000)
    assert (found.machine.compile, found.loss_of) == ("yes", faster)
    assert "1.11 times as fast" in said[1]
    assert said[2].startswith("calibration: 8 rows a pass (tokens/s by rows: 8: 8.89 k, 4: 8.89 k, 16: 8.89 k)")


@pytest.mark.parametrize("asked", ["auto", "yes"])
def test_where_compiling_fails(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    def failing(*_: Any) -> Tensor:
        raise RuntimeError("the compiler says no\nand more")

    speeds(monkeypatch, lambda _: 1e-3)
    rates = Trial.seconds
    monkeypatch.setattr(
        Trial, "seconds", lambda self, loss_of, rows: failing() if loss_of is failing else rates(self, loss_of, rows)
    )
    monkeypatch.setattr(Model, "compiled_loss", lambda _: failing)
    monkeypatch.setattr(shutil, "which", lambda name: "c++")
    if asked == "yes":
        with pytest.raises(RunFailed, match="compiling fails: the compiler says no and more; say"):
            settled(compile="yes")
        return
    found, said = settled(tokens=10_000_000)
    assert found.machine.compile == "no"
    assert said[1] == "calibration: without compiling, which fails here: the compiler says no and more"
    assert found.compile_failed == "the compiler says no and more"


def test_sizes_are_tried_with_the_step_that_will_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Uncompiled 8 rows are the fastest, compiled 16."""

    def fast(*_: Any) -> Tensor:
        raise AssertionError

    monkeypatch.setattr(Model, "compiled_loss", lambda _: fast)
    seconds = {8: 1.0, 4: 1.1, 16: 1.2}
    monkeypatch.setattr(
        Trial,
        "seconds",
        lambda self, loss_of, rows: rows * 1e-3 * (4 / rows if loss_of is fast else seconds.get(rows, 1)),
    )
    monkeypatch.setattr(shutil, "which", lambda name: "c++")
    assert settled(rows=64, tokens=10_000_000)[0].machine.micro_rows == 16
    assert settled(rows=64, tokens=10_000_000, compile="no")[0].machine.micro_rows == 8


def on_a_gpu(
    monkeypatch: pytest.MonkeyPatch, fits: int, seconds_a_row: Callable[[int], float], rows: int = 64, **machine: Any
) -> calibrate._Sizes:
    """Passes of 8 tokens a row, of which so many rows fit."""

    def seconds(self: Trial, loss_of: LossOf, rows: int) -> float:
        if rows > fits:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return rows * seconds_a_row(rows)

    monkeypatch.setattr(Trial, "seconds", seconds)
    monkeypatch.setattr(calibrate, "GPU_TOKENS", 64)
    settled_so_far = Machine(device="cuda", **machine)
    return calibrate._Sizes(settled_so_far, Trial(model(), config()), rows, Ranks())


@pytest.mark.parametrize(
    ("fits", "faster", "rows", "expected"),
    [
        (64, 0.9, 64, {8: 1, 16: 1 / 0.9, 32: 1 / 0.9**2, 64: 1 / 0.9**3}),
        (64, 0.9, 40, {8: 1, 14: 1 / 0.9, 20: 1 / 0.9**2, 40: 1 / 0.9**3}),
        (32, 0.9, 64, {8: 1, 16: 1 / 0.9, 32: 1 / 0.9**2}),
        (64, 1.0, 64, {8: 1, 16: 1}),  # no faster: no larger one
        (3, 0.9, 64, {2: 1}),
        (1, 0.9, 64, {1: 1}),
    ],
)
def test_a_gpu_takes_more_rows_while_they_fit_and_are_faster(
    monkeypatch: pytest.MonkeyPatch, fits: int, faster: float, rows: int, expected: dict[int, float]
) -> None:
    doubled = {8: 0, 14: 1, 16: 1, 20: 2, 32: 2, 40: 3, 64: 3}
    sizes = on_a_gpu(monkeypatch, fits, lambda size: 8e-3 * faster ** doubled.get(size, 0), rows)
    found = sizes.rates(model().loss, *sizes.fitting(model().loss, sizes.first), 0.0, 1e6)
    assert {size: round(rate / 1000, 9) for size, rate in found.items()} == {
        size: round(rate, 9) for size, rate in expected.items()
    }


def test_each_size_of_a_gpu_is_compiled_and_that_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = on_a_gpu(monkeypatch, 64, lambda size: 1e-3 / size)
    assert list(sizes.rates(model().loss, 8, 1000.0, 61.0, 1e6)) == [8]
    assert list(sizes.rates(model().loss, 8, 1000.0, 59.0, 1e6)) == [8, 16, 32, 64]


@pytest.mark.parametrize(("rows", "micro_rows", "fits"), [(64, 0, 0), (64, 16, 8)])
def test_what_does_not_fit_is_told(monkeypatch: pytest.MonkeyPatch, rows: int, micro_rows: int, fits: int) -> None:
    sizes = on_a_gpu(monkeypatch, fits, lambda _: 1e-3, rows, micro_rows=micro_rows)
    with pytest.raises(RunFailed, match=r"16 windows a pass.*micro_rows" if micro_rows else "1 window a pass.*smaller"):
        sizes.fitting(model().loss, sizes.first)


@pytest.mark.parametrize(("threads", "ranks", "each"), [(4, 1, 4), (4, 2, 2), (3, 2, 1), (1, 2, 1)])
def test_threads_are_shared_by_the_ranks_of_a_machine(threads: int, ranks: int, each: int) -> None:
    settled_machine = Machine(device="cpu", dtype="float32", compile="no", micro_rows=2, threads=threads)
    obey(settled_machine, *unplaced(), replace(Ranks(), local_world=ranks))
    assert torch.get_num_threads() == each


def test_under_torchrun_the_machine_is_asked_and_not_the_rank() -> None:
    torch.set_num_threads(1)
    ranks = replace(Ranks(), world=2)
    assert calibrate._threads(Machine(), ranks) == len(os.sched_getaffinity(0))
    assert calibrate._threads(Machine(), Ranks()) == 1


SHARDED = Machine(dtype="float32", parallel="shard", checkpointing="none")
LARGE = Layout.of(ModelShape(layers=8, width=512, heads=4, mlp=2048), 64, "causal")
"""134 MB, of which the largest parameter has 4."""


def own_memory() -> int:
    """Bytes of this process that are of no file."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in status if line.startswith("RssAnon"))


def placed(ranks: Ranks, directory: Path) -> dict[str, int]:
    """A model in shards from the seed, then one from a directory: own memory that each took at most, beyond what it
    left to the former's rows."""
    import torch._dynamo  # loading these takes memory too
    import torch.distributed.fsdp

    found, stop = dict[str, int](), threading.Event()

    def watch(name: str) -> None:
        while not stop.is_set():
            found[name] = max(found.get(name, 0), own_memory() - before)

    for name in ("seed", "stored"):
        model, before = bare(LARGE), own_memory()
        weights = partial(model.drawn, 3) if name == "seed" else hf.weights(directory, LARGE)
        watcher = threading.Thread(target=watch, args=(name,))
        watcher.start()
        calibrate.place(SHARDED, model, weights, ranks)
        stop.set()
        watcher.join()
        stop.clear()
        for of, parameter in model.named_parameters():
            assert torch.equal(shards.local(parameter), model.drawn(3, of, shards.rows(parameter, ranks))), (name, of)
    return found


@pytest.mark.distributed
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="own memory is told by Linux")
def test_no_rank_holds_the_whole_model_when_it_begins(tmp_path: Path) -> None:
    model = Model(LARGE)
    model.initialise(3)
    hf.save_weights(model, tmp_path, end=0)
    whole = sum(parameter.nbytes for parameter in model.parameters())
    for found in told(forked(2, placed, tmp_path)):
        assert sorted(found) == ["seed", "stored"]
        assert max(found.values()) < 0.7 * whole
