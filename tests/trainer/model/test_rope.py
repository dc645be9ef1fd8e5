import pytest
import torch

from winnow.trainer.model import rope

STARTS = torch.tensor([[1, 0, 0, 1, 1, 0], [1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 1]], dtype=torch.bool)


def test_positions_restart_with_every_document() -> None:
    assert rope.positions(STARTS).tolist() == [[0, 1, 2, 0, 0, 1], [0, 1, 2, 3, 4, 5], [0, 1, 0, 1, 2, 0]]


def test_angles_are_those_of_the_paper() -> None:
    cosine, sine = rope.angles(torch.tensor([[0, 3]]), 4, 100.0)
    turns = torch.tensor([[0.0, 0.0], [3.0, 0.3]])  # position * theta^(-2i / W)
    torch.testing.assert_close(cosine[0, 0], torch.cat((turns, turns), 1).cos())
    torch.testing.assert_close(sine[0, 0], torch.cat((-turns, turns), 1).sin())


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("normed", [True, False])
@pytest.mark.parametrize("compiling", [True, False])
@pytest.mark.parametrize("rows", [1, 3])
def test_values_and_gradients(
    dtype: torch.dtype, normed: bool, compiling: bool, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: compiling)
    monkeypatch.setattr("winnow.trainer.model.norm._CACHE_BYTES", 1)
    torch.manual_seed(1)
    states = torch.randn(rows, 6, 2, 8).to(dtype).requires_grad_()
    weight = torch.rand(8).requires_grad_() if normed else None
    cosine, sine = rope.angles(rope.positions(STARTS[:rows]), 8, 100.0)
    grad = torch.randn(rows, 2, 6, 8).to(dtype)

    found = rope.rotate(states, cosine, sine, weight, 1e-6)
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
