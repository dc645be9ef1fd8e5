"""What must hold on a GPU. Where the CPU has the same path, the test runs there too, so that it is itself tested."""

import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.nn import functional

from tests.trainer import small_runs
from tests.trainer.small_models import shake, starts_of
from tests.trainer.small_runs import config, kill, lines, tensors, trained
from winnow.trainer.config.config_file import load
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config, ModelShape
from winnow.trainer.data.batches import Batches
from winnow.trainer.data.prefetch import Batch, Prefetch
from winnow.trainer.errors import BadCall
from winnow.trainer.evaluate.evaluate import Scoring, evaluate
from winnow.trainer.evaluate.generate import going_on
from winnow.trainer.evaluate.held_out import of_pack
from winnow.trainer.evaluate.sampling import Sampling
from winnow.trainer.model import attention
from winnow.trainer.model.loss import IGNORED, cross_entropy
from winnow.trainer.model.model import LossOf, Model
from winnow.trainer.optim.guard import Guard
from winnow.trainer.optim.optimizer import Optimizer
from winnow.trainer.pack.index import Pack
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run.hardware import gpu_dtype, matmul_rate, peak_memory
from winnow.trainer.run.open_checkpoint import open_checkpoint
from winnow.trainer.run.step import Cut, Step

GPU = pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU"))
BOTH, ONLY = pytest.mark.parametrize("device", ["cpu", GPU]), pytest.mark.parametrize("device", [GPU])
SHAPE = ModelShape(layers=2, width=64, heads=2, kv_heads=1, head_width=64, mlp=96, context=256)
"""Heads as wide as FlexAttention and flash attention take them, and rows of two tiles."""
VOCAB = 192


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    with small_runs.quick():
        yield


def model_on(device: str, dtype: torch.dtype = torch.float32) -> Model:
    model = Model(Layout.of(SHAPE, VOCAB, "causal"), dtype)
    model.initialise(1)
    shake(model)
    return model.to(device)


def rows_on(device: str) -> tuple[Tensor, Tensor, Tensor]:
    """Inputs, starts of documents that cross tiles, and targets, of which some are not counted."""
    tokens = torch.randint(VOCAB, (3, SHAPE.context + 1), generator=torch.Generator().manual_seed(3))
    targets = tokens[:, 1:].clone()
    targets[0, :9] = IGNORED
    starts = starts_of(SHAPE.context, [1, 100, 128, 200], [], [127, 129, 255])
    return tokens[:, :-1].to(device), starts.to(device), targets.to(device)


def loss_and_gradients(loss_of: LossOf, model: Model, device: str, masked: bool) -> list[Tensor]:
    inputs, starts, targets = rows_on(device)
    model.zero_grad()
    loss = loss_of(inputs, starts if masked else None, targets)
    torch.autograd.backward(loss)
    found = [loss.detach(), *(parameter.grad for parameter in model.parameters() if parameter.grad is not None)]
    return [tensor.float().cpu() for tensor in found]


def near(found: list[Tensor], expected: list[Tensor], share: float) -> None:
    """Each tensor's difference has at most that share of its length."""
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert (one - other).norm() <= share * other.norm() + 1e-6


@ONLY
def test_the_type_is_the_capability_s(device: str) -> None:
    at = torch.device(device)
    assert gpu_dtype(at, "float32") == "float32"
    if torch.cuda.get_device_capability(at) >= (8, 0):
        assert (gpu_dtype(at, "auto"), gpu_dtype(at, "bfloat16")) == ("bfloat16", "bfloat16")
    else:  # there is no scaler for float16
        with pytest.raises(BadCall, match="has no bfloat16"):
            gpu_dtype(at, "auto")


@BOTH
@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize(("dtype", "share"), [(torch.float32, 0.01), (torch.bfloat16, 0.1)])
def test_a_model_is_the_same_on_every_device(device: str, masked: bool, dtype: torch.dtype, share: float) -> None:
    exact, found = model_on("cpu"), model_on(device, dtype)
    expected = loss_and_gradients(exact.loss, exact, "cpu", masked)
    near(loss_and_gradients(found.loss, found, device, masked), expected, share)


