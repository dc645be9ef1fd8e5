import pytest
import torch
from torch import nn

from winnow.trainer.optim.gradients import Gradients
from winnow.trainer.parallel.ranks import Ranks


def test_gradients_weigh_every_target_the_same() -> None:
    """Two micro-batches of unequal size are one batch of both."""
    w = nn.Parameter(torch.tensor([1.0, 2.0]))
    gradients = Gradients([w])
    for data in (torch.tensor([[3.0, 1.0]]), torch.tensor([[5.0, 1.0], [1.0, -2.0], [0.0, 4.0]])):
        loss = (data @ w).sum()
        torch.autograd.backward(loss)
        gradients.add(loss, targets=len(data), length=2 * len(data))
    loss, norm, per_byte = gradients.reduce(Ranks())
    assert (loss.item(), per_byte.item()) == (17 / 4, 17 / 8)
    assert norm.item() == pytest.approx((9**2 + 4**2) ** 0.5 / 4)
    gradients.scale(norm, 0.0)
    assert w.grad is not None
    assert w.grad.tolist() == [9 / 4, 1.0]


@pytest.mark.parametrize(("clip", "expected"), [(5.0, [3.0, 4.0]), (10.0, [3.0, 4.0]), (2.5, [1.5, 2.0])])
def test_clipping_by_the_norm(clip: float, expected: list[float]) -> None:
    w = nn.Parameter(torch.zeros(2))
    gradients = Gradients([w])
    torch.autograd.backward((w * torch.tensor([6.0, 8.0])).sum())
    gradients.add(torch.tensor(1.0), targets=2, length=1)
    gradients.scale(gradients.reduce(Ranks())[1], clip)
    assert w.grad is not None
    assert w.grad.tolist() == expected
