"""The chunked cross-entropy against torch's on all logits at once, values and gradients."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from trainer import loss
from trainer.loss import IGNORED, chunks, cross_entropy, per_token

TOLERANCE = {torch.float32: {"atol": 1e-5, "rtol": 1e-5}, torch.bfloat16: {"atol": 2e-2, "rtol": 2e-2}}


def given(positions: int, vocab: int, dtype: torch.dtype) -> tuple[Tensor, Tensor, Tensor]:
    draw = torch.Generator().manual_seed(0)
    hidden = torch.randn(positions, 16, generator=draw).to(dtype).requires_grad_()
    weight = torch.randn(vocab, 16, generator=draw).requires_grad_()
    targets = torch.randint(vocab, (positions,), generator=draw)
    targets[::3] = IGNORED
    return hidden, weight, targets


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("positions", [1, 2, 7, 8, 9, 64])
def test_it_is_the_reference(monkeypatch: pytest.MonkeyPatch, dtype: torch.dtype, positions: int) -> None:
    monkeypatch.setitem(loss._CHUNK_BYTES, "cpu", 8 * 4 * 100)  # eight positions at a time
    hidden, weight, targets = given(positions, 100, dtype)
    found = cross_entropy(hidden, weight, targets)
    (2 * found).backward()
    exact = [tensor.detach().double().requires_grad_() for tensor in (hidden, weight)]
    logits = exact[0] @ exact[1].T
    wanted = functional.cross_entropy(logits, targets, ignore_index=IGNORED, reduction="sum")
    (2 * wanted).backward()
    assert (found.dtype, found.shape) == (torch.float32, ())
    torch.testing.assert_close(found.double(), wanted, **TOLERANCE[dtype])
    for tensor, reference in zip((hidden, weight), exact, strict=True):
        assert tensor.grad is not None
        assert reference.grad is not None
        assert tensor.grad.dtype == tensor.dtype
        error = (tensor.grad.double() - reference.grad).norm() / reference.grad.norm().clamp(min=1e-9)
        assert error < {torch.float32: 1e-5, torch.bfloat16: 2e-2}[dtype]


def test_each_position_alone_adds_up() -> None:
    hidden, weight, targets = given(50, 100, torch.float32)
    single = per_token(hidden, weight, targets)
    assert single[targets == IGNORED].eq(0).all()
    assert (single[targets != IGNORED] > 0).all()
    torch.testing.assert_close(single.sum(), cross_entropy(hidden, weight, targets).detach())


@pytest.mark.parametrize("positions", [0, 5])
def test_nothing_counted_is_no_loss(positions: int) -> None:
    hidden, weight, _ = given(positions, 10, torch.float32)
    found = cross_entropy(hidden, weight, torch.full((positions,), IGNORED))
    found.backward()
    assert found.item() == 0.0
    assert weight.grad is not None
    assert not weight.grad.any()


def test_large_logits_stay_finite() -> None:
    hidden, weight = torch.full((2, 4), 100.0), torch.full((3, 4), 10.0)  # e^4000 is past any float
    weight[1] = -10.0
    found = cross_entropy(hidden.requires_grad_(), weight.requires_grad_(), torch.tensor([0, 2]))
    found.backward()
    torch.testing.assert_close(
        found, torch.tensor(4.0).log(), atol=1e-3, rtol=0
    )  # two of three are equally likely, twice
    assert hidden.grad is not None
    assert hidden.grad.isfinite().all()


@pytest.mark.parametrize(("positions", "vocab"), [(1, 1), (4096, 8192), (4097, 8192), (65536, 32768), (3, 1 << 26)])
def test_chunks_cover_all_once_and_stay_small(positions: int, vocab: int) -> None:
    pieces = chunks(positions, vocab, "cpu")
    assert [p for piece in pieces for p in (piece.start, piece.stop)][1:-1:2] == [piece.start for piece in pieces][1:]
    assert (pieces[0].start, pieces[-1].stop) == (0, positions)
    most = max(piece.stop - piece.start for piece in pieces)
    assert most == 1 or most * vocab * 4 <= loss._CHUNK_BYTES["cpu"]