@ONLY
@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize(("dtype", "share"), [(torch.float32, 0.01), (torch.bfloat16, 0.1)])
def test_compiled_equals_uncompiled(device: str, masked: bool, dtype: torch.dtype, share: float) -> None:
    model = model_on(device, dtype)
    plain = loss_and_gradients(model.loss, model, device, masked)
    near(loss_and_gradients(model.compiled_loss(), model, device, masked), plain, share)


@ONLY
def test_rows_of_documents_hold_no_scores(device: str) -> None:
    """All scores of one layer would be 2 * 2 * 8192 ** 2 * 2 bytes, half a gigabyte."""
    model = Model(Layout.of(replace(SHAPE, context=8192), VOCAB, "causal"), torch.bfloat16)
    model.initialise(1)
    model.to(device)
    tokens = torch.randint(VOCAB, (2, 8192), device=device)
    starts = (torch.arange(8192) % 700 == 0)[None].repeat(2, 1).to(device)
    torch.autograd.backward(model.loss(tokens, starts, tokens))  # which loads and compiles
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    torch.autograd.backward(model.loss(tokens, starts, tokens))
    assert torch.cuda.max_memory_allocated() - before < 384 << 20


@BOTH
@pytest.mark.parametrize("positions", [1, 37, 2000])
def test_the_loss_in_chunks_is_the_loss(device: str, positions: int) -> None:
    draw = torch.Generator().manual_seed(positions)
    hidden = torch.randn(positions, 64, generator=draw).to(device).requires_grad_()
    weight = torch.randn(VOCAB, 64, generator=draw).to(device).requires_grad_()
    targets = torch.randint(VOCAB, (positions,), generator=draw).to(device)
    found = cross_entropy(hidden, weight, targets)
    expected = functional.cross_entropy(hidden @ weight.T, targets, reduction="sum")
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    gradients = (torch.autograd.grad(loss, (hidden, weight)) for loss in (found, expected))
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-3)


def step_on(device: str, pack: Pack) -> tuple[Step, Model, Config]:
    """A step in float32, and what it moves."""
    asked = replace(config(pack.path), model=SHAPE)
    ranks, model = Ranks(device=torch.device(device)), Model(Layout.of(SHAPE, pack.vocab, "causal"))
    model.initialise(1)
    model.to(device)
    optimizer = Optimizer(model, asked.optimizer, torch.float32, ranks)
    cut = Cut(asked, pack, ranks.device)
    return Step(asked, 12, cut, model.loss, optimizer, Guard(6.0, ranks.device), ranks), model, asked


def batches_of(asked: Config, pack: Pack, device: str) -> list[Batch]:
    with Prefetch(Batches(asked, pack, 4, 12), 0, 3, pinned=device == "cuda") as coming:
        return list(coming)


@BOTH
def test_steps_are_the_same_on_every_device(device: str, pack: Path) -> None:
    opened, moved, results = Pack.open(pack), list[list[Tensor]](), list[list[float]]()
    for place in ("cpu", device):
        step, model, asked = step_on(place, opened)
        results.append([value for batch in batches_of(asked, opened, place) for value in step(batch).tolist()])
        moved.append([parameter.detach().cpu() for parameter in model.parameters()])
    assert results[1] == pytest.approx(results[0], rel=1e-2)
    near(moved[1], moved[0], 0.05)


@ONLY
def test_a_step_does_not_wait_for_the_device(device: str, pack: Path) -> None:
    opened = Pack.open(pack)
    step, _, asked = step_on(device, opened)
    first, second, _ = batches_of(asked, opened, device)
    step(first)  # which loads and compiles
    torch.cuda.set_sync_debug_mode("error")
    try:
        result = step(second)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert bool(result.isfinite().any())


