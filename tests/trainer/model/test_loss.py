import math
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from winnow.trainer.model import loss
from winnow.trainer.model.loss import IGNORED, cross_entropy, per_token

POSITIONS, WIDTH, VOCAB = 37, 4, 96
TARGETS = {
    "all": lambda: torch.randint(VOCAB, (POSITIONS,)),
    "some ignored": lambda: torch.randint(VOCAB, (POSITIONS,)).masked_fill(torch.rand(POSITIONS) < 0.5, IGNORED),
    "a chunk ignored": lambda: torch.cat((torch.full((20,), IGNORED), torch.randint(VOCAB, (POSITIONS - 20,)))),
    "all ignored": lambda: torch.full((POSITIONS,), IGNORED),
    "none": lambda: torch.zeros(0, dtype=torch.int64),
    "ends of the vocabulary": lambda: torch.tensor([0, VOCAB - 1]),
}


def inputs_of(dtype: torch.dtype, positions: int) -> tuple[Tensor, Tensor]:
    torch.manual_seed(1)
    hidden = (2 * torch.randn(positions, WIDTH)).to(dtype).requires_grad_()
    return hidden, torch.randn(VOCAB, WIDTH).requires_grad_()


def reference(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """The same in torch's own words, all logits at once."""
    logits = hidden @ weight.to(hidden.dtype).T
    return functional.cross_entropy(
        logits if logits.dtype == torch.float64 else logits.float(), targets, ignore_index=IGNORED, reduction="none"
    )


@pytest.fixture(params=[1, 4 * 10 * VOCAB, 1 << 30], ids=["as many as the width", "ten", "all"])
def chunk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setitem(loss._CHUNK_BYTES, "cpu", request.param)
    monkeypatch.setattr(loss, "_CACHE_BYTES", 3 * 4 * VOCAB)
    return int(request.param)


@pytest.fixture(params=[True, False], ids=["compiling", "eager"])
def compiling(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: request.param)


@pytest.fixture(params=TARGETS)
def wanted(request: pytest.FixtureRequest) -> Tensor:
    torch.manual_seed(2)
    return TARGETS[request.param]()


@pytest.mark.usefixtures("chunk", "compiling")
def test_float32_equals_the_reference(wanted: Tensor) -> None:
    hidden, weight = inputs_of(torch.float32, len(wanted))
    found, expected = cross_entropy(hidden, weight, wanted), reference(hidden, weight, wanted).sum()
    assert found.dtype == torch.float32
    assert found.shape == ()
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    grads = torch.autograd.grad(found * 0.25, (hidden, weight))
    for one, other in zip(grads, torch.autograd.grad(expected * 0.25, (hidden, weight)), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.usefixtures("chunk", "compiling")
def test_bfloat16_equals_the_reference(wanted: Tensor) -> None:
    """The logits are rounded alike in both, so the sums agree far closer than bfloat16 itself could tell."""
    hidden, weight = inputs_of(torch.bfloat16, len(wanted))
    found, expected = cross_entropy(hidden, weight, wanted), reference(hidden, weight, wanted).sum()
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    grads = torch.autograd.grad(found, (hidden, weight))
    assert [grad.dtype for grad in grads] == [torch.bfloat16, torch.float32]
    exact_hidden, exact_weight = hidden.detach().float().requires_grad_(), weight.bfloat16().float()
    exact_weight = exact_weight.detach().requires_grad_()
    exact = torch.autograd.grad(reference(exact_hidden, exact_weight, wanted).sum(), (exact_hidden, exact_weight))
    for one, other in zip(grads, exact, strict=True):
        assert (one.float() - other).norm() <= 0.01 * other.norm()


@pytest.mark.usefixtures("chunk", "compiling")
@pytest.mark.parametrize("sure", [0.5, 0.9, 0.99, 0.999, 0.9999])
def test_a_target_that_is_almost_certain_keeps_its_gradient(sure: float) -> None:
    """What is left of it, 1 - p, is far smaller than the steps of bfloat16 about 1."""
    torch.manual_seed(1)
    states, targets = torch.randn(POSITIONS, VOCAB), torch.randint(VOCAB, (POSITIONS,))
    states[torch.arange(POSITIONS), targets] = states.logsumexp(1) + math.log(sure / (1 - sure))
    hidden, weight = states.bfloat16().requires_grad_(), torch.eye(VOCAB).requires_grad_()  # the states are the logits
    found = torch.autograd.grad(cross_entropy(hidden, weight, targets), (hidden, weight))
    exact = hidden.detach().double().requires_grad_(), weight.detach().double().requires_grad_()
    expected = torch.autograd.grad(reference(*exact, targets).sum(), exact)
    for one, other in zip(found, expected, strict=True):
        assert (one.double() - other).norm() <= 0.01 * other.norm()


def test_bfloat16_does_not_drift_at_a_real_vocabulary() -> None:
    """torch's own chunked loss was out by 6 % here, in version 2.13."""
    torch.manual_seed(1)
    hidden, weight = torch.randn(64, 32).bfloat16(), torch.randn(32768, 32)
    targets = torch.randint(32768, (64,))
    found = cross_entropy(hidden, weight, targets)
    torch.testing.assert_close(found, reference(hidden, weight, targets).sum(), rtol=1e-6, atol=0)


@pytest.mark.usefixtures("chunk")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_losses_of_each_position(wanted: Tensor, dtype: torch.dtype) -> None:
    hidden, weight = inputs_of(dtype, len(wanted))
    found = per_token(hidden, weight, wanted)
    assert not found.requires_grad
    torch.testing.assert_close(found, reference(hidden, weight, wanted).detach(), rtol=1e-5, atol=1e-5)
    assert (found[wanted == IGNORED] == 0).all()


@pytest.mark.usefixtures("compiling")
def test_huge_logits_do_not_overflow() -> None:
    hidden = torch.full((1, 2), 1e4, requires_grad=True)
    weight = torch.tensor([[1.0, 1.0], [-1.0, -1.0]], requires_grad=True)
    assert cross_entropy(hidden, weight, torch.tensor([0])).item() == 0.0
    worst = cross_entropy(hidden, weight, torch.tensor([1]))
    assert worst.item() == 4e4
    assert all(torch.isfinite(grad).all() for grad in torch.autograd.grad(worst, (hidden, weight)))


def test_equal_logits_cost_the_logarithm_of_the_vocabulary() -> None:
    found = cross_entropy(torch.zeros(3, 4), torch.randn(50, 4), torch.tensor([0, 49, IGNORED]))
    assert found.item() == pytest.approx(2 * math.log(50))


@pytest.mark.parametrize(
    ("positions", "vocab", "width", "expected"),
    [
        (0, 8192, 384, []),
        (1, 8192, 384, [1]),
        (1024, 8192, 384, [1024]),  # exactly 32 MiB of float32
        (1025, 8192, 384, [513, 512]),
        (1026, 8192, 384, [513, 513]),
        (4096, 8192, 384, [1024] * 4),
        (2049, 8192, 384, [683] * 3),
        (2047, 8192, 384, [1024, 1023]),
        (2048, 151_936, 384, [256] * 8),  # 384 would be as large as the matrix, and do not divide it
        (2048, 151_936, 1024, [1024] * 2),
        (2048, 8192, 4096, [2048]),
        (6 * 1024, 8192, 384, [768] * 8),  # 6 are no whole number of runs
        (3, 1 << 30, 1, [1, 1, 1]),  # one position alone is more
    ],
)
def test_chunks_cover_all_positions_once(positions: int, vocab: int, width: int, expected: list[int]) -> None:
    size = loss.chunk(positions, torch.empty(vocab, width, device="meta"), torch.device("cpu"))
    slices = loss.runs(positions, size)
    assert [piece.stop - piece.start for piece in slices] == expected
    assert [place for piece in slices for place in range(piece.start, piece.stop)] == list(range(positions))


@pytest.mark.parametrize(("gigabytes", "expected"), [(24, 512), (80, 2048), (160, 4096)])
def test_a_gpu_s_chunks_are_a_share_of_its_memory(
    gigabytes: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    has = SimpleNamespace(total_memory=gigabytes * 10**9)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: has)
    weight = torch.empty(151_936, 384, device="meta")
    assert loss.chunk(32_768, weight, torch.device("cuda")) == expected


@pytest.mark.parametrize(("positions", "size", "expected"), [(32, 4, [16, 16]), (12, 4, [12]), (35, 5, [20, 15])])
def test_what_is_compiled_is_a_few_chunks(
    positions: int, size: int, expected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(loss._CHUNK_BYTES, "cpu", 4 * size * VOCAB)
    hidden, weight = inputs_of(torch.float32, positions)
    found = list[int]()

    def recorded(states: Tensor, matrix: Tensor, wanted: Tensor, rows: int) -> tuple[Tensor, Tensor, Tensor]:
        assert rows == size
        found.append(len(states))
        return loss.piece(states, matrix, wanted, rows)

    cross_entropy(hidden, weight, torch.zeros(positions, dtype=torch.int64), recorded)
    assert found == expected
