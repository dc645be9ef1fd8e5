import pytest
import torch

from winnow.trainer.model import block, kernels
from winnow.trainer.model.block import Norm

STARTS = torch.tensor([[1, 0, 0, 1, 1, 0], [1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 1]], dtype=torch.bool)


@pytest.mark.parametrize("shape", [(3, 5, 8), (7, 8), (1, 8), (0, 8)])
@pytest.mark.parametrize("compiling", [True, False])
@pytest.mark.parametrize("cache", [1, 1 << 20])
def test_norm_s_values_and_gradients(
    shape: tuple[int, ...], compiling: bool, cache: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: compiling)
    monkeypatch.setattr(kernels, "_CACHE_BYTES", cache)
    torch.manual_seed(1)
    norm = Norm(8, 1e-5)
    with torch.no_grad():
        norm.weight.copy_(torch.rand(8))
    states, grad = torch.randn(shape, requires_grad=True), torch.randn(shape)
    found = norm(states, torch.float32)
    expected = torch.nn.functional.rms_norm(states, (8,), norm.weight, 1e-5)
    torch.testing.assert_close(found, expected)
    inputs = (states, norm.weight)
    for one, other in zip(
        torch.autograd.grad(found, inputs, grad), torch.autograd.grad(expected, inputs, grad), strict=True
    ):
        torch.testing.assert_close(one, other)


def test_the_result_is_rounded_once() -> None:
    torch.manual_seed(1)
    states = torch.randn(4, 8)
    norm = Norm(8, 1e-6)
    assert torch.equal(norm(states, torch.bfloat16), norm(states, torch.float32).bfloat16())


def test_zeros_stay_zeros_with_a_finite_gradient() -> None:
    states = torch.zeros(2, 8, requires_grad=True)
    normed = Norm(8, 1e-6)(states, torch.float32)
    assert torch.equal(normed, torch.zeros(2, 8))
    (grad,) = torch.autograd.grad(normed.sum(), states)
    assert torch.isfinite(grad).all()


@pytest.mark.parametrize("rows", [1, 2, 3, 5])
def test_pieces_are_put_together_again(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "_CACHE_BYTES", 2 * 4 * 6)  # two rows of six
    seen: list[int] = []

    def part(first: torch.Tensor, second: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        seen.append(len(first))
        return first + second, first

    first, second = torch.rand(rows, 2, 3), torch.rand(rows, 2, 3)
    total, same = kernels.in_cache(part, first, second)
    assert torch.equal(total, first + second)
    assert torch.equal(same, first)
    assert seen == {1: [1], 2: [2], 3: [2, 1], 5: [2, 2, 1]}[rows]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("normed", [True, False])
@pytest.mark.parametrize("compiling", [True, False])
@pytest.mark.parametrize("rows", [1, 3])
def test_rotation_s_values_and_gradients(
    dtype: torch.dtype, normed: bool, compiling: bool, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: compiling)
    monkeypatch.setattr(kernels, "_CACHE_BYTES", 1)
    torch.manual_seed(1)
    states = torch.randn(rows, 6, 2, 8).to(dtype).requires_grad_()
    weight = torch.rand(8).requires_grad_() if normed else None
    cosine, sine = block.angles(block.positions(STARTS[:rows]), block.frequencies(8, 100.0, None, STARTS.device))
    grad = torch.randn(rows, 2, 6, 8).to(dtype)

    found = kernels.rotate(states, cosine, sine, weight, 1e-6)
    assert found.shape == (rows, 2, 6, 8)
    assert found.dtype == dtype
    inputs = [states] if weight is None else [states, weight]
    gradients = torch.autograd.grad(found, inputs, grad)

    exact = states.float().transpose(1, 2)
    if weight is not None:
        exact = exact * torch.rsqrt(exact.square().mean(-1, keepdim=True) + 1e-6) * weight
    first, second = exact.chunk(2, -1)
    turned = torch.cat((first, second), -1) * cosine + torch.cat((second, first), -1) * sine
    expected = torch.autograd.grad(turned, inputs, grad.float())
    tight = dtype == torch.float32
    torch.testing.assert_close(found.float(), turned, rtol=1e-5 if tight else 1e-2, atol=1e-5 if tight else 2e-2)
    for one, other in zip(gradients, expected, strict=True):
        torch.testing.assert_close(
            one.float(), other.float(), rtol=1e-4 if tight else 2e-2, atol=1e-5 if tight else 5e-2
        )


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("heads", [1, 2])
def test_traced_gradients_are_not_lost(dtype: torch.dtype, heads: int) -> None:
    """As in torch 2.11 where an output needed no cast, or no copy."""

    def both(states: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        normed = kernels.rms_norm(states, weight, 1e-6, dtype)
        return kernels.rotate(normed, *turn, None, 1e-6).float()

    torch.manual_seed(1)
    states, weight = torch.randn(3, 6, heads, 8, requires_grad=True), torch.rand(8, requires_grad=True)
    turn = block.angles(block.positions(STARTS), block.frequencies(8, 100.0, None, STARTS.device))
    traced = torch.compile(both, backend="eager", fullgraph=True, dynamic=False)
    grad = torch.randn(3, heads, 6, 8)
    found, expected = (torch.autograd.grad(of(states, weight), (states, weight), grad) for of in (traced, both))
    for one, other in zip(found, expected, strict=True):
        assert torch.equal(one, other)