def test_a_step_asks_no_tensor_for_its_value(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """These have none, so that what a host would wait for is an error on a CPU too."""
    monkeypatch.setattr(attention, "means", lambda *_: "dense")
    monkeypatch.setattr(Model, "to", lambda self, _: self)
    with FakeTensorMode(allow_non_fake_inputs=True):
        step, _, _ = step_on("cpu", Pack.open(pack))
        tokens = torch.zeros(4, SHAPE.context + 1, dtype=torch.int64)
        assert step(Batch(0, 0, tokens, tokens > 0)).shape == (6,)


@BOTH
def test_what_is_moved_arrives(device: str) -> None:
    part = starts_of(9, [3], [5, 8])[:, :-1]
    assert torch.equal(attention.moved(part, torch.device(device)).cpu(), part)


@BOTH
def test_an_evaluation_is_the_same_on_every_device(device: str, pack: Path) -> None:
    opened = Pack.open(pack)
    values = []
    for place in ("cpu", device):
        model = Model(Layout.of(SHAPE, opened.vocab, "causal"))
        model.initialise(1)
        shake(model)
        found = evaluate(
            model.to(place), of_pack(opened), Scoring(opened, SHAPE.context), Ranks(device=torch.device(place))
        )
        values.append(found.total.bits.value)
    assert values[1] == pytest.approx(values[0], rel=1e-3)


def asked_on(device: str, pack: Path, **machine: Any) -> Config:
    of = {"device": device, **machine}
    return replace(config(pack, machine=of), model=replace(SHAPE, context=32))


@BOTH
def test_a_stopped_run_goes_on_and_its_checkpoint_is_read_anywhere(device: str, pack: Path, tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    trained(asked_on(device, pack), whole)
    with pytest.raises(SystemExit):
        trained(asked_on(device, pack), cut, {"step 4:": kill(signal.SIGTERM)})
    trained(asked_on(device, pack), cut)
    found, expected = (list(tensors(run).values()) for run in (cut, whole))
    near([tensor.float() for tensor in found], [tensor.float() for tensor in expected], 0.05)
    assert {entry["device"] for entry in lines(cut, "start")} == {device}
    there, here = (open_checkpoint(cut, place, "float32").model for place in (device, "cpu"))
    inputs = torch.arange(20)[None]
    torch.testing.assert_close(there(inputs.to(device)).cpu(), here(inputs), rtol=1e-3, atol=1e-3)


@ONLY
def test_what_a_gpu_leaves_open_is_settled(device: str, pack: Path, tmp_path: Path) -> None:
    """Compiled where triton is, in as many rows a pass as there are, and saved as float32."""
    open_ = {"dtype": "auto", "compile": "auto", "micro_rows": 0}
    trained(asked_on(device, pack, **open_), tmp_path)
    [start] = lines(tmp_path, "start")
    assert start["dtype"] == gpu_dtype(torch.device(device), "auto")
    assert start.get("compile_failed", "") == ""
    assert start["micro_rows"] in (2, 4)
    assert load(tmp_path / "config.lock.toml").machine.device == "cuda"
    model = load_file(tmp_path / "checkpoints" / (tmp_path / "latest").read_text().strip() / "model.safetensors")
    assert {tensor.dtype for tensor in model.values()} == {torch.float32}


@BOTH
def test_generation_with_a_cache_goes_on_as_without(device: str, pack: Path, tmp_path: Path) -> None:
    trained(asked_on(device, pack), tmp_path)
    checkpoint = open_checkpoint(tmp_path, device, "float32")
    known = [checkpoint.tokenizer.begin, *checkpoint.tokenizer.encode(["the red house"])[0].tolist()]
    for token in going_on(checkpoint, "the red house", 8, Sampling(temperature=0), 1):
        with torch.no_grad():
            logits = checkpoint.model(torch.tensor([known], device=device))[0, -1, : checkpoint.tokenizer.vocab]
        assert logits[token] >= logits.max() - 1e-3
        known.append(token)


@ONLY
def test_memory_and_products_are_measured(device: str) -> None:
    at = torch.device(device)
    held = torch.empty(64 << 20, dtype=torch.uint8, device=at)
    assert peak_memory(at) >= held.numel()
    assert matmul_rate(at, torch.float32, 0.1) > 1e11
